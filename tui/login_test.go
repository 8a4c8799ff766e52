package tui

import (
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
	"example.com/monitor/tui/kit"
)

func atLogin(b *bench) {
	b.env.cfg.Store = &store.Store{}
	b.env.loggedOut("")
}

func (b *bench) loginAnswer(s session, err error) {
	b.send(kit.Answer[session]{Seq: b.env.Top().(*login).ask.Seq, Value: s, Err: err})
}

func loginScenes() []scene {
	return []scene{
		{"entrar", func(b *bench) { atLogin(b); b.typeText("ana@empresa.com.br"); b.keys("tab"); b.typeText("segredo") }},
		{"entrar-bloqueado", func(b *bench) {
			atLogin(b)
			b.keys("tab", "tab", "enter")
			b.loginAnswer(session{}, &store.BloqueioError{Wait: 5 * time.Minute})
		}},
		{"entrar-trocar-senha", func(b *bench) { atLogin(b); b.env.Top().(*login).mustChange(session{token: "x"}) }},
		{"entrar-sair", func(b *bench) { atLogin(b); b.keys("shift+tab") }},
	}
}

// a moment that tests move on while a program runs.
type movedClock struct{ by atomic.Int64 }

func (m *movedClock) now() time.Time { return time.Now().Add(time.Duration(m.by.Load())) }

func TestFlowAPersonLogsInWithTheirLevelAndLosesTheSession(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	fill(t, h)
	c, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Marta Lima", Email: "marta@x.com.br", NivelAcesso: store.Moderador})
	require.NoError(t, err)
	const first, second = "Uma-Senha-Bem-Longa-7", "Outra-Senha-Bem-Longa-8"
	require.NoError(t, h.Clientes.SetSenha(t.Context(), c.ID, "", first))
	clock := &movedClock{}
	f := newFlowWith(
		t,
		Config{Store: st, Database: st.Banco(), Colour: kit.ColourNever, Out: io.Discard, Now: clock.now, Refresh: time.Second},
	)
	f.sees("Entrar", "E-mail", "Senha")
	f.Text("marta@x.com.br")
	f.keys("tab")
	f.Text("errada")
	f.keys("enter")
	f.sees("✗ Credenciais inválidas.")
	f.Text(first)
	f.keys("enter")
	f.sees("Escolha uma senha nova")
	f.Text(second)
	f.keys("tab")
	f.Text(second)
	f.keys("enter")
	f.sees("Clientes · 6", "Marta Lima (moderador)")
	require.Len(t, openSessions(t, h, c.ID), 1)

	for _, s := range openSessions(t, h, c.ID) {
		require.NoError(t, h.Sessoes.Revoke(t.Context(), s.ID))
	}
	clock.by.Add(int64(recheck + time.Second))
	f.sees("Sua sessão terminou: entre de novo.")
	f.quit()
}

func openSessions(t *testing.T, h *store.Handle, id int64) []store.SessaoAberta {
	t.Helper()
	p, err := h.Sessoes.List(t.Context(), store.SessaoFiltro{ClienteID: id})
	require.NoError(t, err)
	return p.Itens
}

func TestLeavingEndsTheSession(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	c, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Ana", Email: "ana@x.com.br", Senha: "Uma-Senha-Bem-Longa-7"})
	require.NoError(t, err)
	s, err := openSession(t.Context(), st, "ana@x.com.br", "Uma-Senha-Bem-Longa-7")
	require.NoError(t, err)
	a := newApp(t.Context(), Config{Store: st, Out: io.Discard})
	a.env.enterAs(s)
	require.Contains(t, a.who(), "Ana (usuário)")
	for _, p := range a.env.tabs {
		blocked := p.blocked(a.env) != ""
		require.Equal(
			t,
			slices.Contains([]store.Recurso{store.RecursoLogs, store.RecursoEstatisticas, store.RecursoOperacoes}, p.noun),
			blocked,
			p.name,
		)
	}
	require.Len(t, openSessions(t, h, c.ID), 1)
	a.env.logout()
	require.Empty(t, openSessions(t, h, c.ID))
}

func TestNobodyIsAtTheConsoleBeforeTheLogin(t *testing.T) {
	st := storetest.New(t)
	a := newApp(t.Context(), Config{Store: st, Handle: st.As(testOperator), Database: "banco", Out: io.Discard, Colour: kit.ColourNever})
	a.Update(keyMsg("q"))
	a.width, a.height = 80, 24
	require.NotContains(t, a.View(), "operador")
	require.Nil(t, a.env.cfg.Handle)
}

func TestLockoutSaysHowLong(t *testing.T) {
	b := newBench(t, 80, 24)
	atLogin(b)
	b.keys("tab", "tab", "enter")
	b.loginAnswer(session{}, &store.BloqueioError{Wait: 5 * time.Minute})
	require.Contains(
		t,
		strings.Join(strings.Fields(b.View()), " "),
		"✗ Muitas tentativas com senha errada: aguarde 5 minutos e tente de novo.",
	)
}
