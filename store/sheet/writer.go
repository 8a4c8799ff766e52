package sheet

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Column is a column of a file that is written. Width is in characters; 0 is by the title and
// the first rows.
type Column struct {
	Key, Title string
	Kind       Kind
	Width      int
}

// Audience is who opens the file.
type Audience string

// The audiences.
const (
	Excel    Audience = "excel"
	Programs Audience = "programas"
	// Archive is as Programs, with the line ends of RFC 4180.
	Archive Audience = "arquivo"
)

// Writer writes rows as they come.
type Writer struct {
	columns []Column
	to      sink
	cells   []Cell
	err     error
}

// sink writes one format.
type sink interface {
	row(cells []Cell) error
	flush() error
	close() error
}

// NewWriter writes rows to w as they come: memory stays flat, and the first rows leave before
// the last are known. The titles are Key for programs and in NDJSON, Title for Excel. Close
// ends the file and leaves w open.
func NewWriter(w io.Writer, f Format, a Audience, columns []Column) (*Writer, error) {
	out := &Writer{columns: columns, cells: make([]Cell, len(columns))}
	titles := make([]string, len(columns))
	for i, c := range columns {
		if titles[i] = c.Title; a != Excel || c.Title == "" {
			titles[i] = c.Key
		}
	}
	var err error
	switch f {
	case XLSX:
		out.to, err = newBook(w, columns, titles)
	case CSV:
		out.to, err = newCSV(w, a, titles)
	case NDJSON:
		out.to = newLines(w, columns)
	default:
		err = fmt.Errorf("sheet: no format %q", f)
	}
	return out, err
}

// Row writes one row; cells that are missing are empty. After an error nothing more is written.
func (w *Writer) Row(cells []Cell) error {
	if w.err == nil && len(cells) > len(w.columns) {
		w.err = fmt.Errorf("sheet: %d cells for %d columns", len(cells), len(w.columns))
	}
	if w.err == nil {
		clear(w.cells[copy(w.cells, cells):])
		w.err = w.to.row(w.cells)
	}
	return w.err
}

// Flush hands on what was written so far; the rows by which a workbook gets the widths of its
// columns stay.
func (w *Writer) Flush() error {
	if w.err == nil {
		w.err = w.to.flush()
	}
	return w.err
}

// Close ends the file.
func (w *Writer) Close() error {
	if w.err != nil {
		return w.err
	}
	if w.err = w.to.close(); w.err != nil {
		return w.err
	}
	w.err = io.ErrClosedPipe
	return nil
}

// csvOut writes RFC 4180. The standard library's writer would change line breaks in a cell.
type csvOut struct {
	out      *bufio.Writer
	comma    string
	end      string
	people   bool
	reserved string
}

func newCSV(w io.Writer, a Audience, titles []string) (*csvOut, error) {
	c := &csvOut{out: bufio.NewWriter(w), comma: ",", end: "\n"}
	switch a {
	case Archive:
		c.end = "\r\n"
	case Excel:
		c.comma, c.end, c.people = ";", "\r\n", true
		_, _ = c.out.WriteString("\ufeff") // Flush tells
	}
	c.reserved = c.comma + "\"\r\n"
	cells := make([]Cell, len(titles))
	for i, t := range titles {
		cells[i] = Cell{Kind: Text, Text: t}
	}
	return c, c.row(cells)
}

func (c *csvOut) row(cells []Cell) error {
	for i, cell := range cells {
		if i > 0 {
			_, _ = c.out.WriteString(c.comma)
		}
		text := c.text(cell)
		if text == "" && len(cells) > 1 || text != "" && !c.quoted(text) {
			_, _ = c.out.WriteString(text)
			continue
		}
		_ = c.out.WriteByte('"')
		_, _ = c.out.WriteString(strings.ReplaceAll(text, `"`, `""`))
		_ = c.out.WriteByte('"')
	}
	_, err := c.out.WriteString(c.end)
	return err
}

// quoted is true of a text that would not be read back, by those, too, who leave out space
// before it, or end at \. as PostgreSQL did.
func (c *csvOut) quoted(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsAny(s, c.reserved) || s == `\.` || unicode.IsSpace(first)
}

// text is a cell: for people dates and numbers stand as they write them, and what a
// spreadsheet would compute is neutralised for both.
func (c *csvOut) text(cell Cell) string {
	switch {
	case cell.Kind == Empty:
		return ""
	case cell.Kind == Number && exactNumber.MatchString(cell.Text):
		if c.people {
			return strings.Replace(cell.Text, ".", ",", 1)
		}
		return cell.Text
	case cell.Kind == Date && c.people:
		return brazilian(cell.Text)
	case cell.Kind == Bool && c.people:
		if cell.Text == "true" {
			return "VERDADEIRO"
		}
		return "FALSO"
	default:
		return SafeCell(cell.Text)
	}
}

func (c *csvOut) flush() error { return c.out.Flush() }

func (c *csvOut) close() error { return c.flush() }

// exactNumber is a number that every program reads alike.
var exactNumber = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?$`)

// lines writes an object a line.
type lines struct {
	out  *bufio.Writer
	keys [][]byte
}

func newLines(w io.Writer, columns []Column) *lines {
	l := &lines{out: bufio.NewWriter(w)}
	for i, c := range columns {
		sep := ","
		if i == 0 {
			sep = "{"
		}
		l.keys = append(l.keys, append(append([]byte(sep), jsonText(c.Key)...), ':'))
	}
	return l
}

// jsonText is a text in JSON, with < > and & as they are.
func jsonText(s string) []byte {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a text can be written
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}

func (l *lines) row(cells []Cell) error {
	for i, c := range cells {
		_, _ = l.out.Write(l.keys[i]) // the last write tells
		switch {
		case c.Kind == Empty:
			_, _ = l.out.WriteString("null")
		case c.Kind == Number && exactNumber.MatchString(c.Text), c.Kind == Bool && (c.Text == "true" || c.Text == "false"):
			_, _ = l.out.WriteString(c.Text)
		default:
			_, _ = l.out.Write(jsonText(c.Text))
		}
	}
	if len(cells) == 0 {
		_ = l.out.WriteByte('{')
	}
	_, err := l.out.WriteString("}\n")
	return err
}

func (l *lines) flush() error { return l.out.Flush() }

func (l *lines) close() error { return l.flush() }

// dayOfCell is the instant of a date cell.
func dayOfCell(s string) (at time.Time, clock, ok bool) {
	if at, err := time.Parse(time.DateOnly, s); err == nil {
		return at, false, true
	}
	at, err := time.Parse(dateTime, s)
	return at, true, err == nil
}
