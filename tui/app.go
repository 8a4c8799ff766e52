package tui

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// The smallest terminal on which the console can be used.
const (
	leastWidth  = 20
	leastHeight = 5
)

// app is the root: it owns the size, the stack of screens, header and footer.
type app struct {
	env           *env
	width, height int
}

func newApp(ctx context.Context, cfg Config) *app {
	e := newEnv(ctx, cfg)
	if e.cfg.Store != nil {
		e.cfg.Handle = nil // nobody is there yet
		e.stack = []screen{newLogin(e, "")}
	} else {
		e.openPages()
	}
	return &app{env: e}
}

func (a *app) Init() tea.Cmd { return tea.Batch(a.env.top().Start(), a.tick()) }

// tick beats once a second, or as often as the live refresh wants.
func (a *app) tick() tea.Cmd {
	every := time.Second
	if d := a.env.refresh; d > 0 {
		every = min(every, d)
	}
	return after(every, tickMsg{})
}

func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if cmd, ok := a.env.sessionAnswer(msg); ok {
		return a, cmd
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return a, a.pressAll(msg)
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
		return a, nil
	case copiedMsg:
		a.env.copied(msg)
		return a, nil
	case tea.MouseMsg:
		return a, a.mouse(msg)
	case tickMsg:
		a.env.expireNotice()
		return a, tea.Batch(a.tick(), a.env.keepSession(), a.env.deliver(msg, a.env.stack))
	}
	// Hidden pages take in the answers that they still wait for.
	return a, tea.Batch(a.env.deliver(msg, a.env.stack), a.env.deliver(msg, a.env.hidden()))
}

// pressAll takes apart the letters that came in one read, which bubbletea hands
// over as one key: on a slow line "/joão" would be lost otherwise.
func (a *app) pressAll(msg tea.KeyMsg) tea.Cmd {
	if msg.Paste || len(msg.Runes) < 2 {
		return a.press(msg)
	}
	var cmds []tea.Cmd
	for _, r := range msg.Runes {
		cmds = append(cmds, a.press(tea.KeyMsg{Type: msg.Type, Runes: []rune{r}, Alt: msg.Alt}))
	}
	return tea.Batch(cmds...)
}

// press finds the action for a key: the screen's own first, then the global ones.
func (a *app) press(msg tea.KeyMsg) tea.Cmd {
	e := a.env
	top := e.top()
	e.notice = notice{}
	var watch tea.Cmd
	if w, ok := top.(keyWatcher); ok {
		watch = w.SawKey()
	}
	if act, ok := dispatch(a.Actions(), msg); ok {
		return tea.Batch(watch, act.do(e.shell, msg))
	}
	if top.Typing() {
		return tea.Batch(watch, top.Update(msg))
	}
	return watch
}

// actions are all keys that work now, the screen's own first.
func (a *app) Actions() []action { return a.env.Actions() }

func (e *env) Actions() []action { return append(e.top().Actions(), e.globals()...) }

// globals are the keys that work on every screen where letters are commands.
func (e *env) globals() []action {
	top, keys := e.top(), e.keys
	var out []action
	if _, there := top.(*helpPage); !there && !top.Typing() {
		out = append(out, action{key: keys.Help, run: e.openHelp})
	}
	if !top.Typing() {
		out = append(out, action{key: keys.Quit, run: quit},
			action{key: keys.Command, quiet: true, run: func() tea.Cmd { return e.openPalette("") }})
		out = append(out, e.pageKeys()...)
	}
	return append(out, action{key: keys.Exit, run: quit, quiet: true})
}

func (e *env) openHelp() tea.Cmd {
	return e.push(newHelpPage(e.shell, e.top().Title(), e.Actions()))
}

// View draws the whole terminal. This is the one place that guarantees that
// every line fits.
func (a *app) View() string {
	if a.width == 0 || a.height == 0 {
		return ""
	}
	lines := a.lines()
	for i, l := range lines {
		lines[i] = clip(l, a.width)
	}
	return strings.Join(lines, "\n")
}

func (a *app) lines() []string {
	if a.width < leastWidth || a.height < leastHeight {
		return a.tooSmall()
	}
	out := make([]string, 0, a.height)
	out = append(out, a.header()...)
	body := a.height - 1 - len(out)
	out = append(out, tall(a.body(len(a.env.stack)-1, body), body)...)
	return append(out, a.footer())
}

// body draws screen i, with the one below it when it is a dialog.
func (a *app) body(i, h int) []string {
	s := a.env.stack[i]
	d, ok := s.(dialog)
	if !ok || i == 0 {
		return s.View(a.width, h)
	}
	return a.env.th.overlay(tall(a.body(i-1, h), h), d.Box(a.width, h), a.width)
}

func (a *app) tooSmall() []string {
	w := max(1, a.width)
	text := "Terminal pequeno: são precisos 20×5. Aumente a janela."
	return tall(wrap(text, w), a.height)
}

// footer is the last notice, or the keys that work now. The way to help and out
// is always in sight; the screen's own keys share the rest.
func (a *app) footer() string {
	t := a.env.th
	if n := a.env.notice; n.text != "" {
		return " " + n.View(t)
	}
	own := bindings(a.env.top().Actions())
	global := bindings(a.env.globals())
	right := t.help(a.width).ShortHelpView(global)
	room := a.width - 3 - ansi.StringWidth(right)
	if len(global) == 0 {
		room = a.width - 1
	}
	if room < leastWidth {
		return " " + t.help(a.width-1).ShortHelpView(append(global, own...))
	}
	return sides(" "+t.help(room-2).ShortHelpView(own), " "+right, a.width-1)
}
