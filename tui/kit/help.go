package kit

import (
	"github.com/charmbracelet/bubbles/viewport"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// Pager is text that can be scrolled; the detail view and the help page are made of it.
type Pager struct {
	shell *Shell
	port  viewport.Model
}

// NewPager makes an empty pager.
func NewPager(sh *Shell) Pager { return Pager{shell: sh, port: viewport.New(0, 0)} }

// show lays lines out on w by h cells, keeping the place.
func (p *Pager) show(lines []string, w, h int) []string {
	p.port.Width, p.port.Height = w, h
	p.port.SetContent(joinLines(lines, w))
	p.port.SetYOffset(p.port.YOffset)
	var out []string
	for i := p.port.YOffset; i < min(len(lines), p.port.YOffset+h); i++ {
		out = append(out, lines[i])
	}
	return out
}

// Scrolls are the keys that move the text.
func (p *Pager) Scrolls() []Action {
	k := p.shell.Keys
	scroll := func(do func()) func() tea.Cmd {
		return func() tea.Cmd {
			do()
			return nil
		}
	}
	return []Action{
		{Key: k.Down, Quiet: true, Run: scroll(func() { p.port.ScrollDown(1) })},
		{Key: k.Up, Quiet: true, Run: scroll(func() { p.port.ScrollUp(1) })},
		{Key: k.PageDown, Quiet: true, Run: scroll(func() { p.port.PageDown() })},
		{Key: k.PageUp, Quiet: true, Run: scroll(func() { p.port.PageUp() })},
		{Key: k.Home, Quiet: true, Run: scroll(func() { p.port.GotoTop() })},
		{Key: k.End, Quiet: true, Run: scroll(func() { p.port.GotoBottom() })},
	}
}

// status tells how much there is above and below.
func (p *Pager) status() string {
	switch {
	case p.port.AtTop() && p.port.AtBottom():
		return ""
	case p.port.AtTop():
		return "mais abaixo ↓"
	case p.port.AtBottom():
		return "mais acima ↑"
	default:
		return "↑ mais ↓"
	}
}

// HelpPage lists every key that works on the screen it was opened from.
type HelpPage struct {
	Pager
	of   string
	list []Action
}

// NewHelpPage lists the keys of the screen called of.
func NewHelpPage(sh *Shell, of string, list []Action) *HelpPage {
	return &HelpPage{Pager: NewPager(sh), of: of, list: list}
}

func (p *HelpPage) Start() tea.Cmd         { return nil }
func (p *HelpPage) Update(tea.Msg) tea.Cmd { return nil }
func (p *HelpPage) Typing() bool           { return false }
func (p *HelpPage) Title() string          { return "Ajuda" }
func (p *HelpPage) Leave()                 {}

func (p *HelpPage) Actions() []Action {
	back := func() tea.Cmd {
		p.shell.Pop(p)
		return nil
	}
	k := p.shell.Keys
	return append([]Action{{Key: k.Back, Run: back}, {Key: k.Help, Desc: "fechar ajuda", Quiet: true, Run: back}}, p.Scrolls()...)
}

func (p *HelpPage) View(w, h int) []string {
	f := Framed{Title: "Ajuda · " + p.of, Width: w, Height: h}
	return p.shell.Panel(&p.Pager, f, p.lines)
}

func (p *HelpPage) lines(w int) []string {
	t := p.shell.Theme
	var out []string
	for _, a := range p.list {
		h := a.binding().Help()
		text := Capital(h.Desc)
		if a.Blocked != "" {
			text += " — " + a.Blocked
		}
		for i, l := range Wrap(text, w-11) {
			label := ""
			if i == 0 {
				label = h.Key
			}
			if a.Blocked != "" {
				l = t.Dim.Render(l)
			}
			out = append(out, t.Accent.Render(Fit(label, 9))+"  "+l)
		}
	}
	const signs = "Símbolos: ● ativo, online ou aberta · ○ inativo, offline ou fechada · ★ esta sessão · ❯ seleção · ✗ erro · ⚠ aviso"
	return append(append(out, ""), Styled(t.Dim.Render, Wrap(signs, w))...)
}

// Panel draws scrolled text in a frame, or bare where there is no room for one.
func (sh *Shell) Panel(p *Pager, f Framed, lines func(w int) []string) []string {
	if !Roomy(f.Width, f.Height) {
		body := p.show(lines(f.Width-2), f.Width-2, f.Height-1)
		out := Indent(Tall(body, f.Height-1))
		return append(out, " "+sh.Theme.Dim.Render(Sides(p.status(), f.Status, f.Width-2)))
	}
	f.Lines = p.show(lines(f.Width-4), f.Width-4, f.Height-2)
	f.foot = sh.Theme.Dim.Render(p.status())
	f.thumb = newThumb(f.Height-2, p.port.YOffset, p.port.Height, p.port.TotalLineCount())
	return sh.Theme.Frame(f)
}

// Indent puts a blank before each line.
func Indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = " " + l
	}
	return out
}

// joinLines makes the viewport's content; it only counts the lines.
func joinLines(lines []string, w int) string {
	var b []byte
	for i, l := range lines {
		if i > 0 {
			b = append(b, '\n')
		}
		b = append(b, ansi.Truncate(l, w, "")...)
	}
	return string(b)
}
