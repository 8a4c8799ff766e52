package tui

import (
	"context"
	"strings"
	"time"

	"example.com/monitor/tui/kit"

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
		e.Stack = []kit.Screen{newLogin(e, "")}
	} else {
		e.openPages()
	}
	return &app{env: e}
}

func (a *app) Init() tea.Cmd { return tea.Batch(a.env.Top().Start(), a.tick()) }

// tick beats once a second, or as often as the live refresh wants.
func (a *app) tick() tea.Cmd {
	every := time.Second
	if d := a.env.Refresh; d > 0 {
		every = min(every, d)
	}
	return kit.After(every, kit.TickMsg{})
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
	case kit.CopiedMsg:
		a.env.Copied(msg)
		return a, nil
	case tea.MouseMsg:
		return a, a.mouse(msg)
	case kit.TickMsg:
		a.env.ExpireNotice()
		return a, tea.Batch(a.tick(), a.env.keepSession(), a.env.Deliver(msg, a.env.Stack))
	}
	// Hidden pages take in the answers that they still wait for.
	return a, tea.Batch(a.env.Deliver(msg, a.env.Stack), a.env.Deliver(msg, a.env.hidden()))
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
	top := e.Top()
	e.Notice = kit.Notice{}
	var watch tea.Cmd
	if w, ok := top.(kit.KeyWatcher); ok {
		watch = w.SawKey()
	}
	if act, ok := kit.Dispatch(a.Actions(), msg); ok {
		return tea.Batch(watch, act.Do(e.Shell, msg))
	}
	if top.Typing() {
		return tea.Batch(watch, top.Update(msg))
	}
	return watch
}

// Actions are all keys that work now, the screen's own first.
func (a *app) Actions() []kit.Action { return a.env.Actions() }

func (e *env) Actions() []kit.Action { return append(e.Top().Actions(), e.globals()...) }

// globals are the keys that work on every screen where letters are commands.
func (e *env) globals() []kit.Action {
	top, keys := e.Top(), e.keys
	var out []kit.Action
	if _, there := top.(*kit.HelpPage); !there && !top.Typing() {
		out = append(out, kit.Action{Key: keys.Help, Run: e.openHelp})
	}
	if !top.Typing() {
		out = append(out, kit.Action{Key: keys.Quit, Run: kit.Quit},
			kit.Action{Key: keys.Command, Quiet: true, Run: func() tea.Cmd { return e.OpenPalette("") }})
		out = append(out, e.pageKeys()...)
	}
	return append(out, kit.Action{Key: keys.Exit, Run: kit.Quit, Quiet: true})
}

func (e *env) openHelp() tea.Cmd {
	return e.Push(kit.NewHelpPage(e.Shell, e.Top().Title(), e.Actions()))
}

// View draws the whole terminal. This is the one place that guarantees that
// every line fits.
func (a *app) View() string {
	if a.width == 0 || a.height == 0 {
		return ""
	}
	lines := a.lines()
	for i, l := range lines {
		lines[i] = kit.Clip(l, a.width)
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
	out = append(out, kit.Tall(a.body(len(a.env.Stack)-1, body), body)...)
	return append(out, a.footer())
}

// body draws screen i, with the one below it when it is a dialog.
func (a *app) body(i, h int) []string {
	s := a.env.Stack[i]
	d, ok := s.(kit.Dialog)
	if !ok || i == 0 {
		return s.View(a.width, h)
	}
	return a.env.Theme.Overlay(kit.Tall(a.body(i-1, h), h), d.Box(a.width, h), a.width)
}

func (a *app) tooSmall() []string {
	w := max(1, a.width)
	text := "Terminal pequeno: são precisos 20×5. Aumente a janela."
	return kit.Tall(kit.Wrap(text, w), a.height)
}

// footer is the last notice, or the keys that work now. The way to help and out
// is always in sight; the screen's own keys share the rest.
func (a *app) footer() string {
	t := a.env.Theme
	if n := a.env.Notice; n.Text != "" {
		return " " + n.View(t, a.width-1)
	}
	own := kit.Bindings(a.env.Top().Actions())
	global := kit.Bindings(a.env.globals())
	right := t.Help(a.width).ShortHelpView(global)
	room := a.width - 3 - ansi.StringWidth(right)
	if len(global) == 0 {
		room = a.width - 1
	}
	if room < leastWidth {
		return " " + t.Help(a.width-1).ShortHelpView(append(global, own...))
	}
	return kit.Sides(" "+t.Help(room-2).ShortHelpView(own), " "+right, a.width-1)
}
