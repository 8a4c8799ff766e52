package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// conflict shows what the person typed beside what somebody else has saved
// meanwhile, and lets choose field by field.
type conflict struct {
	env   *env
	form  *clienteForm
	atual store.Cliente // as the database has it now
	rows  []choice
	notes []string // fields that only the other one has changed
	foco  int      // a row, then Salvar, then Voltar
	top   int
}

// choice is one field that both have changed.
type choice struct {
	coluna, rotulo string
	minha, banco   string
	doBanco        bool
}

func newConflict(f *clienteForm, atual store.Cliente) *conflict {
	c := &conflict{env: f.env, form: f, atual: atual}
	minhas := f.form.changed()
	for _, campo := range clienteCampos() {
		now, before := *campo.at(&atual), *campo.at(&f.original)
		mine, changed := minhas[campo.coluna]
		switch {
		case changed && mine != now:
			c.rows = append(c.rows, choice{coluna: campo.coluna, rotulo: campo.rotulo, minha: mine, banco: now})
		case now != before && !campo.segredo:
			c.notes = append(c.notes, campo.rotulo+": "+shown(before)+" → "+shown(now))
		}
	}
	if atual.EstaAtivo() != f.original.EstaAtivo() {
		c.notes = append(c.notes, "Situação: "+situationName(f.original)+" → "+situationName(atual))
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
		return []action{{key: k.Voltar, desc: "cancelar gravação", run: func() tea.Cmd {
			c.env.pop(c)
			return c.form.back()
		}}}
	}
	out := []action{}
	switch c.foco {
	case len(c.rows):
		out = append(out, action{key: k.Apertar, desc: "salvar", run: c.save})
	case len(c.rows) + 1:
		out = append(out, action{key: k.Apertar, desc: "voltar à edição", run: c.back})
	default:
		out = append(out,
			action{key: k.Escolher, run: c.flip},
			action{key: k.Opcao, desc: "alternar versão", quiet: true, run: c.flip})
	}
	return append(out,
		action{key: k.Proximo, desc: "próximo", run: c.step(1)},
		action{key: k.Anterior, desc: "anterior", run: c.step(-1)},
		action{key: k.Voltar, desc: "voltar à edição", run: c.back})
}

func (c *conflict) step(n int) func() tea.Cmd {
	return func() tea.Cmd {
		all := len(c.rows) + 2
		c.foco = (c.foco + n + all) % all
		return nil
	}
}

func (c *conflict) flip() tea.Cmd {
	c.rows[c.foco].doBanco = !c.rows[c.foco].doBanco
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
		if r.doBanco {
			delete(values, r.coluna)
		}
	}
	if len(values) == 0 {
		c.env.pop(c.form)
		return told[store.Cliente](c.env.shell, "Ficou a versão do banco; nada foi alterado.", c.atual.ID)()
	}
	return c.form.change(c.atual.Versao(), values)
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
		title: "Conflito · " + line(c.atual.Nome), status: status,
		lines: c.body(t, w-4, h-2), width: w, height: h,
	})
}

func (c *conflict) body(t theme, w, h int) []string {
	lines := styled(t.warn.Render, wrap("⚠ O cliente foi alterado por outra pessoa depois que você o abriu. Escolha o que fica:", w))
	from, to := 0, h
	for i, r := range c.rows {
		if i == c.foco {
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
	if c.foco >= len(c.rows) {
		from, to = len(lines)-1, len(lines)
	}
	c.top = max(0, min(min(c.top, from), len(lines)-h))
	c.top = max(c.top, to-h)
	return lines[min(c.top, len(lines)):min(len(lines), c.top+h)]
}

func (c *conflict) rowView(t theme, i int, r choice, w int) []string {
	mark, style := "  ", t.strong
	if i == c.foco {
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
		"", clip(mark+style.Render(r.rotulo), w),
		option(!r.doBanco, "sua", r.minha), option(r.doBanco, "do banco", r.banco),
	}
}

func (c *conflict) buttons(t theme, w int) string {
	save := t.press("Salvar", c.foco == len(c.rows), false)
	back := t.press("Voltar à edição", c.foco == len(c.rows)+1, false)
	return clip(save+" "+back, w)
}
