package tui

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// mensagemDetail shows one message whole.
type mensagemDetail struct {
	pager
	env *env
	m   store.Mensagem
}

func newMensagemDetail(e *env, m store.Mensagem) *mensagemDetail {
	return &mensagemDetail{env: e, pager: newPager(e.shell), m: m}
}

func (d *mensagemDetail) Start() tea.Cmd         { return nil }
func (d *mensagemDetail) Update(tea.Msg) tea.Cmd { return nil }
func (d *mensagemDetail) Typing() bool           { return false }
func (d *mensagemDetail) Title() string          { return "Mensagem " + number(d.m.ID) }
func (d *mensagemDetail) Leave()                 {}

func (d *mensagemDetail) Actions() []action {
	return append([]action{d.env.goBack(d), d.env.linkCliente(int64(d.m.ClienteID), d.m.Usuario, "")}, d.scrolls()...)
}

func (d *mensagemDetail) View(w, h int) []string {
	return d.env.panel(&d.pager, framed{title: "Mensagem de " + speaker(d.m), width: w, height: h}, d.lines)
}

func (d *mensagemDetail) lines(w int) []string {
	m, e := &d.m, d.env
	answers := ""
	if m.RespostaPara != 0 {
		answers = "mensagem nº " + strconv.FormatInt(int64(m.RespostaPara), 10)
	}
	out := e.th.facts([]fact{
		{label: "De", value: speaker(*m)},
		{label: "Quando", value: e.moment(m.DataHora.Time)},
		{label: "Sala", value: m.Sala},
		{label: "Responde a", value: answers},
		{label: "Editada", value: yesNo(m.Editada)},
	}, w)
	return append(append(out, ""), paragraph(m.Mensagem, w)...)
}
