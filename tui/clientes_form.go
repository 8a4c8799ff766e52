package tui

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clienteForm creates a client or edits one. The rules are the store's: what it
// refuses comes back beside the field.
type clienteForm struct {
	env      *env
	ask      question
	form     form
	original store.Cliente // as the person saw it; zero for a new one
	base     string        // its version
	chave    string        // makes a repeated creation count once
	news     string        // an error that belongs to no field
}

func newClienteForm(e *env, c store.Cliente) *clienteForm {
	f := &clienteForm{env: e, ask: newQuestion(e), original: c, chave: rand.Text()}
	if !f.isNew() {
		f.base = c.Versao()
	}
	for _, campo := range clienteCampos() {
		if campo.onlyNew && !f.isNew() {
			continue
		}
		value := *campo.at(&c)
		if f.isNew() && campo.coluna == "nivel_acesso" {
			value = store.Usuario
		}
		f.form.add(campo, value)
	}
	f.form.setFocus(0)
	return f
}

func (f *clienteForm) isNew() bool    { return f.original.ID == 0 }
func (f *clienteForm) start() tea.Cmd { return nil }
func (f *clienteForm) typing() bool   { return true }
func (f *clienteForm) leave()         { f.ask.stop() }

func (f *clienteForm) title() string {
	if f.isNew() {
		return "Novo cliente"
	}
	return "Editar"
}

func (f *clienteForm) update(msg tea.Msg) tea.Cmd {
	if a, ok := take[store.Cliente](&f.ask, msg); ok {
		return f.answered(a.value, a.err)
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return f.typed(k)
	}
	return f.ask.update(msg)
}

func (f *clienteForm) typed(msg tea.KeyMsg) tea.Cmd {
	e := f.form.current()
	if e == nil || e.opcoes != nil || f.ask.busy() {
		return nil
	}
	before := e.field.value()
	cmd := e.field.update(msg)
	if e.field.value() != before {
		e.err = ""
	}
	return cmd
}

func (f *clienteForm) actions() []action {
	k := f.env.keys
	if f.ask.busy() {
		return []action{{key: k.Voltar, desc: "cancelar gravação", run: f.back}}
	}
	out := []action{{key: k.Salvar, run: f.save}}
	switch {
	case f.form.onSave():
		out = append(out, action{key: k.Apertar, desc: "salvar", run: f.save})
	case f.form.onCancel():
		out = append(out, action{key: k.Apertar, desc: "cancelar", run: f.back})
	}
	out = append(out,
		action{key: k.Proximo, run: f.step(1)},
		action{key: k.Anterior, run: f.step(-1)})
	if e := f.form.current(); e != nil && e.opcoes != nil {
		out = append(out, action{key: k.Opcao, press: f.turn})
	}
	return append(out, action{key: k.Voltar, desc: "cancelar", run: f.back})
}

func (f *clienteForm) step(n int) func() tea.Cmd {
	return func() tea.Cmd {
		f.form.setFocus(f.form.foco + n)
		return nil
	}
}

func (f *clienteForm) turn(msg tea.KeyMsg) tea.Cmd {
	if msg.Type == tea.KeyLeft {
		f.form.turn(-1)
	} else {
		f.form.turn(1)
	}
	return nil
}

// back leaves, asking first when something would be lost.
func (f *clienteForm) back() tea.Cmd {
	if f.ask.stop() {
		f.news = "Gravação cancelada. Ela pode ter chegado ao banco: confira antes de repetir."
		return nil
	}
	if len(f.form.changed()) == 0 {
		f.env.pop(f)
		return nil
	}
	d := newConfirm(f.env, "Descartar alterações", "O que você digitou ainda não foi salvo. Descartar?", "Descartar")
	d.danger = true
	d.done = func() tea.Cmd {
		f.env.pop(f)
		return nil
	}
	return f.env.push(d)
}

func (f *clienteForm) save() tea.Cmd {
	f.news = ""
	f.form.setErrors(nil)
	if f.isNew() {
		return f.create()
	}
	values := f.form.changed()
	if len(values) == 0 {
		f.env.pop(f)
		f.env.tell(noticeOK, "Nada foi alterado.")
		return nil
	}
	return f.change(f.base, values)
}

func (f *clienteForm) create() tea.Cmd {
	handle, chave := f.env.cfg.Handle, f.chave
	var novo store.ClienteNovo
	applyTo(&novo, f.form.values())
	return ask(&f.ask, func(ctx context.Context) (store.Cliente, error) {
		return handle.Clientes.Create(ctx, novo, store.WithIdempotencia(chave))
	})
}

// change writes the given columns if the client still is at version base.
func (f *clienteForm) change(base string, values map[string]string) tea.Cmd {
	handle, id := f.env.cfg.Handle, f.original.ID
	return ask(&f.ask, func(ctx context.Context) (store.Cliente, error) {
		return handle.Clientes.Change(ctx, id, base, func(c *store.Cliente) { applyTo(c, values) })
	})
}

func (f *clienteForm) answered(c store.Cliente, err error) tea.Cmd {
	var invalid *store.InvalidError
	var rule *store.RuleError
	switch {
	case err == nil:
		return f.saved(c)
	case errors.As(err, &invalid):
		f.closeConflict()
		f.news = strings.Join(f.form.setErrors(invalid.Campos), " ")
	case errors.As(err, &rule) && rule.Codigo == "email_em_uso":
		f.form.setErrors(map[string]string{"email": rule.Frase})
	case errors.Is(err, store.ErrConflict) && !f.isNew():
		f.closeConflict()
		return f.env.push(newConflict(f, c))
	case errors.Is(err, store.ErrIdempotency):
		f.news = "Este cliente já foi criado na tentativa anterior. Volte à lista para editá-lo."
	default:
		f.closeConflict()
		problem := explain(err)
		f.news = strings.TrimSpace(problem.cause + ". Nada do que você digitou se perdeu. " + problem.remedy)
	}
	return nil
}

// closeConflict returns to the form when the conflict screen is above it.
func (f *clienteForm) closeConflict() {
	if c, ok := f.env.top().(*conflict); ok && c.form == f {
		f.env.pop(c)
	}
}

func (f *clienteForm) saved(c store.Cliente) tea.Cmd {
	text := "Cliente nº " + strconv.FormatInt(c.ID, 10) + " criado."
	if !f.isNew() {
		text = "Alterações em “" + line(c.Nome) + "” salvas."
	}
	f.env.pop(f)
	return told[store.Cliente](f.env, text, c.ID)()
}

func (f *clienteForm) view(w, h int) []string {
	t := f.env.th
	title := "Novo cliente"
	if !f.isNew() {
		title = "Editar · " + line(f.original.Nome)
	}
	status := "* obrigatório"
	if f.ask.slow {
		status = f.ask.mark() + " gravando…"
	} else if n := len(f.form.changed()); n > 0 {
		status = "✎ não salvo"
	}
	if !roomy(w, h) {
		body := f.body(t, w-2, h-1)
		return append(indent(tall(body, h-1)), " "+t.dim.Render(clip(status, w-2)))
	}
	return t.frame(framed{title: title, status: status, lines: f.body(t, w-4, h-2), width: w, height: h})
}

func (f *clienteForm) body(t theme, w, h int) []string {
	var out []string
	if f.news != "" {
		out = styled(t.bad.Render, wrap("✗ "+line(f.news), w))
		out = out[:min(len(out), max(1, h/2))]
	}
	return append(out, f.form.view(t, w, h-len(out))...)
}
