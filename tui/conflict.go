package tui

import (
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// conflict shows what the person typed beside what somebody else has saved
// meanwhile, and lets choose field by field.
type conflict struct {
	env     *env
	form    *clienteForm
	current store.Cliente // as the database has it now
	rows    []choice
	notes   []string // fields that only the other one has changed
	focus   int      // a row, then Salvar, then Voltar
	top     int
}

// choice is one field that both have changed.
type choice struct {
	column, label string
	mine, theirs  string
	takeTheirs    bool
}

func newConflict(f *clienteForm, current store.Cliente) *conflict {
	c := &conflict{env: f.env, form: f, current: current}
	changes := f.form.Changed()
	for _, field := range clienteFields() {
		now, before := *field.at(&current), *field.at(&f.original)
		mine, changed := changes[field.Column]
		switch {
		case changed && mine != now:
			c.rows = append(c.rows, choice{column: field.Column, label: field.Label, mine: mine, theirs: now})
		case now != before && !field.Secret:
			c.notes = append(c.notes, field.Label+": "+shown(before)+" → "+shown(now))
		}
	}
	if current.IsActive() != f.original.IsActive() {
		c.notes = append(c.notes, "Situação: "+situationName(f.original)+" → "+situationName(current))
	}
	return c
}

func situationName(c store.Cliente) string {
	if c.IsActive() {
		return "ativo"
	}
	return "inativo"
}

func shown(s string) string {
	if s == "" {
		return "(vazio)"
	}
	return kit.Line(s)
}

func (c *conflict) Start() tea.Cmd             { return nil }
func (c *conflict) Update(msg tea.Msg) tea.Cmd { return nil }
func (c *conflict) Typing() bool               { return true }
func (c *conflict) Title() string              { return "Conflito" }
func (c *conflict) Leave()                     {}

func (c *conflict) Actions() []kit.Action {
	k := c.env.keys
	if c.form.ask.Busy() {
		return []kit.Action{{Key: k.Back, Desc: "cancelar gravação", Run: func() tea.Cmd {
			c.env.Pop(c)
			return c.form.back()
		}}}
	}
	out := []kit.Action{}
	switch c.focus {
	case len(c.rows):
		out = append(out, kit.Action{Key: k.Press, Desc: "salvar", Run: c.save})
	case len(c.rows) + 1:
		out = append(out, kit.Action{Key: k.Press, Desc: "voltar à edição", Run: c.back})
	default:
		out = append(out,
			kit.Action{Key: k.Toggle, Run: c.flip},
			kit.Action{Key: k.Option, Desc: "alternar versão", Quiet: true, Run: c.flip})
	}
	return append(out,
		kit.Action{Key: k.NextField, Desc: "próximo", Run: c.step(1)},
		kit.Action{Key: k.PreviousField, Desc: "anterior", Run: c.step(-1)},
		kit.Action{Key: k.Back, Desc: "voltar à edição", Run: c.back})
}

func (c *conflict) step(n int) func() tea.Cmd {
	return func() tea.Cmd {
		all := len(c.rows) + 2
		c.focus = (c.focus + n + all) % all
		return nil
	}
}

func (c *conflict) flip() tea.Cmd {
	c.rows[c.focus].takeTheirs = !c.rows[c.focus].takeTheirs
	return nil
}

func (c *conflict) back() tea.Cmd {
	c.env.Pop(c)
	return nil
}

// save writes what was chosen over the version that is shown here; should that
// have changed too, the store says so again.
func (c *conflict) save() tea.Cmd {
	values := c.form.form.Changed()
	for _, r := range c.rows {
		if r.takeTheirs {
			delete(values, r.column)
		}
	}
	if len(values) == 0 {
		c.env.Pop(c.form)
		return kit.Told[store.Cliente](c.env.Shell, "Ficou a versão do banco; nada foi alterado.", c.current.ID)(0)
	}
	return c.form.change(c.current.Versao(), values)
}

func (c *conflict) View(w, h int) []string {
	t := c.env.Theme
	status := ""
	if c.form.ask.Slow {
		status = c.form.ask.Mark() + " gravando…"
	}
	if !kit.Roomy(w, h) {
		return kit.Indent(c.body(t, w-2, h))
	}
	return t.Frame(kit.Framed{
		Title: "Conflito · " + kit.Line(c.current.Nome), Status: status,
		Lines: c.body(t, w-4, h-2), Width: w, Height: h,
	})
}

func (c *conflict) body(t kit.Theme, w, h int) []string {
	lines := kit.Styled(t.Warn.Render, kit.Wrap("⚠ O cliente foi alterado por outra pessoa depois que você o abriu. Escolha o que fica:", w))
	from, to := 0, h
	for i, r := range c.rows {
		if i == c.focus {
			from, to = len(lines), len(lines)+4
		}
		lines = append(lines, c.rowView(t, i, r, w)...)
	}
	for i, n := range c.notes {
		if i == 0 {
			lines = append(lines, "", t.Dim.Render(kit.Clip("Alterado só pela outra pessoa (fica como está):", w)))
		}
		lines = append(lines, t.Dim.Render(kit.Clip("  "+n, w)))
	}
	lines = append(lines, "", c.buttons(t, w))
	if c.focus >= len(c.rows) {
		from, to = len(lines)-1, len(lines)
	}
	c.top = max(0, min(min(c.top, from), len(lines)-h))
	c.top = max(c.top, to-h)
	return lines[min(c.top, len(lines)):min(len(lines), c.top+h)]
}

func (c *conflict) rowView(t kit.Theme, i int, r choice, w int) []string {
	mark, style := "  ", t.Strong
	if i == c.focus {
		mark, style = t.Accent.Render("❯ "), t.Accent
	}
	option := func(on bool, label, value string) string {
		sign := "    ( ) "
		if on {
			sign = "    (•) "
		}
		text := kit.Clip(sign+kit.Fit(label, 9)+" "+shown(value), w)
		if on {
			return t.Strong.Render(text)
		}
		return t.Dim.Render(text)
	}
	return []string{
		"", kit.Clip(mark+style.Render(r.label), w),
		option(!r.takeTheirs, "sua", r.mine), option(r.takeTheirs, "do banco", r.theirs),
	}
}

func (c *conflict) buttons(t kit.Theme, w int) string {
	save := t.Press("Salvar", c.focus == len(c.rows), false)
	back := t.Press("Voltar à edição", c.focus == len(c.rows)+1, false)
	return kit.Clip(save+" "+back, w)
}
