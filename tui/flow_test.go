package tui

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/teatest"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

var testOperator = store.Local("teste", "maquina", store.CanalTUI)

// fill creates people whose names search must fold.
func fill(t *testing.T, h *store.Handle) {
	t.Helper()
	for i, name := range []string{"João da Silva", "Joa\u0303o Decomposto", "Antônia Conceição", "Bruno Lima", "MARIA JOÃO"} {
		_, err := h.Clientes.Create(
			t.Context(),
			store.ClienteNovo{Nome: name, Email: fmt.Sprintf("p%d@empresa.com.br", i), Telefone: "(11) 98765-4321"},
		)
		require.NoError(t, err)
	}
}

// flow drives a program with a real store but without a terminal.
type flow struct {
	*testing.T
	tm *teatest.TestModel
	w  *witness
}

// witness remembers what a program showed. What its terminal is sent would not do:
// a line that two frames have in common is written once, and how many frames there
// are is a matter of time.
type witness struct {
	tea.Model
	mu     sync.Mutex
	keys   int      // that were sent and have not come
	frames []string // since the one that was last asked for and the last key
	armed  bool     // the dialog on top may be confirmed
}

func (w *witness) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	next, cmd := w.Model.Update(msg)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Model = next
	if _, ok := msg.(tea.KeyMsg); ok {
		w.keys--
		w.frames = nil
	}
	if a, ok := next.(*app); ok {
		c, dialog := a.env.Top().(*kit.Confirm)
		w.armed = dialog && c.Armed
	}
	return w, cmd
}

func (w *witness) View() string {
	frame := w.Model.View()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frames = append(w.frames, ansi.Strip(frame))
	return frame
}

// saw looks for a frame after the last key that has all texts, and forgets those
// before it.
func (w *witness) saw(texts []string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.keys > 0 {
		return false
	}
	at := slices.IndexFunc(w.frames, func(frame string) bool {
		return !slices.ContainsFunc(texts, func(t string) bool { return !strings.Contains(frame, t) })
	})
	if at >= 0 {
		w.frames = w.frames[at:]
	}
	return at >= 0
}

func (w *witness) mayConfirm() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.armed && w.keys == 0
}

func (w *witness) last() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.frames) == 0 {
		return ""
	}
	return w.frames[len(w.frames)-1]
}

func newFlow(t *testing.T, st *store.Store, opts ...func(*Config)) *flow {
	t.Helper()
	cfg := Config{Handle: st.As(testOperator), Database: st.Banco(), Colour: kit.ColourNever, Out: io.Discard}
	for _, o := range opts {
		o(&cfg)
	}
	return newFlowWith(t, cfg)
}

func newFlowWith(t *testing.T, cfg Config) *flow {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return watch(t, newApp(ctx, cfg))
}

func watch(t *testing.T, m tea.Model) *flow {
	t.Helper()
	w := &witness{Model: m}
	return &flow{T: t, w: w, tm: teatest.NewTestModel(t, w, teatest.WithInitialTermSize(100, 30))}
}

// sees waits for a frame after the last key that has all texts.
func (f *flow) sees(texts ...string) {
	f.Helper()
	for deadline := time.Now().Add(patiently); !f.w.saw(texts); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.Fatalf("never saw %q:\n%s", texts, f.w.last())
		}
	}
}

// confirm presses the button of a dialog once the dialog lets itself be confirmed.
func (f *flow) confirm(button string) {
	f.Helper()
	f.keys("right")
	f.sees("❯ " + button + " ❮")
	require.Eventually(f, f.w.mayConfirm, patiently, 5*time.Millisecond)
	f.keys("enter")
}

func (f *flow) keys(names ...string) {
	for _, n := range names {
		f.w.mu.Lock()
		f.w.keys++
		f.w.mu.Unlock()
		f.tm.Send(keyMsg(n))
	}
}

// Text sends rune by rune: teatest's own Type breaks UTF-8 apart.
func (f *flow) Text(s string) {
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
	fill(t, st.As(testOperator))
	f := newFlow(t, st)
	f.sees("Clientes · 5")
	f.keys("/")
	f.Text("joao")
	f.sees("Clientes · 3")
	f.keys("esc")
	f.sees("Clientes · 5")
	f.keys("/")
	f.Text("joão")
	f.sees("/ joão", "Clientes · 3")
	f.quit()
}

func TestFlowCreateEditAndDeactivate(t *testing.T) {
	st := storetest.New(t)
	f := newFlow(t, st)
	f.sees("Nenhum cliente cadastrado")
	f.keys("n")
	f.Text("Conceição Araújo")
	f.keys("tab")
	f.Text("conceicao")
	f.keys("ctrl+s")
	f.sees("✗", "❯ E-mail")
	f.Text("@empresa.com.br")
	f.keys("ctrl+s")
	f.sees("criado.")
	f.sees("❯ ● Conceição Araújo")
	c := only(t, st)
	require.Equal(t, "Conceição Araújo", c.Nome)

	f.keys("e")
	f.sees("Editar")
	f.keys("tab")
	f.Text("11987654321")
	f.keys("ctrl+s")
	f.sees("salvas.")
	require.Equal(t, "11987654321", only(t, st).Telefone)

	f.keys("d")
	f.sees("Desativar cliente")
	f.confirm("Desativar")
	f.sees("foi desativado")
	got := only(t, st)
	require.False(t, got.IsActive())
	f.quit()
}

func only(t *testing.T, st *store.Store) store.Cliente {
	t.Helper()
	p, err := st.As(testOperator).Clientes.List(t.Context(), store.ClienteFiltro{})
	require.NoError(t, err)
	require.Len(t, p.Itens, 1)
	return p.Itens[0]
}

func TestFlowConflictWithAnotherDoor(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	c, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Bruno", Email: "b@x.com.br", Telefone: "(11) 98765-4321"})
	require.NoError(t, err)
	f := newFlow(t, st)
	f.sees("Bruno")
	f.keys("e")
	f.sees("Editar")
	_, err = h.Clientes.Change(t.Context(), c.ID, "", func(c *store.Cliente) { c.Nome, c.Cidade = "Bruno Lima", "Niterói" })
	require.NoError(t, err)
	f.Text("!")
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
	h := st.As(testOperator)
	for i := range 250 {
		_, err := h.Clientes.Create(
			t.Context(),
			store.ClienteNovo{Nome: fmt.Sprintf("Pessoa %03d", i), Email: fmt.Sprintf("p%d@x.com.br", i)},
		)
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
	page := s.env.Stack[0].(*clientes)
	return page.List.Open(func(ctx context.Context, _ kit.Place, _ int) (kit.Stretch[store.Cliente], error) {
		<-ctx.Done()
		done <- ctx.Err()
		return kit.Stretch[store.Cliente]{}, ctx.Err()
	}, nil)
}

func TestFlowKeysAnswerWhileTheDatabaseIsBlocked(t *testing.T) {
	s := &stuck{
		newApp(t.Context(), Config{Handle: (&store.Store{}).As(testOperator), Out: io.Discard, Colour: kit.ColourNever}),
		make(chan error, 1),
	}
	f := watch(t, s)
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
