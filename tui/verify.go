package tui

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// verifyScreen checks the audit chain link by link and shows what came of it.
type verifyScreen struct {
	kit.Pager
	env     *env
	ask     kit.Question
	seen    *atomic.Int64 // links checked so far; written by the command
	total   int           // about how many there are, 0 unknown
	since   time.Time
	took    time.Duration
	done    bool
	stopped bool
	have    store.Verificacao
	fail    kit.Failure
}

func newVerifyScreen(e *env, total int) *verifyScreen {
	return &verifyScreen{env: e, Pager: kit.NewPager(e.Shell), ask: kit.NewQuestion(e.Shell), total: total}
}

func (v *verifyScreen) Start() tea.Cmd { return v.run() }
func (v *verifyScreen) Typing() bool   { return false }
func (v *verifyScreen) Title() string  { return "Verificação" }
func (v *verifyScreen) Leave()         { v.ask.Stop() }

func (v *verifyScreen) run() tea.Cmd {
	handle, seen := v.env.cfg.Handle, &atomic.Int64{}
	v.seen, v.since, v.done, v.stopped, v.fail = seen, v.env.Now(), false, false, kit.Failure{}
	return kit.Ask(&v.ask, func(ctx context.Context) (store.Verificacao, error) {
		return handle.Logs.VerifyWatched(ctx, func(n int) { seen.Store(int64(n)) })
	})
}

func (v *verifyScreen) Update(msg tea.Msg) tea.Cmd {
	a, ok := kit.Take[store.Verificacao](&v.ask, msg)
	switch {
	case !ok:
		return v.ask.Update(msg)
	case a.Err == nil:
		v.done, v.have, v.took = true, a.Value, v.env.Now().Sub(v.since)
	case !errors.Is(a.Err, context.Canceled):
		v.fail = explain(a.Err)
	}
	return nil
}

func (v *verifyScreen) Actions() []kit.Action {
	k := v.env.keys
	if v.ask.Busy() {
		return []kit.Action{{Key: k.Back, Desc: "cancelar verificação", Run: v.stop}}
	}
	out := []kit.Action{v.env.goBack(v), {Key: k.Verify, Desc: "verificar de novo", Run: v.run}}
	return append(out, v.Scrolls()...)
}

func (v *verifyScreen) stop() tea.Cmd {
	v.ask.Stop()
	v.stopped = true
	return nil
}

func (v *verifyScreen) View(w, h int) []string {
	f := kit.Framed{Title: "Verificação da trilha", Width: w, Height: h, Danger: v.done && v.have.Veredito == store.VereditoAdulterada}
	return v.env.Panel(&v.Pager, f, v.lines)
}

func (v *verifyScreen) lines(w int) []string {
	t := v.env.Theme
	switch {
	case v.ask.Busy():
		return v.progress(w)
	case v.stopped:
		return []string{
			t.Warn.Render(kit.Clip("■ Verificação cancelada", w)),
			"",
			t.Dim.Render(kit.Clip("Nada foi concluído. v verifica de novo.", w)),
		}
	case v.fail.Cause != "":
		return append(
			kit.Styled(t.Bad.Render, kit.Wrap("✗ "+v.fail.Cause, w)),
			kit.Styled(t.Dim.Render, kit.Wrap(v.fail.Remedy+" v tenta de novo.", w))...)
	default:
		return v.result(w)
	}
}

// progress counts the links; where their number is known it is drawn as a bar.
func (v *verifyScreen) progress(w int) []string {
	t, n := v.env.Theme, int(v.seen.Load())
	mark := v.ask.Mark()
	if mark == "" {
		mark = "·"
	}
	out := []string{kit.Clip(mark+" Conferindo elo por elo…", w), ""}
	text := say.Thousands(n) + " elos · " + say.Span(v.env.Now().Sub(v.since))
	if v.total > 0 && n <= v.total {
		bar := max(4, min(40, w-10))
		full := bar * n / v.total
		text = say.Thousands(n) + " de cerca de " + say.Thousands(v.total) + " · " + say.Span(v.env.Now().Sub(v.since))
		out = append(
			out,
			t.Accent.Render(strings.Repeat("█", full))+t.Dim.Render(strings.Repeat("░", bar-full))+" "+say.Thousands(100*n/v.total)+" %",
		)
	}
	return append(out, kit.Clip(text, w), "", t.Dim.Render(kit.Clip("esc cancela", w)))
}

func (v *verifyScreen) result(w int) []string {
	t, r := v.env.Theme, &v.have
	out := kit.Styled(t.Good.Render, kit.Wrap("✓ A trilha está íntegra: nada foi alterado, apagado ou trocado de lugar.", w))
	switch r.Veredito {
	case store.VereditoOutraChave:
		out = kit.Styled(
			t.Warn.Render,
			kit.Wrap(
				"⚠ Uma parte da trilha foi assinada com outra chave, que não está aqui, e não pôde ser conferida. Isto não é adulteração.",
				w,
			),
		)
	case store.VereditoAdulterada:
		out = kit.Styled(
			t.Bad.Render,
			kit.Wrap("✗ A trilha foi adulterada. Guarde uma cópia do banco como está e compare-a com o último backup.", w),
		)
	}
	out = append(out, "")
	list := []kit.Fact{
		{Label: "Elos conferidos", Value: say.Thousands(r.Elos - r.SemChave)},
		{Label: "Faixas", Value: say.Thousands(r.Faixas)},
		{Label: "Fora da cadeia", Value: say.Count(r.ForaCadeia, "registro", "registros") + " de outros programas"},
		{Label: "Demorou", Value: say.Span(v.took)},
	}
	if r.SemChave > 0 {
		list = append(list, kit.Fact{Label: "Com outra chave", Value: say.Count(r.SemChave, "elo", "elos")})
	}
	out = append(out, t.Facts(list, w)...)
	out = append(out, v.list("Problemas", "✗", r.Problemas, w)...)
	return append(out, v.list("Avisos", "⚠", r.Avisos, w)...)
}

func (v *verifyScreen) list(head, sign string, texts []string, w int) []string {
	if len(texts) == 0 {
		return nil
	}
	t := v.env.Theme
	out := []string{"", t.Accent.Render(kit.Clip(head, w))}
	for _, text := range texts {
		for i, l := range kit.Wrap(kit.Line(text), w-4) {
			mark := " "
			if i == 0 {
				mark = sign
			}
			out = append(out, "  "+t.Warn.Render(mark)+" "+l)
		}
	}
	return out
}
