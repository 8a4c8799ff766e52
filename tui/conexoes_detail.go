package tui

import (
	"strconv"
	"time"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// conexaoDetail shows one connection with all its fields. A connection is a
// report of a moment: it is not read again.
type conexaoDetail struct {
	kit.Pager
	env *env
	c   store.Conexao
}

func newConexaoDetail(e *env, c store.Conexao) *conexaoDetail {
	return &conexaoDetail{env: e, Pager: kit.NewPager(e.Shell), c: c}
}

func (d *conexaoDetail) Start() tea.Cmd         { return nil }
func (d *conexaoDetail) Update(tea.Msg) tea.Cmd { return nil }
func (d *conexaoDetail) Typing() bool           { return false }
func (d *conexaoDetail) Title() string          { return number(d.c.ID) }
func (d *conexaoDetail) Leave()                 {}

func (d *conexaoDetail) Actions() []kit.Action {
	return append([]kit.Action{
		d.env.goBack(d),
		d.env.linkDispositivo(int64(d.c.DispositivoID), ""),
		d.env.linkCliente(int64(d.c.ClienteID), "", ""),
	}, d.Scrolls()...)
}

func (d *conexaoDetail) View(w, h int) []string {
	return d.env.Panel(&d.Pager, kit.Framed{Title: "Conexão " + number(d.c.ID), Width: w, Height: h}, d.lines)
}

func (d *conexaoDetail) lines(w int) []string {
	c, e := &d.c, d.env
	return e.Theme.InColumns([]kit.Fact{
		{Value: "Conexão"},
		{Label: "Quando", Value: e.Moment(c.DataHora.Time)},
		{Label: "Origem", Value: placed(string(c.IPOrigem), c.PortaOrigem)},
		{Label: "Destino", Value: placed(string(c.IPDestino), c.PortaDestino)},
		{Label: "Protocolo", Value: string(c.Protocolo)},
		{Label: "Estado", Value: stateText(string(c.Status))},
		{Value: "Uso", Right: true},
		{Label: "Processo", Value: string(c.Processo)},
		{Label: "PID", Value: intText(c.PID)},
		{Label: "Duração", Value: secondsText(c.DuracaoSegundos)},
		{Label: "Enviados", Value: bytesText(c.BytesEnviados)},
		{Label: "Recebidos", Value: bytesText(c.BytesRecebidos)},
		{Label: "Dispositivo", Value: reporter(*c)},
		{Label: "Cliente", Value: number(int64(c.ClienteID))},
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
	return say.Span(time.Duration(*n) * time.Second)
}
