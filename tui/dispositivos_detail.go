package tui

import (
	"context"
	"errors"
	"strconv"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// machine is a device with its latest connections.
type machine struct {
	store.Dispositivo
	conexoes []store.Conexao
	total    int
	unread   bool // the person may not see connections
}

// latestConexoes is how many connections the detail of a device shows.
const latestConexoes = 8

// dispositivoDetail shows one device with all its fields, what its agent said of
// it and its latest connections.
type dispositivoDetail struct {
	kit.Detail[machine]
	env *env
}

func newDispositivoDetail(e *env, d store.Dispositivo) *dispositivoDetail {
	handle, id := e.cfg.Handle, d.ID
	s := &dispositivoDetail{env: e, Detail: kit.NewDetail(e.Shell, machine{Dispositivo: d}, id)}
	s.Page, s.Body, s.Missing = s, s.facts, "Este dispositivo não existe mais."
	s.Get = func(ctx context.Context) (machine, error) { return readMachine(ctx, handle, id) }
	return s
}

func readMachine(ctx context.Context, h *store.Handle, id int64) (m machine, err error) {
	if m.Dispositivo, err = h.Dispositivos.Get(ctx, id); err != nil {
		return m, err
	}
	page, err := h.Conexoes.List(ctx, store.ConexaoFiltro{DispositivoID: id, PorPagina: latestConexoes})
	if errors.Is(err, store.ErrForbidden) {
		m.unread, err = true, nil
	}
	m.conexoes, m.total = page.Itens, page.Total
	return m, err
}

func (s *dispositivoDetail) Title() string { return kit.Line(deviceName(s.Record.Dispositivo)) }

func (s *dispositivoDetail) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case kit.ChangedMsg[store.Dispositivo]:
		if msg.ID == s.ID || msg.ID == 0 {
			return s.Load()
		}
	case kit.TickMsg:
		s.Laid = nil // ages grow
	}
	return s.Detail.Update(msg)
}

func (s *dispositivoDetail) Actions() []kit.Action {
	e, k, d := s.env, s.env.keys, s.Record.Dispositivo
	gone := s.GoneBlocked()
	write := kit.First(gone, e.deviceBlocked())
	own := []kit.Action{
		{Key: k.Edit, Run: func() tea.Cmd { return e.Push(newDispositivoForm(e, d)) }, Blocked: write},
		{Key: k.Remove, Run: func() tea.Cmd { return e.Push(newDeviceRemoval(e, d)) }, Blocked: write},
		e.linkCliente(d.ClienteID, d.ClienteNome, gone),
		e.linkConexoes(ofDevice(d), gone),
	}
	return s.Around(append(own, e.undoActions(store.OperacaoDeDispositivos)...)...)
}

func (s *dispositivoDetail) View(w, h int) []string {
	return s.Panel(kit.Line(deviceName(s.Record.Dispositivo))+" · nº "+strconv.FormatInt(s.ID, 10), w, h)
}

func (s *dispositivoDetail) facts(w int) []string {
	d, e := &s.Record.Dispositivo, s.env
	sign, style := presenceSign(e, *d)
	out := e.Theme.InColumns([]kit.Fact{
		{Value: "Identificação"},
		{Label: "Nome", Value: d.Nome},
		{Label: "Sinal", Ready: style.Render(sign) + " " + e.signal(*d)},
		{Label: "Último sinal", Value: e.Moment(d.UltimoHeartbeat.Time)},
		{Label: "Registrado em", Value: e.Moment(d.DataRegistro.Time)},
		{Label: "Cliente", Value: ownerText(d)},
		{Label: "Tipo", Value: d.Tipo},
		{Label: "Situação", Value: useText(d.Ativo)},
		{Value: "Máquina", Right: true},
		{Label: "Nome na rede", Value: d.Hostname},
		{Label: "Sistema", Value: systemName(*d)},
		{Label: "Processador", Value: d.Processador},
		{Label: "Memória", Value: d.MemoriaTotal},
		{Label: "Disco", Value: d.DiscoTotal},
		{Label: "Virtual", Value: virtualText(d)},
		{Label: "IP local", Value: d.IPLocal},
		{Label: "IP público", Value: d.IPPublico},
		{Label: "MAC", Value: d.MACAddress},
	}, w)
	out = append(out, "", e.Theme.Accent.Render(kit.Clip("Conexões recentes"+s.howMany(), w)))
	out = append(out, s.connections(w)...)
	out = append(out, "", e.Theme.Accent.Render(kit.Clip("O que o agente informou", w)))
	return append(out, kit.Indent(kit.Indent(e.Theme.Tree(d.InfoExtra, w-2)))...)
}

func ownerText(d *store.Dispositivo) string {
	if d.ClienteID == 0 {
		return "sem dono"
	}
	return clienteName(d.ClienteNome, d.ClienteID)
}

func useText(ativo *bool) string {
	switch {
	case ativo == nil:
		return ""
	case *ativo:
		return "em uso"
	default:
		return "aposentado"
	}
}

func virtualText(d *store.Dispositivo) string {
	switch {
	case d.IsVirtual == nil:
		return ""
	case *d.IsVirtual:
		return kit.First("sim: "+d.VirtualType, "sim")
	default:
		return "não"
	}
}

func (s *dispositivoDetail) howMany() string {
	if s.Record.total > len(s.Record.conexoes) {
		return " · " + say.Thousands(len(s.Record.conexoes)) + " de " + say.Thousands(s.Record.total)
	}
	return ""
}

func (s *dispositivoDetail) connections(w int) []string {
	t := s.env.Theme
	switch {
	case !s.Known:
		return []string{"  " + t.Dim.Render("…")}
	case s.Record.unread:
		return []string{"  " + t.Dim.Render("Seu nível não vê conexões.")}
	case len(s.Record.conexoes) == 0:
		return []string{"  " + t.Dim.Render("Nenhuma conexão informada ainda.")}
	}
	cols := conexaoGrid(s.env, false).Layout(w)
	out := []string{t.Dim.Render(cols.Heads())}
	for _, c := range s.Record.conexoes {
		out = append(out, cols.Row(t, c, false, false))
	}
	return out
}
