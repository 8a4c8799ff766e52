package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// clientes is the page that lists, searches and opens clients.
type clientes struct {
	browser[store.Cliente]
	env       *env
	situation *cycle
}

func newClientes(e *env) *clientes {
	c := &clientes{
		env:       e,
		situation: &cycle{key: e.keys.Filter, label: "situação", names: []string{"todos", "ativos", "inativos"}},
		browser: newBrowser(e.shell, clienteID, clientesGrid(e), look{
			head: "Clientes", noun: "cliente", hint: "nome, e-mail, empresa, telefone ou CPF/CNPJ",
			blank: func() alone { return alone{next: []string{first(e.writeBlocked(), "n cadastra o primeiro")}} },
		}),
	}
	c.page, c.query, c.filters = c, c.question, []filter{c.situation}
	return c
}

func clienteID(c store.Cliente) int64 { return c.ID }

func clientesGrid(e *env) grid[store.Cliente] {
	return grid[store.Cliente]{
		columns: []column[store.Cliente]{
			{title: "NOME", width: 19, share: 5, value: func(c store.Cliente) string { return c.Nome }},
			{title: "E-MAIL", width: 26, share: 3, rank: 1, value: func(c store.Cliente) string { return c.Email }},
			{title: "TELEFONE", width: 15, rank: 2, value: func(c store.Cliente) string { return c.Telefone }},
			{title: "EMPRESA", width: 18, share: 3, rank: 4, value: func(c store.Cliente) string { return c.Empresa }},
			{title: "CIDADE", width: 16, share: 2, rank: 5, value: cidadeUF},
			{title: "NÍVEL", width: 15, rank: 6, value: func(c store.Cliente) string { return accessName(c.NivelAcesso) }},
			{title: "CADASTRO", width: 10, rank: 3, value: func(c store.Cliente) string { return e.day(c.DataCadastro.Time) }},
		},
		glyph: func(c store.Cliente) (string, lipgloss.Style) { return situationSign(e.th, c) },
		faded: func(c store.Cliente) bool { return !c.EstaAtivo() },
	}
}

func cidadeUF(c store.Cliente) string {
	if c.Cidade == "" || c.Estado == "" {
		return c.Cidade + c.Estado
	}
	return c.Cidade + "/" + c.Estado
}

func situationSign(t theme, c store.Cliente) (string, lipgloss.Style) {
	if c.EstaAtivo() {
		return "●", t.ok
	}
	return "○", t.bad
}

func (c *clientes) Title() string { return "Clientes" }

func (c *clientes) question() (fetcher[store.Cliente], counter) {
	filter := store.ClienteFiltro{Busca: c.term(), Ativo: c.situation.yes()}
	handle := c.env.cfg.Handle
	rows := func(ctx context.Context, at place, n int) (stretch[store.Cliente], error) {
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
	c.list.recount = filter.Busca == ""
	return rows, total
}

func (c *clientes) Actions() []action {
	k := c.env.keys
	none, write := c.noneBlocked(), c.env.writeBlocked()
	sel, _ := c.list.win.selected()
	own := []action{
		{key: k.Open, run: c.detail, blocked: none},
		{key: k.New, desc: "novo cliente", run: c.create, blocked: write},
		{key: k.Edit, run: c.edit, blocked: first(write, none)},
	}
	if len(c.list.marks) > 0 {
		own = append(own[:1], c.bulkActions(write)...)
	} else {
		own = append(own, action{key: k.Situation, desc: c.situationDesc(), run: c.toggle, blocked: first(write, none)})
	}
	if len(c.list.marks) == 0 {
		own = append(own, c.env.personActions(sel, none, nil)...)
	}
	own = append(own,
		action{key: k.Mark, run: c.mark, blocked: first(write, none)},
		c.env.linkDispositivos(sel, none),
		c.env.linkConexoes(ofPerson(sel), none),
		c.env.linkSessoes(sel, none),
		c.env.linkAuditoria(sel, none))
	return c.around(own...)
}

// personActions are the rarer changes of one client, on the list and on its own
// screen; none says why there is no client to change.
func (e *env) personActions(c store.Cliente, none string, detail screen) []action {
	k := e.keys
	remove := first(e.writeBlocked(), none, e.levelBlocked("remover clientes", store.Admin))
	return []action{
		{key: k.Password, quiet: true, blocked: first(none, e.credentialBlocked(c, "a senha")), run: func() tea.Cmd { return e.push(newSenhaForm(e, c)) }},
		{key: k.Email, quiet: true, blocked: first(none, e.credentialBlocked(c, "o e-mail")), run: func() tea.Cmd { return e.push(newEmailForm(e, c)) }},
		{key: k.Remove, desc: "remover de vez", quiet: true, blocked: remove, run: func() tea.Cmd { return e.push(newRemoval(e, c, detail)) }},
	}
}

func (c *clientes) situationDesc() string {
	if sel, ok := c.list.win.selected(); ok && !sel.EstaAtivo() {
		return "reativar"
	}
	return "desativar"
}

func (c *clientes) detail() tea.Cmd {
	sel, _ := c.list.win.selected()
	return c.env.push(newClienteDetail(c.env, sel))
}

func (c *clientes) create() tea.Cmd { return c.env.push(newClienteForm(c.env, store.Cliente{})) }

func (c *clientes) edit() tea.Cmd {
	sel, _ := c.list.win.selected()
	return c.env.push(newClienteForm(c.env, sel))
}

func (c *clientes) toggle() tea.Cmd {
	sel, _ := c.list.win.selected()
	return c.env.push(newSituationConfirm(c.env, sel))
}

// newSituationConfirm asks before a client is deactivated or reactivated.
func newSituationConfirm(e *env, c store.Cliente) *confirm {
	id, clients := c.ID, e.cfg.Handle
	name := clienteLabel(c)
	if c.EstaAtivo() {
		d := newConfirm(e.shell, "Desativar cliente", "Desativar “"+name+"”? A pessoa não entra mais no sistema e as sessões abertas dela terminam. Os dados ficam, e é possível reativar depois.", "Desativar")
		d.danger = true
		d.run = func(ctx context.Context) error { _, err := clients.Clientes.Deactivate(ctx, id); return err }
		d.done = told[store.Cliente](e.shell, "“"+name+"” foi desativado.", id)
		return d
	}
	d := newConfirm(e.shell, "Reativar cliente", "Reativar “"+name+"”? A pessoa volta a poder entrar no sistema.", "Reativar")
	d.run = func(ctx context.Context) error { _, err := clients.Clientes.Reactivate(ctx, id); return err }
	d.done = told[store.Cliente](e.shell, "“"+name+"” foi reativado.", id)
	return d
}
