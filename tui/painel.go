package tui

import (
	"context"
	"errors"
	"time"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// painelEvery is how much longer than a list's the numbers are good: counting a
// big table costs more than reading a screen of it.
const painelEvery = 3

// painel shows what the system is doing now.
type painel struct {
	kit.Pager
	env   *env
	ask   kit.Question
	have  panelData
	since int // the place in periodos of the series shown
	fresh time.Time
	fail  kit.Failure
	again time.Time
}

// panelData is what the page shows, as of one moment.
type panelData struct {
	est   store.Estatisticas
	serie store.Serie
	stage *store.Etapa // nil for those who may not see it
}

func newPainel(e *env) *painel {
	return &painel{env: e, Pager: kit.NewPager(e.Shell), ask: kit.NewQuestion(e.Shell)}
}

func (p *painel) Start() tea.Cmd { return p.load() }
func (p *painel) Typing() bool   { return false }
func (p *painel) Title() string  { return "Painel" }
func (p *painel) Leave()         { p.ask.Stop() }

func (p *painel) load() tea.Cmd {
	h, period := p.env.cfg.Handle, spans[p.since].code
	return kit.Ask(&p.ask, func(ctx context.Context) (panelData, error) { return readPanel(ctx, h, period) })
}

func readPanel(ctx context.Context, h *store.Handle, period string) (d panelData, err error) {
	if d.est, err = h.Estatisticas(ctx); err != nil {
		return d, err
	}
	if d.serie, err = h.Serie(ctx, period); err != nil {
		return d, err
	}
	stage, err := h.Sessoes.Stage(ctx)
	switch {
	case err == nil:
		d.stage = &stage
	case !errors.Is(err, store.ErrForbidden):
		return d, err
	}
	return d, nil
}

func (p *painel) Update(msg tea.Msg) tea.Cmd {
	if a, ok := kit.Take[panelData](&p.ask, msg); ok {
		p.accept(a)
		return nil
	}
	if _, ok := msg.(kit.TickMsg); ok {
		return p.tick()
	}
	return p.ask.Update(msg)
}

func (p *painel) accept(a kit.Answer[panelData]) {
	p.again = p.env.Now().Add(kit.RetryFirst)
	switch {
	case a.Err == nil:
		p.have, p.fail, p.fresh = a.Value, kit.Failure{}, p.env.Now()
	case !errors.Is(a.Err, context.Canceled):
		p.fail = explain(a.Err)
	}
}

func (p *painel) tick() tea.Cmd {
	now, every := p.env.Now(), painelEvery*p.env.Refresh
	switch {
	case p.ask.Busy() || p.env.Top() != kit.Screen(p) || p.fail.Forbidden:
		return nil
	case p.fail.Cause != "" && !now.Before(p.again), p.fail.Cause == "" && every > 0 && now.Sub(p.fresh) >= every:
		return p.load()
	}
	return nil
}

func (p *painel) Actions() []kit.Action {
	k := p.env.keys
	var out []kit.Action
	if p.ask.Slow {
		out = append(out, kit.Action{Key: k.Back, Desc: "cancelar consulta", Run: p.back})
	}
	next := spans[(p.since+1)%len(spans)]
	out = append(out,
		kit.Action{Key: k.Period, Desc: "ver " + next.name, Run: p.Turn},
		kit.Action{Key: k.Refresh, Run: p.load})
	return append(out, p.Scrolls()...)
}

// Turn shows the next period.
func (p *painel) Turn() tea.Cmd {
	p.since = (p.since + 1) % len(spans)
	return p.load()
}

func (p *painel) back() tea.Cmd {
	p.ask.Stop()
	return nil
}

func (p *painel) View(w, h int) []string {
	f := kit.Framed{Title: "Painel", Status: p.status(), Width: w, Height: h}
	if p.fresh.IsZero() {
		return p.env.Panel(&p.Pager, f, func(w int) []string { return p.env.Theme.Alone(p.waiting(), w, max(1, h-2)) })
	}
	return p.env.Panel(&p.Pager, f, p.lines)
}

func (p *painel) status() string {
	switch {
	case p.ask.Slow:
		return p.ask.Mark() + " consultando"
	case p.fresh.IsZero():
		return ""
	}
	return "atualizado há " + say.Span(p.env.Now().Sub(p.fresh))
}

// waiting stands for the numbers that never came.
func (p *painel) waiting() kit.Alone {
	switch {
	case p.fail.Cause != "":
		return kit.Alone{Glyph: "⚠", News: p.fail.Cause, Next: []string{p.fail.Remedy, "r tenta de novo"}, Bad: true}
	case p.ask.Slow:
		return kit.Alone{Glyph: p.ask.Mark(), News: "Consultando o banco…", Next: []string{"esc cancela"}, Bad: false}
	case !p.ask.Busy():
		return kit.Alone{Glyph: "■", News: "Consulta cancelada", Next: []string{"r consulta de novo"}, Bad: false}
	}
	return kit.Alone{}
}

func (p *painel) lines(w int) []string {
	t := p.env.Theme
	var out []string
	if p.fail.Cause != "" {
		out = append(kit.Styled(t.Warn.Render, kit.Wrap("⚠ "+p.fail.Cause+". Os números abaixo são de antes.", w)), "")
	}
	out = append(out, t.Accent.Render("Agora"))
	out = append(out, p.numbers(w)...)
	out = append(out, "", t.Accent.Render(kit.Clip(kit.Capital(p.period()), w)))
	out = append(out, p.trends(w)...)
	if p.have.stage == nil {
		return out
	}
	out = append(out, "", t.Accent.Render(kit.Clip("Troca do sistema antigo", w)))
	for _, s := range p.changeOver() {
		out = append(out, indented(kit.Wrap(s, w-2))...)
	}
	return out
}

// labelWidth is the column of names on a panel w cells wide.
func labelWidth(w int) int { return min(24, max(10, w/2)) }

func (p *painel) numbers(w int) []string {
	e := p.have.est
	row := func(label string, n int, note string) string {
		return p.row(w, label, say.Thousands(n), note)
	}
	return []string{
		p.online(w),
		row("Clientes", e.TotalClientes, kit.Counted(e.ClientesAtivos, "com acesso nos últimos 30 min")),
		row("Sessões abertas", e.SessoesAtivas, ""),
		row("Mensagens hoje", e.MensagensHoje, ""),
		row("Conexões guardadas", e.TotalConexoes, ""),
	}
}

// row is a name, its number and, where there is room, a note.
func (p *painel) row(w int, label, value, note string) string {
	t := p.env.Theme
	out := "  " + t.Dim.Render(kit.Fit(label, labelWidth(w))) + " " + t.Strong.Render(kit.FitRight(value, 9))
	return kit.Clip(out, w-3) + clipNote(t, note, w-labelWidth(w)-14)
}

// clipNote drops a note that does not fit whole: half a sentence misleads.
func clipNote(t kit.Theme, note string, room int) string {
	if len([]rune(note)) > room {
		return ""
	}
	return "  " + t.Dim.Render(note)
}

// online compares the devices that live with all of them.
func (p *painel) online(w int) string {
	e, t := p.have.est, p.env.Theme
	sign := t.Good.Render("●")
	if e.DispositivosOnline == 0 {
		sign = t.Bad.Render("○")
	}
	note := "de " + say.Thousands(e.TotalDispositivos)
	if e.TotalDispositivos == 0 {
		note = "nenhum registrado ainda"
	}
	out := p.row(w, "Dispositivos online", say.Thousands(e.DispositivosOnline), note)
	out = sign + out[1:]
	if room := w - labelWidth(w) - 14 - len([]rune(note)) - 4; e.TotalDispositivos > 0 && room >= 16 {
		out += "  " + t.Gauge(e.DispositivosOnline, e.TotalDispositivos, min(30, room-6))
	}
	return out
}

// changeOver says how far the change from the old system has come.
func (p *painel) changeOver() []string {
	e := p.have.stage
	switch {
	case !e.Corte.IsZero() && e.Abertos > 0:
		return []string{
			"⚠ Encerrado em " + p.env.Moment(
				e.Corte.Time,
			) + ", mas o sistema antigo voltou a abrir sessões: " + say.Thousands(
				int(e.Abertos),
			) + ".",
			"Desligue-o e repita “monitor setup --encerrar-flask”.",
		}
	case !e.Corte.IsZero():
		return []string{"Encerrada em " + p.env.Moment(e.Corte.Time) + ": só o monitor abre sessões."}
	case e.Abertos > 0:
		return []string{
			"Em convivência: " + say.Thousands(
				int(e.Abertos),
			) + " sessões do sistema antigo, a última aberta em " + p.env.Moment(
				e.Ultima.Time,
			) + ".",
			"Quando ele estiver desligado: “monitor setup --encerrar-flask”.",
		}
	default:
		return []string{"Nenhuma sessão do sistema antigo neste banco."}
	}
}

func indented(lines []string) []string {
	for i, l := range lines {
		lines[i] = "  " + l
	}
	return lines
}
