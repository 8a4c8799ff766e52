package tui

import (
	"context"
	"strconv"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// sessoes is the page of the logins that still let somebody in.
type sessoes struct {
	kit.Browser[store.SessaoAberta]
	env    *env
	owner  store.Cliente
	owners *kit.Cycle // nil where there is nobody else's to see
}

// newSessoes lists the sessions of dono, all that the person may see when it is zero.
func newSessoes(e *env, owner store.Cliente) *sessoes {
	s := &sessoes{env: e, owner: owner}
	id := func(x store.SessaoAberta) int64 { return x.ID }
	s.Browser = kit.NewBrowser(
		e.Shell,
		id,
		sessaoGrid(e),
		kit.Look{Head: "Sessões" + ofCliente(owner), Noun: "sessão", Feminine: true, Blank: s.nothing},
	)
	if _, person := e.cfg.Handle.Actor().Pessoa(); person && owner.ID == 0 {
		s.owners = &kit.Cycle{Key: e.keys.Filter, Label: "de quem", Names: []string{"todos", "minhas"}}
		s.Filters = []kit.Filter{s.owners}
	}
	s.Page, s.Query = s, s.question
	return s
}

func (s *sessoes) Title() string { return s.Look.Head }

func (s *sessoes) question() (kit.Fetcher[store.SessaoAberta], kit.Counter) {
	filter, handle := store.SessaoFiltro{ClienteID: s.owner.ID}, s.env.cfg.Handle
	if s.owners != nil && s.owners.Active() {
		filter.ClienteID, _ = handle.Actor().Pessoa()
	}
	rows := func(ctx context.Context, at kit.Place, n int) (kit.Stretch[store.SessaoAberta], error) {
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
	s.List.Recount = true
	return rows, total
}

func (s *sessoes) nothing() kit.Alone {
	news := "Ninguém está com uma sessão aberta"
	if s.owner.ID != 0 {
		return kit.Alone{News: news + " nesta conta", Next: []string{"esc volta"}}
	}
	return kit.Alone{News: news, Next: []string{"Quem entra pela web ou pela API aparece aqui.", "r confere de novo"}}
}

func (s *sessoes) Actions() []kit.Action {
	none := s.NoneBlocked()
	sel, _ := s.List.Window.Selected()
	return s.Around(
		kit.Action{Key: s.env.keys.Open, Run: func() tea.Cmd { return s.env.Push(newSessaoDetail(s.env, sel)) }, Blocked: none},
		s.env.revoke(sel, none, nil),
		s.env.linkCliente(int64(sel.ClienteID), string(sel.ClienteNome), none),
	)
}

// revoke ends a session, from the list or from the screen detail.
func (e *env) revoke(s store.SessaoAberta, none string, detail kit.Screen) kit.Action {
	return kit.Action{Key: e.keys.Remove, Desc: "encerrar", Blocked: kit.First(e.writeBlocked(), none), Run: func() tea.Cmd {
		return e.Push(newRevocation(e, s, detail))
	}}
}

// newRevocation asks before a session ends.
func newRevocation(e *env, s store.SessaoAberta, detail kit.Screen) *kit.Confirm {
	handle, id, who := e.cfg.Handle, s.ID, sessionOwner(s)
	text := "Encerrar a sessão de " + who + " (" + kit.First(
		programName(string(s.UserAgent)),
		"programa não informado",
	) + ", " + kit.First(
		kit.Line(string(s.IPAddress)),
		"endereço não informado",
	) + ")? A pessoa terá de entrar de novo."
	if s.Atual {
		text = "Encerrar a sessão em que você está agora? O console deixará de responder até que você entre de novo."
	}
	c := kit.NewConfirm(e.Shell, "Encerrar sessão", text, "Encerrar")
	c.Danger = true
	c.Run = func(ctx context.Context) (int64, error) { return 0, handle.Sessoes.Revoke(ctx, id) }
	c.Done = func(n int64) tea.Cmd {
		if detail != nil {
			e.Pop(detail)
		}
		return kit.Told[store.SessaoAberta](e.Shell, "Sessão de "+who+" encerrada.", id)(n)
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

func sessaoGrid(e *env) kit.Grid[store.SessaoAberta] {
	return kit.Grid[store.SessaoAberta]{
		Columns: []kit.Column[store.SessaoAberta]{
			{Title: "QUEM", Width: 18, Share: 4, Value: e.whose},
			{Title: "ÚLTIMO USO", Width: 11, Rank: 1, Value: func(s store.SessaoAberta) string { return e.since(s.UltimaAtividade) }},
			{
				Title: "PROGRAMA",
				Width: 18,
				Share: 2,
				Rank:  2,
				Value: func(s store.SessaoAberta) string { return programName(string(s.UserAgent)) },
			},
			{Title: "ENDEREÇO", Width: 15, Share: 1, Rank: 3, Value: func(s store.SessaoAberta) string { return string(s.IPAddress) }},
			{Title: "ENTROU", Width: 16, Rank: 4, Value: func(s store.SessaoAberta) string { return e.Moment(s.DataInicio.Time) }},
			{Title: "EXPIRA", Width: 16, Rank: 5, Value: func(s store.SessaoAberta) string { return e.Moment(s.DataExpiracao.Time) }},
		},
		Glyph: func(s store.SessaoAberta) (string, lipgloss.Style) {
			switch {
			case s.Atual:
				return "★", e.Theme.Accent
			case e.ownSession(s):
				return "☆", e.Theme.Accent
			default:
				return "●", e.Theme.Good
			}
		},
		Faded: func(store.SessaoAberta) bool { return false },
	}
}

// since is the age of h, a dash where there is none.
func (e *env) since(h store.Hora) string {
	if h.IsZero() {
		return "–"
	}
	return e.Ago(h.Time)
}

// sessaoDetail shows one session whole.
type sessaoDetail struct {
	kit.Pager
	env *env
	s   store.SessaoAberta
}

func newSessaoDetail(e *env, s store.SessaoAberta) *sessaoDetail {
	return &sessaoDetail{env: e, Pager: kit.NewPager(e.Shell), s: s}
}

func (d *sessaoDetail) Start() tea.Cmd         { return nil }
func (d *sessaoDetail) Update(tea.Msg) tea.Cmd { return nil }
func (d *sessaoDetail) Typing() bool           { return false }
func (d *sessaoDetail) Title() string          { return "Sessão " + number(d.s.ID) }
func (d *sessaoDetail) Leave()                 {}

func (d *sessaoDetail) Actions() []kit.Action {
	return append([]kit.Action{
		d.env.goBack(d),
		d.env.revoke(d.s, "", d),
		d.env.linkCliente(int64(d.s.ClienteID), string(d.s.ClienteNome), ""),
	}, d.Scrolls()...)
}

func (d *sessaoDetail) View(w, h int) []string {
	return d.env.Panel(&d.Pager, kit.Framed{Title: "Sessão " + number(d.s.ID), Width: w, Height: h}, d.lines)
}

func (d *sessaoDetail) lines(w int) []string {
	s, e := &d.s, d.env
	return e.Theme.Facts([]kit.Fact{
		{Label: "Quem", Value: e.whose(*s)},
		{Label: "Cliente", Value: strconv.FormatInt(int64(s.ClienteID), 10)},
		{Label: "Entrou em", Value: e.Moment(s.DataInicio.Time)},
		{Label: "Último uso", Value: e.Moment(s.UltimaAtividade.Time) + " (" + e.since(s.UltimaAtividade) + ")"},
		{Label: "Expira em", Value: e.Moment(s.DataExpiracao.Time)},
		{Label: "Endereço", Value: string(s.IPAddress)},
		{Label: "Programa", Value: programName(string(s.UserAgent))},
		{Label: "Identificação", Value: string(s.UserAgent)},
	}, w)
}
