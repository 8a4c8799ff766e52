package tui

import (
	"strconv"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// mensagemDetail shows one message whole.
type mensagemDetail struct {
	kit.Pager
	env *env
	m   store.Mensagem
}

func newMensagemDetail(e *env, m store.Mensagem) *mensagemDetail {
	return &mensagemDetail{env: e, Pager: kit.NewPager(e.Shell), m: m}
}

func (d *mensagemDetail) Start() tea.Cmd         { return nil }
func (d *mensagemDetail) Update(tea.Msg) tea.Cmd { return nil }
func (d *mensagemDetail) Typing() bool           { return false }
func (d *mensagemDetail) Title() string          { return "Mensagem " + number(d.m.ID) }
func (d *mensagemDetail) Leave()                 {}

func (d *mensagemDetail) Actions() []kit.Action {
	return append([]kit.Action{d.env.goBack(d), d.env.linkCliente(int64(d.m.ClienteID), d.m.Usuario, "")}, d.Scrolls()...)
}

func (d *mensagemDetail) View(w, h int) []string {
	return d.env.Panel(&d.Pager, kit.Framed{Title: "Mensagem de " + speaker(d.m), Width: w, Height: h}, d.lines)
}

func (d *mensagemDetail) lines(w int) []string {
	m, e := &d.m, d.env
	answers := ""
	if m.RespostaPara != 0 {
		answers = "mensagem nº " + strconv.FormatInt(int64(m.RespostaPara), 10)
	}
	out := e.Theme.Facts([]kit.Fact{
		{Label: "De", Value: speaker(*m)},
		{Label: "Quando", Value: e.Moment(m.DataHora.Time)},
		{Label: "Sala", Value: m.Sala},
		{Label: "Responde a", Value: answers},
		{Label: "Editada", Value: kit.YesNo(m.Editada)},
	}, w)
	return append(append(out, ""), kit.Paragraph(m.Mensagem, w)...)
}
