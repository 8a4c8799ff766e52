package tui

import (
	"context"
	"io"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// shell is what all screens share: what is open, the keys, the colours, the
// clock, the last notice. It belongs to Update: no command may touch it.
type shell struct {
	settings
	ctx     context.Context //nolint:containedctx // the life of the program, from which every question derives
	th      theme
	keys    keyMap
	stack   []screen // what is open, the page itself first
	notice  notice
	history []string // the commands typed, the newest last
	seq     int
}

// settings are what the program around the kit decides.
type settings struct {
	clock   func() time.Time
	zone    *time.Location // of the times shown
	out     io.Writer      // the terminal; nil means standard output
	refresh time.Duration  // age at which the rows shown are read again; 0 never

	// explain makes an error one for people.
	explain func(error) failure
	// commands are what can be typed after ":".
	commands func() []command
	// export begins to write the list in front to a file.
	export func() tea.Cmd
}

// failure is an error made for people: what happened and what to do.
type failure struct {
	cause, remedy string
	forbidden     bool
	gone          bool // the record is not there any more
}

func newShell(ctx context.Context, th theme, s settings) *shell {
	return &shell{settings: s, ctx: ctx, th: th, keys: newKeyMap()}
}

func (sh *shell) now() time.Time { return sh.clock() }

func (sh *shell) nextSeq() int {
	sh.seq++
	return sh.seq
}

func (sh *shell) top() screen { return sh.stack[len(sh.stack)-1] }

// push opens s above the current screen.
func (sh *shell) push(s screen) tea.Cmd {
	sh.stack = append(sh.stack, s)
	return s.Start()
}

// above says that there is a screen below s to go back to.
func (sh *shell) above(s screen) bool { return len(sh.stack) > 0 && sh.stack[0] != s }

// pop leaves s and everything above it, ending their questions. The bottom
// screen stays.
func (sh *shell) pop(s screen) {
	for i := 1; i < len(sh.stack); i++ {
		if sh.stack[i] != s {
			continue
		}
		for _, left := range sh.stack[i:] {
			left.Leave()
		}
		sh.stack = sh.stack[:i]
		return
	}
}

// deliver hands msg to screens: the ones below keep up with the world too.
func (sh *shell) deliver(msg tea.Msg, screens []screen) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range slices.Clone(screens) {
		cmds = append(cmds, s.Update(msg))
	}
	return tea.Batch(cmds...)
}

// toBottom leaves all that is open above the page.
func (sh *shell) toBottom() {
	if len(sh.stack) > 1 {
		sh.pop(sh.stack[1])
	}
}

// enter does what the enter key would on the screen in front.
func (sh *shell) enter() tea.Cmd {
	msg := tea.KeyMsg{Type: tea.KeyEnter}
	if act, ok := dispatch(sh.top().Actions(), msg); ok {
		return act.do(sh, msg)
	}
	return nil
}

// after sends msg when d has passed.
func after(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

// send hands msg to every screen of every page.
func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
