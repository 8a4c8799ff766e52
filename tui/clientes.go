package tui

import (
	"context"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// clientes is the page that lists, searches and opens clients.
type clientes struct {
	kit.Browser[store.Cliente]
	env       *env
	situation *kit.Cycle
}

func newClientes(e *env) *clientes {
	c := &clientes{
		env:       e,
		situation: &kit.Cycle{Key: e.keys.Filter, Label: "situação", Names: []string{"todos", "ativos", "inativos"}},
		Browser: kit.NewBrowser(e.Shell, clienteID, clientesGrid(e), kit.Look{
			Head: "Clientes", Noun: "cliente", Hint: "nome, e-mail, empresa, telefone ou CPF/CNPJ",
			Blank: func() kit.Alone {
				return kit.Alone{Next: []string{kit.First(e.writeBlocked(), "n cadastra o primeiro")}}
			},
		}),
	}
	c.Page, c.Query, c.Filters = c, c.question, []kit.Filter{c.situation}
	return c
}

func clienteID(c store.Cliente) int64 { return c.ID }

func clientesGrid(e *env) kit.Grid[store.Cliente] {
	return kit.Grid[store.Cliente]{
		Columns: []kit.Column[store.Cliente]{
			{Title: "NOME", Width: 19, Share: 5, Value: func(c store.Cliente) string { return c.Nome }},
			{Title: "E-MAIL", Width: 26, Share: 3, Rank: 1, Value: func(c store.Cliente) string { return c.Email }},
			{Title: "TELEFONE", Width: 15, Rank: 2, Value: func(c store.Cliente) string { return c.Telefone }},
			{Title: "EMPRESA", Width: 18, Share: 3, Rank: 4, Value: func(c store.Cliente) string { return c.Empresa }},
			{Title: "CIDADE", Width: 16, Share: 2, Rank: 5, Value: cidadeUF},
			{Title: "NÍVEL", Width: 15, Rank: 6, Value: func(c store.Cliente) string { return accessName(c.NivelAcesso) }},
			{Title: "CADASTRO", Width: 10, Rank: 3, Value: func(c store.Cliente) string { return e.Day(c.DataCadastro.Time) }},
		},
		Glyph: func(c store.Cliente) (string, lipgloss.Style) { return situationSign(e.Theme, c) },
		Faded: func(c store.Cliente) bool { return !c.IsActive() },
	}
}

func cidadeUF(c store.Cliente) string {
	if c.Cidade == "" || c.Estado == "" {
		return c.Cidade + c.Estado
	}
	return c.Cidade + "/" + c.Estado
}

func situationSign(t kit.Theme, c store.Cliente) (string, lipgloss.Style) {
	if c.IsActive() {
		return "●", t.Good
	}
	return "○", t.Bad
}

func (c *clientes) Title() string { return "Clientes" }

func (c *clientes) filter() store.ClienteFiltro {
	return store.ClienteFiltro{Busca: c.Term(), Ativo: c.situation.Yes()}
}

func (c *clientes) question() (kit.Fetcher[store.Cliente], kit.Counter) {
	filter := c.filter()
	handle := c.env.cfg.Handle
	rows := func(ctx context.Context, at kit.Place, n int) (kit.Stretch[store.Cliente], error) {
		f := filter
		f.Cursor, f.Ultima, f.PorPagina, f.SemTotal = at.Cursor, at.Last, n, true
		return stretchOf(handle.Clientes.List(ctx, f))
	}
	total := func(ctx context.Context) (int, error) {
		f := filter
		f.PorPagina = 1
		p, err := handle.Clientes.List(ctx, f)
		return p.Total, err
	}
	// Counters answer a list at once, but a search must count its matches:
	// that is done once, not at every refresh.
	c.List.Recount = filter.Busca == ""
	return rows, total
}

func (c *clientes) Actions() []kit.Action {
	k := c.env.keys
	none, write := c.NoneBlocked(), c.env.writeBlocked()
	sel, _ := c.List.Window.Selected()
	own := []kit.Action{
		{Key: k.Open, Run: c.detail, Blocked: none},
		{Key: k.New, Desc: "novo cliente", Run: c.create, Blocked: write},
		{Key: k.Edit, Run: c.edit, Blocked: kit.First(write, none)},
	}
	if c.List.Chosen() {
		own = append(own[:1], c.bulkActions()...)
	} else {
		own = append(own, kit.Action{Key: k.Situation, Desc: c.situationDesc(), Run: c.toggle, Blocked: kit.First(write, none)})
		own = append(own, c.env.personActions(sel, none, nil)...)
	}
	own = append(own, c.Marking(c.env.manyBlocked())...)
	own = append(own, c.env.undoActions(store.OperacaoDeClientes)...)
	own = append(own,
		c.env.linkDispositivos(sel, none),
		c.env.linkConexoes(ofPerson(sel), none),
		c.env.linkSessoes(sel, none),
		c.env.linkHistory(sel, none),
		c.env.linkAuditoria(sel, none))
	return c.Around(own...)
}

// personActions are the rarer changes of one client, on the list and on its own
// screen; none says why there is no client to change.
func (e *env) personActions(c store.Cliente, none string, detail kit.Screen) []kit.Action {
	k := e.keys
	remove := kit.First(e.writeBlocked(), none, e.levelBlocked("remover clientes", store.Admin))
	return []kit.Action{
		{
			Key:     k.Password,
			Quiet:   true,
			Blocked: kit.First(none, e.credentialBlocked(c, "a senha")),
			Run:     func() tea.Cmd { return e.Push(newSenhaForm(e, c)) },
		},
		{
			Key:     k.Email,
			Quiet:   true,
			Blocked: kit.First(none, e.credentialBlocked(c, "o e-mail")),
			Run:     func() tea.Cmd { return e.Push(newEmailForm(e, c)) },
		},
		{
			Key:     k.Remove,
			Desc:    "remover de vez",
			Quiet:   true,
			Blocked: remove,
			Run:     func() tea.Cmd { return e.Push(newRemoval(e, c, detail)) },
		},
	}
}

func (c *clientes) situationDesc() string {
	if sel, ok := c.List.Window.Selected(); ok && !sel.IsActive() {
		return "reativar"
	}
	return "desativar"
}

func (c *clientes) detail() tea.Cmd {
	sel, _ := c.List.Window.Selected()
	return c.env.Push(newClienteDetail(c.env, sel))
}

func (c *clientes) create() tea.Cmd { return c.env.Push(newClienteForm(c.env, store.Cliente{})) }

func (c *clientes) edit() tea.Cmd {
	sel, _ := c.List.Window.Selected()
	return c.env.Push(newClienteForm(c.env, sel))
}

func (c *clientes) toggle() tea.Cmd {
	sel, _ := c.List.Window.Selected()
	return c.env.Push(newSituationConfirm(c.env, sel))
}

// newSituationConfirm asks before a client is deactivated or reactivated.
func newSituationConfirm(e *env, c store.Cliente) *kit.Confirm {
	id, clients := c.ID, e.cfg.Handle
	name := clienteLabel(c)
	act := clients.Clientes.Deactivate
	var d *kit.Confirm
	if c.IsActive() {
		d = kit.NewConfirm(
			e.Shell,
			"Desativar cliente",
			"Desativar “"+name+"”? A pessoa não entra mais no sistema e as sessões abertas dela terminam. Os dados ficam, e é possível reativar depois.",
			"Desativar",
		)
		d.Danger = true
		d.Done = e.notedCliente("“"+name+"” foi desativado.", "a desativação", &c)
	} else {
		act = clients.Clientes.Reactivate
		d = kit.NewConfirm(e.Shell, "Reativar cliente", "Reativar “"+name+"”? A pessoa volta a poder entrar no sistema.", "Reativar")
		d.Done = e.notedCliente("“"+name+"” foi reativado.", "a reativação", &c)
	}
	d.Run = func(ctx context.Context) (number int64, err error) {
		_, err = act(ctx, id, store.WithOperacao(&number))
		return number, err
	}
	return d
}
