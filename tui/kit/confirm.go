package kit

import (
	"context"
	"slices"
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

// Confirm asks before something is done. Cancel has the focus, and a burst of
// keys (a paste, a key held down) cannot confirm.
type Confirm struct {
	shell  *Shell
	Ask    Question
	head   string
	Text   string
	button string
	Danger bool // something is lost or ends
	Yes    bool // the dangerous button has the focus
	// Details follow the text, on at most w cells; nil for none.
	Details func(w int) []string
	// Run does the work and returns its number, if it has one; nil when there is none to
	// be waited for.
	Run func(context.Context) (int64, error)
	// Done follows when the work succeeded, in Update, with the number.
	Done func(number int64) tea.Cmd

	// prova is what must be typed before the button works, "" for nothing.
	proof string
	input Field

	Armed, ready bool
	Arm          int
	hint         string
	failed       string
	top          int  // first of the lines above the buttons that is in sight
	long         bool // they do not all fit
}

// ArmMsg says that the keyboard was quiet long enough.
type ArmMsg struct{ Seq int }

// NewConfirm asks whether what the button says shall be done; run and done are set by the
// page. Without a button there is nothing to do but to read.
func NewConfirm(sh *Shell, head, text, button string) *Confirm {
	return &Confirm{shell: sh, Ask: NewQuestion(sh), head: head, Text: text, button: button, input: NewField("")}
}

// RequireName lets the button work only after the name was typed, for what
// cannot be undone. A name that cannot be typed as it is shown gives way to the id.
func (c *Confirm) RequireName(name string, id int64) {
	c.proof = strconv.FormatInt(id, 10)
	if n := strings.TrimSpace(name); n != "" && n == Line(n) && ansi.StringWidth(n) <= 50 {
		c.proof = n
	}
	c.input.Focus(true)
}

// proven says that what was asked for has been typed.
func (c *Confirm) proven() bool {
	typed := norm.NFC.String(strings.TrimSpace(c.input.Value()))
	return c.proof == "" || typed == norm.NFC.String(c.proof)
}

func (c *Confirm) Start() tea.Cmd { return c.rearm(armFirst) }
func (c *Confirm) Typing() bool   { return true }
func (c *Confirm) Title() string  { return "" }
func (c *Confirm) Leave()         { c.Ask.Stop() }

func (c *Confirm) rearm(d time.Duration) tea.Cmd {
	c.Armed, c.Arm = false, c.shell.nextSeq()
	return After(d, ArmMsg{c.Arm})
}

// SawKey notes how quiet the keyboard was before the key that comes now.
func (c *Confirm) SawKey() tea.Cmd {
	c.ready = c.Armed
	return c.rearm(armAgain)
}

func (c *Confirm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := Take[int64](&c.Ask, msg); ok {
		return c.finish(a)
	}
	switch m := msg.(type) {
	case ArmMsg:
		c.Armed = c.Armed || m.Seq == c.Arm
	case tea.KeyMsg:
		if c.proof != "" && !c.Ask.Busy() {
			return c.input.Update(m)
		}
		return nil
	}
	return c.Ask.Update(msg)
}

func (c *Confirm) finish(a Answer[int64]) tea.Cmd {
	if a.Err != nil {
		f := c.shell.Explain(a.Err)
		c.failed, c.Yes = f.Cause, false
		return nil
	}
	c.shell.Pop(c)
	return c.Done(a.Value)
}

func (c *Confirm) Actions() []Action {
	k := c.shell.Keys
	if c.Ask.Busy() {
		return []Action{{Key: k.Back, Desc: "cancelar", Run: c.back}}
	}
	out := []Action{{Key: k.Press, Run: c.press, Desc: c.pressDesc()}}
	if c.button != "" {
		out = append(out,
			Action{Key: k.Option, Desc: "mudar de botão", Press: c.choose},
			Action{Key: k.NextField, Desc: "mudar de botão", Quiet: true, Run: c.swap},
			Action{Key: k.PreviousField, Desc: "mudar de botão", Quiet: true, Run: c.swap})
	}
	out = append(out, Action{Key: k.Back, Desc: strings.ToLower(c.cancel()), Run: c.back})
	if c.long {
		out = append(
			out,
			Action{Key: k.MovePageDown, Desc: "ler o resto", Run: c.scroll(1)},
			Action{Key: k.MovePageUp, Quiet: true, Run: c.scroll(-1)},
		)
	}
	return out
}

// cancel is what the first button says.
func (c *Confirm) cancel() string {
	if c.button == "" {
		return "Fechar"
	}
	return "Cancelar"
}

func (c *Confirm) pressDesc() string {
	if c.Yes {
		return strings.ToLower(c.button)
	}
	return strings.ToLower(c.cancel())
}

func (c *Confirm) scroll(n int) func() tea.Cmd {
	return func() tea.Cmd {
		c.top += n
		return nil
	}
}

func (c *Confirm) choose(msg tea.KeyMsg) tea.Cmd {
	c.Yes = msg.Type == tea.KeyRight
	return nil
}

func (c *Confirm) swap() tea.Cmd {
	c.Yes = !c.Yes
	return nil
}

func (c *Confirm) back() tea.Cmd {
	if c.Ask.Stop() {
		c.failed = "Cancelado; confira se a alteração chegou a ser feita."
		return nil
	}
	c.shell.Pop(c)
	return nil
}

func (c *Confirm) press() tea.Cmd {
	switch {
	case !c.Yes:
		return c.back()
	case !c.ready:
		c.hint = "Muito rápido: espere um instante e tecle enter de novo."
		return nil
	case !c.proven():
		c.hint = "Digite “" + c.proof + "” para confirmar."
		return nil
	case c.Run == nil:
		c.shell.Pop(c)
		return c.Done(0)
	}
	c.failed, c.hint = "", ""
	return Ask(&c.Ask, c.Run)
}

func (c *Confirm) View(w, h int) []string { return c.Box(w, h) }

func (c *Confirm) Box(w, h int) []string {
	t := c.shell.Theme
	width := min(w, 60)
	inside := width - 4
	told := Wrap(Line(c.Text), inside)
	if c.Details != nil {
		told = append(told, c.Details(inside)...)
	}
	below := c.belowText(inside)
	f := Framed{Title: c.head, Width: width, Danger: c.Danger}
	room := max(1, h-2-len(below)) // the buttons, and what is typed, stay
	c.long = len(told) > room
	step := max(1, room-1)
	c.top = max(0, min(c.top, (len(told)-room+step-1)/step))
	from := max(0, min(c.top*step, len(told)-room))
	if c.long {
		f.Status = "pgdn/pgup mostra o resto"
	}
	f.Lines = slices.Concat(told[from:min(len(told), from+room)], below)
	f.Height = min(h, len(f.Lines)+2)
	return t.Frame(f)
}

// belowText is what stands under the text on w cells: what is typed, the news, the buttons.
func (c *Confirm) belowText(w int) []string {
	t := c.shell.Theme
	var lines []string
	if c.proof != "" {
		lines = append(lines, "")
		lines = append(lines, Wrap("Digite “"+c.proof+"” para confirmar:", w)...)
		lines = append(lines, t.Accent.Render("> ")+c.input.View(t, w-2, ""))
	}
	switch {
	case c.failed != "":
		lines = append(lines, Styled(t.Bad.Render, Wrap("✗ "+c.failed, w))...)
	case c.hint != "":
		lines = append(lines, Styled(t.Warn.Render, Wrap("⚠ "+c.hint, w))...)
	case c.Ask.Slow:
		lines = append(lines, c.Ask.Mark()+" Gravando…")
	}
	buttons := t.Press(c.cancel(), !c.Yes, false)
	if c.button != "" {
		buttons += " " + t.Press(c.button, c.Yes, c.Danger)
	}
	return append(lines, "", Center(buttons, w))
}

// Styled renders each line.
func Styled(render func(...string) string, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = render(l)
	}
	return out
}
