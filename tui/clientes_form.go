package tui

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clienteForm creates a client or edits one. The rules are the store's: what it
// refuses comes back beside the field.
type clienteForm struct {
	editor
	original store.Cliente // as the person saw it; zero for a new one
	base     string        // its version
	onceKey  string        // makes a repeated creation count once
}

func newClienteForm(e *env, c store.Cliente) *clienteForm {
	f := &clienteForm{editor: newEditor(e, "Novo cliente"), original: c, onceKey: rand.Text()}
	f.page, f.save, f.form.Status = f, f.write, "* obrigatório"
	if !f.isNew() {
		f.base, f.head = c.Versao(), "Editar · "+kit.Line(c.Nome)
	}
	for _, col := range clienteFields() {
		if col.onlyNew && !f.isNew() {
			continue
		}
		value := *col.at(&c)
		if f.isNew() && col.Column == "nivel_acesso" {
			value = store.Usuario
		}
		f.form.Add(col.EntrySpec, value)
	}
	f.form.SetFocus(0)
	return f
}

func (f *clienteForm) isNew() bool { return f.original.ID == 0 }

func (f *clienteForm) Title() string {
	if f.isNew() {
		return "Novo cliente"
	}
	return "Editar"
}

// written is a record as it is after a change, and the number of the change.
type written[T any] struct {
	now    T
	number int64
}

func (f *clienteForm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := kit.Take[written[store.Cliente]](&f.ask, msg); ok {
		return f.answered(a.Value, a.Err)
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return f.typed(k)
	}
	return f.ask.Update(msg)
}

func (f *clienteForm) write() tea.Cmd {
	f.news = ""
	f.form.SetErrors(nil)
	if f.isNew() {
		return f.create()
	}
	values := f.form.Changed()
	if len(values) == 0 {
		f.env.Pop(f)
		f.env.Tell(kit.NoticeOK, "Nada foi alterado.")
		return nil
	}
	return f.change(f.base, values)
}

func (f *clienteForm) create() tea.Cmd {
	handle, onceKey := f.env.cfg.Handle, f.onceKey
	var fresh store.ClienteNovo
	applyTo(&fresh, f.form.Values())
	return kit.Ask(&f.ask, func(ctx context.Context) (w written[store.Cliente], err error) {
		w.now, err = handle.Clientes.Create(ctx, fresh, store.WithIdempotencia(onceKey), store.WithOperacao(&w.number))
		return w, err
	})
}

// change writes the given columns if the client still is at version base.
func (f *clienteForm) change(base string, values map[string]string) tea.Cmd {
	handle, id := f.env.cfg.Handle, f.original.ID
	return kit.Ask(&f.ask, func(ctx context.Context) (w written[store.Cliente], err error) {
		w.now, err = handle.Clientes.Change(ctx, id, base, func(c *store.Cliente) { applyTo(c, values) }, store.WithOperacao(&w.number))
		return w, err
	})
}

// besideEmail lets an address that is taken be told beside its field.
func besideEmail(err error) error {
	if rule, ok := errors.AsType[*store.RuleError](err); ok && rule.Codigo == "email_em_uso" {
		return &store.InvalidError{Campos: map[string]string{"email": rule.Frase}}
	}
	return err
}

func (f *clienteForm) answered(w written[store.Cliente], err error) tea.Cmd {
	switch err = besideEmail(err); {
	case err == nil:
		return f.saved(w)
	case errors.Is(err, store.ErrConflict) && !f.isNew():
		f.closeConflict()
		return f.env.Push(newConflict(f, w.now))
	case errors.Is(err, store.ErrIdempotency):
		f.news = "Este cliente já foi criado na tentativa anterior. Volte à lista para editá-lo."
	default:
		f.closeConflict()
		f.refused(err)
	}
	return nil
}

// closeConflict returns to the form when the conflict screen is above it.
func (f *clienteForm) closeConflict() {
	if c, ok := f.env.Top().(*conflict); ok && c.form == f {
		f.env.Pop(c)
	}
}

func (f *clienteForm) saved(w written[store.Cliente]) tea.Cmd {
	text, what := "Cliente nº "+strconv.FormatInt(w.now.ID, 10)+" criado.", "o cadastro"
	if !f.isNew() {
		text, what = "Alterações em “"+kit.Line(w.now.Nome)+"” salvas.", "a alteração"
	}
	f.env.Pop(f)
	return f.env.notedCliente(text, what, &w.now)(w.number)
}
