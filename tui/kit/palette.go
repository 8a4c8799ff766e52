package kit

import (
	"context"
	"strings"
	"sync/atomic"

	"example.com/monitor/store/say"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// maxHistory bounds the commands that are kept for the arrows.
const maxHistory = 50

// Palette is the line on which commands are typed. What it proposes depends on
// stem, the text as the person typed it; completion changes the field only.
type Palette struct {
	shell   *Shell
	Ask     Question
	Line    Field
	stem    string
	at      int // the proposal in the field, -1 none
	past    int // how far back in the history, 0 for the line being typed
	draft   string
	problem string
	Count   *atomic.Int64 // how much the running command has done; nil without one
}

// Outcome is what a command that asks the store comes to; it runs in Update.
type Outcome func() tea.Cmd

func newPalette(sh *Shell, text string) *Palette {
	p := &Palette{shell: sh, Ask: NewQuestion(sh), Line: NewField(text), stem: text, at: -1}
	p.Line.Focus(true)
	return p
}

// OpenPalette opens the command line with a text in it.
func (sh *Shell) OpenPalette(text string) tea.Cmd { return sh.Push(newPalette(sh, text)) }

func (p *Palette) Start() tea.Cmd { return nil }
func (p *Palette) Typing() bool   { return true }
func (p *Palette) Title() string  { return "" }
func (p *Palette) Leave()         { p.Ask.Stop() }

func (p *Palette) Update(msg tea.Msg) tea.Cmd {
	if a, ok := Take[Outcome](&p.Ask, msg); ok {
		if a.Err != nil {
			p.refuse(p.shell.Explain(a.Err))
			return nil
		}
		return a.Value()
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return p.typed(k)
	}
	return p.Ask.Update(msg)
}

func (p *Palette) typed(msg tea.KeyMsg) tea.Cmd {
	if p.Ask.Busy() {
		return nil
	}
	before := p.Line.Value()
	cmd := p.Line.Update(msg)
	if p.Line.Value() != before {
		p.stem, p.at, p.past, p.problem = p.Line.Value(), -1, 0, ""
	}
	return cmd
}

func (p *Palette) Actions() []Action {
	k := p.shell.Keys
	if p.Ask.Busy() {
		return []Action{{Key: k.Back, Desc: "cancelar", Run: p.back}}
	}
	return []Action{
		{Key: k.Run, Run: p.run},
		{Key: k.Complete, Press: p.complete},
		{Key: k.History, Press: p.recall},
		{Key: k.Back, Desc: "fechar", Run: p.back},
	}
}

func (p *Palette) back() tea.Cmd {
	if p.Ask.Stop() {
		p.problem = "Cancelado."
		return nil
	}
	p.Close()
	return nil
}

// Close leaves the command line.
func (p *Palette) Close() { p.shell.Pop(p) }

func (p *Palette) refuse(f Failure) {
	p.problem = strings.TrimSpace(f.Cause + ". " + f.Remedy)
}

// Fail says beside the line what is wrong with it.
func (p *Palette) Fail(problem string) tea.Cmd {
	p.problem = problem
	return nil
}

// Later runs fn outside of Update; the line stays until it succeeds.
func (p *Palette) Later(fn func(context.Context) (Outcome, error)) tea.Cmd {
	p.problem = ""
	return Ask(&p.Ask, fn)
}

func (p *Palette) run() tea.Cmd {
	text := strings.TrimSpace(p.Line.Value())
	if text == "" {
		p.Close()
		return nil
	}
	p.shell.remember(text)
	name, arg, _ := strings.Cut(text, " ")
	c, problem := p.shell.findCommand(name)
	if problem != "" {
		return p.Fail(problem)
	}
	return c.Run(p, strings.TrimSpace(arg))
}

func (sh *Shell) remember(text string) {
	if n := len(sh.history); n > 0 && sh.history[n-1] == text {
		return
	}
	sh.history = append(sh.history, text)
	sh.history = sh.history[max(0, len(sh.history)-maxHistory):]
}

// recall goes through the history.
func (p *Palette) recall(msg tea.KeyMsg) tea.Cmd {
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
		p.draft = p.Line.Value()
	}
	p.past = next
	text := p.draft
	if next > 0 {
		text = history[len(history)-next]
	}
	p.Line.Set(text)
	p.stem, p.at, p.problem = text, -1, ""
	return nil
}

// complete puts the next proposal into the field; a single one is taken as typed.
func (p *Palette) complete(msg tea.KeyMsg) tea.Cmd {
	all := p.shell.Proposals(p.stem)
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
	p.Line.Set(all[p.at].Text)
	p.problem = ""
	if len(all) == 1 {
		p.stem, p.at = p.Line.Value(), -1
	}
	return nil
}

func (p *Palette) View(w, h int) []string { return p.Box(w, h) }

// paletteRows is how many lines the palette takes where there is room.
const paletteRows = 14

func (p *Palette) Box(w, h int) []string {
	t := p.shell.Theme
	width, height := min(w, 70), min(h, paletteRows)
	inside := width - 4
	lines := []string{t.Accent.Render(": ") + p.Line.View(t, inside-2, "comando, por exemplo: cliente 12")}
	switch {
	case p.problem != "":
		lines = append(lines, Styled(t.Bad.Render, Wrap("✗ "+Line(p.problem), inside))...)
	case p.Ask.Slow:
		lines = append(lines, t.Dim.Render(p.Ask.Mark()+" "+p.progress()))
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
	return t.Frame(Framed{Title: "Comando", Aside: "tab completa · ↑ anteriores", Lines: lines, Width: width, Height: height})
}

func (p *Palette) progress() string {
	if p.Count == nil || p.Count.Load() == 0 {
		return "executando… esc cancela"
	}
	return say.Thousands(int(p.Count.Load())) + " gravados… esc cancela"
}

// proposalLines lists what fits the text, scrolled to the one that is taken.
func (p *Palette) proposalLines(w int) []string {
	t := p.shell.Theme
	all := p.shell.Proposals(p.stem)
	name := 0
	for _, s := range all {
		name = max(name, ansi.StringWidth(s.Label))
	}
	name = min(name, w/2)
	var out []string
	for i, s := range all {
		text := Fit(s.Label, name) + "  "
		if i == p.at {
			out = append(out, t.Selected.Render("❯ "+Fit(text+s.desc, w-2)))
			continue
		}
		out = append(out, "  "+t.Strong.Render(text)+t.Dim.Render(Clip(s.desc, w-name-4)))
	}
	return out[min(len(out), max(0, p.at-paletteRows/2)):]
}
