package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

func (b *bench) room() *kit.Section[store.Mensagem] { return &topOf[*chat](b).list }

func mensagemNo(i int) store.Mensagem {
	m := store.Mensagem{
		ID: int64(100 + i), ClienteID: 7, Sala: "geral", Usuario: []string{"João da Silva", "João da Silva", "Antônia Conceição"}[i%3],
		Mensagem: nasty[i%len(nasty)], DataHora: store.Hora{Time: testNow.Add(time.Duration(i-12) * 3 * time.Minute)},
	}
	switch i {
	case 1:
		m.DataHora = store.Hora{Time: testNow.AddDate(0, 0, -3)}
	case 5:
		m.RespostaPara, m.Editada = 102, true
	case 9:
		m.Mensagem, m.RespostaPara = strings.Repeat("uma mensagem longa que ocupa muitas linhas da tela, ", 40), 1
	}
	return m
}

func mensagens(n int) (out []store.Mensagem) {
	for i := range n {
		out = append(out, mensagemNo(i))
	}
	return out
}

func inRoom(b *bench) {
	b.goTo("chat")
	give(b, b.room(), mensagens(12)...)
	c := topOf[*chat](b)
	b.send(kit.Answer[[]store.Sala]{Seq: c.counting.Seq, Value: []store.Sala{
		{
			Sala:      "geral",
			Mensagens: 12,
			Ultima:    store.Hora{Time: testNow},
		}, {Sala: "suporte\x1b[31m", Mensagens: 1204, Ultima: store.Hora{Time: testNow.AddDate(0, 0, -2)}},
	}, Err: nil})
	b.send(kit.TickMsg{})
}

func (b *bench) gotSent(m store.Mensagem, err error) {
	b.send(kit.Answer[store.Mensagem]{Seq: topOf[*chat](b).sending.Seq, Value: m, Err: err})
}

func chatScenes() []scene {
	return []scene{
		{"chat", inRoom},
		{"chat-acima", func(b *bench) { inRoom(b); b.keys("up", "up", "up", "up") }},
		{"chat-vazia", func(b *bench) { b.goTo("chat"); give(b, b.room()) }},
		{"chat-erro", func(b *bench) { b.goTo("chat"); deny(b, b.room(), store.ErrUnavailable) }},
		{"chat-sem-permissao", func(b *bench) { b.goTo("chat"); deny(b, b.room(), store.ErrForbidden) }},
		{"chat-carregando", func(b *bench) { b.goTo("chat"); b.send(kit.SlowMsg{Seq: b.room().List.Seq}) }},
		{"chat-escrevendo", func(b *bench) { inRoom(b); b.keys("up", "a"); b.typeText("Combinado, João!") }},
		{"chat-editando", func(b *bench) { inRoom(b); b.keys("up", "up", "e") }},
		{"chat-enviando", func(b *bench) {
			inRoom(b)
			b.keys("n")
			b.typeText("oi")
			b.keys("enter")
			b.send(kit.SlowMsg{Seq: topOf[*chat](b).sending.Seq})
		}},
		{"chat-recusada", func(b *bench) {
			inRoom(b)
			b.keys("n")
			topOf[*chat](b).input.Set(strings.Repeat("ã", 1900))
			b.keys("enter")
			b.gotSent(store.Mensagem{}, &store.InvalidError{Campos: map[string]string{"mensagem": "Use no máximo 4 KiB"}})
		}},
		{"chat-salas", func(b *bench) { inRoom(b); b.keys("s") }},
		{"chat-sala-nova", func(b *bench) { inRoom(b); b.keys("s"); b.typeText("plantão") }},
		{"chat-apagar", func(b *bench) { inRoom(b); b.keys("up", "up", "delete") }},
		{"mensagem", func(b *bench) { inRoom(b); b.keys("up", "up", "enter") }},
	}
}

func TestChatFollowsTheConversationAndSaysWhatIsNew(t *testing.T) {
	b := newBench(t, 100, 30)
	inRoom(b)
	b.wait(2 * time.Second)
	give(b, b.room(), mensagens(13)...)
	sel, _ := b.room().Window.Selected()
	require.EqualValues(t, 112, sel.ID, "who reads the newest goes on reading the newest")
	b.keys("up", "up")
	b.wait(2 * time.Second)
	give(b, b.room(), mensagens(15)...)
	sel, _ = b.room().Window.Selected()
	require.EqualValues(t, 110, sel.ID, "who reads older ones stays there")
	require.Contains(t, b.View(), "▼ 2 novas · G vai até lá")
	b.keys("G")
	require.NotContains(t, b.View(), "novas")
}

func TestChatReadsOlderMessagesUpwards(t *testing.T) {
	b := newBench(t, 100, 30)
	b.goTo("chat")
	l := b.room()
	require.Equal(t, kit.LoadLast, l.Kind, "the newest come first")
	b.send(
		kit.Answer[kit.LoadedRows[store.Mensagem]]{
			Seq: l.List.Seq,
			Value: kit.LoadedRows[store.Mensagem]{Kind: kit.LoadLast, First: 0, Parts: []kit.Part[store.Mensagem]{
				{At: kit.Place{Last: true}, Stretch: kit.Stretch[store.Mensagem]{Items: mensagens(100), Previous: "antes"}},
			}},
			Err: nil,
		},
	)
	require.False(t, l.List.Busy())
	b.keys("pgup", "pgup", "pgup", "pgup", "pgup")
	require.True(t, l.List.Busy())
	require.Equal(t, kit.LoadBefore, l.Kind)
}

