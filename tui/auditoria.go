package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// auditoria is the page of the audit trail, newest first.
type auditoria struct {
	kit.Browser[store.Log]
	env             *env
	of              store.Cliente
	level           *kit.Cycle
	action, cliente *kit.Narrow
	when            *kit.Period
}

// logLevels are the levels of audit rows, as the cycle names them.
var logLevels = []string{"", "info", "warning", "error"}

// newAuditoria lists what is about a client, everything when it is zero.
func newAuditoria(e *env, de store.Cliente) *auditoria {
	a := &auditoria{
		env:    e,
		of:     de,
		level:  &kit.Cycle{Key: e.keys.Filter, Label: "nível", Names: []string{"todos", "comum", "aviso", "erro"}},
		action: &kit.Narrow{Label: "ação"}, cliente: &kit.Narrow{Label: "cliente"}, when: kit.NewPeriod(e.keys.Period),
	}
	id := func(l store.Log) int64 { return l.ID }
	a.Browser = kit.NewBrowser(e.Shell, id, logGrid(e), kit.Look{
		Head: "Auditoria" + ofCliente(de), Noun: "registro", Hint: "ação, descrição, quem fez ou valores", Blank: a.nothing,
	})
	a.Page, a.Query, a.Filters = a, a.question, []kit.Filter{a.level, a.when, a.action, a.cliente}
	return a
}

func (a *auditoria) Title() string { return a.Look.Head }

func (a *auditoria) asked() store.LogFiltro {
	f := store.LogFiltro{Busca: a.Term(), ClienteID: a.of.ID, Acao: a.action.Value, Nivel: logLevels[a.level.At]}
	f.De, f.Ate = a.when.Bounds(a.env.Local())
	if a.cliente.Active() {
		f.ClienteID = idOf(a.cliente.Value)
	}
	return f
}

func (a *auditoria) question() (kit.Fetcher[store.Log], kit.Counter) {
	filter, handle := a.asked(), a.env.cfg.Handle
	rows := func(ctx context.Context, at kit.Place, n int) (kit.Stretch[store.Log], error) {
		f := filter
		f.Cursor, f.Ultima, f.PorPagina, f.SemTotal = at.Cursor, at.Last, n, true
		return stretchOf(handle.Logs.List(ctx, f))
	}
	total := func(ctx context.Context) (int, error) {
		f := filter
		f.PorPagina = 1
		p, err := handle.Logs.List(ctx, f)
		return p.Total, err
	}
	a.List.Recount = filter.Busca == ""
	return rows, total
}

func (a *auditoria) nothing() kit.Alone {
	if a.of.ID != 0 {
		return kit.Alone{News: "Nenhum registro sobre este cliente", Next: []string{"esc volta"}}
	}
	return kit.Alone{News: "A trilha ainda está vazia", Next: []string{"Cada alteração feita no sistema aparece aqui.", "r confere de novo"}}
}

func (a *auditoria) Actions() []kit.Action {
	e, none := a.env, a.NoneBlocked()
	sel, _ := a.List.Window.Selected()
	return a.Around(
		kit.Action{Key: e.keys.Open, Run: func() tea.Cmd { return e.Push(newLogDetail(e, sel)) }, Blocked: none},
		kit.Action{Key: e.keys.Filters, Run: a.narrowBy},
		kit.Action{Key: e.keys.Verify, Run: func() tea.Cmd { return e.Push(newVerifyScreen(e, max(0, a.List.Window.Total))) }},
		kit.Action{Key: e.keys.OnlyThis, Run: func() tea.Cmd { return a.only(sel.Acao) }, Blocked: none},
		e.linkCliente(int64(sel.ClienteID), "", none),
	)
}

// only lists the rows of one action.
func (a *auditoria) only(action string) tea.Cmd {
	a.action.Value, a.action.Name = action, say.ActionName(action)
	return a.Open()
}

func (a *auditoria) narrowBy() tea.Cmd {
	f := newFilterForm(a.env, "Filtrar a auditoria", a.Open)
	options := []string{""}
	for _, a := range slices.SortedFunc(slices.Values(say.Actions), func(x, y say.Action) int { return strings.Compare(x.Name, y.Name) }) {
		options = append(options, a.Code)
	}
	f.choice("Ação", a.action, options, func(v string) string {
		if v == "" {
			return "todas"
		}
		return say.ActionName(v)
	})
	f.cycle("Nível", a.level)
	f.period(a.when)
	if a.of.ID == 0 {
		f.client(a.cliente)
	}
	handle := a.env.cfg.Handle
	f.try = func(ctx context.Context, v map[string]string) error {
		_, err := handle.Logs.List(ctx, store.LogFiltro{De: v["de"], Ate: v["ate"], PorPagina: 1, SemTotal: true})
		return err
	}
	return a.env.Push(f)
}

func logGrid(e *env) kit.Grid[store.Log] {
	return kit.Grid[store.Log]{
		Columns: []kit.Column[store.Log]{
			{Title: "QUANDO", Width: 11, Value: func(l store.Log) string { return e.Brief(l.DataHora.Time) }},
			{Title: "AÇÃO", Width: 21, Rank: 1, Value: func(l store.Log) string { return say.ActionName(l.Acao) }},
			{Title: "DESCRIÇÃO", Width: 20, Share: 4, Rank: 2, Value: func(l store.Log) string { return l.Descricao }},
			{Title: "QUEM FEZ", Width: 14, Share: 2, Rank: 3, Value: func(l store.Log) string { return whoText(&l) }},
			{Title: "DE ONDE", Width: 15, Rank: 4, Value: func(l store.Log) string { return l.Autoria().IP }},
			{Title: "POR ONDE", Width: 8, Rank: 5, Value: func(l store.Log) string { return l.Autoria().Canal }},
			{Title: "Nº", Width: 8, Rank: 6, Value: func(l store.Log) string { return strconv.FormatInt(l.ID, 10) }},
		},
		Glyph: func(l store.Log) (string, lipgloss.Style) { return levelSign(e.Theme, l.Nivel) },
		Faded: func(store.Log) bool { return false },
	}
}

func levelSign(t kit.Theme, level string) (string, lipgloss.Style) {
	switch level {
	case "warning":
		return "⚠", t.Warn
	case "error", "critical":
		return "✗", t.Bad
	default:
		return "·", t.Dim
	}
}

// levelName is a level for people.
func levelName(level string) string {
	switch level {
	case "info":
		return "comum"
	case "warning":
		return "aviso"
	case "error":
		return "erro"
	default:
		return level
	}
}
