package tui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

func (b *bench) logins() *kit.Section[store.SessaoAberta] { return &topOf[*sessoes](b).List }

func sessaoNo(i int) store.SessaoAberta {
	s := store.SessaoAberta{
		ID: int64(70 - i), IPAddress: "200.147.3.157",
		UserAgent:  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36",
		DataInicio: store.Hora{Time: testNow.Add(-3 * time.Hour)}, DataExpiracao: store.Hora{Time: testNow.Add(21 * time.Hour)},
		UltimaAtividade: store.Hora{Time: testNow.Add(-time.Duration(i) * 7 * time.Minute)},
	}
	switch i % 5 {
	case 0:
		s.ClienteID, s.ClienteNome, s.Atual = 7, "Antônia Conceição", true
	case 1:
		s.ClienteID, s.ClienteNome, s.UserAgent = 3, "Maria \x1b[31mvermelha", "curl/8.11.0"
	case 2:
		s.ClienteID, s.ClienteNome, s.UserAgent, s.IPAddress = 4, "王小明", "programa da casa\x1b]0;x\x07", ""
		s.UltimaAtividade = store.Hora{}
	case 3:
		s.UserAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile Safari/604.1"
	case 4:
		s.ClienteID, s.ClienteNome, s.UserAgent, s.IPAddress = 9, "João", "", "2001:db8::17"
	}
	return s
}

func logins(n int) (out []store.SessaoAberta) {
	for i := range n {
		out = append(out, sessaoNo(i))
	}
	return out
}

func onSessoes(b *bench) {
	b.goTo("sessoes")
	give(b, b.logins(), logins(5)...)
	b.send(kit.TickMsg{})
}

func sessoesScenes() []scene {
	return []scene{
		{"sessoes", onSessoes},
		{"sessoes-vazia", func(b *bench) { b.goTo("sessoes"); give(b, b.logins()) }},
		{"sessoes-erro", func(b *bench) { b.goTo("sessoes"); deny(b, b.logins(), store.ErrUnavailable) }},
		{"sessoes-encerrar", func(b *bench) { onSessoes(b); b.keys("down", "delete") }},
		{"sessao", func(b *bench) { onSessoes(b); b.keys("down", "down", "enter") }},
	}
}

func TestRevokingASessionNamesWhoseItIs(t *testing.T) {
	b := newBench(t, 100, 30)
	onSessoes(b)
	b.keys("delete")
	require.Contains(t, b.View(), "Encerrar a sessão em que você está agora?")
	b.keys("esc", "down", "down", "down", "down", "enter", "delete")
	require.Contains(t, b.View(), "Encerrar a sessão de João")
	require.Contains(t, b.View(), "❯ Cancelar ❮")
	b.keys("right", "enter")
	c := topOf[*kit.Confirm](b)
	require.False(t, c.Ask.Busy(), "a burst of keys confirms nothing")
	b.arm()
	b.keys("enter")
	require.True(t, c.Ask.Busy())
	cmd := b.send(kit.Answer[int64]{Seq: c.Ask.Seq})
	require.Contains(t, b.View(), "✓ Sessão de João encerrada.")
	for _, m := range messages(cmd) {
		b.send(m)
	}
	require.True(t, b.logins().List.Busy(), "the list is read again")
}

func TestProgramsAreNamed(t *testing.T) {
	for i, want := range []string{"Chrome no Windows", "curl", "programa da casa\x1b]0;x\x07", "Safari no iPhone", ""} {
		require.Equal(t, want, programName(string(sessaoNo(i).UserAgent)))
	}
	require.Equal(
		t,
		"Edge no Windows",
		programName("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0"),
	)
}
