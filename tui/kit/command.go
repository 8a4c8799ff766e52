package kit

import (
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/text/unicode/norm"
)

// Command is what can be typed after ":".
type Command struct {
	Name string
	Args string // for people; "" takes none, in <> one is needed
	Desc string
	// Values are the arguments that completion proposes.
	Values []string
	Run    func(p *Palette, arg string) tea.Cmd
}

// proposal is one line under the field.
type proposal struct{ Text, Label, desc string }

// Plain folds case and accents away, so that :conexoes is :conexões.
func Plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// findCommand takes a whole name or the beginning of a single one.
func (sh *Shell) findCommand(name string) (Command, string) {
	var found []Command
	for _, c := range sh.Commands() {
		switch {
		case Plain(c.Name) == Plain(name):
			return c, ""
		case strings.HasPrefix(Plain(c.Name), Plain(name)):
			found = append(found, c)
		}
	}
	switch len(found) {
	case 1:
		return found[0], ""
	case 0:
		return Command{}, "Não há o comando “" + name + "”. Tecle tab em uma linha vazia para ver todos."
	}
	var names []string
	for _, c := range found {
		names = append(names, c.Name)
	}
	return Command{}, "“" + name + "” pode ser " + strings.Join(names, " ou ") + ": escreva mais uma letra."
}

// Proposals are the completions of a text.
func (sh *Shell) Proposals(text string) []proposal {
	name, arg, hasArg := strings.Cut(strings.TrimLeft(text, " "), " ")
	if hasArg {
		return sh.argProposals(name, arg)
	}
	var out []proposal
	for _, c := range sh.Commands() {
		if !strings.HasPrefix(Plain(c.Name), Plain(name)) {
			continue
		}
		text := c.Name
		if strings.HasPrefix(c.Args, "<") {
			text += " "
		}
		out = append(out, proposal{text, strings.TrimSpace(c.Name + " " + c.Args), c.Desc})
	}
	return out
}

func (sh *Shell) argProposals(name, arg string) []proposal {
	c, problem := sh.findCommand(name)
	if problem != "" {
		return nil
	}
	var out []proposal
	for _, v := range c.Values {
		if strings.HasPrefix(Plain(v), Plain(arg)) {
			out = append(out, proposal{c.Name + " " + v, v, ""})
		}
	}
	if len(out) == 0 {
		return []proposal{{c.Name + " " + arg, strings.TrimSpace(c.Name + " " + c.Args), c.Desc}}
	}
	return out
}
