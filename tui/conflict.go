package tui

import (
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
	changes := f.form.changed()
	for _, field := range clienteFields() {
		now, before := *field.at(&current), *field.at(&f.original)
		mine, changed := changes[field.column]
		switch {
		case changed && mine != now:
			c.rows = append(c.rows, choice{column: field.column, label: field.label, mine: mine, theirs: now})
		case now != before && !field.secret:
			c.notes = append(c.notes, field.label+": "+shown(before)+" → "+shown(now))
		}
	}
	if current.EstaAtivo() != f.original.EstaAtivo() {
		c.notes = append(c.notes, "Situação: "+situationName(f.original)+" → "+situationName(current))
	}
	return c
}

func situationName(c store.Cliente) string {
	if c.EstaAtivo() {
		return "ativo"
	}
	return "inativo"
}

func shown(s string) string {
	if s == "" {
		return "(vazio)"
	}
	return line(s)
}

func (c *conflict) Start() tea.Cmd             { return nil }
func (c *conflict) Update(msg tea.Msg) tea.Cmd { return nil }
func (c *conflict) Typing() bool               { return true }
func (c *conflict) Title() string              { return "Conflito" }
func (c *conflict) Leave()                     {}

func (c *conflict) Actions() []action {
	k := c.env.keys
	if c.form.ask.busy() {
		return []action{{key: k.Back, desc: "cancelar gravação", run: func() tea.Cmd {
			c.env.pop(c)
			return c.form.back()
		}}}
	}
	out := []action{}
	switch c.focus {
	case len(c.rows):
		out = append(out, action{key: k.Press, desc: "salvar", run: c.save})
	case len(c.rows) + 1:
		out = append(out, action{key: k.Press, desc: "voltar à edição", run: c.back})
	default:
		out = append(out,
			action{key: k.Toggle, run: c.flip},
			action{key: k.Option, desc: "alternar versão", quiet: true, run: c.flip})
	}
	return append(out,
		action{key: k.NextField, desc: "próximo", run: c.step(1)},
		action{key: k.PreviousField, desc: "anterior", run: c.step(-1)},
		action{key: k.Back, desc: "voltar à edição", run: c.back})
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
	c.env.pop(c)
	return nil
}

// save writes what was chosen over the version that is shown here; should that
// have changed too, the store says so again.
func (c *conflict) save() tea.Cmd {
	values := c.form.form.changed()
	for _, r := range c.rows {
		if r.takeTheirs {
			delete(values, r.column)
		}
	}
	if len(values) == 0 {
		c.env.pop(c.form)
		return told[store.Cliente](c.env.shell, "Ficou a versão do banco; nada foi alterado.", c.current.ID)()
	}
	return c.form.change(c.current.Versao(), values)
}

func (c *conflict) View(w, h int) []string {
	t := c.env.th
	status := ""
	if c.form.ask.slow {
		status = c.form.ask.mark() + " gravando…"
	}
	if !roomy(w, h) {
		return indent(c.body(t, w-2, h))
	}
	return t.frame(framed{
		title: "Conflito · " + line(c.current.Nome), status: status,
		lines: c.body(t, w-4, h-2), width: w, height: h,
	})
}

func (c *conflict) body(t theme, w, h int) []string {
	lines := styled(t.warn.Render, wrap("⚠ O cliente foi alterado por outra pessoa depois que você o abriu. Escolha o que fica:", w))
	from, to := 0, h
	for i, r := range c.rows {
		if i == c.focus {
			from, to = len(lines), len(lines)+4
		}
		lines = append(lines, c.rowView(t, i, r, w)...)
	}
	for i, n := range c.notes {
		if i == 0 {
			lines = append(lines, "", t.dim.Render(clip("Alterado só pela outra pessoa (fica como está):", w)))
		}
		lines = append(lines, t.dim.Render(clip("  "+n, w)))
	}
	lines = append(lines, "", c.buttons(t, w))
	if c.focus >= len(c.rows) {
		from, to = len(lines)-1, len(lines)
	}
	c.top = max(0, min(min(c.top, from), len(lines)-h))
	c.top = max(c.top, to-h)
	return lines[min(c.top, len(lines)):min(len(lines), c.top+h)]
}

func (c *conflict) rowView(t theme, i int, r choice, w int) []string {
	mark, style := "  ", t.strong
	if i == c.focus {
		mark, style = t.accent.Render("❯ "), t.accent
	}
	option := func(on bool, label, value string) string {
		sign := "    ( ) "
		if on {
			sign = "    (•) "
		}
		text := clip(sign+fit(label, 9)+" "+shown(value), w)
		if on {
			return t.strong.Render(text)
		}
		return t.dim.Render(text)
	}
	return []string{
		"", clip(mark+style.Render(r.label), w),
		option(!r.takeTheirs, "sua", r.mine), option(r.takeTheirs, "do banco", r.theirs),
	}
}

func (c *conflict) buttons(t theme, w int) string {
	save := t.press("Salvar", c.focus == len(c.rows), false)
	back := t.press("Voltar à edição", c.focus == len(c.rows)+1, false)
	return clip(save+" "+back, w)
}
