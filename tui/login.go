package tui

import (
	"context"
	"errors"
	"time"

	"example.com/monitor/tui/kit"

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
	l.form.Button, l.form.Leave = "Entrar", "Sair"
	l.form.Add(kit.EntrySpec{Column: "email", Label: "E-mail", Hint: "o mesmo da página"}, "")
	l.form.Add(kit.EntrySpec{Column: "senha", Label: "Senha", Secret: true}, "")
	l.form.SetFocus(0)
	return l
}

func (l *login) Title() string { return "Entrar" }

// Actions are the editor's, but there is nothing to go back to.
func (l *login) Actions() []kit.Action {
	k := l.env.keys
	if l.ask.Busy() {
		return l.editor.Actions()
	}
	var out []kit.Action
	for _, a := range l.editor.Actions() {
		if a.Key.Help() == k.Back.Help() {
			continue
		}
		if l.form.OnCancel() && a.Key.Help() == k.Press.Help() {
			a.Desc, a.Run = "sair", kit.Quit
		}
		if a.Key.Help() == k.NextField.Help() && l.form.Focus == len(l.form.Entries)-1 {
			// enter after the last field is what everybody expects of a login
			out = append(out, kit.Action{Key: k.Press, Desc: "entrar", Run: l.save})
		}
		out = append(out, a)
	}
	return out
}

func (l *login) Update(msg tea.Msg) tea.Cmd {
	if a, ok := kit.Take[session](&l.ask, msg); ok {
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
	l.form.SetErrors(nil)
	st, v := l.env.cfg.Store, l.form.Values()
	if l.open.token == "" {
		l.senha = v["senha"]
		return kit.Ask(&l.ask, func(ctx context.Context) (session, error) { return openSession(ctx, st, v["email"], v["senha"]) })
	}
	if wrong := samePassword(v); wrong != nil {
		l.form.SetErrors(wrong)
		return nil
	}
	open, old := l.open, l.senha
	return kit.Ask(&l.ask, func(ctx context.Context) (session, error) {
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

func (l *login) answered(a kit.Answer[session]) tea.Cmd {
	switch {
	case errors.Is(a.Err, store.ErrBloqueado), errors.Is(a.Err, store.ErrUnauthenticated):
		l.news = explain(a.Err).Cause + "."
		l.form.Put("senha", "")
		return nil
	case a.Err != nil:
		l.refused(a.Err)
		return nil
	case a.Value.actor.MustChangePassword():
		l.mustChange(a.Value)
		return nil
	}
	return l.env.enterAs(a.Value)
}

// mustChange turns the form into the one for the password that is due.
func (l *login) mustChange(s session) {
	l.open, l.head, l.form = s, "Escolha uma senha nova", kit.Form{Button: "Salvar", Leave: "Sair"}
	l.form.Status = "a atual foi escolhida por outra pessoa"
	l.form.Add(kit.EntrySpec{Column: "senha_nova", Label: "Senha nova", Hint: "não aparece enquanto você digita", Secret: true}, "")
	l.form.Add(kit.EntrySpec{Column: "repetir", Label: "Repita a nova", Secret: true}, "")
	l.form.SetFocus(0)
}

// enterAs opens the pages for the person of a session.
func (e *env) enterAs(s session) tea.Cmd {
	e.session, e.checked = s, e.Now()
	e.cfg.Handle = e.cfg.Store.As(s.actor)
	e.openPages()
	return e.Top().Start()
}

// keepSession asks now and then whether the session still counts, and as what:
// it may have been revoked, or the person's level changed.
func (e *env) keepSession() tea.Cmd {
	if e.session.token == "" || e.check.Busy() || e.Now().Sub(e.checked) < recheck {
		return nil
	}
	st, token := e.cfg.Store, e.session.token
	return kit.Ask(&e.check, func(ctx context.Context) (session, error) { return resume(ctx, st, token) })
}

// sessionAnswer acts on what became of the session; false for other messages.
func (e *env) sessionAnswer(msg tea.Msg) (tea.Cmd, bool) {
	a, ok := kit.Take[session](&e.check, msg)
	if !ok {
		return nil, false
	}
	e.checked = e.Now()
	switch {
	case errors.Is(a.Err, store.ErrUnauthenticated):
		return e.loggedOut("Sua sessão terminou: entre de novo."), true
	case a.Err == nil && a.Value.actor.MustChangePassword():
		return e.loggedOut("É preciso escolher uma senha nova: entre de novo."), true
	case a.Err == nil && a.Value.actor.Nivel() != e.session.actor.Nivel():
		cmd := e.enterAs(a.Value)
		e.Tell(kit.NoticeOK, "Seu nível de acesso agora é "+accessName(a.Value.actor.Nivel())+".")
		return cmd, true
	}
	return nil, true
}

// loggedOut closes all pages and asks who is there.
func (e *env) loggedOut(news string) tea.Cmd {
	for _, s := range append(e.hidden(), e.Stack...) {
		s.Leave()
	}
	e.session, e.tabs, e.shown, e.cfg.Handle = session{}, nil, 0, nil
	e.Stack = []kit.Screen{newLogin(e, news)}
	return e.Top().Start()
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
