package tui

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// page is one of the console's pages; its place in the registry is its number.
type page struct {
	name  string // as typed after ":"
	title string // as shown in the header
	noun  store.Recurso
	open  func(*env) screen
}

// registry is every page of the console. A new one is one line.
func registry() []page {
	return []page{
		{"clientes", "Clientes", store.RecursoClientes, func(e *env) screen { return newClientes(e) }},
		{"dispositivos", "Dispositivos", store.RecursoDispositivos, func(e *env) screen { return newDispositivos(e, store.Cliente{}) }},
		{"conexoes", "Conexões", store.RecursoConexoes, func(e *env) screen { return newConexoes(e, owner{}) }},
		{"chat", "Chat", store.RecursoChat, func(e *env) screen { return newChat(e) }},
		{"sessoes", "Sessões", store.RecursoSessoes, func(e *env) screen { return newSessoes(e, store.Cliente{}) }},
		{"auditoria", "Auditoria", store.RecursoLogs, func(e *env) screen { return newAuditoria(e, store.Cliente{}) }},
		{"painel", "Painel", store.RecursoEstatisticas, func(e *env) screen { return newPainel(e) }},
	}
}

// tab is a page with the screens that are open on it. They keep their state
// while another page is shown, but get no ticks: a hidden page reads nothing.
type tab struct {
	page
	stack []screen // of a hidden page; nil before it was shown first
}

// openPages lays out the pages and shows the first that the actor may see.
func (e *env) openPages() {
	e.tabs = nil
	for _, p := range registry() {
		e.tabs = append(e.tabs, &tab{page: p})
	}
	e.shown = 0
	for e.shown < len(e.tabs)-1 && e.tabs[e.shown].blocked(e) != "" {
		e.shown++
	}
	e.stack = []screen{e.tabs[e.shown].open(e)}
}

// blocked says why the person cannot see the page, "" when they can.
func (t *tab) blocked(e *env) string {
	if err := e.cfg.Handle.MaySee(t.noun); err != nil {
		return t.title + ": " + lower(explain(err).cause) + "."
	}
	return ""
}

// show brings page i to the front.
func (e *env) show(i int) tea.Cmd {
	if i == e.shown {
		return nil
	}
	if why := e.tabs[i].blocked(e); why != "" {
		e.tell(noticeBad, why)
		return nil
	}
	e.tabs[e.shown].stack = e.stack
	e.shown, e.stack = i, e.tabs[i].stack
	if e.stack == nil {
		e.stack = []screen{e.tabs[i].open(e)}
		return e.top().Start()
	}
	return e.deliver(tickMsg{}, e.stack) // what is old is read again at once
}

// showNamed shows the page of that name.
func (e *env) showNamed(name string) tea.Cmd {
	for i, t := range e.tabs {
		if t.name == name {
			return e.show(i)
		}
	}
	return nil
}

// step goes to the next page that the person may see, in the direction of n.
func (e *env) step(n int) tea.Cmd {
	count := len(e.tabs)
	for i := (e.shown + n + count) % count; i != e.shown; i = (i + n + count) % count {
		if e.tabs[i].blocked(e) == "" {
			return e.show(i)
		}
	}
	return nil
}

// hidden are the screens of the pages that are not shown.
func (e *env) hidden() []screen {
	var out []screen
	for i, t := range e.tabs {
		if i != e.shown {
			out = append(out, t.stack...)
		}
	}
	return out
}

// pageKeys are the keys that change the page.
func (e *env) pageKeys() []action {
	if len(e.tabs) < 2 {
		return nil
	}
	k := e.keys
	return []action{
		{key: k.NextPage, run: func() tea.Cmd { return e.step(1) }, quiet: true},
		{key: k.PreviousPage, run: func() tea.Cmd { return e.step(-1) }, quiet: true},
		{key: k.Pages, press: e.pressDigit, quiet: true},
	}
}

func (e *env) pressDigit(msg tea.KeyMsg) tea.Cmd {
	n, err := strconv.Atoi(msg.String())
	if err != nil || n < 1 || n > len(e.tabs) {
		return nil
	}
	return e.show(n - 1)
}

// stretchOf is what the store read, in the words of the kit.
func stretchOf[T any](p store.Pagina[T], err error) (stretch[T], error) {
	return stretch[T]{items: p.Itens, next: p.Proximo, previous: p.Anterior}, err
}
