package tui

import (
	"context"
	"errors"
	"strconv"

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
	detail[machine]
	env *env
}

func newDispositivoDetail(e *env, d store.Dispositivo) *dispositivoDetail {
	handle, id := e.cfg.Handle, d.ID
	s := &dispositivoDetail{env: e, detail: newDetail(e.shell, machine{Dispositivo: d}, id)}
	s.page, s.body, s.missing = s, s.facts, "Este dispositivo não existe mais."
	s.get = func(ctx context.Context) (machine, error) { return readMachine(ctx, handle, id) }
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

func (s *dispositivoDetail) Title() string { return line(deviceName(s.rec.Dispositivo)) }

func (s *dispositivoDetail) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case changedMsg[store.Dispositivo]:
		if msg.id == s.id {
			return s.load()
		}
	case tickMsg:
		s.laid = nil // ages grow
	}
	return s.detail.Update(msg)
}

func (s *dispositivoDetail) Actions() []action {
	e, k, d := s.env, s.env.keys, s.rec.Dispositivo
	gone := s.goneBlocked()
	write := first(gone, e.deviceBlocked())
	return s.around(
		action{key: k.Edit, run: func() tea.Cmd { return e.push(newDispositivoForm(e, d)) }, blocked: write},
		action{key: k.Remove, run: func() tea.Cmd { return e.push(newDeviceRemoval(e, d)) }, blocked: write},
		e.linkCliente(d.ClienteID, d.ClienteNome, gone),
		e.linkConexoes(ofDevice(d), gone),
	)
}

func (s *dispositivoDetail) View(w, h int) []string {
	return s.panel(line(deviceName(s.rec.Dispositivo))+" · nº "+strconv.FormatInt(s.id, 10), w, h)
}

func (s *dispositivoDetail) facts(w int) []string {
	d, e := &s.rec.Dispositivo, s.env
	sign, style := presenceSign(e, *d)
	out := e.th.inColumns([]fact{
		{value: "Identificação"},
		{label: "Nome", value: d.Nome},
		{label: "Sinal", ready: style.Render(sign) + " " + e.signal(*d)},
		{label: "Último sinal", value: e.moment(d.UltimoHeartbeat.Time)},
		{label: "Registrado em", value: e.moment(d.DataRegistro.Time)},
		{label: "Cliente", value: ownerText(d)},
		{label: "Tipo", value: d.Tipo},
		{label: "Situação", value: useText(d.Ativo)},
		{value: "Máquina", right: true},
		{label: "Nome na rede", value: d.Hostname},
		{label: "Sistema", value: systemName(*d)},
		{label: "Processador", value: d.Processador},
		{label: "Memória", value: d.MemoriaTotal},
		{label: "Disco", value: d.DiscoTotal},
		{label: "Virtual", value: virtualText(d)},
		{label: "IP local", value: d.IPLocal},
		{label: "IP público", value: d.IPPublico},
		{label: "MAC", value: d.MACAddress},
	}, w)
	out = append(out, "", e.th.accent.Render(clip("Conexões recentes"+s.howMany(), w)))
	out = append(out, s.connections(w)...)
	out = append(out, "", e.th.accent.Render(clip("O que o agente informou", w)))
	return append(out, indent(indent(e.th.tree(d.InfoExtra, w-2)))...)
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
		return first("sim: "+d.VirtualType, "sim")
	default:
		return "não"
	}
}

func (s *dispositivoDetail) howMany() string {
	if s.rec.total > len(s.rec.conexoes) {
		return " · " + thousands(len(s.rec.conexoes)) + " de " + thousands(s.rec.total)
	}
	return ""
}

func (s *dispositivoDetail) connections(w int) []string {
	t := s.env.th
	switch {
	case !s.known:
		return []string{"  " + t.dim.Render("…")}
	case s.rec.unread:
		return []string{"  " + t.dim.Render("Seu nível não vê conexões.")}
	case len(s.rec.conexoes) == 0:
		return []string{"  " + t.dim.Render("Nenhuma conexão informada ainda.")}
	}
	cols := conexaoGrid(s.env, false).layout(w)
	out := []string{t.dim.Render(cols.heads())}
	for _, c := range s.rec.conexoes {
		out = append(out, cols.row(t, c, false, false))
	}
	return out
}
