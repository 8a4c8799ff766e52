package tui

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clienteCard is a client with the devices and connections that were seen last.
type clienteCard struct {
	store.Cliente
	dispositivos []store.Dispositivo
	conexoes     []store.Conexao
}

// latestDispositivos is how many devices the detail of a client shows.
const latestDispositivos = 6

// clienteDetail shows one client with all its fields, its devices and its latest
// connections, and keeps them up to date.
type clienteDetail struct {
	detail[clienteCard]
	env *env
}

func newClienteDetail(e *env, c store.Cliente) *clienteDetail {
	handle, id := e.cfg.Handle, c.ID
	d := &clienteDetail{env: e, detail: newDetail(e.shell, clienteCard{Cliente: c}, id)}
	d.page, d.body, d.missing = d, d.facts, "Este cliente não existe mais."
	d.get = func(ctx context.Context) (clienteCard, error) { return readClienteCard(ctx, handle, id) }
	return d
}

// readFicha leaves out what the person may not see.
func readClienteCard(ctx context.Context, h *store.Handle, id int64) (f clienteCard, err error) {
	if f.Cliente, err = h.Clientes.Get(ctx, id); err != nil {
		return f, err
	}
	devices, err := h.Dispositivos.List(ctx, store.DispositivoFiltro{ClienteID: id, PorPagina: latestDispositivos, SemTotal: true})
	if err != nil && !errors.Is(err, store.ErrForbidden) {
		return f, err
	}
	seen, err := h.Conexoes.List(ctx, store.ConexaoFiltro{ClienteID: id, PorPagina: latestConexoes, SemTotal: true})
	if err != nil && !errors.Is(err, store.ErrForbidden) {
		return f, err
	}
	f.dispositivos, f.conexoes = devices.Itens, seen.Itens
	return f, nil
}

func (d *clienteDetail) Title() string {
	return first(line(d.rec.Nome), "nº "+strconv.FormatInt(d.id, 10))
}

func (d *clienteDetail) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case changedMsg[store.Cliente]:
		if msg.id == d.id {
			return d.load()
		}
	case changedMsg[store.Dispositivo]:
		return d.load()
	case tickMsg:
		d.laid = nil // ages grow
	}
	return d.detail.Update(msg)
}

func (d *clienteDetail) Actions() []action {
	e, k, c, gone := d.env, d.env.keys, d.rec.Cliente, d.goneBlocked()
	write := first(gone, e.writeBlocked())
	change := "desativar"
	if !c.EstaAtivo() {
		change = "reativar"
	}
	own := []action{
		{key: k.Edit, run: func() tea.Cmd { return e.push(newClienteForm(e, c)) }, blocked: write},
		{key: k.Situation, desc: change, run: func() tea.Cmd { return e.push(newSituationConfirm(e, c)) }, blocked: write},
	}
	own = append(own, e.personActions(c, gone, d)...)
	own = append(own,
		action{key: k.Copy, quiet: true, run: d.copy},
		e.linkDispositivos(c, gone),
		e.linkConexoes(ofPerson(c), gone),
		e.linkSessoes(c, gone),
		e.linkAuditoria(c, gone))
	return d.around(own...)
}

// copy offers each field that has a value, and all of them.
func (d *clienteDetail) copy() tea.Cmd {
	c := d.rec.Cliente
	items := []copyItem{{"Número", strconv.FormatInt(d.id, 10)}}
	for _, f := range clienteFields() {
		if v := *f.at(&c); v != "" && !f.secret {
			items = append(items, copyItem{strings.TrimSuffix(f.label, " *"), v})
		}
	}
	if doc, err := json.Marshal(c); err == nil {
		items = append(items, copyItem{"JSON", string(doc)})
	}
	return d.env.push(newCopyMenu(d.env.shell, items))
}

func (d *clienteDetail) View(w, h int) []string {
	return d.panel(line(d.rec.Nome)+" · nº "+strconv.FormatInt(d.id, 10), w, h)
}

// facts lays the person out, with what they wrote last where there is one column.
func (d *clienteDetail) facts(w int) []string {
	t, person, notes := d.env.th, d.person(), d.notes()
	if w >= twoColumns {
		return append(t.inColumns(append(person, notes...), w), d.machines(w)...)
	}
	out := append(t.facts(person, w), d.machines(w)...)
	return append(append(out, ""), t.facts(notes, w)...)
}

func (d *clienteDetail) person() []fact {
	c, e := &d.rec, d.env
	devices := "…"
	if d.known {
		devices = thousands(c.TotalDispositivos)
	}
	sign, style := situationSign(e.th, c.Cliente)
	return []fact{
		{value: "Identificação"},
		{label: "Nome", value: c.Nome},
		{label: "Situação", ready: style.Render(sign) + " " + situationName(c.Cliente)},
		{label: "Nível de acesso", value: accessName(c.NivelAcesso)},
		{label: "CPF/CNPJ", value: c.CPFCNPJ},
		{label: "Empresa", value: c.Empresa},
		{label: "Cargo", value: c.Cargo},
		{value: "Contato"},
		{label: "E-mail", value: c.Email},
		{label: "Telefone", value: c.Telefone},
		{label: "Endereço", value: c.Endereco},
		{label: "Cidade", value: cidadeUF(c.Cliente)},
		{label: "CEP", value: c.CEP},
		{label: "País", value: c.Pais},
		{value: "Uso", right: true},
		{label: "Dispositivos", value: devices},
		{label: "Cadastro", value: e.moment(c.DataCadastro.Time)},
		{label: "Último acesso", value: e.moment(c.UltimoAcesso.Time)},
	}
}

func (d *clienteDetail) notes() []fact {
	return []fact{
		{value: "Observações"},
		{label: "Texto", value: d.rec.Observacoes},
		{label: "Dados extras", value: pretty(d.rec.DadosExtras)},
	}
}

// machines are the client's devices and latest connections, as rows.
func (d *clienteDetail) machines(w int) []string {
	if !d.known {
		return nil
	}
	e, t := d.env, d.env.th
	head := func(s string) []string { return []string{"", t.accent.Render(clip(s, w))} }
	out := head("Dispositivos")
	if n := d.rec.TotalDispositivos; n > len(d.rec.dispositivos) {
		out = head("Dispositivos · " + thousands(len(d.rec.dispositivos)) + " de " + thousands(n) + ", D mostra todos")
	}
	out = append(out, miniGrid(e, deviceGrid(e, false), d.rec.dispositivos, "Nenhum dispositivo.", w)...)
	out = append(out, head("Conexões recentes")...)
	return append(out, miniGrid(e, conexaoGrid(e, true), d.rec.conexoes, "Nenhuma conexão informada.", w)...)
}

// miniGrid is a grid without cursor inside other text.
func miniGrid[T any](e *env, g grid[T], rows []T, none string, w int) []string {
	if len(rows) == 0 {
		return []string{"  " + e.th.dim.Render(clip(none, w-2))}
	}
	cols := g.layout(w)
	out := []string{e.th.dim.Render(cols.heads())}
	for _, r := range rows {
		out = append(out, cols.row(e.th, r, false, false))
	}
	return out
}
