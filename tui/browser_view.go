package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

func (b *browser[T]) View(w, h int) []string {
	if !roomy(w, h) {
		return b.bare(w, h)
	}
	title := b.look.head
	if size := b.list.size(); size != "" {
		title += " · " + size
	}
	f := framed{title: title, aside: b.filtersText(false), foot: b.list.where(), status: b.status(), width: w, height: h}
	if b.look.hint != "" {
		f.lines = append(f.lines, b.searchLine(w-4))
	}
	f.lines = append(f.lines, b.list.bodyView(w-4, h-2-len(f.lines), b.empty())...)
	f.thumb = b.list.thumb(h - 2)
	return b.shell.th.frame(f)
}

// bare is the page on a small terminal, where a frame would cost too much.
func (b *browser[T]) bare(w, h int) []string {
	var out []string
	if b.bareHead(h) {
		out = append(out, " "+b.bareLine(w-2))
	}
	status := pair(b.list.where(), b.status(), w-2)
	body := b.list.bodyView(w, h-len(out)-1, b.empty())
	out = append(out, tall(body, h-len(out)-1)...)
	return append(out, " "+b.shell.th.dim.Render(status))
}

// bareHead says whether the small page has a line above its rows.
func (b *browser[T]) bareHead(h int) bool {
	return b.searching || b.term() != "" || b.filtered() || (h >= 7 && b.look.hint != "")
}

// above is how many lines of the page stand above its list.
func (b *browser[T]) above(w, h int) int {
	switch {
	case roomy(w, h) && b.look.hint != "":
		return 2
	case roomy(w, h) || b.bareHead(h):
		return 1
	}
	return 0
}

// bareLine is the search and, where they hide rows, the filters.
func (b *browser[T]) bareLine(w int) string {
	filters := clip(b.filtersText(true), w)
	switch {
	case filters == "" || b.searching:
		return b.searchLine(w)
	case b.term() == "":
		return b.shell.th.accent.Render(filters)
	default:
		return b.shell.th.accent.Render(clip("/ "+line(b.term())+" · "+filters, w))
	}
}

func (b *browser[T]) status() string {
	if mark := b.list.list.mark(); mark != "" {
		return mark + " consultando"
	}
	return b.list.age()
}

func (b *browser[T]) searchLine(w int) string {
	t := b.shell.th
	switch {
	case b.searching:
		return t.accent.Render("/ ") + b.input.View(t, w-2, b.look.hint)
	case b.term() != "":
		return t.accent.Render("/ ") + t.strong.Render(cell(b.term(), w-2))
	default:
		return t.dim.Render(clip("/ buscar por "+b.look.hint, w))
	}
}

// filtersText names the filters: those that hide rows, or all that have a name
// for hiding none as well.
func (b *browser[T]) filtersText(activeOnly bool) string {
	var out []string
	for _, f := range b.filters {
		if text := f.Text(); text != "" && (f.Active() || !activeOnly) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " · ")
}

// empty is what stands in for rows when the answer was an empty list.
func (b *browser[T]) empty() alone {
	filters := b.filtersText(true)
	switch {
	case b.term() != "":
		what := b.look.none() + " encontrad" + b.look.o() + " para “" + line(b.term()) + "”"
		if filters != "" {
			what += " com o filtro “" + filters + "”"
		}
		return alone{glyph: "∅", news: what, next: []string{"esc limpa a busca"}}
	case filters != "":
		return alone{glyph: "∅", news: b.look.none() + " com o filtro “" + filters + "”", next: []string{"esc limpa o filtro"}}
	default:
		a := b.look.blank()
		a.glyph, a.news = "∅", first(a.news, b.look.none()+" cadastrad"+b.look.o())
		return a
	}
}

// click selects a row; on the selected one it opens it.
func (b *browser[T]) Click(_, y, w, h int) tea.Cmd {
	i := y - b.list.rowsAt - b.above(w, h)
	if i < 0 || i >= len(b.list.win.visible()) {
		return nil
	}
	row := b.list.win.top + i
	if row == b.list.win.cursor {
		return b.shell.enter()
	}
	return b.list.move(row - b.list.win.cursor)
}
