package tui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

const (
	// recheck is how often the console asks whether its session still counts.
	recheck = 15 * time.Second
	// goodbye is how long leaving waits for the session to be ended.
	goodbye = 3 * time.Second
)

// session is a session that was just opened.
type session struct {
	token string
	actor store.Actor
}

var tuiOrigin = store.Origem{Canal: store.CanalTUI, UserAgent: "monitor tui"}

// login asks who is at the console, and for a new password where the first
// login must choose one.
type login struct {
	editor
	open  session // the session whose password must be changed; zero before
	senha string  // with which it was opened
}

func newLogin(e *env, news string) *login {
	l := &login{editor: newEditor(e, "Entrar")}
	l.page, l.save, l.light, l.news, l.doing = l, l.enter, true, news, "entrando…"
	l.form.button, l.form.leave = "Entrar", "Sair"
	l.form.add(entrySpec{column: "email", label: "E-mail", hint: "o mesmo da página"}, "")
	l.form.add(entrySpec{column: "senha", label: "Senha", secret: true}, "")
	l.form.setFocus(0)
	return l
}

func (l *login) Title() string { return "Entrar" }

// actions are the editor's, but there is nothing to go back to.
func (l *login) Actions() []action {
	k := l.env.keys
	if l.ask.busy() {
		return l.editor.Actions()
	}
	var out []action
	for _, a := range l.editor.Actions() {
		if a.key.Help() == k.Back.Help() {
			continue
		}
		if l.form.onCancel() && a.key.Help() == k.Press.Help() {
			a.desc, a.run = "sair", quit
		}
		if a.key.Help() == k.NextField.Help() && l.form.focus == len(l.form.entries)-1 {
			// enter after the last field is what everybody expects of a login
			out = append(out, action{key: k.Press, desc: "entrar", run: l.save})
		}
		out = append(out, a)
	}
	return out
}

func (l *login) Update(msg tea.Msg) tea.Cmd {
	if a, ok := take[session](&l.ask, msg); ok {
		return l.answered(a)
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return l.typed(k)
	}
	return l.ask.Update(msg)
}

// enter opens a session, or gives the one that is open its new password.
func (l *login) enter() tea.Cmd {
	l.news = ""
	l.form.setErrors(nil)
	st, v := l.env.cfg.Store, l.form.values()
	if l.open.token == "" {
		l.senha = v["senha"]
		return ask(&l.ask, func(ctx context.Context) (session, error) { return openSession(ctx, st, v["email"], v["senha"]) })
	}
	if wrong := samePassword(v); wrong != nil {
		l.form.setErrors(wrong)
		return nil
	}
	open, old := l.open, l.senha
	return ask(&l.ask, func(ctx context.Context) (session, error) {
		id, _ := open.actor.Pessoa()
		if err := st.As(open.actor).Clientes.SetSenha(ctx, id, old, v["senha_nova"]); err != nil {
			return session{}, err
		}
		return resume(ctx, st, open.token)
	})
}

func openSession(ctx context.Context, st *store.Store, email, senha string) (session, error) {
	token, _, err := st.As(store.Stranger(tuiOrigin)).Sessoes.Login(ctx, email, senha)
	if err != nil {
		return session{}, err
	}
	return resume(ctx, st, token)
}

// resume asks who a session belongs to and what they may do now.
func resume(ctx context.Context, st *store.Store, token string) (session, error) {
	a, err := st.Authenticate(ctx, store.Credencial{Bearer: token}, tuiOrigin)
	return session{token, a}, err
}

func (l *login) answered(a answer[session]) tea.Cmd {
	switch {
	case errors.Is(a.err, store.ErrBloqueado), errors.Is(a.err, store.ErrUnauthenticated):
		l.news = explain(a.err).cause + "."
		l.form.put("senha", "")
		return nil
	case a.err != nil:
		l.refused(a.err)
		return nil
	case a.value.actor.MustChangePassword():
		l.mustChange(a.value)
		return nil
	}
	return l.env.enterAs(a.value)
}

// mustChange turns the form into the one for the password that is due.
func (l *login) mustChange(s session) {
	l.open, l.head, l.form = s, "Escolha uma senha nova", form{button: "Salvar", leave: "Sair"}
	l.form.status = "a atual foi escolhida por outra pessoa"
	l.form.add(entrySpec{column: "senha_nova", label: "Senha nova", hint: "não aparece enquanto você digita", secret: true}, "")
	l.form.add(entrySpec{column: "repetir", label: "Repita a nova", secret: true}, "")
	l.form.setFocus(0)
}

// enterAs opens the pages for the person of a session.
func (e *env) enterAs(s session) tea.Cmd {
	e.session, e.checked = s, e.now()
	e.cfg.Handle = e.cfg.Store.As(s.actor)
	e.openPages()
	return e.top().Start()
}

// keepSession asks now and then whether the session still counts, and as what:
// it may have been revoked, or the person's level changed.
func (e *env) keepSession() tea.Cmd {
	if e.session.token == "" || e.check.busy() || e.now().Sub(e.checked) < recheck {
		return nil
	}
	st, token := e.cfg.Store, e.session.token
	return ask(&e.check, func(ctx context.Context) (session, error) { return resume(ctx, st, token) })
}

// sessionAnswer acts on what became of the session; false for other messages.
func (e *env) sessionAnswer(msg tea.Msg) (tea.Cmd, bool) {
	a, ok := take[session](&e.check, msg)
	if !ok {
		return nil, false
	}
	e.checked = e.now()
	switch {
	case errors.Is(a.err, store.ErrUnauthenticated):
		return e.loggedOut("Sua sessão terminou: entre de novo."), true
	case a.err == nil && a.value.actor.MustChangePassword():
		return e.loggedOut("É preciso escolher uma senha nova: entre de novo."), true
	case a.err == nil && a.value.actor.Nivel() != e.session.actor.Nivel():
		cmd := e.enterAs(a.value)
		e.tell(noticeOK, "Seu nível de acesso agora é "+accessName(a.value.actor.Nivel())+".")
		return cmd, true
	}
	return nil, true
}

// loggedOut closes all pages and asks who is there.
func (e *env) loggedOut(news string) tea.Cmd {
	for _, s := range append(e.hidden(), e.stack...) {
		s.Leave()
	}
	e.session, e.tabs, e.shown, e.cfg.Handle = session{}, nil, 0, nil
	e.stack = []screen{newLogin(e, news)}
	return e.top().Start()
}

// logout ends the session when the console is left; should the database not
// answer, it ends by itself.
func (e *env) logout() {
	if e.session.token == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	_ = e.cfg.Store.As(e.session.actor).Sessoes.Logout(ctx)
}
