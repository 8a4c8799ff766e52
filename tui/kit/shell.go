package kit

import (
	"context"
	"io"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// Shell is what all screens share: what is open, the keys, the colours, the
// clock, the last notice. It belongs to Update: no command may touch it.
type Shell struct {
	Settings
	ctx     context.Context //nolint:containedctx // the life of the program, from which every question derives
	Theme   Theme
	Keys    KeyMap
	Stack   []Screen // what is open, the page itself first
	Notice  Notice
	history []string // the commands typed, the newest last
	Seq     int
}

// Settings are what the program around the kit decides.
type Settings struct {
	Clock   func() time.Time
	Zone    *time.Location // of the times shown
	Out     io.Writer      // the terminal; nil means standard output
	Refresh time.Duration  // age at which the rows shown are read again; 0 never

	// Explain makes an error one for people.
	Explain func(error) Failure
	// Commands are what can be typed after ":".
	Commands func() []Command
	// Export begins to write the list in front to a file.
	Export func() tea.Cmd
}

// Failure is an error made for people: what happened and what to do.
type Failure struct {
	Cause, Remedy string
	Forbidden     bool
	Gone          bool // the record is not there any more
}

// NewShell makes the shell with nothing open.
func NewShell(ctx context.Context, th Theme, s Settings) *Shell {
	return &Shell{Settings: s, ctx: ctx, Theme: th, Keys: NewKeyMap()}
}

// Now is the present time, by the clock that was handed in.
func (sh *Shell) Now() time.Time { return sh.Clock() }

func (sh *Shell) nextSeq() int {
	sh.Seq++
	return sh.Seq
}

// Top is the screen in front.
func (sh *Shell) Top() Screen { return sh.Stack[len(sh.Stack)-1] }

// Push opens s above the current screen.
func (sh *Shell) Push(s Screen) tea.Cmd {
	sh.Stack = append(sh.Stack, s)
	return s.Start()
}

// Above says that there is a screen below s to go back to.
func (sh *Shell) Above(s Screen) bool { return len(sh.Stack) > 0 && sh.Stack[0] != s }

// Pop leaves s and everything above it, ending their questions. The bottom
// screen stays.
func (sh *Shell) Pop(s Screen) {
	for i := 1; i < len(sh.Stack); i++ {
		if sh.Stack[i] != s {
			continue
		}
		for _, left := range sh.Stack[i:] {
			left.Leave()
		}
		sh.Stack = sh.Stack[:i]
		return
	}
}

// Deliver hands msg to screens: the ones below keep up with the world too.
func (sh *Shell) Deliver(msg tea.Msg, screens []Screen) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range slices.Clone(screens) {
		cmds = append(cmds, s.Update(msg))
	}
	return tea.Batch(cmds...)
}

// ToBottom leaves all that is open above the page.
func (sh *Shell) ToBottom() {
	if len(sh.Stack) > 1 {
		sh.Pop(sh.Stack[1])
	}
}

// enter does what the enter key would on the screen in front.
func (sh *Shell) enter() tea.Cmd {
	msg := tea.KeyMsg{Type: tea.KeyEnter}
	if act, ok := Dispatch(sh.Top().Actions(), msg); ok {
		return act.Do(sh, msg)
	}
	return nil
}

// After sends msg when d has passed.
func After(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

// Send hands msg to every screen of every page.
func Send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
