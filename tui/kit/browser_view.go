package kit

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

func (b *Browser[T]) View(w, h int) []string {
	if !Roomy(w, h) {
		return b.bare(w, h)
	}
	title := b.Look.Head
	if size := b.List.size(); size != "" {
		title += " · " + size
	}
	if b.List.Every {
		title += " · " + b.Look.all(b.List.HowMany()) + " marcad" + b.Look.o() + "s"
	}
	f := Framed{Title: title, Aside: b.filtersText(false), foot: b.List.where(), Status: b.status(), Width: w, Height: h}
	if b.Look.Hint != "" {
		f.Lines = append(f.Lines, b.searchLine(w-4))
	}
	f.Lines = append(f.Lines, b.List.bodyView(w-4, h-2-len(f.Lines), b.empty())...)
	f.thumb = b.List.thumb(h - 2)
	return b.shell.Theme.Frame(f)
}

// bare is the page on a small terminal, where a frame would cost too much.
func (b *Browser[T]) bare(w, h int) []string {
	var out []string
	if b.bareHead(h) {
		out = append(out, " "+b.bareLine(w-2))
	}
	status := pair(b.List.where(), b.status(), w-2)
	body := b.List.bodyView(w, h-len(out)-1, b.empty())
	out = append(out, Tall(body, h-len(out)-1)...)
	return append(out, " "+b.shell.Theme.Dim.Render(status))
}

// bareHead says whether the small page has a line above its rows.
func (b *Browser[T]) bareHead(h int) bool {
	return b.Searching || b.Term() != "" || b.filtered() || (h >= 7 && b.Look.Hint != "")
}

// above is how many lines of the page stand above its list.
func (b *Browser[T]) above(w, h int) int {
	switch {
	case Roomy(w, h) && b.Look.Hint != "":
		return 2
	case Roomy(w, h) || b.bareHead(h):
		return 1
	}
	return 0
}

// bareLine is the search and, where they hide rows, the filters.
func (b *Browser[T]) bareLine(w int) string {
	filters := Clip(b.filtersText(true), w)
	switch {
	case filters == "" || b.Searching:
		return b.searchLine(w)
	case b.Term() == "":
		return b.shell.Theme.Accent.Render(filters)
	default:
		return b.shell.Theme.Accent.Render(Clip("/ "+Line(b.Term())+" · "+filters, w))
	}
}

func (b *Browser[T]) status() string {
	if mark := b.List.List.Mark(); mark != "" {
		return mark + " consultando"
	}
	return b.List.Age()
}

func (b *Browser[T]) searchLine(w int) string {
	t := b.shell.Theme
	switch {
	case b.Searching:
		return t.Accent.Render("/ ") + b.input.View(t, w-2, b.Look.Hint)
	case b.Term() != "":
		return t.Accent.Render("/ ") + t.Strong.Render(Cell(b.Term(), w-2))
	default:
		return t.Dim.Render(Clip("/ buscar por "+b.Look.Hint, w))
	}
}

// filtersText names the filters: those that hide rows, or all that have a name
// for hiding none as well.
func (b *Browser[T]) filtersText(activeOnly bool) string {
	var out []string
	for _, f := range b.Filters {
		if text := f.Text(); text != "" && (f.Active() || !activeOnly) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " · ")
}

// empty is what stands in for rows when the answer was an empty list.
func (b *Browser[T]) empty() Alone {
	filters := b.filtersText(true)
	switch {
	case b.Term() != "":
		what := b.Look.none() + " encontrad" + b.Look.o() + " para “" + Line(b.Term()) + "”"
		if filters != "" {
			what += " com o filtro “" + filters + "”"
		}
		return Alone{Glyph: "∅", News: what, Next: []string{"esc limpa a busca"}}
	case filters != "":
		return Alone{Glyph: "∅", News: b.Look.none() + " com o filtro “" + filters + "”", Next: []string{"esc limpa o filtro"}}
	default:
		a := b.Look.Blank()
		a.Glyph, a.News = "∅", First(a.News, b.Look.none()+" cadastrad"+b.Look.o())
		return a
	}
}

// Click selects a row; on the selected one it opens it.
func (b *Browser[T]) Click(_, y, w, h int) tea.Cmd {
	i := y - b.List.rowsAt - b.above(w, h)
	if i < 0 || i >= len(b.List.Window.visible()) {
		return nil
	}
	row := b.List.Window.top + i
	if row == b.List.Window.Cursor {
		return b.shell.enter()
	}
	return b.List.Move(row - b.List.Window.Cursor)
}
