package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// Links lead from a record to what belongs to it. They open above the screen
// they start from, so that esc comes back to the same record.

// linkCliente leads to a client; none says why there is no record to start from.
func (e *env) linkCliente(id int64, name, none string) action {
	blocked := first(none, e.unseen(store.RecursoClientes))
	if blocked == "" && id == 0 {
		blocked = "Este registro não tem cliente."
	}
	return action{key: e.keys.ToCliente, blocked: blocked, run: func() tea.Cmd {
		return e.push(newClienteDetail(e, store.Cliente{ID: id, Nome: name}))
	}}
}

// linkDispositivos leads to the devices of a client.
func (e *env) linkDispositivos(c store.Cliente, none string) action {
	return action{key: e.keys.ToDispositivos, blocked: first(none, e.unseen(store.RecursoDispositivos)), run: func() tea.Cmd {
		return e.push(newDispositivos(e, c))
	}}
}

// unseen says why the person may not see a kind of record.
func (e *env) unseen(r store.Recurso) string {
	if err := e.cfg.Handle.MaySee(r); err != nil {
		return explain(err).cause + "."
	}
	return ""
}

// linkDispositivo leads to one device.
func (e *env) linkDispositivo(id int64, none string) action {
	blocked := first(none, e.unseen(store.RecursoDispositivos))
	if blocked == "" && id == 0 {
		blocked = "Este registro não tem dispositivo."
	}
	return action{key: e.keys.ToDispositivos, desc: "dispositivo", blocked: blocked, run: func() tea.Cmd {
		return e.push(newDispositivoDetail(e, store.Dispositivo{ID: id}))
	}}
}

// linkSessoes leads to the open sessions of a client.
func (e *env) linkSessoes(c store.Cliente, none string) action {
	blocked := first(none, e.unseen(store.RecursoSessoes))
	if id, person := e.cfg.Handle.Actor().Pessoa(); blocked == "" && (!person || id != c.ID) {
		blocked = e.levelBlocked("ver as sessões de outras pessoas", store.Admin)
	}
	return action{key: e.keys.ToSessoes, blocked: blocked, run: func() tea.Cmd { return e.push(newSessoes(e, c)) }}
}

// linkAuditoria leads to the audit trail of a client.
func (e *env) linkAuditoria(c store.Cliente, none string) action {
	return action{key: e.keys.ToAuditoria, blocked: first(none, e.unseen(store.RecursoLogs)), run: func() tea.Cmd {
		return e.push(newAuditoria(e, c))
	}}
}

// goBack leaves a screen that has nothing under way.
func (e *env) goBack(s screen) action {
	return action{key: e.keys.Back, run: func() tea.Cmd {
		e.pop(s)
		return nil
	}}
}
