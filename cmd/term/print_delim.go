package term

import (
	"bytes"
	"strings"

	"example.com/monitor/store"
)

// tsvWriter writes what pipes get: a heading of field names, then one line per
// record, nothing shortened.
type tsvWriter[T any] struct {
	o       *Output[T]
	started bool
}

func (w *tsvWriter[T]) Write(rows []T) error {
	var b strings.Builder
	w.heading(&b)
	for i := range rows {
		for j, f := range w.o.fields {
			if j > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(TsvCell(MachineText(f.Value(&rows[i]))))
		}
		b.WriteByte('\n')
	}
	return w.o.send([]byte(b.String()))
}

func (w *tsvWriter[T]) heading(b *strings.Builder) {
	if w.started {
		return
	}
	w.started = true
	b.WriteString(strings.Join(FieldNames(w.o.fields), "\t") + "\n")
}

func (w *tsvWriter[T]) Close() error { return w.Write(nil) }

// csvWriter writes RFC 4180 with a heading; cells that a spreadsheet would run
// as formulas are neutralised.
type csvWriter[T any] struct {
	o   *Output[T]
	buf bytes.Buffer
	csv *store.SheetWriter
}

func (w *csvWriter[T]) Write(rows []T) error {
	if w.csv == nil {
		var columns []store.SheetColumn
		for _, name := range FieldNames(w.o.fields) {
			columns = append(columns, store.SheetColumn{Key: name, Kind: store.SheetText})
		}
		var err error
		if w.csv, err = store.NewSheetWriter(&w.buf, store.SheetCSV, store.SheetPrograms, columns); err != nil {
			return err
		}
	}
	cells := make([]store.SheetCell, len(w.o.fields))
	for i := range rows {
		for j, f := range w.o.fields {
			cells[j] = store.SheetCell{Kind: store.SheetText, Text: w.text(f.Value(&rows[i]))}
		}
		_ = w.csv.Row(cells) // Flush tells
	}
	if err := w.csv.Flush(); err != nil {
		return err
	}
	defer w.buf.Reset()
	return w.o.send(w.buf.Bytes())
}

// text keeps the data as they are for files; a terminal is protected, of which the letters
// that stand for hostile runes must not hide a formula.
func (w *csvWriter[T]) text(v any) string {
	text := MachineText(v)
	if w.o.terminal {
		return OneLine(store.SafeCell(text))
	}
	return text
}

func (w *csvWriter[T]) Close() error { return w.Write(nil) }

// idsWriter writes one id per line, for xargs.
type idsWriter[T any] struct{ o *Output[T] }

func (w *idsWriter[T]) Write(rows []T) error {
	var b strings.Builder
	for i := range rows {
		b.WriteString(MachineText(w.o.ids().Value(&rows[i])) + "\n")
	}
	return w.o.send([]byte(b.String()))
}

func (*idsWriter[T]) Close() error { return nil }
