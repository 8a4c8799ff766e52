package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sheetRows reads the rows of a sheet as they stand in its part.
type sheetRows struct {
	book   *workbook
	part   *part
	merges []area
	begun  int           // merges that a row has reached
	down   map[int]below // cells that are merged downwards, by column
	line   int
	count  int
	over   bool
}

// area is what one merged cell covers, rows as people count them, columns from 0.
type area struct{ top, left, bottom, right int }

type below struct {
	cell Cell
	last int
}

func (s *sheetRows) next() (Row, error) {
	for !s.over {
		t, err := s.part.token()
		if err != nil {
			return Row{}, err
		}
		switch {
		case t.kind == startPiece && string(t.name) == "row":
			return s.row(t)
		case t.kind == endPiece:
			s.over = string(t.name) == "sheetData"
		}
	}
	return Row{}, io.EOF
}

// row reads up to the end of the row.
func (s *sheetRows) row(e *piece) (Row, error) {
	s.line++
	if n, err := strconv.Atoi(attr(e, "r")); err == nil {
		s.line = n
	}
	if s.count++; s.line < 1 || s.line > maxRows || s.count > maxRows {
		return Row{}, damaged()
	}
	r := Row{Line: s.line}
	at := -1
	for {
		t, err := s.part.token()
		if errors.Is(err, io.EOF) {
			err = damaged()
		}
		if err != nil {
			return Row{}, err
		}
		switch t.kind {
		case startPiece:
			if string(t.name) != "c" {
				continue
			}
			at++
			if ref := attr(t, "r"); ref != "" {
				if at, _ = place(ref); at < 0 {
					return Row{}, damaged()
				}
			}
			c, err := s.cell(t)
			switch {
			case err != nil:
				return Row{}, err
			case c.Kind == Empty:
			case at >= maxColumns:
				return Row{}, refuse("A linha %d tem dados depois da coluna %s: deixe só as colunas que interessam", s.line, letters(maxColumns-1))
			default:
				for len(r.Cells) <= at {
					r.Cells = append(r.Cells, Cell{})
				}
				r.Cells[at] = c
			}
		case endPiece:
			if string(t.name) == "row" {
				s.spread(&r)
				return r, nil
			}
		}
	}
}

// cell reads up to the end of the cell.
func (s *sheetRows) cell(e *piece) (Cell, error) {
	kind := attr(e, "t")
	style, err := strconv.Atoi(attr(e, "s"))
	if err != nil {
		style = 0
	}
	var value, text, formula []byte
	var into *[]byte
	phonetic, computed := 0, false
	for {
		t, err := s.part.token()
		if errors.Is(err, io.EOF) {
			err = damaged()
		}
		if err != nil {
			return Cell{}, err
		}
		switch t.kind {
		case startPiece:
			switch string(t.name) {
			case "v":
				into, computed = &value, true
			case "f":
				into, formula = &formula, append(formula, '=')
			case "rPh":
				phonetic++
			case "t":
				if phonetic == 0 {
					into = &text
				}
			}
		case textPiece:
			if into != nil && len(*into)+len(t.text) <= maxToken {
				*into = append(*into, t.text...)
			}
		case endPiece:
			switch string(t.name) {
			case "c":
				if formula != nil && len(value) == 0 && (kind == "" || kind == "n" || !computed) {
					return Cell{Kind: Wrong, Text: string(formula)}, nil // a program wrote it, and none has computed it
				}
				return s.meaning(kind, style, string(value), string(text))
			case "rPh":
				phonetic--
			}
			into = nil
		}
	}
}

// meaning is a cell by its type and style.
func (s *sheetRows) meaning(kind string, style int, value, text string) (Cell, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil {
			return Cell{}, damaged()
		}
		shared, err := s.book.texts.at(i)
		return textCell(shared), err
	case "inlineStr":
		return textCell(unescape(text)), nil
	case "str":
		return textCell(unescape(value)), nil
	case "b":
		return Cell{Kind: Bool, Text: strconv.FormatBool(truth(strings.TrimSpace(value)))}, nil
	case "e":
		return Cell{Kind: Wrong, Text: wrongName(value)}, nil
	case "d":
		for _, form := range []string{time.RFC3339, dateTime, "2006-01-02T15:04", time.DateOnly} {
			if at, err := time.Parse(form, strings.TrimSpace(value)); err == nil {
				return dateCell(at), nil
			}
		}
		return textCell(value), nil
	}
	switch {
	case value != "":
		return s.book.numberCell(value, style), nil
	case text != "":
		return textCell(unescape(text)), nil
	}
	return Cell{}, nil
}

