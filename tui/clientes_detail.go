package tui

import (
	"context"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clienteDetail shows one client with all its fields and keeps it up to date.
type clienteDetail struct{ detail[store.Cliente] }

func newClienteDetail(e *env, c store.Cliente) *clienteDetail {
	handle, id := e.cfg.Handle, c.ID
	d := &clienteDetail{newDetail(e, c, id)}
	d.page, d.body, d.missing = d, d.facts, "Este cliente não existe mais."
	d.get = func(ctx context.Context) (store.Cliente, error) { return handle.Clientes.Get(ctx, id) }
	return d
}

func (d *clienteDetail) title() string {
	return first(line(d.rec.Nome), "nº "+strconv.FormatInt(d.id, 10))
}

func (d *clienteDetail) actions() []action {
	k := d.env.keys
	write := first(d.goneBlocked(), d.env.writeBlocked())
	change := "desativar"
	if !d.rec.EstaAtivo() {
		change = "reativar"
	}
	return d.around(
		action{key: k.Editar, run: func() tea.Cmd { return d.env.push(newClienteForm(d.env, d.rec)) }, blocked: write},
		action{key: k.Situacao, desc: change, run: func() tea.Cmd { return d.env.push(newSituationConfirm(d.env, d.rec)) }, blocked: write},
		d.env.linkDispositivos(d.rec, d.goneBlocked()),
		d.env.linkConexoes(ofPerson(d.rec), d.goneBlocked()),
	)
}

func (d *clienteDetail) view(w, h int) []string {
	return d.panel(line(d.rec.Nome)+" · nº "+strconv.FormatInt(d.id, 10), w, h)
}

func (d *clienteDetail) facts(w int) []string {
	c, e := &d.rec, d.env
	devices := "…"
	if d.known {
		devices = milhar(c.TotalDispositivos)
	}
	sign, style := situationSign(e.th, *c)
	return e.th.inColumns([]fact{
		{value: "Identificação"},
		{label: "Nome", value: c.Nome},
		{label: "Situação", ready: style.Render(sign) + " " + situationName(*c)},
		{label: "Nível de acesso", value: nivelNome(c.NivelAcesso)},
		{label: "CPF/CNPJ", value: c.CPFCNPJ},
		{label: "Empresa", value: c.Empresa},
		{label: "Cargo", value: c.Cargo},
		{value: "Contato"},
		{label: "E-mail", value: c.Email},
		{label: "Telefone", value: c.Telefone},
		{label: "Endereço", value: c.Endereco},
		{label: "Cidade", value: cidadeUF(*c)},
		{label: "CEP", value: c.CEP},
		{label: "País", value: c.Pais},
		{value: "Uso", right: true},
		{label: "Dispositivos", value: devices},
		{label: "Cadastro", value: e.moment(c.DataCadastro.Time)},
		{label: "Último acesso", value: e.moment(c.UltimoAcesso.Time)},
		{value: "Observações"},
		{label: "Texto", value: c.Observacoes},
		{label: "Dados extras", value: pretty(c.DadosExtras)},
	}, w)
}
