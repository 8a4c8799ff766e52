package tui

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/monitor/tui/kit"

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
	require.True(t, isTick(kit.After(time.Hour, nil)))
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
	old := b.page().List.List.Seq
	b.keys("f")
	late := kit.Answer[kit.LoadedRows[store.Cliente]]{
		Seq:   old,
		Value: kit.LoadedRows[store.Cliente]{Parts: []kit.Part[store.Cliente]{{Stretch: people(20)}}},
	}
	b.send(late)
	require.True(t, b.page().List.List.Busy(), "it is not the answer that is waited for")
	require.Empty(t, b.page().List.Window.Rows)
	b.rows(kit.Stretch[store.Cliente]{Items: []store.Cliente{person(1)}})
	b.send(late)
	require.Len(t, b.page().List.Window.Rows, 1)
}

func TestAskingAgainCancelsTheQuestionBefore(t *testing.T) {
	b := newBench(t, 80, 24)
	seen := make(chan context.Context, 1)
	messages(kit.Ask(&b.page().List.List, func(ctx context.Context) (int, error) {
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
	early := b.page().Pending
	b.typeText("o")
	require.False(t, b.page().List.List.Busy(), "nothing is asked while typing")
	b.send(kit.SearchMsg{Seq: early})
	require.False(t, b.page().List.List.Busy(), "a later key began a new rest")
	b.send(kit.SearchMsg{Seq: b.page().Pending})
	require.True(t, b.page().List.List.Busy())
	require.Len(t, b.page().List.Window.Rows, 27, "the rows stay until others come")
	b.rows(kit.Stretch[store.Cliente]{Items: []store.Cliente{person(1), person(2)}})
	require.Contains(t, b.View(), "1 de 2")
}

func TestEnterSearchesAtOnceAndEscClears(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("/")
	b.typeText("maria")
	b.keys("enter")
	require.True(t, b.page().List.List.Busy())
	require.False(t, b.page().Typing())
	b.rows(people(1))
	b.keys("esc")
	require.Equal(t, "", b.page().Term())
	require.True(t, b.page().List.List.Busy(), "the whole list is asked for again")
	require.Len(t, b.env.Stack, 1)
}

func TestEscCancelsTheRunningQuestion(t *testing.T) {
	b := newBench(t, 80, 24)
	l := &b.page().List
	b.send(kit.SlowMsg{Seq: l.List.Seq})
	require.Contains(t, b.View(), "Consultando")
	require.Contains(t, b.View(), "esc cancelar consulta")
	b.keys("esc")
	require.False(t, l.List.Busy())
	require.Contains(t, b.View(), "Consulta cancelada")
	b.wait(time.Minute)
	require.False(t, l.List.Busy(), "it is not asked again behind the person's back")
	b.keys("r")
	require.True(t, l.List.Busy())
}

func TestCancelledSearchShowsNoRowsOfAnother(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("f")
	b.send(kit.SlowMsg{Seq: b.page().List.List.Seq})
	b.keys("esc")
	require.Contains(t, b.View(), "Consulta cancelada")
	require.NotContains(t, b.View(), "Antônia")
}

func TestSpinnerOnlyAfterPatience(t *testing.T) {
	b := newBench(t, 80, 24)
	require.NotContains(t, b.View(), "Consultando")
	b.send(kit.SlowMsg{Seq: b.page().List.List.Seq - 1})
	require.NotContains(t, b.View(), "Consultando", "the slow message of another question")
}

func TestLiveRefreshKeepsTheCursorOnItsID(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("down", "down")
	require.Nil(t, b.page().List.List.Cancel)
	b.wait(2 * time.Second)
	require.True(t, b.page().List.List.Busy())
	p := people(27)
	p.Items = append([]store.Cliente{{ID: 900, Nome: "Recém-chegada", Ativo: new(true)}}, p.Items...)
	b.rows(p)
	sel, _ := b.page().List.Window.Selected()
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
	require.False(t, b.page().List.List.Busy())
	b.keys("esc", "n")
	b.wait(time.Minute)
	require.False(t, b.page().List.List.Busy())
	off := newBench(t, 80, 24, func(c *Config) { c.Refresh = 0 })
	listed(off)
	off.wait(time.Hour)
	require.False(t, off.page().List.List.Busy())
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
	require.True(t, b.page().List.List.Busy(), "it tries by itself")
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
	p.Next = "c1"
	b.rows(p)
	require.False(t, b.page().List.List.Busy())
	b.keys("pgdown", "pgdown", "pgdown", "pgdown")
	require.True(t, b.page().List.List.Busy())
	require.Equal(t, kit.LoadAfter, b.page().List.Kind)
	b.keys("end")
	require.Equal(t, kit.LoadLast, b.page().List.Kind, "the end is asked for, not walked to")
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
	require.True(t, b.env.Top().(*clienteDetail).Ask.Busy())
	b.gotDetail(store.Cliente{}, store.ErrNotFound)
	require.Contains(t, b.View(), "Registro não encontrado")
	b.keys("e")
	require.Contains(t, b.View(), "não existe mais")
	b.keys("esc")
	require.Len(t, b.env.Stack, 1)
}

func TestPasteNeverTriggersKeys(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("dd"), Paste: true})
	require.Len(t, b.env.Stack, 1)
}

func TestKeysThatComeInOneReadAreAllHandled(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jj/joão")})
	require.Equal(t, 2, b.page().List.Window.Cursor)
	require.Equal(t, "joão", b.page().Term())
}
