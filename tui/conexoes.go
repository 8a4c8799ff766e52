package tui

import (
	"context"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// owner is whose connections are listed; the zero value is everybody's.
type owner struct {
	dispositivo, cliente int64
	name                 string
}

func ofDevice(d store.Dispositivo) owner {
	return owner{dispositivo: d.ID, name: line(deviceName(d))}
}

func ofPerson(c store.Cliente) owner { return owner{cliente: c.ID, name: clienteName(c.Nome, c.ID)} }

func (o owner) head(of string) string {
	if o == (owner{}) {
		return of
	}
	return of + " de " + o.name
}

// conexoes is the page of network connections that devices reported, newest first.
type conexoes struct {
	browser[store.Conexao]
	env                  *env
	of                   owner
	when                 *period
	dispositivo, cliente *narrow
}

func newConexoes(e *env, of owner) *conexoes {
	c := &conexoes{
		env: e,
		of:  of, when: newPeriod(e.keys.Period),
		dispositivo: &narrow{label: "dispositivo"}, cliente: &narrow{label: "cliente"},
	}
	id := func(x store.Conexao) int64 { return x.ID }
	c.browser = newBrowser(e.shell, id, conexaoGrid(e, of.dispositivo == 0), look{
		head: of.head("Conexões"), noun: "conexão", feminine: true, blank: c.nothing,
	})
	c.page, c.query, c.filters = c, c.question, []filter{c.when, c.dispositivo, c.cliente}
	return c
}

func (c *conexoes) Title() string { return c.look.head }

func (c *conexoes) asked() store.ConexaoFiltro {
	f := store.ConexaoFiltro{DispositivoID: c.of.dispositivo, ClienteID: c.of.cliente}
	f.De, f.Ate = c.when.bounds(c.env.local())
	if c.dispositivo.Active() {
		f.DispositivoID = idOf(c.dispositivo.value)
	}
	if c.cliente.Active() {
		f.ClienteID = idOf(c.cliente.value)
	}
	return f
}

func (c *conexoes) question() (fetcher[store.Conexao], counter) {
	filter, handle := c.asked(), c.env.cfg.Handle
	rows := func(ctx context.Context, at place, n int) (stretch[store.Conexao], error) {
		f := filter
		f.Cursor, f.Ultima, f.PorPagina, f.SemTotal = at.Cursor, at.Last, n, true
		return stretchOf(handle.Conexoes.List(ctx, f))
	}
	total := func(ctx context.Context) (int, error) {
		f := filter
		f.PorPagina = 1
		p, err := handle.Conexoes.List(ctx, f)
		return p.Total, err
	}
	c.list.recount = filter.De == "" && filter.Ate == ""
	return rows, total
}

func (c *conexoes) nothing() alone {
	return alone{
		news: "Nenhuma conexão informada",
		next: []string{"Os agentes informam as conexões das máquinas de tempos em tempos.", first(c.backHint(), "r confere de novo")},
	}
}

func (c *conexoes) backHint() string {
	if c.env.above(c) {
		return "esc volta"
	}
	return ""
}

func (c *conexoes) Actions() []action {
	k := c.env.keys
	none := c.noneBlocked()
	sel, _ := c.list.win.selected()
	own := []action{
		{key: k.Open, run: func() tea.Cmd { return c.env.push(newConexaoDetail(c.env, sel)) }, blocked: none},
		{key: k.Filters, run: c.narrowBy},
		c.env.linkDispositivo(int64(sel.DispositivoID), none),
		c.env.linkCliente(int64(sel.ClienteID), "", none),
	}
	return c.around(own...)
}

func (c *conexoes) narrowBy() tea.Cmd {
	f := newFilterForm(c.env, "Filtrar conexões", c.open)
	f.period(c.when)
	if c.of.dispositivo == 0 {
		f.Text("Dispositivo", "número do dispositivo", c.dispositivo)
		if c.of.cliente == 0 {
			f.client(c.cliente)
		}
	}
	handle := c.env.cfg.Handle
	f.try = func(ctx context.Context, v map[string]string) error {
		_, err := handle.Conexoes.List(ctx, store.ConexaoFiltro{De: v["de"], Ate: v["ate"], PorPagina: 1, SemTotal: true})
		return err
	}
	return c.env.push(f)
}

// linkConexoes leads to the connections of a device or client.
func (e *env) linkConexoes(of owner, none string) action {
	return action{key: e.keys.ToConexoes, blocked: first(none, e.unseen(store.RecursoConexoes)), run: func() tea.Cmd {
		return e.push(newConexoes(e, of))
	}}
}

func conexaoGrid(e *env, devices bool) grid[store.Conexao] {
	cols := []column[store.Conexao]{
		{title: "QUANDO", width: 11, value: func(c store.Conexao) string { return e.brief(c.DataHora.Time) }},
		{title: "DESTINO", width: 22, share: 6, rank: 1, value: target},
		{title: "PROCESSO", width: 16, share: 1, rank: 2, value: process},
		{title: "ESTADO", width: 10, rank: 3, value: func(c store.Conexao) string { return stateName(string(c.Status)) }},
		{title: "ORIGEM", width: 21, share: 1, rank: 5, value: func(c store.Conexao) string { return address(string(c.IPOrigem), c.PortaOrigem) }},
		{title: "MÁQUINA", width: 14, share: 1, rank: 4, value: reporter},
	}
	if !devices {
		cols = cols[:len(cols)-1]
	}
	return grid[store.Conexao]{
		columns: cols,
		glyph: func(c store.Conexao) (string, lipgloss.Style) {
			if openState(string(c.Status)) {
				return "●", e.th.ok
			}
			return "○", e.th.dim
		},
		faded: func(c store.Conexao) bool { return !openState(string(c.Status)) },
	}
}

// target is where a connection leads, with the protocol unless it is TCP.
func target(c store.Conexao) string {
	text := address(string(c.IPDestino), c.PortaDestino)
	if p := strings.ToLower(string(c.Protocolo)); p != "" && p != "tcp" && text != "" {
		text += "/" + p
	}
	return text
}

// reporter is the device that reported a connection.
func reporter(c store.Conexao) string {
	return first(string(c.DispositivoNome), number(int64(c.DispositivoID)))
}

// number is "nº 7", "" for no id.
func number(id int64) string {
	if id == 0 {
		return ""
	}
	return "nº " + strconv.FormatInt(id, 10)
}

// process is the program of a connection with its process id.
func process(c store.Conexao) string {
	if c.PID == nil {
		return string(c.Processo)
	}
	return string(c.Processo) + " (" + strconv.FormatInt(*c.PID, 10) + ")"
}
