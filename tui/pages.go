package tui

import (
	"strconv"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// page is one of the console's pages; its place in the registry is its number.
type page struct {
	name  string // as typed after ":"
	title string // as shown in the header
	noun  store.Recurso
	open  func(*env) kit.Screen
}

// registry is every page of the console. A new one is one line.
func registry() []page {
	return []page{
		{"clientes", "Clientes", store.RecursoClientes, func(e *env) kit.Screen { return newClientes(e) }},
		{"dispositivos", "Dispositivos", store.RecursoDispositivos, func(e *env) kit.Screen { return newDispositivos(e, store.Cliente{}) }},
		{"conexoes", "Conexões", store.RecursoConexoes, func(e *env) kit.Screen { return newConexoes(e, owner{}) }},
		{"chat", "Chat", store.RecursoChat, func(e *env) kit.Screen { return newChat(e) }},
		{"sessoes", "Sessões", store.RecursoSessoes, func(e *env) kit.Screen { return newSessoes(e, store.Cliente{}) }},
		{"auditoria", "Auditoria", store.RecursoLogs, func(e *env) kit.Screen { return newAuditoria(e, store.Cliente{}) }},
		{"painel", "Painel", store.RecursoEstatisticas, func(e *env) kit.Screen { return newPainel(e) }},
		{"operacoes", "Operações", store.RecursoOperacoes, func(e *env) kit.Screen { return newOperacoes(e) }},
	}
}

// tab is a page with the screens that are open on it. They keep their state
// while another page is shown, but get no ticks: a hidden page reads nothing.
type tab struct {
	page
	stack []kit.Screen // of a hidden page; nil before it was shown first
}

// openPages lays out the pages and shows the first that the actor may see.
func (e *env) openPages() {
	e.tabs, e.made = nil, changes{}
	for _, p := range registry() {
		e.tabs = append(e.tabs, &tab{page: p})
	}
	e.shown = 0
	for e.shown < len(e.tabs)-1 && e.tabs[e.shown].blocked(e) != "" {
		e.shown++
	}
	e.Stack = []kit.Screen{e.tabs[e.shown].open(e)}
}

// blocked says why the person cannot see the page, "" when they can.
func (t *tab) blocked(e *env) string {
	if err := e.cfg.Handle.MaySee(t.noun); err != nil {
		return t.title + ": " + kit.Lower(explain(err).Cause) + "."
	}
	return ""
}

// show brings page i to the front.
func (e *env) show(i int) tea.Cmd {
	if i == e.shown {
		return nil
	}
	if why := e.tabs[i].blocked(e); why != "" {
		e.Tell(kit.NoticeBad, why)
		return nil
	}
	e.tabs[e.shown].stack = e.Stack
	e.shown, e.Stack = i, e.tabs[i].stack
	if e.Stack == nil {
		e.Stack = []kit.Screen{e.tabs[i].open(e)}
		return e.Top().Start()
	}
	return e.Deliver(kit.TickMsg{}, e.Stack) // what is old is read again at once
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
func (e *env) hidden() []kit.Screen {
	var out []kit.Screen
	for i, t := range e.tabs {
		if i != e.shown {
			out = append(out, t.stack...)
		}
	}
	return out
}

// pageKeys are the keys that change the page.
func (e *env) pageKeys() []kit.Action {
	if len(e.tabs) < 2 {
		return nil
	}
	k := e.keys
	return []kit.Action{
		{Key: k.NextPage, Run: func() tea.Cmd { return e.step(1) }, Quiet: true},
		{Key: k.PreviousPage, Run: func() tea.Cmd { return e.step(-1) }, Quiet: true},
		{Key: k.Pages, Press: e.pressDigit, Quiet: true},
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
func stretchOf[T any](p store.Pagina[T], err error) (kit.Stretch[T], error) {
	return kit.Stretch[T]{Items: p.Itens, Next: p.Proximo, Previous: p.Anterior}, err
}
