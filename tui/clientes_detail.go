package tui

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

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
	kit.Detail[clienteCard]
	env *env
}

func newClienteDetail(e *env, c store.Cliente) *clienteDetail {
	handle, id := e.cfg.Handle, c.ID
	d := &clienteDetail{env: e, Detail: kit.NewDetail(e.Shell, clienteCard{Cliente: c}, id)}
	d.Page, d.Body, d.Missing = d, d.facts, "Este cliente não existe mais."
	d.Get = func(ctx context.Context) (clienteCard, error) { return readClienteCard(ctx, handle, id) }
	return d
}

// readClienteCard leaves out what the person may not see.
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
	return kit.First(kit.Line(d.Record.Nome), "nº "+strconv.FormatInt(d.ID, 10))
}

func (d *clienteDetail) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case kit.ChangedMsg[store.Cliente]:
		if msg.ID == d.ID || msg.ID == 0 {
			return d.Load()
		}
	case kit.ChangedMsg[store.Dispositivo]:
		return d.Load()
	case kit.TickMsg:
		d.Laid = nil // ages grow
	}
	return d.Detail.Update(msg)
}

func (d *clienteDetail) Actions() []kit.Action {
	e, k, c, gone := d.env, d.env.keys, d.Record.Cliente, d.GoneBlocked()
	write := kit.First(gone, e.writeBlocked())
	change := "desativar"
	if !c.IsActive() {
		change = "reativar"
	}
	own := []kit.Action{
		{Key: k.Edit, Run: func() tea.Cmd { return e.Push(newClienteForm(e, c)) }, Blocked: write},
		{Key: k.Situation, Desc: change, Run: func() tea.Cmd { return e.Push(newSituationConfirm(e, c)) }, Blocked: write},
	}
	own = append(own, e.personActions(c, gone, d)...)
	own = append(own,
		kit.Action{Key: k.Copy, Quiet: true, Run: d.copy},
		e.linkDispositivos(c, gone),
		e.linkConexoes(ofPerson(c), gone),
		e.linkSessoes(c, gone),
		e.linkHistory(c, ""),
		e.linkAuditoria(c, gone))
	own = append(own, e.undoActions(store.OperacaoDeClientes)...)
	return d.Around(own...)
}

// copy offers each field that has a value, and all of them.
func (d *clienteDetail) copy() tea.Cmd {
	c := d.Record.Cliente
	items := []kit.MenuItem{{Label: "Número", Text: strconv.FormatInt(d.ID, 10)}}
	for _, f := range clienteFields() {
		if v := *f.at(&c); v != "" && !f.Secret {
			items = append(items, kit.MenuItem{Label: strings.TrimSuffix(f.Label, " *"), Text: v})
		}
	}
	if doc, err := json.Marshal(c); err == nil {
		items = append(items, kit.MenuItem{Label: "JSON", Text: string(doc)})
	}
	return d.env.Push(kit.NewCopyMenu(d.env.Shell, items))
}

func (d *clienteDetail) View(w, h int) []string {
	return d.Panel(kit.Line(d.Record.Nome)+" · nº "+strconv.FormatInt(d.ID, 10), w, h)
}

// facts lays the person out, with what they wrote last where there is one column.
func (d *clienteDetail) facts(w int) []string {
	t, person, notes := d.env.Theme, d.person(), d.notes()
	if w >= kit.TwoColumns {
		return append(t.InColumns(append(person, notes...), w), d.machines(w)...)
	}
	out := append(t.Facts(person, w), d.machines(w)...)
	return append(append(out, ""), t.Facts(notes, w)...)
}

func (d *clienteDetail) person() []kit.Fact {
	c, e := &d.Record, d.env
	devices := "…"
	if d.Known {
		devices = say.Thousands(c.TotalDispositivos)
	}
	sign, style := situationSign(e.Theme, c.Cliente)
	return []kit.Fact{
		{Value: "Identificação"},
		{Label: "Nome", Value: c.Nome},
		{Label: "Situação", Ready: style.Render(sign) + " " + situationName(c.Cliente)},
		{Label: "Nível de acesso", Value: accessName(c.NivelAcesso)},
		{Label: "CPF/CNPJ", Value: c.CPFCNPJ},
		{Label: "Empresa", Value: c.Empresa},
		{Label: "Cargo", Value: c.Cargo},
		{Value: "Contato"},
		{Label: "E-mail", Value: c.Email},
		{Label: "Telefone", Value: c.Telefone},
		{Label: "Endereço", Value: c.Endereco},
		{Label: "Cidade", Value: cidadeUF(c.Cliente)},
		{Label: "CEP", Value: c.CEP},
		{Label: "País", Value: c.Pais},
		{Value: "Uso", Right: true},
		{Label: "Dispositivos", Value: devices},
		{Label: "Cadastro", Value: e.Moment(c.DataCadastro.Time)},
		{Label: "Último acesso", Value: e.Moment(c.UltimoAcesso.Time)},
	}
}

func (d *clienteDetail) notes() []kit.Fact {
	return []kit.Fact{
		{Value: "Observações"},
		{Label: "Texto", Value: d.Record.Observacoes},
		{Label: "Dados extras", Value: pretty(d.Record.DadosExtras)},
	}
}

// machines are the client's devices and latest connections, as rows.
func (d *clienteDetail) machines(w int) []string {
	if !d.Known {
		return nil
	}
	e, t := d.env, d.env.Theme
	head := func(s string) []string { return []string{"", t.Accent.Render(kit.Clip(s, w))} }
	out := head("Dispositivos")
	if n := d.Record.TotalDispositivos; n > len(d.Record.dispositivos) {
		out = head("Dispositivos · " + say.Thousands(len(d.Record.dispositivos)) + " de " + say.Thousands(n) + ", D mostra todos")
	}
	out = append(out, miniGrid(e, deviceGrid(e, false), d.Record.dispositivos, "Nenhum dispositivo.", w)...)
	out = append(out, head("Conexões recentes")...)
	return append(out, miniGrid(e, conexaoGrid(e, true), d.Record.conexoes, "Nenhuma conexão informada.", w)...)
}

// miniGrid is a grid without cursor inside other text.
func miniGrid[T any](e *env, g kit.Grid[T], rows []T, none string, w int) []string {
	if len(rows) == 0 {
		return []string{"  " + e.Theme.Dim.Render(kit.Clip(none, w-2))}
	}
	cols := g.Layout(w)
	out := []string{e.Theme.Dim.Render(cols.Heads())}
	for _, r := range rows {
		out = append(out, cols.Row(e.Theme, r, false, false))
	}
	return out
}
