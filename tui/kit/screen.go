package kit

import (
	"context"
	"encoding/json"

	tea "github.com/charmbracelet/bubbletea"
)

// Screen is one level of the console: a page, a detail, a form or a dialog. It
// is changed by Update alone.
type Screen interface {
	// Start asks for what the screen needs first.
	Start() tea.Cmd
	// Update takes every message that is not a key: answers, ticks, sizes. A key
	// comes only while typing, when no action took it.
	Update(msg tea.Msg) tea.Cmd
	// Actions are the keys handled now, the most useful first.
	Actions() []Action
	// Typing says that letters are text now.
	Typing() bool
	// Title is the last part of the path in the header.
	Title() string
	// View draws the screen on w by h cells.
	View(w, h int) []string
	// Leave ends what the screen has under way.
	Leave()
}

// Dialog is a screen that is drawn over the one below it.
type Dialog interface {
	Screen
	// Box draws the dialog alone, at most w by h cells.
	Box(w, h int) []string
}

// TickMsg comes about once a second, for ages, countdowns and live refresh.
type TickMsg struct{}

// ChangedMsg tells every screen that the record was written by this console; 0 is many.
type ChangedMsg[T any] struct{ ID int64 }

// KeyWatcher is a screen that wants to know of every key before it is handled.
type KeyWatcher interface{ SawKey() tea.Cmd }

// Clicker is a screen that can be clicked on; x and y count from its upper left
// corner, and w by h is its size.
type Clicker interface {
	Click(x, y, w, h int) tea.Cmd
}

// Searcher is a page that can be told what to search for.
type Searcher interface{ SearchFor(text string) tea.Cmd }

// Exporter is a page whose list can be written to a file, as searched and
// filtered now.
type Exporter interface {
	// ExportRows hands out the records one by one, in the API's form.
	ExportRows() func(ctx context.Context, each func(json.RawMessage) error) error
}
