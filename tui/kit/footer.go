package kit

import (
	"github.com/charmbracelet/bubbles/help"
	"github.com/charmbracelet/bubbles/key"
)

// Bindings are the actions that the footer shows.
func Bindings(actions []Action) []key.Binding {
	var out []key.Binding
	for _, a := range actions {
		if !a.Quiet && a.Blocked == "" {
			out = append(out, a.binding())
		}
	}
	return out
}

// Help draws keys for the footer on width cells.
func (t Theme) Help(width int) help.Model {
	h := help.New()
	h.Width = width
	h.ShortSeparator = "  "
	h.Styles = help.Styles{ShortKey: t.Accent, ShortDesc: t.Dim, ShortSeparator: t.Dim, Ellipsis: t.Dim}
	return h
}