// textCell is a text, without the apostrophe that it may have from a CSV file of ours which was
// opened and saved as a workbook.
func textCell(s string) Cell {
	if s = inert(bare(s)); s == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Text: s}
}

// wrongName is an error value as a Brazilian Excel shows it.
func wrongName(s string) string {
	switch s = strings.TrimSpace(s); s {
	case "#N/A":
		return "#N/D"
	case "#VALUE!":
		return "#VALOR!"
	case "#NAME?":
		return "#NOME?"
	case "#NULL!":
		return "#NULO!"
	case "#NUM!":
		return "#NÚM!"
	default:
		return s
	}
}

// spread puts cells that are merged downwards into the row, if it has something of its own.
func (s *sheetRows) spread(r *Row) {
	own := filled(r.Cells) > 0
	for col, b := range s.down {
		switch {
		case r.Line > b.last:
			delete(s.down, col)
		case own:
			for len(r.Cells) <= col {
				r.Cells = append(r.Cells, Cell{})
			}
			if r.Cells[col].Kind == Empty {
				r.Cells[col] = b.cell
			}
		}
	}
	for s.begun < len(s.merges) && s.merges[s.begun].top <= r.Line {
		a := s.merges[s.begun]
		s.begun++
		if a.top == r.Line && a.bottom > a.top && a.left < len(r.Cells) && r.Cells[a.left].Kind != Empty {
			if s.down == nil {
				s.down = map[int]below{}
			}
			s.down[a.left] = below{r.Cells[a.left], a.bottom}
		}
	}
}

// lastOfTitle is the last row of titles: where one is merged downwards, those beside it stand
// in several rows, and the lowest are the columns'.
func (s *sheetRows) lastOfTitle(r Row) int {
	last := r.Line
	for _, a := range s.merges {
		if a.top == r.Line && a.left < len(r.Cells) && r.Cells[a.left].Kind != Empty {
			last = max(last, a.bottom)
		}
	}
	return last
}

// leftOf is the column whose cell covers another one of the row, or that itself.
func (s *sheetRows) leftOf(line, col int) int {
	for _, a := range s.merges {
		if a.top <= line && line <= a.bottom && a.left <= col && col <= a.right {
			return a.left
		}
	}
	return col
}

func (s *sheetRows) close() error {
	err := s.book.texts.close()
	if s.part != nil {
		err = errors.Join(err, s.part.close())
	}
	return err
}

// place reads a reference, as C12: the column from 0 and the row; -1 if it is none.
func place(ref string) (col, row int) {
	i := 0
	for ; i < len(ref) && (ref[i]|0x20) >= 'a' && (ref[i]|0x20) <= 'z'; i++ {
		if col = col*26 + int(ref[i]|0x20-'a') + 1; col > 16_384 {
			return -1, 0
		}
	}
	row, err := strconv.Atoi(ref[i:])
	if i == 0 || err != nil || row < 1 || row > maxRows {
		return -1, 0
	}
	return col - 1, row
}

// readMerges finds the merged areas, which stand behind the rows, without taking the XML apart.
func readMerges(f *zip.File) ([]area, error) {
	in, err := f.Open()
	if err != nil {
		return nil, damaged()
	}
	defer in.Close()
	var found []area
	mark := []byte("mergeCell ")
	const tail = 256
	buf, kept := make([]byte, 256<<10), 0
	for total := int64(0); ; {
		n, err := in.Read(buf[kept:])
		data := buf[:kept+n]
		if total += int64(n); total > maxPart {
			return nil, nil // the rows meet the bound, too
		}
		for {
			i := bytes.Index(data, mark)
			if i < 0 || len(data)-i < tail && err == nil {
				break
			}
			data = data[i+len(mark):]
			if a, ok := areaOf(data[:min(len(data), tail)]); ok && len(found) < maxMerged {
				found = append(found, a)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			slices.SortFunc(found, func(a, b area) int { return cmp.Compare(a.top, b.top) })
			return found, nil
		case err != nil:
			return nil, damaged()
		}
		kept = copy(buf, data[max(0, len(data)-tail):])
	}
}

func areaOf(data []byte) (a area, ok bool) {
	_, rest, ok := bytes.Cut(data, []byte(`ref=`))
	if !ok || len(rest) < 2 {
		return a, false
	}
	text, _, ok := bytes.Cut(rest[1:], rest[:1])
	from, to, two := strings.Cut(string(text), ":")
	if !ok || !two {
		return a, false
	}
	a.left, a.top = place(from)
	a.right, a.bottom = place(to)
	return a, a.left >= 0 && a.right >= a.left && a.bottom >= a.top
}
