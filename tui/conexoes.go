package tui

import (
	"context"
	"strconv"
	"strings"

	"example.com/monitor/tui/kit"

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
	return owner{dispositivo: d.ID, name: kit.Line(deviceName(d))}
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
	kit.Browser[store.Conexao]
	env                  *env
	of                   owner
	when                 *kit.Period
	dispositivo, cliente *kit.Narrow
}

func newConexoes(e *env, of owner) *conexoes {
	c := &conexoes{
		env: e,
		of:  of, when: kit.NewPeriod(e.keys.Period),
		dispositivo: &kit.Narrow{Label: "dispositivo"}, cliente: &kit.Narrow{Label: "cliente"},
	}
	id := func(x store.Conexao) int64 { return x.ID }
	c.Browser = kit.NewBrowser(e.Shell, id, conexaoGrid(e, of.dispositivo == 0), kit.Look{
		Head: of.head("Conexões"), Noun: "conexão", Feminine: true, Blank: c.nothing,
	})
	c.Page, c.Query, c.Filters = c, c.question, []kit.Filter{c.when, c.dispositivo, c.cliente}
	return c
}

func (c *conexoes) Title() string { return c.Look.Head }

func (c *conexoes) asked() store.ConexaoFiltro {
	f := store.ConexaoFiltro{DispositivoID: c.of.dispositivo, ClienteID: c.of.cliente}
	f.De, f.Ate = c.when.Bounds(c.env.Local())
	if c.dispositivo.Active() {
		f.DispositivoID = idOf(c.dispositivo.Value)
	}
	if c.cliente.Active() {
		f.ClienteID = idOf(c.cliente.Value)
	}
	return f
}

func (c *conexoes) question() (kit.Fetcher[store.Conexao], kit.Counter) {
	filter, handle := c.asked(), c.env.cfg.Handle
	rows := func(ctx context.Context, at kit.Place, n int) (kit.Stretch[store.Conexao], error) {
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
	c.List.Recount = filter.De == "" && filter.Ate == ""
	return rows, total
}

func (c *conexoes) nothing() kit.Alone {
	return kit.Alone{
		News: "Nenhuma conexão informada",
		Next: []string{"Os agentes informam as conexões das máquinas de tempos em tempos.", kit.First(c.backHint(), "r confere de novo")},
	}
}

func (c *conexoes) backHint() string {
	if c.env.Above(c) {
		return "esc volta"
	}
	return ""
}

func (c *conexoes) Actions() []kit.Action {
	k := c.env.keys
	none := c.NoneBlocked()
	sel, _ := c.List.Window.Selected()
	own := []kit.Action{
		{Key: k.Open, Run: func() tea.Cmd { return c.env.Push(newConexaoDetail(c.env, sel)) }, Blocked: none},
		{Key: k.Filters, Run: c.narrowBy},
		c.env.linkDispositivo(int64(sel.DispositivoID), none),
		c.env.linkCliente(int64(sel.ClienteID), "", none),
	}
	return c.Around(own...)
}

func (c *conexoes) narrowBy() tea.Cmd {
	f := newFilterForm(c.env, "Filtrar conexões", c.Open)
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
	return c.env.Push(f)
}

// linkConexoes leads to the connections of a device or client.
func (e *env) linkConexoes(of owner, none string) kit.Action {
	return kit.Action{Key: e.keys.ToConexoes, Blocked: kit.First(none, e.unseen(store.RecursoConexoes)), Run: func() tea.Cmd {
		return e.Push(newConexoes(e, of))
	}}
}

func conexaoGrid(e *env, devices bool) kit.Grid[store.Conexao] {
	cols := []kit.Column[store.Conexao]{
		{Title: "QUANDO", Width: 11, Value: func(c store.Conexao) string { return e.Brief(c.DataHora.Time) }},
		{Title: "DESTINO", Width: 22, Share: 6, Rank: 1, Value: target},
		{Title: "PROCESSO", Width: 16, Share: 1, Rank: 2, Value: process},
		{Title: "ESTADO", Width: 10, Rank: 3, Value: func(c store.Conexao) string { return stateName(string(c.Status)) }},
		{
			Title: "ORIGEM",
			Width: 21,
			Share: 1,
			Rank:  5,
			Value: func(c store.Conexao) string { return address(string(c.IPOrigem), c.PortaOrigem) },
		},
		{Title: "MÁQUINA", Width: 14, Share: 1, Rank: 4, Value: reporter},
	}
	if !devices {
		cols = cols[:len(cols)-1]
	}
	return kit.Grid[store.Conexao]{
		Columns: cols,
		Glyph: func(c store.Conexao) (string, lipgloss.Style) {
			if openState(string(c.Status)) {
				return "●", e.Theme.Good
			}
			return "○", e.Theme.Dim
		},
		Faded: func(c store.Conexao) bool { return !openState(string(c.Status)) },
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
	return kit.First(string(c.DispositivoNome), number(int64(c.DispositivoID)))
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
