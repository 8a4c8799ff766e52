package tui

import (
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// conexaoDetail shows one connection with all its fields. A connection is a
// report of a moment: it is not read again.
type conexaoDetail struct {
	pager
	env *env
	c   store.Conexao
}

func newConexaoDetail(e *env, c store.Conexao) *conexaoDetail {
	return &conexaoDetail{env: e, pager: newPager(e.shell), c: c}
}

func (d *conexaoDetail) Start() tea.Cmd         { return nil }
func (d *conexaoDetail) Update(tea.Msg) tea.Cmd { return nil }
func (d *conexaoDetail) Typing() bool           { return false }
func (d *conexaoDetail) Title() string          { return number(d.c.ID) }
func (d *conexaoDetail) Leave()                 {}

func (d *conexaoDetail) Actions() []action {
	return append([]action{
		d.env.goBack(d),
		d.env.linkDispositivo(int64(d.c.DispositivoID), ""),
		d.env.linkCliente(int64(d.c.ClienteID), "", ""),
	}, d.scrolls()...)
}

func (d *conexaoDetail) View(w, h int) []string {
	return d.env.panel(&d.pager, framed{title: "Conexão " + number(d.c.ID), width: w, height: h}, d.lines)
}

func (d *conexaoDetail) lines(w int) []string {
	c, e := &d.c, d.env
	return e.th.inColumns([]fact{
		{value: "Conexão"},
		{label: "Quando", value: e.moment(c.DataHora.Time)},
		{label: "Origem", value: placed(string(c.IPOrigem), c.PortaOrigem)},
		{label: "Destino", value: placed(string(c.IPDestino), c.PortaDestino)},
		{label: "Protocolo", value: string(c.Protocolo)},
		{label: "Estado", value: stateText(string(c.Status))},
		{value: "Uso", right: true},
		{label: "Processo", value: string(c.Processo)},
		{label: "PID", value: intText(c.PID)},
		{label: "Duração", value: secondsText(c.DuracaoSegundos)},
		{label: "Enviados", value: bytesText(c.BytesEnviados)},
		{label: "Recebidos", value: bytesText(c.BytesRecebidos)},
		{label: "Dispositivo", value: reporter(*c)},
		{label: "Cliente", value: number(int64(c.ClienteID))},
	}, w)
}

// placed is an address with what kind of address it is.
func placed(ip string, port *int64) string {
	text := address(ip, port)
	if kind := where(ip); kind != "" {
		text += " (" + kind + ")"
	}
	return text
}

func stateText(status string) string {
	if name := stateName(status); name != status {
		return name + " (" + status + ")"
	}
	return status
}

func intText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func secondsText(n *int64) string {
	if n == nil {
		return ""
	}
	return span(time.Duration(*n) * time.Second)
}
