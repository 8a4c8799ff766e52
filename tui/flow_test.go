package tui

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/teatest"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

var operador = store.Local("teste", "maquina", store.CanalTUI)

// fill creates people whose names search must fold.
func fill(t *testing.T, h *store.Handle) {
	t.Helper()
	for i, nome := range []string{"João da Silva", "Joa\u0303o Decomposto", "Antônia Conceição", "Bruno Lima", "MARIA JOÃO"} {
		_, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: nome, Email: fmt.Sprintf("p%d@empresa.com.br", i), Telefone: "(11) 98765-4321"})
		require.NoError(t, err)
	}
}

// flow drives a program with a real store but without a terminal.
type flow struct {
	*testing.T
	tm *teatest.TestModel
}

func newFlow(t *testing.T, st *store.Store, opts ...func(*Config)) *flow {
	t.Helper()
	cfg := Config{Handle: st.As(operador), Banco: st.Banco(), Cor: CorNunca, Saida: io.Discard}
	for _, o := range opts {
		o(&cfg)
	}
	return newFlowWith(t, cfg)
}

func newFlowWith(t *testing.T, cfg Config) *flow {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return &flow{T: t, tm: teatest.NewTestModel(t, newApp(ctx, cfg), teatest.WithInitialTermSize(100, 30))}
}

// sees waits until what was written since the last call holds the texts.
func (f *flow) sees(texts ...string) {
	f.Helper()
	teatest.WaitFor(f, f.tm.Output(), func(b []byte) bool {
		seen := ansi.Strip(string(b))
		for _, t := range texts {
			if !strings.Contains(seen, t) {
				return false
			}
		}
		return true
	}, teatest.WithDuration(patiently), teatest.WithCheckInterval(10*time.Millisecond))
}

func (f *flow) keys(names ...string) {
	for _, n := range names {
		f.tm.Send(keyMsg(n))
	}
}

// text sends rune by rune: teatest's own Type breaks UTF-8 apart.
func (f *flow) text(s string) {
	for _, r := range s {
		f.keys(string(r))
	}
}

func (f *flow) quit() {
	f.keys("ctrl+c")
	f.tm.WaitFinished(f, teatest.WithFinalTimeout(patiently))
}

func TestFlowSearchFindsEveryFormOfAName(t *testing.T) {
	st := storetest.New(t)
	fill(t, st.As(operador))
	f := newFlow(t, st)
	f.sees("Clientes · 5")
	f.keys("/")
	f.text("joao")
	f.sees("Clientes · 3")
	f.keys("esc", "/")
	f.text("joão")
	f.sees("Clientes · 3")
	f.quit()
}

func TestFlowCreateEditAndDeactivate(t *testing.T) {
	st := storetest.New(t)
	f := newFlow(t, st)
	f.sees("Nenhum cliente cadastrado")
	f.keys("n")
	f.text("Conceição Araújo")
	f.keys("tab")
	f.text("conceicao")
	f.keys("ctrl+s")
	f.sees("✗", "❯ E-mail")
	f.text("@empresa.com.br")
	f.keys("ctrl+s")
	f.sees("criado.")
	c := only(t, st)
	require.Equal(t, "Conceição Araújo", c.Nome)

	f.keys("e", "tab")
	f.text("11987654321")
	f.keys("ctrl+s")
	f.sees("salvas.")
	require.Equal(t, "11987654321", only(t, st).Telefone)

	f.keys("d")
	f.sees("Desativar cliente")
	f.keys("right")
	f.sees("❯ Desativar ❮")
	time.Sleep(armFirst + armAgain)
	f.keys("enter")
	f.sees("foi desativado")
	got := only(t, st)
	require.False(t, got.EstaAtivo())
	f.quit()
}

func only(t *testing.T, st *store.Store) store.Cliente {
	t.Helper()
	p, err := st.As(operador).Clientes.List(t.Context(), store.ClienteFiltro{})
	require.NoError(t, err)
	require.Len(t, p.Itens, 1)
	return p.Itens[0]
}

func TestFlowConflictWithAnotherDoor(t *testing.T) {
	st := storetest.New(t)
	h := st.As(operador)
	c, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Bruno", Email: "b@x.com.br", Telefone: "(11) 98765-4321"})
	require.NoError(t, err)
	f := newFlow(t, st)
	f.sees("Bruno")
	f.keys("e")
	f.sees("Editar")
	_, err = h.Clientes.Change(t.Context(), c.ID, "", func(c *store.Cliente) { c.Nome, c.Cidade = "Bruno Lima", "Niterói" })
	require.NoError(t, err)
	f.text("!")
	f.keys("ctrl+s")
	f.sees("Conflito")
	f.keys("tab", "enter")
	f.sees("salvas.")
	got, err := h.Clientes.Get(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, "Bruno!", got.Nome, "mine, as chosen")
	require.Equal(t, "Niterói", got.Cidade, "theirs, which I did not touch")
	f.quit()
}

func TestFlowMovesOverWindowsToTheEnd(t *testing.T) {
	st := storetest.New(t)
	h := st.As(operador)
	for i := range 250 {
		_, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: fmt.Sprintf("Pessoa %03d", i), Email: fmt.Sprintf("p%d@x.com.br", i)})
		require.NoError(t, err)
	}
	f := newFlow(t, st)
	f.sees("Clientes · 250")
	f.keys("G")
	f.sees("250 de 250", "❯ ● Pessoa 000")
	f.keys("g")
	f.sees("❯ ● Pessoa 249")
	for range 12 {
		f.keys("pgdown")
	}
	f.sees("250 de 250")
	f.quit()
}

// stuck is a console whose database does not answer.
type stuck struct {
	*app
	cancelled chan error
}

func (s *stuck) Init() tea.Cmd {
	done := s.cancelled
	page := s.env.stack[0].(*clientes)
	return page.list.open(func(ctx context.Context, _ place, _ int) (store.Pagina[store.Cliente], error) {
		<-ctx.Done()
		done <- ctx.Err()
		return store.Pagina[store.Cliente]{}, ctx.Err()
	}, nil)
}

func TestFlowKeysAnswerWhileTheDatabaseIsBlocked(t *testing.T) {
	s := &stuck{newApp(t.Context(), Config{Handle: (&store.Store{}).As(operador), Saida: io.Discard, Cor: CorNunca}), make(chan error, 1)}
	f := &flow{T: t, tm: teatest.NewTestModel(t, s, teatest.WithInitialTermSize(100, 30))}
	f.sees("Consultando o banco")
	f.keys("?")
	f.sees("Ajuda · Clientes")
	f.keys("esc")
	f.tm.Send(tea.WindowSizeMsg{Width: 60, Height: 12})
	f.sees("Consultando o banco")
	f.keys("esc")
	f.sees("Consulta cancelada")
	select {
	case err := <-s.cancelled:
		require.ErrorIs(t, err, context.Canceled)
	case <-time.After(patiently):
		t.Fatal("the database never learnt that nobody waits any more")
	}
	f.quit()
}
