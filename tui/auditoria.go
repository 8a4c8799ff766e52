package tui

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// auditoria is the page of the audit trail, newest first.
type auditoria struct {
	browser[store.Log]
	env             *env
	of              store.Cliente
	level           *cycle
	action, cliente *narrow
	when            *period
}

// logLevels are the levels of audit rows, as the cycle names them.
var logLevels = []string{"", "info", "warning", "error"}

// newAuditoria lists what is about a client, everything when it is zero.
func newAuditoria(e *env, de store.Cliente) *auditoria {
	a := &auditoria{
		env:    e,
		of:     de,
		level:  &cycle{key: e.keys.Filter, label: "nível", names: []string{"todos", "comum", "aviso", "erro"}},
		action: &narrow{label: "ação"}, cliente: &narrow{label: "cliente"}, when: newPeriod(e.keys.Period),
	}
	id := func(l store.Log) int64 { return l.ID }
	a.browser = newBrowser(e.shell, id, logGrid(e), look{
		head: "Auditoria" + ofCliente(de), noun: "registro", hint: "ação, descrição, quem fez ou valores", blank: a.nothing,
	})
	a.page, a.query, a.filters = a, a.question, []filter{a.level, a.when, a.action, a.cliente}
	return a
}

func (a *auditoria) Title() string { return a.look.head }

func (a *auditoria) asked() store.LogFiltro {
	f := store.LogFiltro{Busca: a.term(), ClienteID: a.of.ID, Acao: a.action.value, Nivel: logLevels[a.level.at]}
	f.De, f.Ate = a.when.bounds(a.env.local())
	if a.cliente.Active() {
		f.ClienteID = idOf(a.cliente.value)
	}
	return f
}

func (a *auditoria) question() (fetcher[store.Log], counter) {
	filter, handle := a.asked(), a.env.cfg.Handle
	rows := func(ctx context.Context, at place, n int) (stretch[store.Log], error) {
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
	a.list.recount = filter.Busca == ""
	return rows, total
}

func (a *auditoria) nothing() alone {
	if a.of.ID != 0 {
		return alone{news: "Nenhum registro sobre este cliente", next: []string{"esc volta"}}
	}
	return alone{news: "A trilha ainda está vazia", next: []string{"Cada alteração feita no sistema aparece aqui.", "r confere de novo"}}
}

func (a *auditoria) Actions() []action {
	e, none := a.env, a.noneBlocked()
	sel, _ := a.list.win.selected()
	return a.around(
		action{key: e.keys.Open, run: func() tea.Cmd { return e.push(newLogDetail(e, sel)) }, blocked: none},
		action{key: e.keys.Filters, run: a.narrowBy},
		action{key: e.keys.Verify, run: func() tea.Cmd { return e.push(newVerifyScreen(e, max(0, a.list.win.total))) }},
		action{key: e.keys.OnlyThis, run: func() tea.Cmd { return a.only(sel.Acao) }, blocked: none},
		e.linkCliente(int64(sel.ClienteID), "", none),
	)
}

// only lists the rows of one action.
func (a *auditoria) only(action string) tea.Cmd {
	a.action.value, a.action.name = action, actionName(action)
	return a.open()
}

func (a *auditoria) narrowBy() tea.Cmd {
	f := newFilterForm(a.env, "Filtrar a auditoria", a.open)
	options := append([]string{""}, slices.SortedFunc(maps.Keys(actionNames), func(x, y string) int { return strings.Compare(actionNames[x], actionNames[y]) })...)
	f.choice("Ação", a.action, options, func(v string) string {
		if v == "" {
			return "todas"
		}
		return actionName(v)
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
	return a.env.push(f)
}

func logGrid(e *env) grid[store.Log] {
	return grid[store.Log]{
		columns: []column[store.Log]{
			{title: "QUANDO", width: 11, value: func(l store.Log) string { return e.brief(l.DataHora.Time) }},
			{title: "AÇÃO", width: 21, rank: 1, value: func(l store.Log) string { return actionName(l.Acao) }},
			{title: "DESCRIÇÃO", width: 20, share: 4, rank: 2, value: func(l store.Log) string { return l.Descricao }},
			{title: "QUEM FEZ", width: 14, share: 2, rank: 3, value: func(l store.Log) string { return whoText(&l) }},
			{title: "DE ONDE", width: 15, rank: 4, value: func(l store.Log) string { return l.Autoria().IP }},
			{title: "POR ONDE", width: 8, rank: 5, value: func(l store.Log) string { return l.Autoria().Canal }},
			{title: "Nº", width: 8, rank: 6, value: func(l store.Log) string { return strconv.FormatInt(l.ID, 10) }},
		},
		glyph: func(l store.Log) (string, lipgloss.Style) { return levelSign(e.th, l.Nivel) },
		faded: func(store.Log) bool { return false },
	}
}

func levelSign(t theme, level string) (string, lipgloss.Style) {
	switch level {
	case "warning":
		return "⚠", t.warn
	case "error", "critical":
		return "✗", t.bad
	default:
		return "·", t.dim
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

// actionNames are the actions of the trail for people.
var actionNames = map[string]string{
	"login": "Entrada", "logout": "Saída", "login_falhou": "Entrada recusada", "sessao_revogada": "Sessão encerrada", "tentativas_esquecidas": "Bloqueio desfeito",
	"cliente_criado": "Cliente criado", "cliente_atualizado": "Cliente alterado", "cliente_desativado": "Cliente desativado", "cliente_deletado": "Cliente removido",
	"senha_alterada": "Senha alterada", "email_alterado": "E-mail alterado", "chave_criada": "Chave criada", "chave_revogada": "Chave revogada",
	"dispositivo_registrado": "Dispositivo novo", "dispositivo_alterado": "Dispositivo alterado", "dispositivo_removido": "Dispositivo removido",
	"dispositivo_vinculado": "Dispositivo vinculado", "dispositivo_atribuido": "Dispositivo atribuído", "acesso_recusado": "Acesso recusado",
	"logs_exportados":  "Trilha exportada",
	"mensagem_enviada": "Mensagem enviada", "mensagem_editada": "Mensagem editada", "mensagem_apagada": "Mensagem apagada",
	"chave_auditoria_trocada": "Chave da trilha trocada", "chave_auditoria_assumida": "Chave da trilha em uso",
	"chave_auditoria_mostrada": "Chave da trilha mostrada", "chave_auditoria_trazida": "Chave da trilha trazida",
	"sistema_antigo_encerrado": "Sistema antigo encerrado", "monitor_retirado": "Monitor retirado", "backup": "Cópia de segurança", "restauracao": "Banco restaurado",
}

// actionName is an action for people; one that is not known stays as it is written.
func actionName(action string) string { return first(actionNames[action], action) }
