package tui

import (
	"context"
	"encoding/json"

	tea "github.com/charmbracelet/bubbletea"
)

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

// keyWatcher is a screen that wants to know of every key before it is handled.
type keyWatcher interface{ SawKey() tea.Cmd }

// clicker is a screen that can be clicked on; x and y count from its upper left
// corner, and w by h is its size.
type clicker interface {
	Click(x, y, w, h int) tea.Cmd
}

// searcher is a page that can be told what to search for.
type searcher interface{ SearchFor(text string) tea.Cmd }

// exporter is a page whose list can be written to a file, as searched and
// filtered now.
type exporter interface {
	// ExportRows hands out the records one by one, in the API's form.
	ExportRows() func(ctx context.Context, each func(json.RawMessage) error) error
}
