package tui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.com/monitor/tui/kit"
)

// The terminal from which the tabs have a line of their own. On a smaller one
// the header's first line counts the pages instead.
const (
	tabsWidth  = 36
	tabsHeight = 16
)

// header is one line with the path, who is at work and on which database, and
// one with the pages where there is room.
func (a *app) header() []string {
	tabbed := len(a.env.tabs) > 1 && a.width >= tabsWidth && a.height >= tabsHeight
	top := a.headline(!tabbed)
	if !tabbed {
		return []string{top}
	}
	return []string{top, a.tabs()}
}

// headline is the path on the left; person, database and marks on the right.
// The marks are the last to give way.
func (a *app) headline(folded bool) string {
	t, w := a.env.Theme, a.width
	marks, left := a.marks(w), t.Mark(t.Brand, "monitor")
	if n := len(a.env.tabs); folded && n > 1 {
		left += " " + t.Accent.Render(fmt.Sprintf("%d/%d", a.env.shown+1, n))
	}
	room := w - ansi.StringWidth(marks) - 1
	if free := room - ansi.StringWidth(left) - 1; free > 0 {
		left += " " + t.Strong.Render(a.path(free))
	}
	left = kit.Clip(left, max(0, room))
	right := a.place(room - ansi.StringWidth(left) - 2)
	if right != "" {
		marks = t.Dim.Render(right) + " " + marks
	}
	return kit.Sides(left, marks, w)
}

// place says on w cells who is at work and on which database, or one of them.
func (a *app) place(w int) string {
	who, bank := a.who(), kit.Line(a.env.cfg.Database)
	const least = 12 // a shorter end of a path tells nothing
	free := w - ansi.StringWidth(who) - 3
	switch {
	case w < least:
		return ""
	case bank == "":
		return kit.Clip(who, w)
	case who != "" && free >= least:
		return who + " · " + kit.ClipLeft(bank, free)
	default:
		return kit.ClipLeft(bank, min(w, a.width/2))
	}
}

// who names the actor and what they may do.
func (a *app) who() string {
	h := a.env.cfg.Handle
	if h == nil || !h.Actor().Autenticado() {
		return ""
	}
	actor := h.Actor()
	if _, person := actor.Pessoa(); !person {
		return "operador local"
	}
	return kit.Clip(kit.Line(actor.Nome()), 24) + " (" + accessName(actor.Nivel()) + ")"
}

// path names the screens on the stack on w cells, the last one at least.
func (a *app) path(w int) string {
	var names []string
	for _, s := range a.env.Stack {
		if name := s.Title(); name != "" {
			names = append(names, name)
		}
	}
	full := kit.Line(strings.Join(names, " › "))
	if ansi.StringWidth(full) <= w || len(names) == 0 {
		return full
	}
	return kit.Clip("… › "+kit.Line(names[len(names)-1]), w)
}

// marks warn of what kind of database this is.
func (a *app) marks(w int) string {
	t, cfg := a.env.Theme, a.env.cfg
	demo, read := "DEMONSTRAÇÃO", "SOMENTE LEITURA"
	if w < 50 {
		demo, read = "DEMO", "LEITURA"
	}
	var out []string
	if cfg.Demo {
		out = append(out, t.Mark(t.Demo, demo))
	}
	if cfg.ReadOnly {
		out = append(out, t.Mark(t.ReadOnly, read))
	}
	return strings.Join(out, " ")
}

// tabs names the pages; where they do not fit, the others stand closer, or keep their
// numbers only.
func (a *app) tabs() string { return strings.Join(a.tabTexts(), "") }

// tabTexts are the parts of that line, one for each page.
func (a *app) tabTexts() []string {
	for _, between := range []string{" ", ""} {
		full := a.tabLine(func(i int, t *tab) string { return strconv.Itoa(i+1) + between + t.title })
		if ansi.StringWidth(strings.Join(full, "")) <= a.width {
			return full
		}
	}
	return a.tabLine(func(i int, _ *tab) string { return strconv.Itoa(i + 1) })
}

func (a *app) tabLine(name func(int, *tab) string) []string {
	t := a.env.Theme
	var out []string
	for i, tab := range a.env.tabs {
		text, style, before := name(i, tab), t.Text, " "
		switch {
		case i == a.env.shown:
			out = append(out, t.Mark(t.Tab, strconv.Itoa(i+1)+" "+tab.title))
			continue
		case i == 0:
			before = ""
		case tab.blocked(a.env) != "":
			style = t.Dim
		case i == a.env.shown+1: // the mark before ends in a blank
			before = ""
		}
		out = append(out, before+style.Render(text))
	}
	return out
}
