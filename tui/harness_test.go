package tui

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// updating says that -update was given; the flag is declared by teatest's golden package.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

func TestMain(m *testing.M) {
	if mode := os.Getenv("TUI_TESTE_MODO"); mode != "" {
		os.Exit(child(mode))
	}
	flag.Parse()
	os.Exit(m.Run())
}

var testNow = time.Date(2026, 11, 23, 17, 5, 0, 0, time.UTC)

// bench drives an app without a terminal and without running its commands:
// tests hand in the answers themselves.
type bench struct {
	*testing.T
	*app
	clock time.Time
}

func newBench(t *testing.T, w, h int, opts ...func(*Config)) *bench {
	t.Helper()
	b := &bench{T: t, clock: testNow}
	cfg := Config{
		Handle: (&store.Store{}).As(testOperator), Database: "/srv/monitor/clientes.sqlite",
		Zone: time.FixedZone("-03", -3*60*60), Now: func() time.Time { return b.clock },
		Out: io.Discard, Colour: kit.ColourNever, Refresh: 2 * time.Second,
	}
	for _, o := range opts {
		o(&cfg)
	}
	b.app = newApp(t.Context(), cfg)
	b.Init()
	b.send(tea.WindowSizeMsg{Width: w, Height: h})
	return b
}

func (b *bench) page() *clientes { return b.env.Stack[0].(*clientes) }

// goTo shows the page of that name, as its number would.
func (b *bench) goTo(name string) {
	for i, t := range b.env.tabs {
		if t.name == name {
			b.keys(strconv.Itoa(i + 1))
			return
		}
	}
	b.Fatalf("no page is called %q", name)
}

// send is one turn of the program's loop: every message is followed by a frame.
func (b *bench) send(msg tea.Msg) tea.Cmd {
	_, cmd := b.Update(msg)
	b.View()
	return cmd
}

var named = map[string]tea.KeyType{
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab,
	"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"ctrl+c": tea.KeyCtrlC, "ctrl+s": tea.KeyCtrlS, "ctrl+b": tea.KeyCtrlB, "ctrl+f": tea.KeyCtrlF,
	"backspace": tea.KeyBackspace, " ": tea.KeySpace, "ctrl+a": tea.KeyCtrlA, "ctrl+z": tea.KeyCtrlZ,
	"f1": tea.KeyF1, "delete": tea.KeyDelete, "insert": tea.KeyInsert, "ctrl+k": tea.KeyCtrlK,
}

