package kit

import (
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// Column is one column of a grid.
type Column[T any] struct {
	Title string
	// Width is the least number of cells; share tells how the rest of the line is
	// divided among the columns that want more (0: none).
	Width, Share int
	// Rank decides who comes first on a narrow screen; 0 always stays.
	Rank  int
	Value func(T) string
}

// Grid draws records as lines. Its first sign, before the columns, is a glyph
// for the state of the record.
type Grid[T any] struct {
	Columns []Column[T]
	Glyph   func(T) (sign string, style lipgloss.Style)
	Faded   func(T) bool // the record matters less
}

const (
	prefix = 4 // what stands before the columns: selection mark, glyph and blanks
	gap    = 2 // between columns
)

// gridLayout is a grid on a given width.
type gridLayout[T any] struct {
	Grid[T]
	cols   []Column[T]
	widths []int
}

// Layout chooses the columns for w cells, in the order of their rank: each one
// for which there still is room.
func (g Grid[T]) Layout(w int) gridLayout[T] {
	l := gridLayout[T]{Grid: g}
	room := w - prefix
	left := room + gap
	chosen := map[int]bool{}
	for _, i := range g.byRank() {
		if need := g.Columns[i].Width + gap; len(chosen) == 0 || need <= left {
			chosen[i] = true
			left -= need
		}
	}
	for i, c := range g.Columns {
		if chosen[i] {
			l.cols = append(l.cols, c)
		}
	}
	l.share(room)
	return l
}

func (g Grid[T]) byRank() []int {
	order := make([]int, len(g.Columns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return g.Columns[a].Rank - g.Columns[b].Rank })
	return order
}

// share gives every column its least width and divides what is left.
func (l *gridLayout[T]) share(room int) {
	left, shares := room, 0
	for _, c := range l.cols {
		left -= c.Width + gap
		shares += c.Share
	}
	left += gap
	for _, c := range l.cols {
		w := c.Width
		if c.Share > 0 && left > 0 {
			w += left * c.Share / shares
		}
		l.widths = append(l.widths, w)
	}
	if left < 0 { // even the first column does not fit
		l.widths[0] = max(1, l.widths[0]+left)
	}
}

func (l gridLayout[T]) Heads() string {
	return strings.Repeat(" ", prefix) + l.join(func(c Column[T]) string { return c.Title })
}

func (l gridLayout[T]) Row(t Theme, r T, selected, marked bool) string {
	text := l.join(func(c Column[T]) string { return c.Value(r) })
	sign, style := l.Glyph(r)
	tick := " "
	if marked {
		tick = "✓"
	}
	if selected {
		return t.Selected.Render("❯" + tick + sign + " " + text)
	}
	if l.Faded(r) {
		text = t.Dim.Render(text)
	}
	return " " + t.Accent.Render(tick) + style.Render(sign) + " " + text
}

func (l gridLayout[T]) join(text func(Column[T]) string) string {
	var b strings.Builder
	for i, c := range l.cols {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		b.WriteString(Cell(text(c), l.widths[i]))
	}
	return b.String()
}
