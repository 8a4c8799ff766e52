package tui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
	"example.com/monitor/tui/kit"
)

func gotClienteCard(b *bench, f clienteCard) {
	d := b.env.Top().(*clienteDetail)
	b.send(kit.Answer[clienteCard]{Seq: d.Ask.Seq, Value: f, Err: nil})
}

func someClienteCard() clienteCard {
	c := person(0)
	c.TotalDispositivos = 9
	beat := func(ago time.Duration) store.Hora { return store.Hora{Time: testNow.Add(-ago)} }
	return clienteCard{Cliente: c, dispositivos: []store.Dispositivo{
		{
			ID:                 1,
			Nome:               "PC da Antônia",
			Hostname:           "PC-01",
			Tipo:               "desktop",
			SistemaOperacional: "Windows 11",
			UltimoHeartbeat:    beat(20 * time.Second),
		},
		{ID: 2, Hostname: nasty[5], UltimoHeartbeat: beat(2 * time.Hour)},
	}, conexoes: []store.Conexao{{ID: 7, DispositivoID: 1, DataHora: beat(time.Minute)}}}
}

func removalOf(b *bench) { listed(b); b.keys("delete") }

func (b *bench) planned(p store.DeletePlan, err error) {
	b.send(kit.Answer[store.DeletePlan]{Seq: b.env.Top().(*kit.Wait[store.DeletePlan]).Ask.Seq, Value: p, Err: err})
}

func personScenes() []scene {
	return []scene{
		{"detalhe-dispositivos", func(b *bench) { listed(b); b.keys("enter"); gotClienteCard(b, someClienteCard()) }},
		{"senha", func(b *bench) { listed(b); b.keys("s"); b.typeText("segredo"); b.keys("tab") }},
		{"senha-diferente", func(b *bench) { listed(b); b.keys("s"); b.typeText("segredo"); b.keys("ctrl+s") }},
		{"email", func(b *bench) { listed(b); b.keys("m") }},
		{"remover-contando", removalOf},
		{"remover-negado", func(b *bench) { removalOf(b); b.planned(store.DeletePlan{}, store.ErrForbidden) }},
		{"remover", func(b *bench) {
			removalOf(b)
			b.planned(store.DeletePlan{Cliente: person(0), Dispositivos: 1, Conexoes: 1234, Sessoes: 2}, nil)
		}},
	}
}

func TestPasswordIsNeverOnTheScreenAndMustBeTypedTwice(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("s")
	b.typeText("Segredo-9")
	require.NotContains(t, b.View(), "Segredo")
	b.keys("tab")
	b.typeText("Segredo-8")
	require.NotContains(t, b.View(), "Segredo")
	b.keys("ctrl+s")
	require.Contains(t, b.View(), "✗ As duas senhas não são iguais.")
	require.False(t, b.env.Top().(*credentialForm).ask.Busy())
}

func TestRemovingForGoodAsksForTheName(t *testing.T) {
	b := newBench(t, 80, 24)
	removalOf(b)
	b.planned(store.DeletePlan{Cliente: person(1), Dispositivos: 1, Conexoes: 1234, Sessoes: 2}, nil)
	require.Contains(t, b.View(), "1.234 conexões e 2 sessões")
	require.Contains(t, b.View(), "❯ Cancelar ❮")
	c := b.env.Top().(*kit.Confirm)
	b.typeText("João da Silv")
	b.keys("tab")
	b.arm()
	b.keys("enter")
	require.False(t, c.Ask.Busy(), "the name is not whole")
	b.keys("tab")
	b.typeText("a")
	b.keys("tab", "enter")
	require.False(t, c.Ask.Busy(), "a burst of keys cannot confirm")
	b.arm()
	b.keys("enter")
	require.True(t, c.Ask.Busy())
}

func TestFlowPasswordEmailAndRemoval(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	c, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Bruno", Email: "b@x.com.br"})
	require.NoError(t, err)
	_, err = h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Carla", Email: "c@x.com.br"})
	require.NoError(t, err)
	f := newFlow(t, st)
	f.sees("Carla", "Bruno")
	f.keys("down", "enter")
	f.sees("Nenhum dispositivo")
	f.keys("s")
	f.Text("abc")
	f.keys("tab")
	f.Text("abc")
	f.keys("ctrl+s")
	f.sees("✗ Senha curta demais")
	f.Text("-Uma-Senha-Bem-Longa-7")
	f.keys("tab")
	f.Text("-Uma-Senha-Bem-Longa-7")
	f.keys("ctrl+s")
	f.sees("alterada.")
	_, _, err = st.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), "b@x.com.br", "abc-Uma-Senha-Bem-Longa-7")
	require.NoError(t, err)

	f.keys("m", "ctrl+k", "backspace")
	for range 12 {
		f.keys("backspace")
	}
	f.Text("c@x.com.br")
	f.keys("ctrl+s")
	f.sees("já")
	f.keys("backspace")
	f.Text(".uk")
	f.keys("ctrl+s")
	f.sees("alterado.")
	got, err := h.Clientes.Get(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, "c@x.com.b.uk", got.Email)

	f.keys("delete")
	f.sees("Remover de vez “Bruno”")
	f.Text("Bruno")
	f.confirm("Remover")
	f.sees("foi removido de vez", "Clientes · 1")
	_, err = h.Clientes.Get(t.Context(), c.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	f.quit()
}

// What a person's level does not reach is said before anything is typed.
func TestKeysOfOtherLevelsSayWhy(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	fill(t, h)
	c, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Moderadora", Email: "m@x.com.br", NivelAcesso: store.Moderador})
	require.NoError(t, err)
	require.NoError(t, h.Clientes.SetSenha(t.Context(), c.ID, "", "Uma-Senha-Bem-Longa-7"))
	b := newBench(t, 120, 30, func(c *Config) { c.Handle = asPerson(t, st, "m@x.com.br", "Uma-Senha-Bem-Longa-7") })
	listed(b)
	b.keys("s")
	require.Contains(t, b.View(), "✗ Quem entra como moderador não pode mudar a senha de outra pessoa.")
	b.keys("delete")
	require.Contains(t, b.View(), "✗ Quem entra como moderador não pode remover clientes.")
}

// asPerson logs in and chooses the password that the first login asks for.
func asPerson(t *testing.T, st *store.Store, email, senha string) *store.Handle {
	t.Helper()
	login := func(senha string) store.Actor {
		token, _, err := st.As(store.Stranger(store.Origem{Canal: store.CanalTUI})).Sessoes.Login(t.Context(), email, senha)
		require.NoError(t, err)
		a, err := st.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{Canal: store.CanalTUI})
		require.NoError(t, err)
		return a
	}
	a := login(senha)
	if a.MustChangePassword() {
		id, _ := a.Pessoa()
		require.NoError(t, st.As(a).Clientes.SetSenha(t.Context(), id, senha, senha+"-b"))
		a = login(senha + "-b")
	}
	return st.As(a)
}
