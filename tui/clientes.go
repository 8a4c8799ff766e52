package tui

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// debounce is how long the keyboard rests before a search is asked for.
const debounce = 150 * time.Millisecond

// situacao is which clients are listed.
type situacao int

const (
	todos situacao = iota
	ativos
	inativos
)

func (s situacao) String() string { return [...]string{"todos", "ativos", "inativos"}[s] }

func (s situacao) next() situacao { return (s + 1) % 3 }

// ativo is the store's form of the filter.
func (s situacao) ativo() *bool {
	if s == todos {
		return nil
	}
	want := s == ativos
	return &want
}

// clientes is the page that lists, searches and opens clients.
type clientes struct {
	env      *env
	list     section[store.Cliente]
	busca    field
	buscando bool // the search field has the focus
	pending  int  // number of the search that waits for the keyboard to rest
	situacao situacao
}

type searchMsg struct{ seq int }

func newClientes(e *env) *clientes {
	id := func(c store.Cliente) int64 { return c.ID }
	return &clientes{env: e, list: newSection(e, id, clientesGrid(e)), busca: newField("")}
}

func clientesGrid(e *env) grid[store.Cliente] {
	return grid[store.Cliente]{
		columns: []column[store.Cliente]{
			{title: "NOME", width: 19, share: 5, value: func(c store.Cliente) string { return c.Nome }},
			{title: "E-MAIL", width: 26, share: 3, rank: 1, value: func(c store.Cliente) string { return c.Email }},
			{title: "TELEFONE", width: 15, rank: 2, value: func(c store.Cliente) string { return c.Telefone }},
			{title: "EMPRESA", width: 18, share: 3, rank: 4, value: func(c store.Cliente) string { return c.Empresa }},
			{title: "CIDADE", width: 16, share: 2, rank: 5, value: cidadeUF},
			{title: "NÍVEL", width: 15, rank: 6, value: func(c store.Cliente) string { return nivelNome(c.NivelAcesso) }},
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

func (c *clientes) start() tea.Cmd { return c.open() }
func (c *clientes) typing() bool   { return c.buscando }
func (c *clientes) title() string  { return "Clientes" }
func (c *clientes) leave()         { c.list.leave() }

func (c *clientes) termo() string { return strings.TrimSpace(c.busca.value()) }

// open asks for the list that search and filter describe.
func (c *clientes) open() tea.Cmd {
	c.pending = 0
	filtro := store.ClienteFiltro{Busca: c.termo(), Ativo: c.situacao.ativo()}
	handle := c.env.cfg.Handle
	rows := func(ctx context.Context, at place, n int) (store.Pagina[store.Cliente], error) {
		f := filtro
		f.Cursor, f.Ultima, f.PorPagina, f.SemTotal = at.Cursor, at.Ultima, n, true
		return handle.Clientes.List(ctx, f)
	}
	total := func(ctx context.Context) (int, error) {
		f := filtro
		f.PorPagina = 1
		p, err := handle.Clientes.List(ctx, f)
		return p.Total, err
	}
	// Counters answer a list at once, but a search must count its matches:
	// that is done once, not at every refresh.
	c.list.recount = filtro.Busca == ""
	return c.list.open(rows, total)
}

func (c *clientes) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return c.typed(msg)
	case searchMsg:
		if msg.seq == c.pending {
			return c.open()
		}
		return nil
	case changedMsg:
		return c.follow(msg.id)
	}
	if c.buscando {
		return tea.Batch(c.busca.update(msg), c.list.update(msg, false))
	}
	return c.list.update(msg, c.env.top() == screen(c))
}

// typed edits the search and starts it when the keyboard rests.
func (c *clientes) typed(msg tea.KeyMsg) tea.Cmd {
	before := c.termo()
	cmd := c.busca.update(msg)
	if c.termo() == before {
		return cmd
	}
	c.pending = c.env.nextSeq()
	return tea.Batch(cmd, after(debounce, searchMsg{c.pending}))
}

// follow shows a record that has just been written, with the cursor on it.
func (c *clientes) follow(id int64) tea.Cmd {
	c.list.goal, c.list.asked = id, false
	if c.list.win.find(id) < 0 {
		return c.list.first()
	}
	return c.list.refresh()
}

func (c *clientes) actions() []action {
	if c.buscando {
		return c.searchActions()
	}
	k := c.env.keys
	none, write := c.noneBlocked(), c.env.writeBlocked()
	out := []action{
		{key: k.Abrir, run: c.detail, blocked: none},
		{key: k.Buscar, run: c.search},
		{key: k.Novo, desc: "novo cliente", run: c.create, blocked: write},
		{key: k.Editar, run: c.edit, blocked: first(write, none)},
		{key: k.Situacao, desc: c.situationDesc(), run: c.toggle, blocked: first(write, none)},
		{key: k.Filtrar, run: c.filter, desc: "ver " + c.situacao.next().String()},
		{key: k.Atualizar, run: c.list.retry, quiet: true},
	}
	if desc := c.backDesc(); desc != "" {
		out = append([]action{{key: k.Voltar, desc: desc, run: c.back}}, out...)
	}
	return append(out, c.moves(k.Baixo, k.Cima, k.PaginaBaixo, k.PaginaCima)...)
}

func (c *clientes) moves(down, up, pageDown, pageUp binding) []action {
	k := c.env.keys
	out := []action{
		{key: down, quiet: true, run: func() tea.Cmd { return c.list.move(1) }},
		{key: up, quiet: true, run: func() tea.Cmd { return c.list.move(-1) }},
		{key: pageDown, quiet: true, run: func() tea.Cmd { return c.list.page(1) }},
		{key: pageUp, quiet: true, run: func() tea.Cmd { return c.list.page(-1) }},
	}
	if c.buscando {
		return out
	}
	return append(out,
		action{key: k.Inicio, quiet: true, run: c.list.home},
		action{key: k.Fim, quiet: true, run: c.list.end})
}

func (c *clientes) searchActions() []action {
	k := c.env.keys
	out := []action{
		{key: k.Aplicar, run: c.apply},
		{key: k.Voltar, desc: "limpar busca", run: c.clear},
	}
	return append(out, c.moves(k.Descer, k.Subir, k.DescerPagina, k.SubirPagina)...)
}

func first(reasons ...string) string {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}

func (c *clientes) noneBlocked() string {
	if c.list.win.empty() {
		return "Nenhum cliente selecionado."
	}
	return ""
}

func (c *clientes) situationDesc() string {
	if sel, ok := c.list.win.selected(); ok && !sel.EstaAtivo() {
		return "reativar"
	}
	return "desativar"
}

// backDesc says what esc would undo on this page, "" when nothing.
func (c *clientes) backDesc() string {
	switch {
	case c.list.list.slow:
		return "cancelar consulta"
	case c.termo() != "":
		return "limpar busca"
	case c.situacao != todos:
		return "limpar filtro"
	}
	return ""
}

func (c *clientes) back() tea.Cmd {
	if c.list.list.slow && c.list.stop() {
		return nil
	}
	if c.termo() != "" {
		return c.clear()
	}
	c.situacao = todos
	return c.open()
}

func (c *clientes) search() tea.Cmd {
	c.buscando = true
	c.busca.focus(true)
	return nil
}

func (c *clientes) apply() tea.Cmd {
	c.buscando = false
	c.busca.focus(false)
	if c.pending != 0 {
		return c.open()
	}
	return nil
}

// clear goes back to the whole list, on the same client if its first rows hold it.
func (c *clientes) clear() tea.Cmd {
	had := c.termo() != ""
	if sel, ok := c.list.win.selected(); ok && had {
		c.list.goal = sel.ID
	}
	c.busca.set("")
	c.buscando = false
	c.busca.focus(false)
	if had || c.pending != 0 {
		return c.open()
	}
	return nil
}

func (c *clientes) filter() tea.Cmd {
	c.situacao = c.situacao.next()
	return c.open()
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

func (c *clientes) view(w, h int) []string {
	if !roomy(w, h) {
		return c.bare(w, h)
	}
	title := "Clientes"
	if size := c.list.size(); size != "" {
		title += " · " + size
	}
	f := framed{
		title: title, aside: "situação: " + c.situacao.String(),
		foot: c.list.where(), status: c.status(), width: w, height: h,
	}
	f.lines = append([]string{c.searchLine(w - 4)}, c.list.bodyView(w-4, h-3, c.empty())...)
	f.thumb = c.list.thumb(h - 2)
	return c.env.th.frame(f)
}

// bare is the page on a small terminal, where a frame would cost too much.
func (c *clientes) bare(w, h int) []string {
	var out []string
	if c.buscando || c.termo() != "" || h >= 7 {
		out = append(out, " "+c.searchLine(w-2))
	}
	status := pair(c.list.where(), c.status(), w-2)
	body := c.list.bodyView(w, h-len(out)-1, c.empty())
	out = append(out, tall(body, h-len(out)-1)...)
	return append(out, " "+c.env.th.dim.Render(status))
}

func (c *clientes) status() string {
	if mark := c.list.list.mark(); mark != "" {
		return mark + " consultando"
	}
	return c.list.age()
}

func (c *clientes) searchLine(w int) string {
	t := c.env.th
	switch {
	case c.buscando:
		return t.accent.Render("/ ") + c.busca.view(t, w-2, "nome, e-mail, empresa, telefone ou CPF/CNPJ")
	case c.termo() != "":
		return t.accent.Render("/ ") + t.strong.Render(cell(c.termo(), w-2))
	default:
		return t.dim.Render(clip("/ buscar por nome, e-mail, empresa, telefone ou CPF/CNPJ", w))
	}
}

// empty is what stands in for rows when the answer was an empty list.
func (c *clientes) empty() alone {
	switch {
	case c.termo() != "":
		what := "Nenhum cliente encontrado para “" + line(c.termo()) + "”"
		if c.situacao != todos {
			what += " entre os " + c.situacao.String()
		}
		return alone{glyph: "∅", news: what, next: []string{"esc limpa a busca"}}
	case c.situacao != todos:
		return alone{glyph: "∅", news: "Nenhum cliente entre os " + c.situacao.String(), next: []string{"f muda o filtro · esc mostra todos"}}
	case c.env.writeBlocked() != "":
		return alone{glyph: "∅", news: "Nenhum cliente cadastrado", next: []string{c.env.writeBlocked()}}
	default:
		return alone{glyph: "∅", news: "Nenhum cliente cadastrado", next: []string{"n cadastra o primeiro"}}
	}
}

// newSituationConfirm asks before a client is deactivated or reactivated.
func newSituationConfirm(e *env, c store.Cliente) *confirm {
	id, clients := c.ID, e.cfg.Handle
	name := first(line(c.Nome), line(c.Email), "sem nome")
	if c.EstaAtivo() {
		d := newConfirm(e, "Desativar cliente", "Desativar “"+name+"”? A pessoa não entra mais no sistema e as sessões abertas dela terminam. Os dados ficam, e é possível reativar depois.", "Desativar")
		d.danger = true
		d.run = func(ctx context.Context) error { _, err := clients.Clientes.Deactivate(ctx, id); return err }
		d.done = told(e, "“"+name+"” foi desativado.", id)
		return d
	}
	d := newConfirm(e, "Reativar cliente", "Reativar “"+name+"”? A pessoa volta a poder entrar no sistema.", "Reativar")
	d.run = func(ctx context.Context) error { _, err := clients.Clientes.Reactivate(ctx, id); return err }
	d.done = told(e, "“"+name+"” foi reativado.", id)
	return d
}

// told says what was done and lets all screens know.
func told(e *env, text string, id int64) func() tea.Cmd {
	return func() tea.Cmd {
		e.tell(noticeOK, text)
		return send(changedMsg{id})
	}
}
