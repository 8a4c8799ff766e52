package term

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const (
	// TableSample is how many rows decide the widths; later rows keep them, so
	// that a list of any length flows without being held in memory.
	TableSample = 500
	// ColumnGap stands between two columns.
	ColumnGap = "  "
)

// tableWriter aligns columns for people. On a terminal it is fitted to the
// width: columns are shortened with "…", then left out and named on stderr.
type tableWriter[T any] struct {
	o       *Output[T]
	waiting [][]string
	widths  []int
	started bool
}

func (w *tableWriter[T]) Write(rows []T) error {
	for i := range rows {
		w.waiting = append(w.waiting, w.cells(&rows[i]))
	}
	if len(w.waiting) < TableSample && !w.started {
		return nil
	}
	return w.flush()
}

func (w *tableWriter[T]) cells(record *T) []string {
	cells := make([]string, len(w.o.fields))
	for i, f := range w.o.fields {
		cells[i] = PersonText(f.Value(record), w.o.Zone)
		if f.Name == "id" {
			cells[i] = MachineText(f.Value(record))
		}
	}
	return cells
}

func (w *tableWriter[T]) Close() error {
	if len(w.waiting) == 0 && !w.started {
		return nil
	}
	if err := w.flush(); err != nil {
		return err
	}
	w.tellHidden()
	return nil
}

func (w *tableWriter[T]) flush() error {
	var b strings.Builder
	if !w.started {
		w.started = true
		w.fit()
		w.line(&b, w.headings(), w.o.colour)
	}
	for _, row := range w.waiting {
		w.line(&b, row, false)
	}
	w.waiting = w.waiting[:0]
	return w.o.send([]byte(b.String()))
}

func (w *tableWriter[T]) headings() []string {
	titles := make([]string, len(w.o.fields))
	for i, f := range w.o.fields {
		titles[i] = strings.ToUpper(f.Title)
	}
	return titles
}

func (w *tableWriter[T]) line(b *strings.Builder, cells []string, bold bool) {
	var text strings.Builder
	for i, cell := range cells[:len(w.widths)] {
		if i > 0 {
			text.WriteString(ColumnGap)
		}
		text.WriteString(Pad(cell, w.widths[i], w.o.terminal))
	}
	out := strings.TrimRight(text.String(), " ")
	if bold {
		out = "\x1b[1m" + out + "\x1b[0m"
	}
	b.WriteString(out + "\n")
}

// Pad shortens (on a terminal) or fills a cell to width.
func Pad(s string, width int, shorten bool) string {
	if shorten {
		s = ansi.Truncate(s, width, "…")
	}
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

// fit measures the waiting rows and makes the columns fit the terminal.
func (w *tableWriter[T]) fit() {
	w.widths = make([]int, len(w.o.fields))
	for _, row := range append([][]string{w.headings()}, w.waiting...) {
		for i, cell := range row {
			w.widths[i] = max(w.widths[i], ansi.StringWidth(cell))
		}
	}
	if !w.o.terminal {
		return
	}
	w.widths = w.widths[:w.fitting()]
	for w.total() > w.o.width && w.shrinkWidest() {
	}
	w.widths[0] = min(w.widths[0], w.o.width)
}

func (w *tableWriter[T]) total() int {
	sum := len(ColumnGap) * (len(w.widths) - 1)
	for _, n := range w.widths {
		sum += n
	}
	return sum
}

// fitting is how many columns, from the left, fit when each is as narrow as it
// may be; at least one.
func (w *tableWriter[T]) fitting() int {
	room := w.o.width
	for i := range w.widths {
		if room -= w.least(i); room < 0 {
			return max(1, i)
		}
		room -= len(ColumnGap)
	}
	return len(w.widths)
}

// least is the width under which shortening a column helps nobody.
func (w *tableWriter[T]) least(i int) int {
	if n := w.o.fields[i].Least; n > 0 {
		return min(n, w.widths[i])
	}
	return w.widths[i]
}

// shrinkWidest takes a cell from the column that can best spare it.
func (w *tableWriter[T]) shrinkWidest() bool {
	best, spare := -1, 0
	for i, n := range w.widths {
		if s := n - w.least(i); s > spare {
			best, spare = i, s
		}
	}
	if best < 0 {
		return false
	}
	w.widths[best]--
	return true
}

func (w *tableWriter[T]) tellHidden() {
	if len(w.widths) == len(w.o.fields) {
		return
	}
	names := FieldNames(w.o.fields[len(w.widths):])
	fmt.Fprintf(w.o.t.Err, "Não couberam: %s — use --campos ou -o csv\n", strings.Join(names, ", "))
}

// card writes one record for people, a field per line.
func (o *Output[T]) card(record T) error {
	width := 0
	for _, f := range o.fields {
		width = max(width, ansi.StringWidth(f.Title))
	}
	var b strings.Builder
	for _, f := range o.fields {
		value := PersonText(f.Value(&record), o.Zone)
		if f.Name == "id" {
			value = MachineText(f.Value(&record))
		}
		if value == "" {
			value = "—"
		}
		label := Pad(f.Title, width, false)
		if o.colour {
			label = "\x1b[1m" + label + "\x1b[0m"
		}
		b.WriteString(label + ColumnGap + value + "\n")
	}
	return o.send([]byte(b.String()))
}
