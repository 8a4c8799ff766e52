package tui

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// messages runs a command and what it batches, leaving out those that wait for a
// moment to come. A question without a store has no answer.
func messages(cmd tea.Cmd) (out []tea.Msg) {
	if cmd == nil || isTick(cmd) {
		return nil
	}
	done := make(chan tea.Msg, 1)
	go func() {
		var msg tea.Msg
		defer func() { recover(); done <- msg }()
		msg = cmd()
	}()
	select {
	case msg := <-done:
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, c := range batch {
				out = append(out, messages(c)...)
			}
			return out
		}
		if msg == nil {
			return nil
		}
		return []tea.Msg{msg}
	case <-time.After(patiently):
		panic("a command does not come back: " + nameOf(cmd))
	}
}

func nameOf(cmd tea.Cmd) string { return runtime.FuncForPC(reflect.ValueOf(cmd).Pointer()).Name() }

// isTick says that the command is one of after's.
func isTick(cmd tea.Cmd) bool { return strings.Contains(nameOf(cmd), ".Tick.func") }

func TestTicksAreKnown(t *testing.T) {
	require.True(t, isTick(after(time.Hour, nil)))
	require.False(t, isTick(tea.Quit))
}

func requireQuits(t *testing.T, cmd tea.Cmd) {
	t.Helper()
	require.True(t, quits(cmd))
}

func quits(cmd tea.Cmd) bool {
	for _, m := range messages(cmd) {
		if _, ok := m.(tea.QuitMsg); ok {
			return true
		}
	}
	return false
}

func TestLateAnswersAreDropped(t *testing.T) {
	b := newBench(t, 80, 24)
	old := b.page().list.list.seq
	b.keys("f")
	late := answer[loadedRows[store.Cliente]]{seq: old, value: loadedRows[store.Cliente]{parts: []part[store.Cliente]{{stretch: people(20)}}}}
	b.send(late)
	require.True(t, b.page().list.list.busy(), "it is not the answer that is waited for")
	require.Empty(t, b.page().list.win.rows)
	b.rows(stretch[store.Cliente]{items: []store.Cliente{person(1)}})
	b.send(late)
	require.Len(t, b.page().list.win.rows, 1)
}

func TestAskingAgainCancelsTheQuestionBefore(t *testing.T) {
	b := newBench(t, 80, 24)
	seen := make(chan context.Context, 1)
	messages(ask(&b.page().list.list, func(ctx context.Context) (int, error) {
		seen <- ctx
		return 0, nil
	}))
	ctx := <-seen
	require.NoError(t, ctx.Err())
	b.keys("f")
	require.ErrorIs(t, ctx.Err(), context.Canceled)
}

func TestSearchWaitsForTheKeyboardToRest(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("/")
	b.typeText("joã")
	early := b.page().pending
	b.typeText("o")
	require.False(t, b.page().list.list.busy(), "nothing is asked while typing")
	b.send(searchMsg{early})
	require.False(t, b.page().list.list.busy(), "a later key began a new rest")
	b.send(searchMsg{b.page().pending})
	require.True(t, b.page().list.list.busy())
	require.Len(t, b.page().list.win.rows, 27, "the rows stay until others come")
	b.rows(stretch[store.Cliente]{items: []store.Cliente{person(1), person(2)}})
	require.Contains(t, b.View(), "1 de 2")
}

func TestEnterSearchesAtOnceAndEscClears(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("/")
	b.typeText("maria")
	b.keys("enter")
	require.True(t, b.page().list.list.busy())
	require.False(t, b.page().Typing())
	b.rows(people(1))
	b.keys("esc")
	require.Equal(t, "", b.page().term())
	require.True(t, b.page().list.list.busy(), "the whole list is asked for again")
	require.Len(t, b.env.stack, 1)
}

func TestEscCancelsTheRunningQuestion(t *testing.T) {
	b := newBench(t, 80, 24)
	l := &b.page().list
	b.send(slowMsg{l.list.seq})
	require.Contains(t, b.View(), "Consultando")
	require.Contains(t, b.View(), "esc cancelar consulta")
	b.keys("esc")
	require.False(t, l.list.busy())
	require.Contains(t, b.View(), "Consulta cancelada")
	b.wait(time.Minute)
	require.False(t, l.list.busy(), "it is not asked again behind the person's back")
	b.keys("r")
	require.True(t, l.list.busy())
}

func TestCancelledSearchShowsNoRowsOfAnother(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("f")
	b.send(slowMsg{b.page().list.list.seq})
	b.keys("esc")
	require.Contains(t, b.View(), "Consulta cancelada")
	require.NotContains(t, b.View(), "Antônia")
}

