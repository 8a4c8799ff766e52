package sheet

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The styles of cells, as the styles' part numbers them.
const (
	styleNumber = iota
	styleTitle
	styleText
	styleDate
	styleMinutes
	styleSeconds
	styleBreaks
)

const (
	sheetName = "Dados"
	maxText   = 32_767 // of a cell, in UTF-16
	firstRows = 100    // by which columns get their widths
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relSpace  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packSpace = "http://schemas.openxmlformats.org/package/2006/"
)

// book writes a workbook of one sheet. The list of sheets comes last, since it says how far
// the filter reaches.
type book struct {
	zip     *zip.Writer
	out     *bufio.Writer // the sheet's part
	columns []Column
	titles  []string
	held    [][]Cell // until widths are known
	begun   bool
	rows    int
}

func newBook(w io.Writer, columns []Column, titles []string) (*book, error) {
	if len(columns) == 0 || len(columns) > maxColumns {
		return nil, fmt.Errorf("sheet: %d columns", len(columns))
	}
	b := &book{zip: zip.NewWriter(w), columns: columns, titles: titles}
	for _, p := range [][2]string{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", `<Relationships xmlns="` + packSpace + `relationships"><Relationship Id="rId1" Type="` + relSpace + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packSpace + `relationships"><Relationship Id="rId1" Type="` + relSpace + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relSpace + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", styles},
	} {
		if err := b.part(p[0], p[1]); err != nil {
			return nil, err
		}
	}
	part, err := b.zip.Create("xl/worksheets/sheet1.xml")
	b.out = bufio.NewWriterSize(part, 32<<10)
	return b, err
}

func (b *book) part(name, text string) error {
	p, err := b.zip.Create(name)
	if err == nil {
		_, err = io.WriteString(p, xmlHead+text)
	}
	return err
}

const contentTypes = `<Types xmlns="` + packSpace + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
	`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
	`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`

const styles = `<styleSheet ` + mainSpace + `><numFmts count="3"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="dd/mm/yyyy\ hh:mm"/><numFmt numFmtId="166" formatCode="dd/mm/yyyy\ hh:mm:ss"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>` +
	`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE7EBF0"/><bgColor indexed="64"/></patternFill></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

func (b *book) row(cells []Cell) error {
	if b.begun {
		return b.write(cells)
	}
	if b.held = append(b.held, append([]Cell(nil), cells...)); len(b.held) < firstRows {
		return nil
	}
	return b.begin()
}

// begin writes what stands above the rows, the titles and the rows that were held.
func (b *book) begin() error {
	b.begun = true
	b.say(xmlHead, `<worksheet `, mainSpace, `><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>`)
	for i, c := range b.columns {
		style := styleNumber
		switch c.Kind {
		case Text:
			style = styleText // also of what a person adds below
		case Date:
			style = styleDate
		}
		n := strconv.Itoa(i + 1)
		b.say(`<col min="`, n, `" max="`, n, `" width="`, strconv.Itoa(b.width(i)), `.7109375" style="`, strconv.Itoa(style), `" customWidth="1"/>`)
	}
	b.say(`</cols><sheetData>`)
	b.rows++
	b.say(`<row r="1">`)
	for i, t := range b.titles {
		b.text(i, styleTitle, t)
	}
	b.say(`</row>`)
	for _, cells := range b.held {
		if err := b.write(cells); err != nil {
			return err
		}
	}
	b.held = nil
	return nil
}

// width is that of the longest of a title and the first texts.
func (b *book) width(i int) int {
	if w := b.columns[i].Width; w > 0 {
		return min(w, 250)
	}
	w := utf8.RuneCountInString(b.titles[i]) + 4 // the filter's button
	for _, cells := range b.held {
		for line := range strings.Lines(brazilian(cells[i].Text)) {
			w = max(w, utf8.RuneCountInString(line)+1)
		}
	}
	return min(max(w, 9), 60)
}

func (b *book) say(parts ...string) {
	for _, p := range parts {
		_, _ = b.out.WriteString(p) // Flush tells
	}
}

func (b *book) write(cells []Cell) error {
	if b.rows >= maxRows {
		return refuse("Uma planilha do Excel tem no máximo 1.048.576 linhas: filtre os registros ou escolha CSV")
	}
	b.rows++
	b.say(`<row r="`, strconv.Itoa(b.rows), `">`)
	for i, c := range cells {
		b.cell(i, c)
	}
	_, err := b.out.WriteString(`</row>`)
	return err
}

func (b *book) cell(i int, c Cell) {
	switch c.Kind {
	case Empty:
		return
	case Number:
		if exactNumber.MatchString(c.Text) && significant(c.Text) <= 15 {
			b.value(i, styleNumber, "", c.Text)
			return
		}
	case Bool:
		b.value(i, styleNumber, "b", map[bool]string{true: "1", false: "0"}[c.Text == "true"])
		return
	case Date:
		if at, clock, ok := dayOfCell(c.Text); ok && at.Year() > 1900 && at.Year() < 10000 {
			style := styleDate
			switch {
			case clock && at.Second() != 0:
				style = styleSeconds
			case clock:
				style = styleMinutes
			}
			b.value(i, style, "", serialOf(at))
			return
		}
		c.Text = brazilian(c.Text)
	}
	if c.Text == "" {
		return
	}
	style := styleText
	if strings.ContainsAny(c.Text, "\n") {
		style = styleBreaks
	}
	b.text(i, style, c.Text)
}

// serialOf is the day's number in the system of 1900, exact to the second.
func serialOf(at time.Time) string {
	day := at.Truncate(24 * time.Hour)
	days := strconv.FormatInt(day.Unix()/86400+25569, 10)
	seconds := int64(at.Sub(day) / time.Second)
	if seconds == 0 {
		return days
	}
	return days + strings.TrimPrefix(strconv.FormatFloat(float64(seconds)/86400, 'f', 10, 64), "0")
}

func (b *book) ref(i, style int) {
	b.say(`<c r="`, letters(i), strconv.Itoa(b.rows), `"`)
	if style != 0 {
		b.say(` s="`, strconv.Itoa(style), `"`)
	}
}

func (b *book) value(i, style int, kind, value string) {
	b.ref(i, style)
	if kind != "" {
		b.say(` t="`, kind, `"`)
	}
	b.say(`><v>`, value, `</v></c>`)
}

func (b *book) text(i, style int, s string) {
	b.ref(i, style)
	b.say(` t="inlineStr"><is><t xml:space="preserve">`)
	writeXML(b.out, s)
	b.say(`</t></is></c>`)
}

// writeXML writes a text of a cell: what XML cannot hold as _x0007_, as Excel does, NUL not
// at all, and of a text beyond Excel's bound the beginning with a mark.
func writeXML(out *bufio.Writer, s string) {
	if len(s) > maxText {
		s = cut(s)
	}
	from := 0
	for i, r := range s {
		size := max(1, utf8.RuneLen(r))
		with := ""
		switch {
		case r == '&':
			with = "&amp;"
		case r == '<':
			with = "&lt;"
		case r == '>':
			with = "&gt;"
		case r == 0:
		case r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			with = fmt.Sprintf("_x%04X_", r)
		case r == utf8.RuneError:
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				size = 1
			}
			with = "\ufffd"
		case r == '_':
			if _, like := escaped(s[i:]); !like {
				continue
			}
			with = "_x005F_"
		default:
			continue
		}
		_, _ = out.WriteString(s[from:i])
		_, _ = out.WriteString(with)
		from = i + size
	}
	_, _ = out.WriteString(s[from:])
}

// cut ends a text where Excel would refuse it.
func cut(s string) string {
	units, last := 0, 0
	for i, r := range s {
		if units < maxText {
			last = i // here one sign fits yet: the mark
		}
		if units++; r > 0xffff {
			units++
		}
		if units > maxText {
			return s[:last] + "…"
		}
	}
	return s
}

func (b *book) flush() error {
	if err := b.out.Flush(); err != nil {
		return err
	}
	return b.zip.Flush()
}

func (b *book) close() error {
	if !b.begun {
		if err := b.begin(); err != nil {
			return err
		}
	}
	last := letters(len(b.columns) - 1)
	rows := strconv.Itoa(b.rows)
	b.say(`</sheetData><autoFilter ref="A1:`, last, rows, `"/><ignoredErrors><ignoredError sqref="A1:`, last, rows, `" numberStoredAsText="1"/></ignoredErrors></worksheet>`)
	if err := b.out.Flush(); err != nil {
		return err
	}
	err := b.part("xl/workbook.xml", `<workbook `+mainSpace+` xmlns:r="`+relSpace+`"><bookViews><workbookView activeTab="0"/></bookViews><sheets><sheet name="`+sheetName+`" sheetId="1" r:id="rId1"/></sheets>`+
		`<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">`+sheetName+`!$A$1:$`+last+`$`+rows+`</definedName></definedNames></workbook>`)
	if err != nil {
		return err
	}
	return b.zip.Close()
}
