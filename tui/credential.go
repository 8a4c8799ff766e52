package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// credentialForm is a short form for what Change leaves alone: a person's password
// or address. The rules are the store's.
type credentialForm struct {
	editor
	// check refuses what need not leave the console; nil for nothing.
	check func(values map[string]string) map[string]string
	write func(ctx context.Context, values map[string]string) error
	done  func() tea.Cmd
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
	f.form.add(entrySpec{column: column, label: label, hint: hint, secret: true}, "")
}

func (f *credentialForm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := take[struct{}](&f.ask, msg); ok {
		if a.err != nil {
			f.refused(a.err)
			return nil
		}
		f.env.pop(f)
		return f.done()
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return f.typed(k)
	}
	return f.ask.Update(msg)
}

func (f *credentialForm) send() tea.Cmd {
	f.news = ""
	values := f.form.values()
	var wrong map[string]string
	if f.check != nil {
		wrong = f.check(values)
	}
	if f.form.setErrors(wrong); len(wrong) > 0 {
		return nil
	}
	write := f.write
	return ask(&f.ask, func(ctx context.Context) (struct{}, error) { return struct{}{}, write(ctx, values) })
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
	return first(e.writeBlocked(), e.levelBlocked("mudar "+what+" de outra pessoa", store.Admin))
}

// newSenhaForm sets a password, typed twice.
func newSenhaForm(e *env, c store.Cliente) *credentialForm {
	f := newCredentialForm(e, "Senha", "Nova senha · "+clienteLabel(c))
	if e.own(c) {
		f.secret("senha_atual", "Senha atual *", "")
	}
	f.secret("senha_nova", "Senha nova *", "não aparece enquanto você digita")
	f.secret("repetir", "Repita a nova *", "")
	f.form.status = "as sessões abertas da pessoa terminam"
	f.form.setFocus(0)
	f.check = samePassword
	clients, id := e.cfg.Handle, c.ID
	f.write = func(ctx context.Context, v map[string]string) error {
		return clients.Clientes.SetSenha(ctx, id, v["senha_atual"], v["senha_nova"])
	}
	f.done = told[store.Cliente](e.shell, "Senha de “"+clienteLabel(c)+"” alterada.", c.ID)
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
	f.form.add(entrySpec{column: "email", label: "E-mail *", hint: "ex.: pessoa@empresa.com.br"}, c.Email)
	if e.own(c) {
		f.secret("senha_atual", "Senha atual *", "")
	}
	f.form.setFocus(0)
	clients, id := e.cfg.Handle, c.ID
	f.write = func(ctx context.Context, v map[string]string) error {
		_, err := clients.Clientes.SetEmail(ctx, id, v["email"], v["senha_atual"])
		return besideEmail(err)
	}
	f.done = told[store.Cliente](e.shell, "E-mail de “"+clienteLabel(c)+"” alterado.", c.ID)
	return f
}
