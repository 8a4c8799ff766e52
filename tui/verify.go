package tui

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// verifyScreen checks the audit chain link by link and shows what came of it.
type verifyScreen struct {
	pager
	env     *env
	ask     question
	seen    *atomic.Int64 // links checked so far; written by the command
	total   int           // about how many there are, 0 unknown
	since   time.Time
	took    time.Duration
	done    bool
	stopped bool
	have    store.Verificacao
	fail    failure
}

func newVerifyScreen(e *env, total int) *verifyScreen {
	return &verifyScreen{env: e, pager: newPager(e.shell), ask: newQuestion(e.shell), total: total}
}

func (v *verifyScreen) Start() tea.Cmd { return v.run() }
func (v *verifyScreen) Typing() bool   { return false }
func (v *verifyScreen) Title() string  { return "Verificação" }
func (v *verifyScreen) Leave()         { v.ask.stop() }

func (v *verifyScreen) run() tea.Cmd {
	handle, seen := v.env.cfg.Handle, &atomic.Int64{}
	v.seen, v.since, v.done, v.stopped, v.fail = seen, v.env.now(), false, false, failure{}
	return ask(&v.ask, func(ctx context.Context) (store.Verificacao, error) {
		return handle.Logs.VerifyWatched(ctx, func(n int) { seen.Store(int64(n)) })
	})
}

func (v *verifyScreen) Update(msg tea.Msg) tea.Cmd {
	a, ok := take[store.Verificacao](&v.ask, msg)
	switch {
	case !ok:
		return v.ask.Update(msg)
	case a.err == nil:
		v.done, v.have, v.took = true, a.value, v.env.now().Sub(v.since)
	case !errors.Is(a.err, context.Canceled):
		v.fail = explain(a.err)
	}
	return nil
}

func (v *verifyScreen) Actions() []action {
	k := v.env.keys
	if v.ask.busy() {
		return []action{{key: k.Back, desc: "cancelar verificação", run: v.stop}}
	}
	out := []action{v.env.goBack(v), {key: k.Verify, desc: "verificar de novo", run: v.run}}
	return append(out, v.scrolls()...)
}

func (v *verifyScreen) stop() tea.Cmd {
	v.ask.stop()
	v.stopped = true
	return nil
}

func (v *verifyScreen) View(w, h int) []string {
	f := framed{title: "Verificação da trilha", width: w, height: h, danger: v.done && v.have.Veredito == store.VereditoAdulterada}
	return v.env.panel(&v.pager, f, v.lines)
}

func (v *verifyScreen) lines(w int) []string {
	t := v.env.th
	switch {
	case v.ask.busy():
		return v.progress(w)
	case v.stopped:
		return []string{t.warn.Render(clip("■ Verificação cancelada", w)), "", t.dim.Render(clip("Nada foi concluído. v verifica de novo.", w))}
	case v.fail.cause != "":
		return append(styled(t.bad.Render, wrap("✗ "+v.fail.cause, w)), styled(t.dim.Render, wrap(v.fail.remedy+" v tenta de novo.", w))...)
	default:
		return v.result(w)
	}
}

// progress counts the links; where their number is known it is drawn as a bar.
func (v *verifyScreen) progress(w int) []string {
	t, n := v.env.th, int(v.seen.Load())
	mark := v.ask.mark()
	if mark == "" {
		mark = "·"
	}
	out := []string{clip(mark+" Conferindo elo por elo…", w), ""}
	text := thousands(n) + " elos · " + span(v.env.now().Sub(v.since))
	if v.total > 0 && n <= v.total {
		bar := max(4, min(40, w-10))
		full := bar * n / v.total
		text = thousands(n) + " de cerca de " + thousands(v.total) + " · " + span(v.env.now().Sub(v.since))
		out = append(out, t.accent.Render(strings.Repeat("█", full))+t.dim.Render(strings.Repeat("░", bar-full))+" "+thousands(100*n/v.total)+" %")
	}
	return append(out, clip(text, w), "", t.dim.Render(clip("esc cancela", w)))
}

func (v *verifyScreen) result(w int) []string {
	t, r := v.env.th, &v.have
	out := styled(t.ok.Render, wrap("✓ A trilha está íntegra: nada foi alterado, apagado ou trocado de lugar.", w))
	switch r.Veredito {
	case store.VereditoOutraChave:
		out = styled(t.warn.Render, wrap("⚠ Uma parte da trilha foi assinada com outra chave, que não está aqui, e não pôde ser conferida. Isto não é adulteração.", w))
	case store.VereditoAdulterada:
		out = styled(t.bad.Render, wrap("✗ A trilha foi adulterada. Guarde uma cópia do banco como está e compare-a com o último backup.", w))
	}
	out = append(out, "")
	list := []fact{
		{label: "Elos conferidos", value: thousands(r.Elos - r.SemChave)},
		{label: "Faixas", value: thousands(r.Faixas)},
		{label: "Fora da cadeia", value: thousands(r.ForaCadeia) + plural(r.ForaCadeia, " registro", " registros") + " de outros programas"},
		{label: "Demorou", value: span(v.took)},
	}
	if r.SemChave > 0 {
		list = append(list, fact{label: "Com outra chave", value: thousands(r.SemChave) + plural(r.SemChave, " elo", " elos")})
	}
	out = append(out, t.facts(list, w)...)
	out = append(out, v.list("Problemas", "✗", r.Problemas, w)...)
	return append(out, v.list("Avisos", "⚠", r.Avisos, w)...)
}

func (v *verifyScreen) list(head, sign string, texts []string, w int) []string {
	if len(texts) == 0 {
		return nil
	}
	t := v.env.th
	out := []string{"", t.accent.Render(clip(head, w))}
	for _, text := range texts {
		for i, l := range wrap(line(text), w-4) {
			mark := " "
			if i == 0 {
				mark = sign
			}
			out = append(out, "  "+t.warn.Render(mark)+" "+l)
		}
	}
	return out
}
