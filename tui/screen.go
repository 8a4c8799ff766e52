package tui

import tea "github.com/charmbracelet/bubbletea"

// screen is one level of the console: a page, a detail, a form or a dialog. It
// is changed by Update alone.
type screen interface {
	// start asks for what the screen needs first.
	Start() tea.Cmd
	// update takes every message that is not a key: answers, ticks, sizes. A key
	// comes only while typing, when no action took it.
	Update(msg tea.Msg) tea.Cmd
	// actions are the keys handled now, the most useful first.
	Actions() []action
	// typing says that letters are text now.
	Typing() bool
	// title is the last part of the path in the header.
	Title() string
	// view draws the screen on w by h cells.
	View(w, h int) []string
	// leave ends what the screen has under way.
	Leave()
}

// dialog is a screen that is drawn over the one below it.
type dialog interface {
	screen
	// box draws the dialog alone, at most w by h cells.
	Box(w, h int) []string
}

// tickMsg comes about once a second, for ages, countdowns and live refresh.
type tickMsg struct{}

// changedMsg tells every screen that the record was written by this console.
type changedMsg[T any] struct{ id int64 }
