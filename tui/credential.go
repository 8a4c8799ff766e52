package tui

import (
	"context"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// credentialForm is a short form for what Change leaves alone: a person's password
// or address. The rules are the store's.
type credentialForm struct {
	editor
	// check refuses what need not leave the console; nil for nothing.
	check func(values map[string]string) map[string]string
	// write returns the number of the change, 0 where nothing takes it back.
	write func(ctx context.Context, values map[string]string) (int64, error)
	done  func(number int64) tea.Cmd
	name  string
}

func newCredentialForm(e *env, name, head string) *credentialForm {
	f := &credentialForm{editor: newEditor(e, head), name: name}
	f.page, f.save = f, f.send
	return f
}

func (f *credentialForm) Title() string { return f.name }

// secret adds a field whose text is not shown.
func (f *credentialForm) secret(column, label, hint string) {
	f.form.Add(kit.EntrySpec{Column: column, Label: label, Hint: hint, Secret: true}, "")
}

func (f *credentialForm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := kit.Take[int64](&f.ask, msg); ok {
		if a.Err != nil {
			f.refused(a.Err)
			return nil
		}
		f.env.Pop(f)
		return f.done(a.Value)
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return f.typed(k)
	}
	return f.ask.Update(msg)
}

func (f *credentialForm) send() tea.Cmd {
	f.news = ""
	values := f.form.Values()
	var wrong map[string]string
	if f.check != nil {
		wrong = f.check(values)
	}
	if f.form.SetErrors(wrong); len(wrong) > 0 {
		return nil
	}
	write := f.write
	return kit.Ask(&f.ask, func(ctx context.Context) (int64, error) { return write(ctx, values) })
}

// own says that c is the person at the console, who must show the current
// password to change it.
func (e *env) own(c store.Cliente) bool {
	id, person := e.cfg.Handle.Actor().Pessoa()
	return person && id == c.ID
}

// credentialBlocked says why the person may not change c's password or address.
func (e *env) credentialBlocked(c store.Cliente, what string) string {
	if e.own(c) {
		return e.writeBlocked()
	}
	return kit.First(e.writeBlocked(), e.levelBlocked("mudar "+what+" de outra pessoa", store.Admin))
}

// newSenhaForm sets a password, typed twice.
func newSenhaForm(e *env, c store.Cliente) *credentialForm {
	f := newCredentialForm(e, "Senha", "Nova senha · "+clienteLabel(c))
	if e.own(c) {
		f.secret("senha_atual", "Senha atual *", "")
	}
	f.secret("senha_nova", "Senha nova *", "não aparece enquanto você digita")
	f.secret("repetir", "Repita a nova *", "")
	f.form.Status = "as sessões abertas da pessoa terminam"
	f.form.SetFocus(0)
	f.check = samePassword
	clients, id := e.cfg.Handle, c.ID
	f.write = func(ctx context.Context, v map[string]string) (int64, error) {
		return 0, clients.Clientes.SetSenha(ctx, id, v["senha_atual"], v["senha_nova"])
	}
	f.done = kit.Told[store.Cliente](e.Shell, "Senha de “"+clienteLabel(c)+"” alterada.", c.ID)
	return f
}

func samePassword(v map[string]string) map[string]string {
	if v["senha_nova"] != v["repetir"] {
		return map[string]string{"repetir": "As duas senhas não são iguais."}
	}
	return nil
}

// newEmailForm changes the address with which a person logs in.
func newEmailForm(e *env, c store.Cliente) *credentialForm {
	f := newCredentialForm(e, "E-mail", "Novo e-mail · "+clienteLabel(c))
	f.form.Add(kit.EntrySpec{Column: "email", Label: "E-mail *", Hint: "ex.: pessoa@empresa.com.br"}, c.Email)
	if e.own(c) {
		f.secret("senha_atual", "Senha atual *", "")
	}
	f.form.SetFocus(0)
	clients, id := e.cfg.Handle, c.ID
	f.write = func(ctx context.Context, v map[string]string) (number int64, err error) {
		_, err = clients.Clientes.SetEmail(ctx, id, v["email"], v["senha_atual"], store.WithOperacao(&number))
		return number, besideEmail(err)
	}
	f.done = e.notedCliente("E-mail de “"+clienteLabel(c)+"” alterado.", "a troca do e-mail", &c)
	return f
}
