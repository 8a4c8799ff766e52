package tui

import (
	"context"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clientePicker is a list of clients from which one is chosen, or none.
type clientePicker struct {
	kit.Browser[store.Cliente]
	env    *env
	chosen func(store.Cliente) tea.Cmd
}

// newClientePicker hands the chosen client to chosen, the zero client for none, when it
// has left.
func newClientePicker(e *env, head string, chosen func(store.Cliente) tea.Cmd) *clientePicker {
	p := &clientePicker{env: e, chosen: chosen, Browser: kit.NewBrowser(e.Shell, clienteID, clientesGrid(e), kit.Look{
		Head: head, Noun: "cliente", Hint: "nome, e-mail, empresa, telefone ou CPF/CNPJ",
		Blank: func() kit.Alone {
			return kit.Alone{Next: []string{"Cadastre o cliente na página Clientes.", "esc volta"}}
		},
	})}
	p.Page, p.Query = p, p.question
	return p
}

func (p *clientePicker) Title() string { return "Escolher cliente" }

// Start begins with the search, which is the way to find one among many.
func (p *clientePicker) Start() tea.Cmd { return tea.Batch(p.Search(), p.Open()) }

func (p *clientePicker) question() (kit.Fetcher[store.Cliente], kit.Counter) {
	filter := store.ClienteFiltro{Busca: p.Term()}
	handle := p.env.cfg.Handle
	return func(ctx context.Context, at kit.Place, n int) (kit.Stretch[store.Cliente], error) {
		f := filter
		f.Cursor, f.Ultima, f.PorPagina, f.SemTotal = at.Cursor, at.Last, n, true
		return stretchOf(handle.Clientes.List(ctx, f))
	}, nil
}

func (p *clientePicker) Actions() []kit.Action {
	k := p.env.keys
	if p.Searching {
		choose := kit.Action{Key: k.Apply, Desc: "escolher", Run: p.choose, Blocked: p.NoneBlocked()}
		return append(
			[]kit.Action{choose, {Key: k.Back, Desc: "sair da busca", Run: p.Apply}},
			p.Moves(k.MoveDown, k.MoveUp, k.MovePageDown, k.MovePageUp)...)
	}
	return p.Around(
		kit.Action{Key: k.Open, Desc: "escolher", Run: p.choose, Blocked: p.NoneBlocked()},
		kit.Action{Key: k.None, Run: func() tea.Cmd { return p.choice(store.Cliente{}) }},
	)
}

// choose takes the selected client, unless the rows still answer another search.
func (p *clientePicker) choose() tea.Cmd {
	if p.Pending != 0 || !p.List.Loaded {
		p.env.Tell(kit.NoticeBad, "A busca ainda não respondeu: confira a lista e tecle enter de novo.")
		if p.Pending != 0 {
			return p.Open()
		}
		return nil
	}
	sel, _ := p.List.Window.Selected()
	return p.choice(sel)
}

func (p *clientePicker) choice(c store.Cliente) tea.Cmd {
	p.env.Pop(p)
	return p.chosen(c)
}