func TestChatKeepsWhatWasTypedWhenItIsNotSent(t *testing.T) {
	b := newBench(t, 100, 30)
	inRoom(b)
	b.keys("n")
	b.typeText("q?: oi")
	b.keys("enter", "enter")
	c := topOf[*chat](b)
	require.True(t, c.sending.Busy(), "one enter sends, the second does nothing")
	b.typeText("xyz")
	require.Equal(t, "q?: oi", c.input.Value(), "what is on its way is not changed")
	b.gotSent(store.Mensagem{}, store.ErrUnavailable)
	require.Contains(t, b.View(), "✗ Banco de dados indisponível. Nada do que você digitou se perdeu.")
	b.keys("esc")
	require.Contains(t, b.View(), "> q?: oi  (rascunho · n continua)")
	key := c.triedKey
	b.keys("n", "enter")
	require.Equal(t, key, c.triedKey, "the same message again counts once")
	b.gotSent(mensagemNo(12), nil)
	require.Empty(t, c.input.Value())
	require.True(t, c.Typing(), "one goes on writing")
	b.keys("enter")
	require.Contains(t, b.View(), "Escreva a mensagem antes de enviar.")
}

func TestAnAbandonedEditGivesTheDraftBack(t *testing.T) {
	b := newBench(t, 100, 30)
	inRoom(b)
	b.keys("n")
	b.typeText("rascunho")
	b.keys("esc", "up", "e")
	c := topOf[*chat](b)
	require.Equal(t, mensagemNo(10).Mensagem, c.input.Value())
	b.keys("esc")
	require.Equal(t, "rascunho", c.input.Value())
	b.keys("e", "enter")
	other := mensagemNo(10)
	other.Mensagem = "já mudei"
	b.gotSent(other, store.ErrConflict)
	require.Contains(t, b.View(), "Outra pessoa a editou: “já mudei”. enter salva a sua")
	b.keys("enter")
	b.gotSent(mensagemNo(10), nil)
	require.Equal(t, "rascunho", c.input.Value())
	require.Contains(t, b.View(), "✓ Mensagem editada.")
}

func TestDeletingAMessageNamesItAndItsAuthor(t *testing.T) {
	b := newBench(t, 100, 30)
	inRoom(b)
	for range 11 {
		b.keys("up")
	}
	b.keys("delete")
	require.Contains(t, b.View(), "Apagar a mensagem de João da Silva: “Antônia")
	b.arm()
	b.keys("right")
	b.arm()
	b.keys("enter")
	d := topOf[*kit.Confirm](b)
	b.send(kit.Answer[int64]{Seq: d.Ask.Seq, Err: errors.New("caiu")})
	require.Contains(t, b.View(), "✗ Erro ao consultar o banco: caiu")
}

func TestStrangersMayOnlyReadTheChat(t *testing.T) {
	b := newBench(t, 100, 30)
	b.env.cfg.Handle = (&store.Store{}).As(store.Stranger(store.Origem{}))
	c := newChat(b.env)
	require.Contains(t, b.env.chatBlocked(), "não pode escrever no chat")
	require.NotEmpty(t, b.env.foreign(store.Mensagem{ClienteID: 3}))
	for _, a := range c.Actions() {
		if a.Key.Help().Desc == "novo" || a.Key.Help().Desc == "responder" {
			require.NotEmpty(t, a.Blocked)
		}
	}
}

func TestRoomsAreFoundWithoutAccentsAndMadeByName(t *testing.T) {
	b := newBench(t, 100, 30)
	inRoom(b)
	b.keys("s")
	b.typeText("SUP")
	b.keys("enter")
	require.Equal(t, "suporte\x1b[31m", topOf[*chat](b).sala)
	b.keys("s")
	b.typeText("#plantão")
	b.keys("enter")
	require.Equal(t, "plantão", topOf[*chat](b).sala)
	give(b, b.room())
	require.Contains(t, b.View(), "Nenhuma mensagem em #plantão")
}

// The selected message is on the screen, whatever the sizes of the others.
func TestSelectedMessageIsAlwaysInSight(t *testing.T) {
	for _, size := range [][2]int{{30, 8}, {40, 12}, {100, 24}} {
		b := newBench(t, size[0], size[1])
		b.goTo("chat")
		var rows []store.Mensagem
		for i := range 60 {
			m := mensagemNo(i)
			m.Mensagem = fmt.Sprintf("nº%02d ", i) + strings.Repeat("texto ", (i*7)%40)
			rows = append(rows, m)
		}
		give(b, b.room(), rows...)
		for step := range 200 {
			key := []string{"up", "up", "up", "down", "pgup"}[step%5]
			if step > 110 {
				key = []string{"down", "pgdown", "up"}[step%3]
			}
			b.keys(key)
			sel, _ := b.room().Window.Selected()
			require.Regexp(t, "[❯┃].*"+sel.Mensagem[:6], b.View(), "%v %s", size, key)
		}
	}
}

func TestPagesKeepWhatTheyShowWhileTheDatabaseIsGone(t *testing.T) {
	b := newBench(t, 100, 30)
	inRoom(b)
	b.wait(2 * time.Second)
	deny(b, b.room(), store.ErrUnavailable)
	require.Contains(t, b.View(), "⚠ Banco de dados indisponível · nova tentativa em 2 s")
	require.Contains(t, b.View(), "Antônia Conceição")
	b.wait(2 * time.Second)
	give(b, b.room(), mensagens(12)...)
	require.Contains(t, b.View(), "✓ Conexão com o banco restabelecida.")
	inDevice(b)
	b.keys("r")
	b.gotMachine(machine{}, store.ErrUnavailable)
	require.Contains(t, b.View(), "⚠ Banco de dados indisponível")
	require.Contains(t, b.View(), "João da Silva", "the record stays")
	b.wait(2 * time.Second)
	b.gotMachine(machine{Dispositivo: machineNo(1)}, nil)
	require.NotContains(t, b.View(), "indisponível")
}