func keyMsg(name string) tea.KeyMsg {
	if typ, ok := named[name]; ok {
		msg := tea.KeyMsg{Type: typ}
		if typ == tea.KeySpace {
			msg.Runes = []rune{' '}
		}
		return msg
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

func (b *bench) keys(names ...string) (last tea.Cmd) {
	for _, n := range names {
		last = b.send(keyMsg(n))
	}
	return last
}

// typeText sends text rune by rune, as a keyboard does.
func (b *bench) typeText(s string) {
	for _, r := range s {
		b.keys(string(r))
	}
}

// rows answers the list's running question with one part.
func (b *bench) rows(p kit.Stretch[store.Cliente]) {
	l := &b.page().List
	require.True(b, l.List.Busy(), "no question is running")
	at := kit.Place{}
	first, _ := l.Window.Shown()
	if l.Kind != kit.LoadAgain {
		first = 0
	}
	b.send(
		kit.Answer[kit.LoadedRows[store.Cliente]]{
			Seq:   l.List.Seq,
			Value: kit.LoadedRows[store.Cliente]{Kind: l.Kind, First: first, Parts: []kit.Part[store.Cliente]{{At: at, Stretch: p}}},
			Err:   nil,
		},
	)
}

func (b *bench) refuse(err error) {
	l := &b.page().List
	b.send(kit.Answer[kit.LoadedRows[store.Cliente]]{Seq: l.List.Seq, Err: err})
}

// wait moves the clock and lets the tick come.
func (b *bench) wait(d time.Duration) {
	b.clock = b.clock.Add(d)
	b.send(kit.TickMsg{})
}

// arm lets a dialog's waiting time pass.
func (b *bench) arm() { b.send(kit.ArmMsg{Seq: b.env.Top().(*kit.Confirm).Arm}) }

// nasty are names that other programs left in the table.
var nasty = []string{
	"Antônia Conceição de Souza", "João da Silva", "Joa\u0303o Decomposto", "王小明", "⚠️ Alerta 🇧🇷 Ltda",
	"Maria \x1b[31mvermelha\x1b[0m", "quebra\r\nde linha\tcom tab", "\x1b]0;título\x07fim", "\u202eetse rel\u202c",
	"👩‍👩‍👧‍👦 família 👍🏽", strings.Repeat("ã", 300), "Z" + strings.Repeat("\u0301", 500) + "algo", "\xff\xfe inválido", "",
}

func person(i int) store.Cliente {
	return store.Cliente{
		ID: int64(100 - i), Nome: nasty[i%len(nasty)], Email: fmt.Sprintf("pessoa%d@empresa.com.br", i),
		Telefone: "(11) 98765-43" + fmt.Sprintf("%02d", i%100), Empresa: "Lojas Conceição", Cidade: "São Paulo", Estado: "SP",
		Ativo: new(i%4 != 3), NivelAcesso: store.Usuario,
		DataCadastro: store.Hora{Time: testNow.Add(-time.Duration(i) * 5 * time.Hour)},
		Observacoes:  "primeira linha\nsegunda linha", DadosExtras: store.Objeto(`{"plano":"ouro"}`),
	}
}

func people(n int) kit.Stretch[store.Cliente] {
	p := kit.Stretch[store.Cliente]{}
	for i := range n {
		p.Items = append(p.Items, person(i))
	}
	return p
}

// scene brings the console into a state.
type scene struct {
	name string
	set  func(b *bench)
}

func listed(b *bench) {
	b.rows(people(27))
	b.send(kit.TickMsg{})
}

func inForm(b *bench) {
	listed(b)
	b.keys("n")
}

// formOf is the form on top of the stack or below its conflict.
func formOf(b *bench) *clienteForm {
	for _, s := range b.env.Stack {
		if f, ok := s.(*clienteForm); ok {
			return f
		}
	}
	b.Fatal("no form is open")
	return nil
}

func (b *bench) saved(c store.Cliente, err error) tea.Cmd {
	return b.send(kit.Answer[written[store.Cliente]]{Seq: formOf(b).ask.Seq, Value: written[store.Cliente]{c, 41}, Err: err})
}

func inConflict(b *bench) {
	listed(b)
	b.keys("down", "e", "tab")
	b.typeText("9")
	b.keys("tab")
	b.typeText(" ME")
	b.keys("ctrl+s")
	now := person(1)
	now.Telefone, now.Cidade, now.Ativo = "(21) 2222-3333", "Niterói", new(false)
	b.saved(now, store.ErrConflict)
}

func scenes() []scene {
	return slices.Concat(
		clientesScenes(),
		painelScenes(),
		paletteScenes(),
		bulkScenes(),
		changeScenes(),
		historyScenes(),
		operacoesScenes(),
		personScenes(),
		loginScenes(),
		dispositivosScenes(),
		conexoesScenes(),
		chatScenes(),
		sessoesScenes(),
		auditoriaScenes(),
	)
}

func clientesScenes() []scene {
	return []scene{
		{"lista", listed},
		{"lista-meio", func(b *bench) { listed(b); b.keys("pgdown", "down") }},
		{"vazia", func(b *bench) { b.rows(people(0)) }},
		{"busca", func(b *bench) { listed(b); b.keys("/"); b.typeText("joão") }},
		{"busca-meio", func(b *bench) { listed(b); b.keys("/", "down", "down", "pgdown") }},
		{"busca-vazia", func(b *bench) { listed(b); b.keys("/"); b.typeText("xyz"); b.keys("enter"); b.rows(people(0)) }},
		{"filtro-vazio", func(b *bench) { listed(b); b.keys("f", "f"); b.rows(people(0)) }},
		{"carregando", func(b *bench) { b.send(kit.SlowMsg{Seq: b.page().List.List.Seq}) }},
		{"cancelada", func(b *bench) { b.send(kit.SlowMsg{Seq: b.page().List.List.Seq}); b.keys("esc") }},
		{"erro", func(b *bench) { b.refuse(store.ErrUnavailable) }},
		{"erro-com-dados", func(b *bench) {
			listed(b)
			b.wait(2 * time.Second)
			b.refuse(store.ErrUnavailable)
			b.wait(time.Second)
		}},
		{"sem-permissao", func(b *bench) { b.refuse(store.ErrForbidden) }},
		{"formulario", func(b *bench) { inForm(b); b.typeText("João") }},
		{"formulario-erros", func(b *bench) {
			inForm(b)
			b.keys("ctrl+s")
			b.saved(store.Cliente{}, &store.InvalidError{Campos: map[string]string{
				"nome": "Informe o nome.", "cep": "O CEP tem 8 dígitos, por exemplo 01310-100.", "outro": "Um campo que não está aqui.",
			}})
		}},
		{"formulario-opcao", func(b *bench) {
			listed(b)
			b.keys("e")
			for formOf(b).form.Current().Column != "nivel_acesso" {
				b.keys("tab")
			}
		}},
		{"descartar", func(b *bench) { inForm(b); b.typeText("x"); b.keys("esc") }},
		{"confirmar", func(b *bench) { listed(b); b.keys("d") }},
		{"confirmar-rapido", func(b *bench) { listed(b); b.keys("d", "right", "enter") }},
		{"detalhe", func(b *bench) { listed(b); b.keys("enter"); b.gotDetail(person(0), nil) }},
		{"detalhe-sumiu", func(b *bench) { listed(b); b.keys("enter"); b.gotDetail(store.Cliente{}, store.ErrNotFound) }},
		{"conflito", inConflict},
		{"ajuda", func(b *bench) { listed(b); b.keys("?") }},
		{"aviso", func(b *bench) { listed(b); b.env.Tell(kit.NoticeOK, "Cliente nº 28 criado.") }},
	}
}

func (b *bench) gotDetail(c store.Cliente, err error) {
	d := b.env.Top().(*clienteDetail)
	b.send(kit.Answer[clienteCard]{Seq: d.Ask.Seq, Value: clienteCard{Cliente: c}, Err: err})
}

var errOdd = errors.New("algo que ninguém esperava")

func readOnly(c *Config) { c.ReadOnly = true }
func demoData(c *Config) { c.Demo = true }
func colour(c *Config)   { c.Colour = kit.ColourAlways }

// patiently is how long tests wait for what must come; a loaded machine is slow.
const patiently = 60 * time.Second
