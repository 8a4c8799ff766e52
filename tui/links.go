package tui

import (
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// Links lead from a record to what belongs to it. They open above the screen
// they start from, so that esc comes back to the same record.

// linkCliente leads to a client; none says why there is no record to start from.
func (e *env) linkCliente(id int64, name, none string) kit.Action {
	blocked := kit.First(none, e.unseen(store.RecursoClientes))
	if blocked == "" && id == 0 {
		blocked = "Este registro não tem cliente."
	}
	return kit.Action{Key: e.keys.ToCliente, Blocked: blocked, Run: func() tea.Cmd {
		return e.Push(newClienteDetail(e, store.Cliente{ID: id, Nome: name}))
	}}
}

// linkDispositivos leads to the devices of a client.
func (e *env) linkDispositivos(c store.Cliente, none string) kit.Action {
	return kit.Action{Key: e.keys.ToDispositivos, Blocked: kit.First(none, e.unseen(store.RecursoDispositivos)), Run: func() tea.Cmd {
		return e.Push(newDispositivos(e, c))
	}}
}

// unseen says why the person may not see a kind of record.
func (e *env) unseen(r store.Recurso) string {
	if err := e.cfg.Handle.MaySee(r); err != nil {
		return explain(err).Cause + "."
	}
	return ""
}

// linkDispositivo leads to one device.
func (e *env) linkDispositivo(id int64, none string) kit.Action {
	blocked := kit.First(none, e.unseen(store.RecursoDispositivos))
	if blocked == "" && id == 0 {
		blocked = "Este registro não tem dispositivo."
	}
	return kit.Action{Key: e.keys.ToDispositivos, Desc: "dispositivo", Blocked: blocked, Run: func() tea.Cmd {
		return e.Push(newDispositivoDetail(e, store.Dispositivo{ID: id}))
	}}
}

// linkSessoes leads to the open sessions of a client.
func (e *env) linkSessoes(c store.Cliente, none string) kit.Action {
	blocked := kit.First(none, e.unseen(store.RecursoSessoes))
	if id, person := e.cfg.Handle.Actor().Pessoa(); blocked == "" && (!person || id != c.ID) {
		blocked = e.levelBlocked("ver as sessões de outras pessoas", store.Admin)
	}
	return kit.Action{Key: e.keys.ToSessoes, Blocked: blocked, Run: func() tea.Cmd { return e.Push(newSessoes(e, c)) }}
}

// linkAuditoria leads to the audit trail of a client.
func (e *env) linkAuditoria(c store.Cliente, none string) kit.Action {
	return kit.Action{Key: e.keys.ToAuditoria, Blocked: kit.First(none, e.unseen(store.RecursoLogs)), Run: func() tea.Cmd {
		return e.Push(newAuditoria(e, c))
	}}
}

// linkHistory leads to what has been changed in a client.
func (e *env) linkHistory(c store.Cliente, none string) kit.Action {
	return kit.Action{Key: e.keys.ToHistory, Blocked: kit.First(none, e.unseen(store.RecursoLogs)), Run: func() tea.Cmd {
		return e.Push(newHistory(e, c))
	}}
}

// goBack leaves a screen that has nothing under way.
func (e *env) goBack(s kit.Screen) kit.Action {
	return kit.Action{Key: e.keys.Back, Run: func() tea.Cmd {
		e.Pop(s)
		return nil
	}}
}
