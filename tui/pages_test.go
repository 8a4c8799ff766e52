package tui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

func TestPagesKeepTheirStateAndRestWhileHidden(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("down", "enter")
	b.gotDetail(person(1), nil)
	b.goTo("painel")
	b.numbers(somePanel(), nil)
	clientesTab := b.env.tabs[0]
	page := clientesTab.stack[0].(*clientes)
	b.wait(time.Minute)
	require.False(t, page.List.List.Busy(), "a hidden page does not read")
	require.True(t, b.panel().ask.Busy(), "the page in front does")
	b.keys("1")
	require.Contains(t, b.View(), "João da Silva · nº 99", "what was open is still open")
	require.True(t, b.env.Top().(*clienteDetail).Ask.Busy(), "what is old is read again at once")
	b.keys("esc")
	require.Contains(t, b.View(), "❯ ● João da Silva")
}

func TestHiddenPagesDoNotTryAgain(t *testing.T) {
	b := newBench(t, 80, 24)
	b.refuse(store.ErrUnavailable)
	l := &b.page().List
	b.goTo("painel")
	b.wait(time.Minute)
	require.False(t, l.List.Busy(), "a page that nobody sees does not knock at a database that is gone")
	b.keys("1")
	require.True(t, l.List.Busy(), "it does when it is shown again")
}

func TestAnswersReachHiddenPages(t *testing.T) {
	b := newBench(t, 80, 24)
	l := &b.page().List
	seq := l.List.Seq
	b.goTo("painel")
	b.send(
		kit.Answer[kit.LoadedRows[store.Cliente]]{
			Seq:   seq,
			Value: kit.LoadedRows[store.Cliente]{Kind: kit.LoadFirst, Parts: []kit.Part[store.Cliente]{{Stretch: people(3)}}},
			Err:   nil,
		},
	)
	require.Len(t, l.Window.Rows, 3)
}

func TestTabGoesRoundThePages(t *testing.T) {
	b := newBench(t, 80, 24)
	first := b.env.shown
	for range b.env.tabs {
		b.keys("tab")
	}
	require.Equal(t, first, b.env.shown)
	b.keys("shift+tab")
	require.Equal(t, len(b.env.tabs)-1, b.env.shown)
}

func TestDigitsInTextFieldsDoNotChangeThePage(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("/")
	b.typeText("27")
	require.Equal(t, 0, b.env.shown)
	require.Equal(t, "27", b.page().Term())
}

func TestTheHeaderNamesThePagesOrCountsThem(t *testing.T) {
	wide := newBench(t, 80, 24)
	for i, p := range registry() {
		require.Contains(t, wide.View(), p.title, i)
	}
	require.Contains(t, wide.View(), "[1 Clientes]")
	wide.goTo("operacoes")
	require.Contains(t, wide.View(), "1Clientes 2Dispositivos", "closer, where there is no room")
	require.Contains(t, wide.View(), "[8 Operações]")
	require.Contains(t, newBench(t, 40, 12).View(), "1/"+string(rune('0'+len(registry()))))
}
