package tui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// painelEvery is how much longer than a list's the numbers are good: counting a
// big table costs more than reading a screen of it.
const painelEvery = 3

// painel shows what the system is doing now.
type painel struct {
	pager
	env   *env
	ask   question
	have  panelData
	since int // the place in periodos of the series shown
	fresh time.Time
	fail  failure
	again time.Time
}

// panelData is what the page shows, as of one moment.
type panelData struct {
	est   store.Estatisticas
	serie store.Serie
	stage *store.Etapa // nil for those who may not see it
}

func newPainel(e *env) *painel {
	return &painel{env: e, pager: newPager(e.shell), ask: newQuestion(e.shell)}
}

func (p *painel) Start() tea.Cmd { return p.load() }
func (p *painel) Typing() bool   { return false }
func (p *painel) Title() string  { return "Painel" }
func (p *painel) Leave()         { p.ask.stop() }

func (p *painel) load() tea.Cmd {
	h, period := p.env.cfg.Handle, spans[p.since].code
	return ask(&p.ask, func(ctx context.Context) (panelData, error) { return readPanel(ctx, h, period) })
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
	if a, ok := take[panelData](&p.ask, msg); ok {
		p.accept(a)
		return nil
	}
	if _, ok := msg.(tickMsg); ok {
		return p.tick()
	}
	return p.ask.Update(msg)
}

func (p *painel) accept(a answer[panelData]) {
	p.again = p.env.now().Add(retryFirst)
	switch {
	case a.err == nil:
		p.have, p.fail, p.fresh = a.value, failure{}, p.env.now()
	case !errors.Is(a.err, context.Canceled):
		p.fail = explain(a.err)
	}
}

func (p *painel) tick() tea.Cmd {
	now, every := p.env.now(), painelEvery*p.env.refresh
	switch {
	case p.ask.busy() || p.env.top() != screen(p) || p.fail.forbidden:
		return nil
	case p.fail.cause != "" && !now.Before(p.again), p.fail.cause == "" && every > 0 && now.Sub(p.fresh) >= every:
		return p.load()
	}
	return nil
}

func (p *painel) Actions() []action {
	k := p.env.keys
	var out []action
	if p.ask.slow {
		out = append(out, action{key: k.Back, desc: "cancelar consulta", run: p.back})
	}
	next := spans[(p.since+1)%len(spans)]
	out = append(out,
		action{key: k.Period, desc: "ver " + next.name, run: p.Turn},
		action{key: k.Refresh, run: p.load})
	return append(out, p.scrolls()...)
}

// turn shows the next period.
func (p *painel) Turn() tea.Cmd {
	p.since = (p.since + 1) % len(spans)
	return p.load()
}

func (p *painel) back() tea.Cmd {
	p.ask.stop()
	return nil
}

func (p *painel) View(w, h int) []string {
	f := framed{title: "Painel", status: p.status(), width: w, height: h}
	if p.fresh.IsZero() {
		return p.env.panel(&p.pager, f, func(w int) []string { return p.env.th.alone(p.waiting(), w, max(1, h-2)) })
	}
	return p.env.panel(&p.pager, f, p.lines)
}

func (p *painel) status() string {
	switch {
	case p.ask.slow:
		return p.ask.mark() + " consultando"
	case p.fresh.IsZero():
		return ""
	}
	return "atualizado há " + span(p.env.now().Sub(p.fresh))
}

// waiting stands for the numbers that never came.
func (p *painel) waiting() alone {
	switch {
	case p.fail.cause != "":
		return alone{"⚠", p.fail.cause, []string{p.fail.remedy, "r tenta de novo"}, true}
	case p.ask.slow:
		return alone{p.ask.mark(), "Consultando o banco…", []string{"esc cancela"}, false}
	case !p.ask.busy():
		return alone{"■", "Consulta cancelada", []string{"r consulta de novo"}, false}
	}
	return alone{}
}

func (p *painel) lines(w int) []string {
	t := p.env.th
	var out []string
	if p.fail.cause != "" {
		out = append(styled(t.warn.Render, wrap("⚠ "+p.fail.cause+". Os números abaixo são de antes.", w)), "")
	}
	out = append(out, t.accent.Render("Agora"))
	out = append(out, p.numbers(w)...)
	out = append(out, "", t.accent.Render(clip(capital(p.period()), w)))
	out = append(out, p.trends(w)...)
	if p.have.stage == nil {
		return out
	}
	out = append(out, "", t.accent.Render(clip("Troca do sistema antigo", w)))
	for _, s := range p.changeOver() {
		out = append(out, indented(wrap(s, w-2))...)
	}
	return out
}

// labelWidth is the column of names on a panel w cells wide.
func labelWidth(w int) int { return min(24, max(10, w/2)) }

func (p *painel) numbers(w int) []string {
	e := p.have.est
	row := func(label string, n int, note string) string {
		return p.row(w, label, thousands(n), note)
	}
	return []string{
		p.online(w),
		row("Clientes", e.TotalClientes, counted(e.ClientesAtivos, "com acesso nos últimos 30 min")),
		row("Sessões abertas", e.SessoesAtivas, ""),
		row("Mensagens hoje", e.MensagensHoje, ""),
		row("Conexões guardadas", e.TotalConexoes, ""),
	}
}

// row is a name, its number and, where there is room, a note.
func (p *painel) row(w int, label, value, note string) string {
	t := p.env.th
	out := "  " + t.dim.Render(fit(label, labelWidth(w))) + " " + t.strong.Render(fitRight(value, 9))
	return clip(out, w-3) + clipNote(t, note, w-labelWidth(w)-14)
}

// clipNote drops a note that does not fit whole: half a sentence misleads.
func clipNote(t theme, note string, room int) string {
	if len([]rune(note)) > room {
		return ""
	}
	return "  " + t.dim.Render(note)
}

// online compares the devices that live with all of them.
func (p *painel) online(w int) string {
	e, t := p.have.est, p.env.th
	sign := t.ok.Render("●")
	if e.DispositivosOnline == 0 {
		sign = t.bad.Render("○")
	}
	note := "de " + thousands(e.TotalDispositivos)
	if e.TotalDispositivos == 0 {
		note = "nenhum registrado ainda"
	}
	out := p.row(w, "Dispositivos online", thousands(e.DispositivosOnline), note)
	out = sign + out[1:]
	if room := w - labelWidth(w) - 14 - len([]rune(note)) - 4; e.TotalDispositivos > 0 && room >= 16 {
		out += "  " + t.gauge(e.DispositivosOnline, e.TotalDispositivos, min(30, room-6))
	}
	return out
}

// changeOver says how far the change from the old system has come.
func (p *painel) changeOver() []string {
	e := p.have.stage
	switch {
	case !e.Corte.IsZero() && e.Abertos > 0:
		return []string{
			"⚠ Encerrado em " + p.env.moment(e.Corte.Time) + ", mas o sistema antigo voltou a abrir sessões: " + thousands(int(e.Abertos)) + ".",
			"Desligue-o e repita “monitor setup --encerrar-flask”.",
		}
	case !e.Corte.IsZero():
		return []string{"Encerrada em " + p.env.moment(e.Corte.Time) + ": só o monitor abre sessões."}
	case e.Abertos > 0:
		return []string{
			"Em convivência: " + thousands(int(e.Abertos)) + " sessões do sistema antigo, a última aberta em " + p.env.moment(e.Ultima.Time) + ".",
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
