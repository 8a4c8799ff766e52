package tui

import (
	"context"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// sessoes is the page of the logins that still let somebody in.
type sessoes struct {
	browser[store.SessaoAberta]
	env    *env
	owner  store.Cliente
	owners *cycle // nil where there is nobody else's to see
}

// newSessoes lists the sessions of dono, all that the person may see when it is zero.
func newSessoes(e *env, owner store.Cliente) *sessoes {
	s := &sessoes{env: e, owner: owner}
	id := func(x store.SessaoAberta) int64 { return x.ID }
	s.browser = newBrowser(e.shell, id, sessaoGrid(e), look{head: "Sessões" + ofCliente(owner), noun: "sessão", feminine: true, blank: s.nothing})
	if _, person := e.cfg.Handle.Actor().Pessoa(); person && owner.ID == 0 {
		s.owners = &cycle{key: e.keys.Filter, label: "de quem", names: []string{"todos", "minhas"}}
		s.filters = []filter{s.owners}
	}
	s.page, s.query = s, s.question
	return s
}

func (s *sessoes) Title() string { return s.look.head }

func (s *sessoes) question() (fetcher[store.SessaoAberta], counter) {
	filter, handle := store.SessaoFiltro{ClienteID: s.owner.ID}, s.env.cfg.Handle
	if s.owners != nil && s.owners.Active() {
		filter.ClienteID, _ = handle.Actor().Pessoa()
	}
	rows := func(ctx context.Context, at place, n int) (stretch[store.SessaoAberta], error) {
		f := filter
		f.Cursor, f.Ultima, f.PorPagina, f.SemTotal = at.Cursor, at.Last, n, true
		return stretchOf(handle.Sessoes.List(ctx, f))
	}
	total := func(ctx context.Context) (int, error) {
		f := filter
		f.PorPagina = 1
		p, err := handle.Sessoes.List(ctx, f)
		return p.Total, err
	}
	s.list.recount = true
	return rows, total
}

func (s *sessoes) nothing() alone {
	news := "Ninguém está com uma sessão aberta"
	if s.owner.ID != 0 {
		return alone{news: news + " nesta conta", next: []string{"esc volta"}}
	}
	return alone{news: news, next: []string{"Quem entra pela web ou pela API aparece aqui.", "r confere de novo"}}
}

func (s *sessoes) Actions() []action {
	none := s.noneBlocked()
	sel, _ := s.list.win.selected()
	return s.around(
		action{key: s.env.keys.Open, run: func() tea.Cmd { return s.env.push(newSessaoDetail(s.env, sel)) }, blocked: none},
		s.env.revoke(sel, none, nil),
		s.env.linkCliente(int64(sel.ClienteID), string(sel.ClienteNome), none),
	)
}

// revoke ends a session, from the list or from the screen detail.
func (e *env) revoke(s store.SessaoAberta, none string, detail screen) action {
	return action{key: e.keys.Remove, desc: "encerrar", blocked: first(e.writeBlocked(), none), run: func() tea.Cmd {
		return e.push(newRevocation(e, s, detail))
	}}
}

// newRevocation asks before a session ends.
func newRevocation(e *env, s store.SessaoAberta, detail screen) *confirm {
	handle, id, who := e.cfg.Handle, s.ID, sessionOwner(s)
	text := "Encerrar a sessão de " + who + " (" + first(programName(string(s.UserAgent)), "programa não informado") + ", " + first(line(string(s.IPAddress)), "endereço não informado") + ")? A pessoa terá de entrar de novo."
	if s.Atual {
		text = "Encerrar a sessão em que você está agora? O console deixará de responder até que você entre de novo."
	}
	c := newConfirm(e.shell, "Encerrar sessão", text, "Encerrar")
	c.danger = true
	c.run = func(ctx context.Context) error { return handle.Sessoes.Revoke(ctx, id) }
	c.done = func() tea.Cmd {
		if detail != nil {
			e.pop(detail)
		}
		return told[store.SessaoAberta](e.shell, "Sessão de "+who+" encerrada.", id)()
	}
	return c
}

func sessionOwner(s store.SessaoAberta) string {
	if s.ClienteID == 0 {
		return "ninguém"
	}
	return clienteName(string(s.ClienteNome), int64(s.ClienteID))
}

// ownSession says that a session is the person's own.
func (e *env) ownSession(s store.SessaoAberta) bool {
	id, ok := e.cfg.Handle.Actor().Pessoa()
	return ok && id == int64(s.ClienteID)
}

// whose names the owner of a session and marks one's own.
func (e *env) whose(s store.SessaoAberta) string {
	switch {
	case s.Atual:
		return "esta · " + sessionOwner(s)
	case e.ownSession(s):
		return "sua · " + sessionOwner(s)
	default:
		return sessionOwner(s)
	}
}

func sessaoGrid(e *env) grid[store.SessaoAberta] {
	return grid[store.SessaoAberta]{
		columns: []column[store.SessaoAberta]{
			{title: "QUEM", width: 18, share: 4, value: e.whose},
			{title: "ÚLTIMO USO", width: 11, rank: 1, value: func(s store.SessaoAberta) string { return e.since(s.UltimaAtividade) }},
			{title: "PROGRAMA", width: 18, share: 2, rank: 2, value: func(s store.SessaoAberta) string { return programName(string(s.UserAgent)) }},
			{title: "ENDEREÇO", width: 15, share: 1, rank: 3, value: func(s store.SessaoAberta) string { return string(s.IPAddress) }},
			{title: "ENTROU", width: 16, rank: 4, value: func(s store.SessaoAberta) string { return e.moment(s.DataInicio.Time) }},
			{title: "EXPIRA", width: 16, rank: 5, value: func(s store.SessaoAberta) string { return e.moment(s.DataExpiracao.Time) }},
		},
		glyph: func(s store.SessaoAberta) (string, lipgloss.Style) {
			switch {
			case s.Atual:
				return "★", e.th.accent
			case e.ownSession(s):
				return "☆", e.th.accent
			default:
				return "●", e.th.ok
			}
		},
		faded: func(store.SessaoAberta) bool { return false },
	}
}

// since is the age of h, a dash where there is none.
func (e *env) since(h store.Hora) string {
	if h.IsZero() {
		return "–"
	}
	return e.ago(h.Time)
}

// sessaoDetail shows one session whole.
type sessaoDetail struct {
	pager
	env *env
	s   store.SessaoAberta
}

func newSessaoDetail(e *env, s store.SessaoAberta) *sessaoDetail {
	return &sessaoDetail{env: e, pager: newPager(e.shell), s: s}
}

func (d *sessaoDetail) Start() tea.Cmd         { return nil }
func (d *sessaoDetail) Update(tea.Msg) tea.Cmd { return nil }
func (d *sessaoDetail) Typing() bool           { return false }
func (d *sessaoDetail) Title() string          { return "Sessão " + number(d.s.ID) }
func (d *sessaoDetail) Leave()                 {}

func (d *sessaoDetail) Actions() []action {
	return append([]action{
		d.env.goBack(d),
		d.env.revoke(d.s, "", d),
		d.env.linkCliente(int64(d.s.ClienteID), string(d.s.ClienteNome), ""),
	}, d.scrolls()...)
}

func (d *sessaoDetail) View(w, h int) []string {
	return d.env.panel(&d.pager, framed{title: "Sessão " + number(d.s.ID), width: w, height: h}, d.lines)
}

func (d *sessaoDetail) lines(w int) []string {
	s, e := &d.s, d.env
	return e.th.facts([]fact{
		{label: "Quem", value: e.whose(*s)},
		{label: "Cliente", value: strconv.FormatInt(int64(s.ClienteID), 10)},
		{label: "Entrou em", value: e.moment(s.DataInicio.Time)},
		{label: "Último uso", value: e.moment(s.UltimaAtividade.Time) + " (" + e.since(s.UltimaAtividade) + ")"},
		{label: "Expira em", value: e.moment(s.DataExpiracao.Time)},
		{label: "Endereço", value: string(s.IPAddress)},
		{label: "Programa", value: programName(string(s.UserAgent))},
		{label: "Identificação", value: string(s.UserAgent)},
	}, w)
}
