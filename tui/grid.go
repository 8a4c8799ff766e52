package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// column is one column of a grid.
type column[T any] struct {
	title string
	// width is the least number of cells; share tells how the rest of the line is
	// divided among the columns that want more (0: none).
	width, share int
	// rank decides who comes first on a narrow screen; 0 always stays.
	rank  int
	value func(T) string
}

// grid draws records as lines. Its first sign, before the columns, is a glyph
// for the state of the record.
type grid[T any] struct {
	columns []column[T]
	glyph   func(T) (sign string, style lipgloss.Style)
	faded   func(T) bool // the record matters less
}

const (
	prefix = 4 // what stands before the columns: selection mark, glyph and blanks
	gap    = 2 // between columns
)

// gridLayout is a grid on a given width.
type gridLayout[T any] struct {
	grid[T]
	cols   []column[T]
	widths []int
}

// layout chooses the columns for w cells, in the order of their rank: each one
// for which there still is room.
func (g grid[T]) layout(w int) gridLayout[T] {
	l := gridLayout[T]{grid: g}
	room := w - prefix
	left := room + gap
	chosen := map[int]bool{}
	for _, i := range g.byRank() {
		if need := g.columns[i].width + gap; len(chosen) == 0 || need <= left {
			chosen[i] = true
			left -= need
		}
	}
	for i, c := range g.columns {
		if chosen[i] {
			l.cols = append(l.cols, c)
		}
	}
	l.share(room)
	return l
}

func (g grid[T]) byRank() []int {
	order := make([]int, len(g.columns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return g.columns[a].rank - g.columns[b].rank })
	return order
}

// share gives every column its least width and divides what is left.
func (l *gridLayout[T]) share(room int) {
	left, shares := room, 0
	for _, c := range l.cols {
		left -= c.width + gap
		shares += c.share
	}
	left += gap
	for _, c := range l.cols {
		w := c.width
		if c.share > 0 && left > 0 {
			w += left * c.share / shares
		}
		l.widths = append(l.widths, w)
	}
	if left < 0 { // even the first column does not fit
		l.widths[0] = max(1, l.widths[0]+left)
	}
}

func (l gridLayout[T]) heads() string {
	return strings.Repeat(" ", prefix) + l.join(func(c column[T]) string { return c.title })
}

func (l gridLayout[T]) row(t theme, r T, selected, marked bool) string {
	text := l.join(func(c column[T]) string { return c.value(r) })
	sign, style := l.glyph(r)
	tick := " "
	if marked {
		tick = "✓"
	}
	if selected {
		return t.selected.Render("❯" + tick + sign + " " + text)
	}
	if l.faded(r) {
		text = t.dim.Render(text)
	}
	return " " + t.accent.Render(tick) + style.Render(sign) + " " + text
}

func (l gridLayout[T]) join(text func(column[T]) string) string {
	var b strings.Builder
	for i, c := range l.cols {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		b.WriteString(cell(text(c), l.widths[i]))
	}
	return b.String()
}
