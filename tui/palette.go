package tui

import (
	"context"
	"strings"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// maxHistory bounds the commands that are kept for the arrows.
const maxHistory = 50

// palette is the line on which commands are typed. What it proposes depends on
// stem, the text as the person typed it; completion changes the field only.
type palette struct {
	shell   *shell
	ask     question
	line    field
	stem    string
	at      int // the proposal in the field, -1 none
	past    int // how far back in the history, 0 for the line being typed
	draft   string
	problem string
	count   *atomic.Int64 // how much the running command has done; nil without one
}

// outcome is what a command that asks the store comes to; it runs in Update.
type outcome func() tea.Cmd

func newPalette(sh *shell, text string) *palette {
	p := &palette{shell: sh, ask: newQuestion(sh), line: newField(text), stem: text, at: -1}
	p.line.focus(true)
	return p
}

func (sh *shell) openPalette(text string) tea.Cmd { return sh.push(newPalette(sh, text)) }

func (p *palette) Start() tea.Cmd { return nil }
func (p *palette) Typing() bool   { return true }
func (p *palette) Title() string  { return "" }
func (p *palette) Leave()         { p.ask.stop() }

func (p *palette) Update(msg tea.Msg) tea.Cmd {
	if a, ok := take[outcome](&p.ask, msg); ok {
		if a.err != nil {
			p.refuse(p.shell.explain(a.err))
			return nil
		}
		return a.value()
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return p.typed(k)
	}
	return p.ask.Update(msg)
}

func (p *palette) typed(msg tea.KeyMsg) tea.Cmd {
	if p.ask.busy() {
		return nil
	}
	before := p.line.value()
	cmd := p.line.Update(msg)
	if p.line.value() != before {
		p.stem, p.at, p.past, p.problem = p.line.value(), -1, 0, ""
	}
	return cmd
}

func (p *palette) Actions() []action {
	k := p.shell.keys
	if p.ask.busy() {
		return []action{{key: k.Back, desc: "cancelar", run: p.back}}
	}
	return []action{
		{key: k.Run, run: p.run},
		{key: k.Complete, press: p.complete},
		{key: k.History, press: p.recall},
		{key: k.Back, desc: "fechar", run: p.back},
	}
}

func (p *palette) back() tea.Cmd {
	if p.ask.stop() {
		p.problem = "Cancelado."
		return nil
	}
	p.close()
	return nil
}

func (p *palette) close() { p.shell.pop(p) }

func (p *palette) refuse(f failure) {
	p.problem = strings.TrimSpace(f.cause + ". " + f.remedy)
}

// fail says beside the line what is wrong with it.
func (p *palette) fail(problem string) tea.Cmd {
	p.problem = problem
	return nil
}

// later runs fn outside of Update; the line stays until it succeeds.
func (p *palette) later(fn func(context.Context) (outcome, error)) tea.Cmd {
	p.problem = ""
	return ask(&p.ask, fn)
}

func (p *palette) run() tea.Cmd {
	text := strings.TrimSpace(p.line.value())
	if text == "" {
		p.close()
		return nil
	}
	p.shell.remember(text)
	name, arg, _ := strings.Cut(text, " ")
	c, problem := p.shell.findCommand(name)
	if problem != "" {
		return p.fail(problem)
	}
	return c.run(p, strings.TrimSpace(arg))
}

func (sh *shell) remember(text string) {
	if n := len(sh.history); n > 0 && sh.history[n-1] == text {
		return
	}
	sh.history = append(sh.history, text)
	sh.history = sh.history[max(0, len(sh.history)-maxHistory):]
}

// recall goes through the history.
func (p *palette) recall(msg tea.KeyMsg) tea.Cmd {
	step := 1
	if msg.Type == tea.KeyDown {
		step = -1
	}
	history := p.shell.history
	next := p.past + step
	if next < 0 || next > len(history) {
		return nil
	}
	if p.past == 0 {
		p.draft = p.line.value()
	}
	p.past = next
	text := p.draft
	if next > 0 {
		text = history[len(history)-next]
	}
	p.line.set(text)
	p.stem, p.at, p.problem = text, -1, ""
	return nil
}

// complete puts the next proposal into the field; a single one is taken as typed.
func (p *palette) complete(msg tea.KeyMsg) tea.Cmd {
	all := p.shell.proposals(p.stem)
	if len(all) == 0 {
		return nil
	}
	step := 1
	if msg.Type == tea.KeyShiftTab {
		step = -1
		if p.at < 0 {
			p.at = 0
		}
	}
	p.at = (p.at + step + len(all)) % len(all)
	p.line.set(all[p.at].text)
	p.problem = ""
	if len(all) == 1 {
		p.stem, p.at = p.line.value(), -1
	}
	return nil
}

func (p *palette) View(w, h int) []string { return p.Box(w, h) }

// paletteRows is how many lines the palette takes where there is room.
const paletteRows = 14

func (p *palette) Box(w, h int) []string {
	t := p.shell.th
	width, height := min(w, 70), min(h, paletteRows)
	inside := width - 4
	lines := []string{t.accent.Render(": ") + p.line.View(t, inside-2, "comando, por exemplo: cliente 12")}
	switch {
	case p.problem != "":
		lines = append(lines, styled(t.bad.Render, wrap("✗ "+line(p.problem), inside))...)
	case p.ask.slow:
		lines = append(lines, t.dim.Render(p.ask.mark()+" "+p.progress()))
	default:
		lines = append(lines, "")
	}
	room := height - 2 - len(lines)
	for i, l := range p.proposalLines(inside) {
		if i >= room {
			break
		}
		lines = append(lines, l)
	}
	return t.frame(framed{title: "Comando", aside: "tab completa · ↑ anteriores", lines: lines, width: width, height: height})
}

func (p *palette) progress() string {
	if p.count == nil || p.count.Load() == 0 {
		return "executando… esc cancela"
	}
	return thousands(int(p.count.Load())) + " gravados… esc cancela"
}

// proposalLines lists what fits the text, scrolled to the one that is taken.
func (p *palette) proposalLines(w int) []string {
	t := p.shell.th
	all := p.shell.proposals(p.stem)
	name := 0
	for _, s := range all {
		name = max(name, ansi.StringWidth(s.label))
	}
	name = min(name, w/2)
	var out []string
	for i, s := range all {
		text := fit(s.label, name) + "  "
		if i == p.at {
			out = append(out, t.selected.Render("❯ "+fit(text+s.desc, w-2)))
			continue
		}
		out = append(out, "  "+t.strong.Render(text)+t.dim.Render(clip(s.desc, w-name-4)))
	}
	return out[min(len(out), max(0, p.at-paletteRows/2)):]
}
