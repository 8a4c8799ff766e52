package tui

import (
	"context"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

const (
	// armFirst is how long a dialog must have been seen before it can be confirmed.
	armFirst = 600 * time.Millisecond
	// armAgain is how long the keyboard must have been quiet.
	armAgain = 250 * time.Millisecond
)

// confirm asks before something is done. Cancel has the focus, and a burst of
// keys (a paste, a key held down) cannot confirm.
type confirm struct {
	shell  *shell
	ask    question
	head   string
	text   string
	button string
	danger bool // something is lost or ends
	yes    bool // the dangerous button has the focus
	// run does the work; nil when there is none to be waited for.
	run func(context.Context) error
	// done follows when the work succeeded, in Update.
	done func() tea.Cmd

	// prova is what must be typed before the button works, "" for nothing.
	proof string
	input field

	armed, ready bool
	arm          int
	hint         string
	failed       string
}

// armMsg says that the keyboard was quiet long enough.
type armMsg struct{ seq int }

func newConfirm(sh *shell, head, text, button string) *confirm {
	return &confirm{shell: sh, ask: newQuestion(sh), head: head, text: text, button: button, input: newField("")}
}

// requireName lets the button work only after the name was typed, for what
// cannot be undone. A name that cannot be typed as it is shown gives way to the id.
func (c *confirm) requireName(name string, id int64) {
	c.proof = strconv.FormatInt(id, 10)
	if n := strings.TrimSpace(name); n != "" && n == line(n) && ansi.StringWidth(n) <= 50 {
		c.proof = n
	}
	c.input.focus(true)
}

// proven says that what was asked for has been typed.
func (c *confirm) proven() bool {
	typed := norm.NFC.String(strings.TrimSpace(c.input.value()))
	return c.proof == "" || typed == norm.NFC.String(c.proof)
}

func (c *confirm) Start() tea.Cmd { return c.rearm(armFirst) }
func (c *confirm) Typing() bool   { return true }
func (c *confirm) Title() string  { return "" }
func (c *confirm) Leave()         { c.ask.stop() }

func (c *confirm) rearm(d time.Duration) tea.Cmd {
	c.armed, c.arm = false, c.shell.nextSeq()
	return after(d, armMsg{c.arm})
}

// sawKey notes how quiet the keyboard was before the key that comes now.
func (c *confirm) SawKey() tea.Cmd {
	c.ready = c.armed
	return c.rearm(armAgain)
}

func (c *confirm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := take[struct{}](&c.ask, msg); ok {
		return c.finish(a.err)
	}
	switch m := msg.(type) {
	case armMsg:
		c.armed = c.armed || m.seq == c.arm
	case tea.KeyMsg:
		if c.proof != "" && !c.ask.busy() {
			return c.input.Update(m)
		}
		return nil
	}
	return c.ask.Update(msg)
}

func (c *confirm) finish(err error) tea.Cmd {
	if err != nil {
		f := c.shell.explain(err)
		c.failed, c.yes = f.cause, false
		return nil
	}
	c.shell.pop(c)
	return c.done()
}

func (c *confirm) Actions() []action {
	k := c.shell.keys
	if c.ask.busy() {
		return []action{{key: k.Back, desc: "cancelar", run: c.back}}
	}
	return []action{
		{key: k.Press, run: c.press, desc: c.pressDesc()},
		{key: k.Option, desc: "mudar de botão", press: c.choose},
		{key: k.NextField, desc: "mudar de botão", quiet: true, run: c.swap},
		{key: k.PreviousField, desc: "mudar de botão", quiet: true, run: c.swap},
		{key: k.Back, desc: "cancelar", run: c.back},
	}
}

func (c *confirm) pressDesc() string {
	if c.yes {
		return strings.ToLower(c.button)
	}
	return "cancelar"
}

func (c *confirm) choose(msg tea.KeyMsg) tea.Cmd {
	c.yes = msg.Type == tea.KeyRight
	return nil
}

func (c *confirm) swap() tea.Cmd {
	c.yes = !c.yes
	return nil
}

func (c *confirm) back() tea.Cmd {
	if c.ask.stop() {
		c.failed = "Cancelado; confira se a alteração chegou a ser feita."
		return nil
	}
	c.shell.pop(c)
	return nil
}

func (c *confirm) press() tea.Cmd {
	switch {
	case !c.yes:
		return c.back()
	case !c.ready:
		c.hint = "Muito rápido: espere um instante e tecle enter de novo."
		return nil
	case !c.proven():
		c.hint = "Digite “" + c.proof + "” para confirmar."
		return nil
	case c.run == nil:
		c.shell.pop(c)
		return c.done()
	}
	run := c.run
	c.failed, c.hint = "", ""
	return ask(&c.ask, func(ctx context.Context) (struct{}, error) { return struct{}{}, run(ctx) })
}

func (c *confirm) View(w, h int) []string { return c.Box(w, h) }

func (c *confirm) Box(w, h int) []string {
	t := c.shell.th
	width := min(w, 60)
	inside := width - 4
	lines := wrap(line(c.text), inside)
	if c.proof != "" {
		lines = append(lines, "")
		lines = append(lines, wrap("Digite “"+c.proof+"” para confirmar:", inside)...)
		lines = append(lines, t.accent.Render("> ")+c.input.View(t, inside-2, ""))
	}
	switch {
	case c.failed != "":
		lines = append(lines, styled(t.bad.Render, wrap("✗ "+c.failed, inside))...)
	case c.hint != "":
		lines = append(lines, styled(t.warn.Render, wrap("⚠ "+c.hint, inside))...)
	case c.ask.slow:
		lines = append(lines, c.ask.mark()+" Gravando…")
	}
	buttons := t.press("Cancelar", !c.yes, false) + " " + t.press(c.button, c.yes, c.danger)
	lines = append(lines, "", center(buttons, inside))
	if over := len(lines) + 2 - h; over > 0 { // the buttons, and what is typed, stay
		lines = append(lines[:1], lines[min(len(lines)-1, 1+over):]...)
	}
	return t.frame(framed{title: c.head, lines: lines, width: width, height: min(h, len(lines)+2), danger: c.danger})
}

func styled(render func(...string) string, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = render(l)
	}
	return out
}
