package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/monitor/store/fault"
)

// Format is the kind of a file.
type Format string

// The formats.
const (
	XLSX   Format = "xlsx"
	CSV    Format = "csv"
	NDJSON Format = "ndjson"
)

// Kind is what the file itself says a cell is.
type Kind int

// The kinds. Wrong is an error value (#N/D, #REF!).
const (
	Empty Kind = iota
	Text
	Number
	Date
	Bool
	Wrong
)

// Cell is one cell. Text is what a person sees in it, without loss: a number in plain digits
// with a point as decimal, a date as 2006-01-02 or 2006-01-02T15:04:05, a bool as true or false.
// A number that the sheet shows with leading zeros (a CEP, a CPF) has them.
type Cell struct {
	Kind Kind
	Text string

	since1904 bool // numbers are days since then
}

// Options are what the caller knows of a file.
type Options struct {
	Sheet string // its name; "" is the first visible one
}

// Row is one record. Line is the number beside the row in a spreadsheet; there are exactly as
// many cells as titles.
type Row struct {
	Line  int
	Cells []Cell
}

// LineError is about one row; the rows after it can be read.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("Linha %d: %s", e.Line, e.Err) }

// Unwrap gives the refusal.
func (e *LineError) Unwrap() error { return e.Err }

// Table is an open file. Encoding and Comma are those of a CSV file.
type Table struct {
	Format     Format
	Sheet      string
	Sheets     []string // the visible ones
	Encoding   string
	Comma      rune
	Header     []string
	HeaderLine int

	rows source
	held []item // read to find the titles
	ends bool   // rows has no more
}

// source is the rows of a file, also the empty ones, as wide as they are.
type source interface {
	next() (Row, error)
	close() error
}

// item is what a source gave.
type item struct {
	row Row
	err error
}

// Open finds out by itself what the file is. name is only for messages. The table reads from f
// until it is closed.
func Open(f io.ReaderAt, size int64, name string, o Options) (*Table, error) {
	kind, err := sniff(f, size, name)
	if err != nil {
		return nil, err
	}
	t := &Table{Format: kind}
	switch kind {
	case XLSX:
		err = t.openWorkbook(f, size, name, o)
	case NDJSON:
		err = t.openJSON(f, size)
	case CSV:
		err = t.openCSV(f, size)
	}
	if err == nil && t.Header == nil {
		err = t.findHeader()
	}
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Next is the next row that is not wholly empty, and io.EOF at the end.
func (t *Table) Next() (Row, error) {
	for {
		it, ok := t.take()
		if !ok {
			return Row{}, io.EOF
		}
		if it.err != nil {
			return it.row, it.err
		}
		if filled(it.row.Cells) == 0 {
			continue
		}
		return t.fit(it.row)
	}
}

// take is what comes next, held or read.
func (t *Table) take() (item, bool) {
	if len(t.held) > 0 {
		it := t.held[0]
		t.held[0] = item{}
		t.held = t.held[1:]
		return it, true
	}
	return t.read()
}

// read asks the source; after a fault that is not about one row nothing comes any more.
func (t *Table) read() (item, bool) {
	if t.ends {
		return item{}, false
	}
	row, err := t.rows.next()
	var line *LineError
	if err != nil && !errors.As(err, &line) {
		t.ends = true
		if errors.Is(err, io.EOF) {
			return item{}, false
		}
	}
	return item{row, err}, true
}

// fit makes a row as wide as the titles.
func (t *Table) fit(r Row) (Row, error) {
	for i := len(t.Header); i < len(r.Cells); i++ {
		if r.Cells[i].String() != "" {
			return Row{Line: r.Line}, &LineError{r.Line, refuse("há mais células do que colunas no cabeçalho (a partir de %q, na coluna %s): confira os separadores e as aspas desta linha, ou dê um título à coluna", clip(r.Cells[i].Text), letters(i))}
		}
	}
	if len(r.Cells) >= len(t.Header) {
		r.Cells = r.Cells[:len(t.Header):len(t.Header)]
	} else {
		r.Cells = append(r.Cells, make([]Cell, len(t.Header)-len(r.Cells))...)
	}
	return r, nil
}

// Close lets the file go.
func (t *Table) Close() error {
	t.ends, t.held = true, nil
	if t.rows == nil {
		return nil
	}
	return t.rows.close()
}

// String is the text without what surrounds it.
func (c Cell) String() string { return strings.TrimFunc(c.Text, blank) }

// refuse is a sentence about the file.
func refuse(format string, args ...any) error {
	return fault.Invalid("arquivo", fmt.Sprintf(format, args...))
}

func filled(cells []Cell) int {
	n := 0
	for _, c := range cells {
		if c.Kind != Empty && c.String() != "" {
			n++
		}
	}
	return n
}

// clip is the beginning of a text, for a sentence.
func clip(s string) string {
	runes := []rune(s)
	if len(runes) > 30 {
		return string(runes[:29]) + "…"
	}
	return s
}

// letters names a column as spreadsheets do.
func letters(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}
