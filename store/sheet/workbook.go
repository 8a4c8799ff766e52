package sheet

import (
	"archive/zip"
	"io"
	"strconv"
	"strings"
)

// sheetPlace is a sheet of a workbook.
type sheetPlace struct {
	name   string
	part   *zip.File
	hidden bool
}

// workbook is what its small parts say.
type workbook struct {
	sheets    []sheetPlace
	since1904 bool
	formats   []*numFormat // by the number of the style
	texts     *texts
}

func (t *Table) openWorkbook(f io.ReaderAt, size int64, name string, o Options) error {
	z, err := openZip(f, size)
	if err != nil {
		return err
	}
	parts := map[string]*zip.File{}
	for _, p := range z.File {
		if parts[partName(p.Name)] == nil {
			parts[partName(p.Name)] = p
		}
	}
	w, shared, err := readWorkbook(parts)
	if err != nil {
		return err
	}
	place, err := w.choose(t, name, o.Sheet)
	if err != nil {
		return err
	}
	rows := &sheetRows{book: w}
	t.rows = rows
	if shared != nil {
		if w.texts, err = readTexts(shared); err != nil {
			return err
		}
	}
	if rows.merges, err = readMerges(place.part); err != nil {
		return err
	}
	rows.part, err = openPart(place.part, maxPart)
	return err
}

// readWorkbook follows the relations from the root.
func readWorkbook(parts map[string]*zip.File) (*workbook, *zip.File, error) {
	root := "xl/workbook.xml"
	above, err := relations(parts, "")
	if err != nil {
		return nil, nil, err
	}
	for _, r := range above {
		if r.kind == "officeDocument" {
			root = r.target
		}
	}
	if parts[root] == nil {
		return nil, nil, damaged()
	}
	below, err := relations(parts, root)
	if err != nil {
		return nil, nil, err
	}
	w := &workbook{}
	err = eachElement(parts[root], func(e *piece, _ string) {
		switch string(e.name) {
		case "workbookPr":
			w.since1904 = truth(attr(e, "date1904"))
		case "sheet":
			r := below[attr(e, "id")]
			if p := parts[r.target]; p != nil && r.kind == "worksheet" {
				state := attr(e, "state")
				w.sheets = append(w.sheets, sheetPlace{attr(e, "name"), p, state != "" && state != "visible"})
			}
		}
	})
	if err != nil {
		return nil, nil, err
	}
	var texts *zip.File
	for _, r := range below {
		switch r.kind {
		case "sharedStrings":
			texts = parts[r.target]
		case "styles":
			if p := parts[r.target]; p != nil {
				if w.formats, err = readStyles(p); err != nil {
					return nil, nil, err
				}
			}
		}
	}
	return w, texts, nil
}

func truth(s string) bool { return s == "1" || s == "true" || s == "on" }

// choose finds the sheet that is asked for and tells the table.
func (w *workbook) choose(t *Table, name, want string) (*sheetPlace, error) {
	var found *sheetPlace
	for i := range w.sheets {
		s := &w.sheets[i]
		if !s.hidden {
			t.Sheets = append(t.Sheets, s.name)
		}
		if found == nil && (want == "" && !s.hidden || want != "" && strings.EqualFold(strings.TrimSpace(s.name), strings.TrimSpace(want))) {
			found = s
		}
	}
	switch {
	case found != nil:
		t.Sheet = found.name
		return found, nil
	case want != "" && len(t.Sheets) > 0:
		return nil, refuse("O arquivo %s não tem a aba %q: escolha uma destas: %s", quoted(name), want, strings.Join(t.Sheets, ", "))
	default:
		return nil, refuse("O arquivo %s não tem nenhuma aba visível com linhas: confira se é o arquivo certo", quoted(name))
	}
}

// readStyles gives the number format of every style of cells.
func readStyles(f *zip.File) ([]*numFormat, error) {
	codes := map[int]string{}
	parsed := map[int]*numFormat{}
	var formats []*numFormat
	err := eachElement(f, func(e *piece, inside string) {
		switch {
		case string(e.name) == "numFmt" && inside == "numFmts":
			if id, err := strconv.Atoi(attr(e, "numFmtId")); err == nil {
				codes[id] = attr(e, "formatCode")
			}
		case string(e.name) == "xf" && inside == "cellXfs":
			id, _ := strconv.Atoi(attr(e, "numFmtId")) // 0 is the general format
			if parsed[id] == nil {
				code, ok := codes[id]
				if !ok {
					code = builtin(id)
				}
				parsed[id] = parseFormat(code)
			}
			formats = append(formats, parsed[id])
		}
	})
	return formats, err
}
