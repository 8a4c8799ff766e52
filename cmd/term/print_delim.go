package term

import (
	"bytes"
	"encoding/csv"
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
	o       *Output[T]
	buf     bytes.Buffer
	csv     *csv.Writer
	started bool
}

func newCSVWriter[T any](o *Output[T]) *csvWriter[T] {
	w := &csvWriter[T]{o: o}
	w.csv = csv.NewWriter(&w.buf)
	return w
}

func (w *csvWriter[T]) Write(rows []T) error {
	if !w.started {
		w.started = true
		_ = w.csv.Write(FieldNames(w.o.fields)) // A bytes.Buffer does not fail.
	}
	cells := make([]string, len(w.o.fields))
	for i := range rows {
		for j, f := range w.o.fields {
			cells[j] = w.cell(f.Value(&rows[i]))
		}
		_ = w.csv.Write(cells)
	}
	w.csv.Flush()
	defer w.buf.Reset()
	return w.o.send(w.buf.Bytes())
}

// cell keeps the data as they are for files; a terminal is protected.
func (w *csvWriter[T]) cell(v any) string {
	text := store.SafeCell(MachineText(v))
	if w.o.terminal {
		return OneLine(text)
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
