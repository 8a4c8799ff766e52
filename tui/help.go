package tui

import (
	"github.com/charmbracelet/bubbles/viewport"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// pager is text that can be scrolled; the detail view and the help page are made of it.
type pager struct {
	shell *shell
	port  viewport.Model
}

func newPager(sh *shell) pager { return pager{shell: sh, port: viewport.New(0, 0)} }

// show lays lines out on w by h cells, keeping the place.
func (p *pager) show(lines []string, w, h int) []string {
	p.port.Width, p.port.Height = w, h
	p.port.SetContent(joinLines(lines, w))
	p.port.SetYOffset(p.port.YOffset)
	var out []string
	for i := p.port.YOffset; i < min(len(lines), p.port.YOffset+h); i++ {
		out = append(out, lines[i])
	}
	return out
}

// scrolls are the keys that move the text.
func (p *pager) scrolls() []action {
	k := p.shell.keys
	scroll := func(do func()) func() tea.Cmd {
		return func() tea.Cmd {
			do()
			return nil
		}
	}
	return []action{
		{key: k.Down, quiet: true, run: scroll(func() { p.port.ScrollDown(1) })},
		{key: k.Up, quiet: true, run: scroll(func() { p.port.ScrollUp(1) })},
		{key: k.PageDown, quiet: true, run: scroll(func() { p.port.PageDown() })},
		{key: k.PageUp, quiet: true, run: scroll(func() { p.port.PageUp() })},
		{key: k.Home, quiet: true, run: scroll(func() { p.port.GotoTop() })},
		{key: k.End, quiet: true, run: scroll(func() { p.port.GotoBottom() })},
	}
}

// status tells how much there is above and below.
func (p *pager) status() string {
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

// helpPage lists every key that works on the screen it was opened from.
type helpPage struct {
	pager
	of   string
	list []action
}

func newHelpPage(sh *shell, of string, list []action) *helpPage {
	return &helpPage{pager: newPager(sh), of: of, list: list}
}

func (p *helpPage) Start() tea.Cmd         { return nil }
func (p *helpPage) Update(tea.Msg) tea.Cmd { return nil }
func (p *helpPage) Typing() bool           { return false }
func (p *helpPage) Title() string          { return "Ajuda" }
func (p *helpPage) Leave()                 {}

func (p *helpPage) Actions() []action {
	back := func() tea.Cmd {
		p.shell.pop(p)
		return nil
	}
	k := p.shell.keys
	return append([]action{{key: k.Back, run: back}, {key: k.Help, desc: "fechar ajuda", quiet: true, run: back}}, p.scrolls()...)
}

func (p *helpPage) View(w, h int) []string {
	f := framed{title: "Ajuda · " + p.of, width: w, height: h}
	return p.shell.panel(&p.pager, f, p.lines)
}

func (p *helpPage) lines(w int) []string {
	t := p.shell.th
	var out []string
	for _, a := range p.list {
		h := a.binding().Help()
		text := capital(h.Desc)
		if a.blocked != "" {
			text += " — " + a.blocked
		}
		for i, l := range wrap(text, w-11) {
			label := ""
			if i == 0 {
				label = h.Key
			}
			if a.blocked != "" {
				l = t.dim.Render(l)
			}
			out = append(out, t.accent.Render(fit(label, 9))+"  "+l)
		}
	}
	const signs = "Símbolos: ● ativo, online ou aberta · ○ inativo, offline ou fechada · ★ esta sessão · ❯ seleção · ✗ erro · ⚠ aviso"
	return append(append(out, ""), styled(t.dim.Render, wrap(signs, w))...)
}

// panel draws scrolled text in a frame, or bare where there is no room for one.
func (sh *shell) panel(p *pager, f framed, lines func(w int) []string) []string {
	if !roomy(f.width, f.height) {
		body := p.show(lines(f.width-2), f.width-2, f.height-1)
		out := indent(tall(body, f.height-1))
		return append(out, " "+sh.th.dim.Render(sides(p.status(), f.status, f.width-2)))
	}
	f.lines = p.show(lines(f.width-4), f.width-4, f.height-2)
	f.foot = sh.th.dim.Render(p.status())
	f.thumb = newThumb(f.height-2, p.port.YOffset, p.port.Height, p.port.TotalLineCount())
	return sh.th.frame(f)
}

func indent(lines []string) []string {
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
