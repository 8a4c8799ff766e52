package tui

import (
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/text/unicode/norm"
)

// command is what can be typed after ":".
type command struct {
	name string
	args string // for people; "" takes none, in <> one is needed
	desc string
	// values are the arguments that completion proposes.
	values []string
	run    func(p *palette, arg string) tea.Cmd
}

// proposal is one line under the field.
type proposal struct{ text, label, desc string }

// plain folds case and accents away, so that :conexoes is :conexões.
func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// findCommand takes a whole name or the beginning of a single one.
func (sh *shell) findCommand(name string) (command, string) {
	var found []command
	for _, c := range sh.commands() {
		switch {
		case plain(c.name) == plain(name):
			return c, ""
		case strings.HasPrefix(plain(c.name), plain(name)):
			found = append(found, c)
		}
	}
	switch len(found) {
	case 1:
		return found[0], ""
	case 0:
		return command{}, "Não há o comando “" + name + "”. Tecle tab em uma linha vazia para ver todos."
	}
	var names []string
	for _, c := range found {
		names = append(names, c.name)
	}
	return command{}, "“" + name + "” pode ser " + strings.Join(names, " ou ") + ": escreva mais uma letra."
}

// proposals are the completions of a text.
func (sh *shell) proposals(text string) []proposal {
	name, arg, hasArg := strings.Cut(strings.TrimLeft(text, " "), " ")
	if hasArg {
		return sh.argProposals(name, arg)
	}
	var out []proposal
	for _, c := range sh.commands() {
		if !strings.HasPrefix(plain(c.name), plain(name)) {
			continue
		}
		text := c.name
		if strings.HasPrefix(c.args, "<") {
			text += " "
		}
		out = append(out, proposal{text, strings.TrimSpace(c.name + " " + c.args), c.desc})
	}
	return out
}

func (sh *shell) argProposals(name, arg string) []proposal {
	c, problem := sh.findCommand(name)
	if problem != "" {
		return nil
	}
	var out []proposal
	for _, v := range c.values {
		if strings.HasPrefix(plain(v), plain(arg)) {
			out = append(out, proposal{c.name + " " + v, v, ""})
		}
	}
	if len(out) == 0 {
		return []proposal{{c.name + " " + arg, strings.TrimSpace(c.name + " " + c.args), c.desc}}
	}
	return out
}