func TestSpinnerOnlyAfterPatience(t *testing.T) {
	b := newBench(t, 80, 24)
	require.NotContains(t, b.View(), "Consultando")
	b.send(slowMsg{b.page().list.list.seq - 1})
	require.NotContains(t, b.View(), "Consultando", "the slow message of another question")
}

func TestLiveRefreshKeepsTheCursorOnItsID(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("down", "down")
	require.Nil(t, b.page().list.list.cancel)
	b.wait(2 * time.Second)
	require.True(t, b.page().list.list.busy())
	p := people(27)
	p.items = append([]store.Cliente{{ID: 900, Nome: "Recém-chegada", Ativo: new(true)}}, p.items...)
	b.rows(p)
	sel, _ := b.page().list.win.selected()
	require.Equal(t, person(2).ID, sel.ID)
	require.Contains(t, b.View(), "Recém-chegada")
	require.Contains(t, b.View(), "atualizado há 0 s")
	b.clock = b.clock.Add(time.Second)
	require.Contains(t, b.View(), "atualizado há 1 s")
}

func TestNoLiveRefreshWhileTypingOrSwitchedOffOrBelow(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("/")
	b.wait(time.Minute)
	require.False(t, b.page().list.list.busy())
	b.keys("esc", "n")
	b.wait(time.Minute)
	require.False(t, b.page().list.list.busy())
	off := newBench(t, 80, 24, func(c *Config) { c.Refresh = 0 })
	listed(off)
	off.wait(time.Hour)
	require.False(t, off.page().list.list.busy())
}

func TestDatabaseGoneKeepsTheRowsCountsDownAndRecovers(t *testing.T) {
	b := newBench(t, 100, 24)
	listed(b)
	b.wait(2 * time.Second)
	b.refuse(store.ErrUnavailable)
	require.Contains(t, b.View(), "⚠ Banco de dados indisponível · nova tentativa em 2 s · r tenta já")
	require.Contains(t, b.View(), "Antônia")
	b.wait(time.Second)
	require.Contains(t, b.View(), "nova tentativa em 1 s")
	b.wait(time.Second)
	require.True(t, b.page().list.list.busy(), "it tries by itself")
	b.refuse(store.ErrUnavailable)
	require.Contains(t, b.View(), "nova tentativa em 4 s", "it gives the database more time")
	b.keys("r")
	b.rows(people(27))
	require.NotContains(t, b.View(), "indisponível")
	require.Contains(t, b.View(), "✓ Conexão com o banco restabelecida.")
}

func TestUnexpectedErrorSaysCauseAndRemedy(t *testing.T) {
	b := newBench(t, 100, 24)
	b.refuse(errOdd)
	require.Contains(t, b.View(), "algo que ninguém esperava")
	require.Contains(t, b.View(), "Nova tentativa em 2 s")
}

func TestNextWindowIsAskedForNearTheEdge(t *testing.T) {
	b := newBench(t, 80, 24)
	p := people(100)
	p.next = "c1"
	b.rows(p)
	require.False(t, b.page().list.list.busy())
	b.keys("pgdown", "pgdown", "pgdown", "pgdown")
	require.True(t, b.page().list.list.busy())
	require.Equal(t, loadAfter, b.page().list.kind)
	b.keys("end")
	require.Equal(t, loadLast, b.page().list.kind, "the end is asked for, not walked to")
}

func TestDetailFollowsTheRecord(t *testing.T) {
	b := newBench(t, 80, 40)
	listed(b)
	b.keys("enter")
	require.Contains(t, b.View(), "Clientes › Antônia")
	c := person(0)
	c.TotalDispositivos, c.Cargo = 3, "Diretora"
	b.gotDetail(c, nil)
	require.Contains(t, b.View(), "Diretora")
	require.Contains(t, b.View(), "segunda linha")
	require.Contains(t, b.View(), `"plano": "ouro"`)
	b.wait(2 * time.Second)
	require.True(t, b.env.top().(*clienteDetail).ask.busy())
	b.gotDetail(store.Cliente{}, store.ErrNotFound)
	require.Contains(t, b.View(), "Registro não encontrado")
	b.keys("e")
	require.Contains(t, b.View(), "não existe mais")
	b.keys("esc")
	require.Len(t, b.env.stack, 1)
}

func TestPasteNeverTriggersKeys(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("dd"), Paste: true})
	require.Len(t, b.env.stack, 1)
}

func TestKeysThatComeInOneReadAreAllHandled(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jj/joão")})
	require.Equal(t, 2, b.page().list.win.cursor)
	require.Equal(t, "joão", b.page().term())
}
