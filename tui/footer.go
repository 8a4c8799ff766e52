package tui

import (
	"github.com/charmbracelet/bubbles/help"
	"github.com/charmbracelet/bubbles/key"
)

// bindings are the actions that the footer shows.
func bindings(actions []action) []key.Binding {
	var out []key.Binding
	for _, a := range actions {
		if !a.quiet && a.blocked == "" {
			out = append(out, a.binding())
		}
	}
	return out
}

func (t theme) help(width int) help.Model {
	h := help.New()
	h.Width = width
	h.ShortSeparator = "  "
	h.Styles = help.Styles{ShortKey: t.accent, ShortDesc: t.dim, ShortSeparator: t.dim, Ellipsis: t.dim}
	return h
}
