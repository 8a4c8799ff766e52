package tui

import (
	"context"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// dispositivos is the page of devices: the one that spoke last comes first.
type dispositivos struct {
	browser[store.Dispositivo]
	env            *env
	presence       *cycle
	kindOf, system *narrow
	owner          store.Cliente // whose devices are listed; zero for everybody's
}

// newDispositivos lists the devices of dono, everybody's when it is zero.
func newDispositivos(e *env, owner store.Cliente) *dispositivos {
	d := &dispositivos{
		env:      e,
		owner:    owner,
		presence: &cycle{key: e.keys.Filter, label: "presença", names: []string{"todos", "online", "offline"}},
		kindOf:   &narrow{label: "tipo"}, system: &narrow{label: "sistema"},
	}
	d.browser = newBrowser(e.shell, deviceID, deviceGrid(e, owner.ID == 0), look{
		head: "Dispositivos" + ofCliente(owner), noun: "dispositivo", hint: "nome, máquina, sistema, endereço ou cliente",
		blank: d.nothing,
	})
	d.list.win.calm = func(r store.Dispositivo) int { return presenceGroup(e, r) }
	d.page, d.query, d.filters = d, d.question, []filter{d.presence, d.kindOf, d.system}
	return d
}

func deviceID(d store.Dispositivo) int64 { return d.ID }

// ofCliente is " de Fulano" for the head of what belongs to a client.
func ofCliente(c store.Cliente) string {
	if c.ID == 0 {
		return ""
	}
	return " de " + clienteName(c.Nome, c.ID)
}

func clienteName(name string, id int64) string {
	return first(line(name), "cliente nº "+strconv.FormatInt(id, 10))
}

func deviceGrid(e *env, owners bool) grid[store.Dispositivo] {
	cols := []column[store.Dispositivo]{
		{title: "NOME", width: 15, share: 3, value: deviceName},
		{title: "SINAL", width: 19, rank: 1, value: func(d store.Dispositivo) string { return e.signal(d) }},
		{title: "CLIENTE", width: 18, share: 4, rank: 2, value: func(d store.Dispositivo) string { return d.ClienteNome }},
		{title: "SISTEMA", width: 14, share: 2, rank: 3, value: systemName},
		{title: "TIPO", width: 9, share: 1, rank: 4, value: func(d store.Dispositivo) string { return d.Tipo }},
		{title: "IP LOCAL", width: 15, rank: 5, value: func(d store.Dispositivo) string { return d.IPLocal }},
		{title: "IP PÚBLICO", width: 15, rank: 6, value: func(d store.Dispositivo) string { return d.IPPublico }},
	}
	if !owners {
		cols = append(cols[:2], cols[3:]...)
	}
	return grid[store.Dispositivo]{
		columns: cols,
		glyph:   func(d store.Dispositivo) (string, lipgloss.Style) { return presenceSign(e, d) },
		faded:   func(d store.Dispositivo) bool { return presenceGroup(e, d) != 0 },
	}
}

func deviceName(d store.Dispositivo) string {
	return first(d.Nome, d.Hostname, "nº "+strconv.FormatInt(d.ID, 10))
}

func systemName(d store.Dispositivo) string {
	if d.VersaoSO == "" {
		return d.SistemaOperacional
	}
	return d.SistemaOperacional + " " + d.VersaoSO
}

// presenceGroup is 0 for devices that are online now, 1 for the others.
func presenceGroup(e *env, d store.Dispositivo) int {
	if d.OnlineEm(e.now()) {
		return 0
	}
	return 1
}

func presenceSign(e *env, d store.Dispositivo) (string, lipgloss.Style) {
	if presenceGroup(e, d) == 0 {
		return "●", e.th.ok
	}
	return "○", e.th.bad
}

// signal says whether a device is online and when it last spoke.
func (e *env) signal(d store.Dispositivo) string {
	switch {
	case d.UltimoHeartbeat.IsZero():
		return "sem sinal ainda"
	case presenceGroup(e, d) == 0:
		return "online " + e.ago(d.UltimoHeartbeat.Time)
	default:
		return "offline " + e.ago(d.UltimoHeartbeat.Time)
	}
}

func (d *dispositivos) Title() string { return d.look.head }

func (d *dispositivos) question() (fetcher[store.Dispositivo], counter) {
	filter := store.DispositivoFiltro{
		Busca: d.term(), Online: d.presence.yes(), Tipo: d.kindOf.value, Sistema: d.system.value, ClienteID: d.owner.ID,
	}
	handle := d.env.cfg.Handle
	rows := func(ctx context.Context, at place, n int) (stretch[store.Dispositivo], error) {
		f := filter
		f.Cursor, f.Ultima, f.PorPagina, f.SemTotal = at.Cursor, at.Last, n, true
		return stretchOf(handle.Dispositivos.List(ctx, f))
	}
	total := func(ctx context.Context) (int, error) {
		f := filter
		f.PorPagina = 1
		p, err := handle.Dispositivos.List(ctx, f)
		return p.Total, err
	}
	d.list.recount = filter.Busca == "" && filter.Sistema == ""
	return rows, total
}

// nothing is shown where there is no device at all.
func (d *dispositivos) nothing() alone {
	if d.owner.ID != 0 {
		return alone{news: "Nenhum dispositivo deste cliente", next: []string{"Ele aparece quando o agente da máquina se registra.", "esc volta"}}
	}
	return alone{news: "Nenhum dispositivo registrado", next: []string{"Cada máquina aparece quando o seu agente se registra.", "r confere de novo"}}
}

func (d *dispositivos) Actions() []action {
	k := d.env.keys
	none, write := d.noneBlocked(), d.env.deviceBlocked()
	sel, _ := d.list.win.selected()
	return d.around(
		action{key: k.Open, run: func() tea.Cmd { return d.env.push(newDispositivoDetail(d.env, sel)) }, blocked: none},
		action{key: k.Edit, run: func() tea.Cmd { return d.env.push(newDispositivoForm(d.env, sel)) }, blocked: first(write, none)},
		action{key: k.Remove, run: func() tea.Cmd { return d.env.push(newDeviceRemoval(d.env, sel)) }, blocked: first(write, none)},
		action{key: k.Filters, run: d.narrowBy},
		d.env.linkCliente(sel.ClienteID, sel.ClienteNome, none),
		d.env.linkConexoes(ofDevice(sel), none),
	)
}

// deviceBlocked says why devices cannot be changed.
func (e *env) deviceBlocked() string {
	return first(e.writeBlocked(), e.levelBlocked("alterar dispositivos", store.Admin, store.Moderador))
}

func (d *dispositivos) narrowBy() tea.Cmd {
	f := newFilterForm(d.env, "Filtrar dispositivos", d.open)
	f.cycle("Presença", d.presence)
	f.Text("Tipo", "ex.: servidor", d.kindOf)
	f.Text("Sistema", "ex.: windows 11", d.system)
	return d.env.push(f)
}

// newDeviceRemoval asks before a device is removed for good.
func newDeviceRemoval(e *env, d store.Dispositivo) *confirm {
	handle, id, name := e.cfg.Handle, d.ID, line(deviceName(d))
	c := newConfirm(e.shell, "Remover dispositivo", "Remover de vez “"+name+"” (nº "+strconv.FormatInt(id, 10)+") e todas as conexões dele? Não há como desfazer.", "Remover")
	c.danger = true
	c.requireName(deviceName(d), id)
	c.run = func(ctx context.Context) error { return handle.Dispositivos.Delete(ctx, id) }
	c.done = told[store.Dispositivo](e.shell, "Dispositivo “"+name+"” removido.", id)
	return c
}
