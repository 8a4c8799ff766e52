package tui

import (
	"context"
	"strconv"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// dispositivos is the page of devices: the one that spoke last comes first.
type dispositivos struct {
	kit.Browser[store.Dispositivo]
	env            *env
	presence       *kit.Cycle
	kindOf, system *kit.Narrow
	owner          store.Cliente // whose devices are listed; zero for everybody's
}

// newDispositivos lists the devices of dono, everybody's when it is zero.
func newDispositivos(e *env, owner store.Cliente) *dispositivos {
	d := &dispositivos{
		env:      e,
		owner:    owner,
		presence: &kit.Cycle{Key: e.keys.Filter, Label: "presença", Names: []string{"todos", "online", "offline"}},
		kindOf:   &kit.Narrow{Label: "tipo"}, system: &kit.Narrow{Label: "sistema"},
	}
	d.Browser = kit.NewBrowser(e.Shell, deviceID, deviceGrid(e, owner.ID == 0), kit.Look{
		Head: "Dispositivos" + ofCliente(owner), Noun: "dispositivo", Hint: "nome, máquina, sistema, endereço ou cliente",
		Blank: d.nothing,
	})
	d.List.Window.Calm = func(r store.Dispositivo) int { return presenceGroup(e, r) }
	d.Page, d.Query, d.Filters = d, d.question, []kit.Filter{d.presence, d.kindOf, d.system}
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
	return kit.First(kit.Line(name), "cliente nº "+strconv.FormatInt(id, 10))
}

func deviceGrid(e *env, owners bool) kit.Grid[store.Dispositivo] {
	cols := []kit.Column[store.Dispositivo]{
		{Title: "NOME", Width: 15, Share: 3, Value: deviceName},
		{Title: "SINAL", Width: 19, Rank: 1, Value: func(d store.Dispositivo) string { return e.signal(d) }},
		{Title: "CLIENTE", Width: 18, Share: 4, Rank: 2, Value: func(d store.Dispositivo) string { return d.ClienteNome }},
		{Title: "SISTEMA", Width: 14, Share: 2, Rank: 3, Value: systemName},
		{Title: "TIPO", Width: 9, Share: 1, Rank: 4, Value: func(d store.Dispositivo) string { return d.Tipo }},
		{Title: "IP LOCAL", Width: 15, Rank: 5, Value: func(d store.Dispositivo) string { return d.IPLocal }},
		{Title: "IP PÚBLICO", Width: 15, Rank: 6, Value: func(d store.Dispositivo) string { return d.IPPublico }},
	}
	if !owners {
		cols = append(cols[:2], cols[3:]...)
	}
	return kit.Grid[store.Dispositivo]{
		Columns: cols,
		Glyph:   func(d store.Dispositivo) (string, lipgloss.Style) { return presenceSign(e, d) },
		Faded:   func(d store.Dispositivo) bool { return presenceGroup(e, d) != 0 },
	}
}

func deviceName(d store.Dispositivo) string {
	return kit.First(d.Nome, d.Hostname, "nº "+strconv.FormatInt(d.ID, 10))
}

func systemName(d store.Dispositivo) string {
	if d.VersaoSO == "" {
		return d.SistemaOperacional
	}
	return d.SistemaOperacional + " " + d.VersaoSO
}

// presenceGroup is 0 for devices that are online now, 1 for the others.
func presenceGroup(e *env, d store.Dispositivo) int {
	if d.OnlineEm(e.Now()) {
		return 0
	}
	return 1
}

func presenceSign(e *env, d store.Dispositivo) (string, lipgloss.Style) {
	if presenceGroup(e, d) == 0 {
		return "●", e.Theme.Good
	}
	return "○", e.Theme.Bad
}

// signal says whether a device is online and when it last spoke.
func (e *env) signal(d store.Dispositivo) string {
	switch {
	case d.UltimoHeartbeat.IsZero():
		return "sem sinal ainda"
	case presenceGroup(e, d) == 0:
		return "online " + e.Ago(d.UltimoHeartbeat.Time)
	default:
		return "offline " + e.Ago(d.UltimoHeartbeat.Time)
	}
}

func (d *dispositivos) Title() string { return d.Look.Head }

func (d *dispositivos) filter() store.DispositivoFiltro {
	return store.DispositivoFiltro{
		Busca: d.Term(), Online: d.presence.Yes(), Tipo: d.kindOf.Value, Sistema: d.system.Value, ClienteID: d.owner.ID,
	}
}

func (d *dispositivos) question() (kit.Fetcher[store.Dispositivo], kit.Counter) {
	filter := d.filter()
	handle := d.env.cfg.Handle
	rows := func(ctx context.Context, at kit.Place, n int) (kit.Stretch[store.Dispositivo], error) {
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
	d.List.Recount = filter.Busca == "" && filter.Sistema == ""
	return rows, total
}

// nothing is shown where there is no device at all.
func (d *dispositivos) nothing() kit.Alone {
	if d.owner.ID != 0 {
		return kit.Alone{
			News: "Nenhum dispositivo deste cliente",
			Next: []string{"Ele aparece quando o agente da máquina se registra.", "esc volta"},
		}
	}
	return kit.Alone{
		News: "Nenhum dispositivo registrado",
		Next: []string{"Cada máquina aparece quando o seu agente se registra.", "r confere de novo"},
	}
}

func (d *dispositivos) Actions() []kit.Action {
	k := d.env.keys
	none, write := d.NoneBlocked(), d.env.deviceBlocked()
	sel, _ := d.List.Window.Selected()
	own := []kit.Action{{Key: k.Open, Run: func() tea.Cmd { return d.env.Push(newDispositivoDetail(d.env, sel)) }, Blocked: none}}
	if d.List.Chosen() {
		own = append(own, d.bulkActions()...)
	} else {
		own = append(own,
			kit.Action{Key: k.Edit, Run: func() tea.Cmd { return d.env.Push(newDispositivoForm(d.env, sel)) }, Blocked: kit.First(write, none)},
			kit.Action{Key: k.Remove, Run: func() tea.Cmd { return d.env.Push(newDeviceRemoval(d.env, sel)) }, Blocked: kit.First(write, none)})
	}
	own = append(own, d.Marking(d.env.manyBlocked())...)
	own = append(own, d.env.undoActions(store.OperacaoDeDispositivos)...)
	own = append(own,
		kit.Action{Key: k.Filters, Run: d.narrowBy},
		d.env.linkCliente(sel.ClienteID, sel.ClienteNome, none),
		d.env.linkConexoes(ofDevice(sel), none))
	return d.Around(own...)
}

// deviceBlocked says why devices cannot be changed.
func (e *env) deviceBlocked() string {
	return kit.First(e.writeBlocked(), e.levelBlocked("alterar dispositivos", store.Admin, store.Moderador))
}

func (d *dispositivos) narrowBy() tea.Cmd {
	f := newFilterForm(d.env, "Filtrar dispositivos", d.Open)
	f.cycle("Presença", d.presence)
	f.Text("Tipo", "ex.: servidor", d.kindOf)
	f.Text("Sistema", "ex.: windows 11", d.system)
	return d.env.Push(f)
}

// newDeviceRemoval asks before a device is removed for good.
func newDeviceRemoval(e *env, d store.Dispositivo) *kit.Confirm {
	handle, id, name := e.cfg.Handle, d.ID, kit.Line(deviceName(d))
	c := kit.NewConfirm(
		e.Shell,
		"Remover dispositivo",
		"Remover de vez “"+name+"” (nº "+strconv.FormatInt(id, 10)+") e todas as conexões dele? Não há como desfazer.",
		"Remover",
	)
	c.Danger = true
	c.RequireName(deviceName(d), id)
	c.Run = func(ctx context.Context) (int64, error) { return 0, handle.Dispositivos.Delete(ctx, id) }
	c.Done = kit.Told[store.Dispositivo](e.Shell, "Dispositivo “"+name+"” removido.", id)
	return c
}
