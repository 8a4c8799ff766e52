package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clientePicker is a list of clients from which one is chosen, or none.
type clientePicker struct {
	browser[store.Cliente]
	env    *env
	chosen func(store.Cliente)
}

// newClientePicker hands the chosen client to chosen, the zero client for none.
func newClientePicker(e *env, head string, chosen func(store.Cliente)) *clientePicker {
	p := &clientePicker{env: e, chosen: chosen, browser: newBrowser(e.shell, clienteID, clientesGrid(e), look{
		head: head, noun: "cliente", hint: "nome, e-mail, empresa, telefone ou CPF/CNPJ",
		blank: func() alone { return alone{next: []string{"Cadastre o cliente na página Clientes.", "esc volta"}} },
	})}
	p.page, p.query = p, p.question
	return p
}

func (p *clientePicker) Title() string { return "Escolher cliente" }

// start begins with the search, which is the way to find one among many.
func (p *clientePicker) Start() tea.Cmd { return tea.Batch(p.search(), p.open()) }

func (p *clientePicker) question() (fetcher[store.Cliente], counter) {
	filter := store.ClienteFiltro{Busca: p.term()}
	handle := p.env.cfg.Handle
	return func(ctx context.Context, at place, n int) (stretch[store.Cliente], error) {
		f := filter
		f.Cursor, f.Ultima, f.PorPagina, f.SemTotal = at.Cursor, at.Last, n, true
		return stretchOf(handle.Clientes.List(ctx, f))
	}, nil
}

func (p *clientePicker) Actions() []action {
	k := p.env.keys
	if p.searching {
		choose := action{key: k.Apply, desc: "escolher", run: p.choose, blocked: p.noneBlocked()}
		return append([]action{choose, {key: k.Back, desc: "sair da busca", run: p.apply}}, p.moves(k.MoveDown, k.MoveUp, k.MovePageDown, k.MovePageUp)...)
	}
	return p.around(
		action{key: k.Open, desc: "escolher", run: p.choose, blocked: p.noneBlocked()},
		action{key: k.None, run: func() tea.Cmd { return p.choice(store.Cliente{}) }},
	)
}

// choose takes the selected client, unless the rows still answer another search.
func (p *clientePicker) choose() tea.Cmd {
	if p.pending != 0 || !p.list.loaded {
		p.env.tell(noticeBad, "A busca ainda não respondeu: confira a lista e tecle enter de novo.")
		if p.pending != 0 {
			return p.open()
		}
		return nil
	}
	sel, _ := p.list.win.selected()
	return p.choice(sel)
}

func (p *clientePicker) choice(c store.Cliente) tea.Cmd {
	p.chosen(c)
	p.env.pop(p)
	return nil
}
