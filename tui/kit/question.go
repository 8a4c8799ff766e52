package kit

import (
	"context"
	"time"

	"github.com/charmbracelet/bubbles/spinner"
	tea "github.com/charmbracelet/bubbletea"
)

// patience is how long a question may take before it is shown to be running.
const patience = 150 * time.Millisecond

// Question is at most one running call to the store. Asking again, or stop,
// cancels the call before and makes its answer count for nothing.
type Question struct {
	shell  *Shell
	spin   spinner.Model
	Seq    int
	Cancel context.CancelFunc
	Slow   bool
}

// Answer is what a question came to.
type Answer[T any] struct {
	Seq   int
	Value T
	Err   error
}

// SlowMsg tells a question that it has been running for longer than patience.
type SlowMsg struct{ Seq int }

// NewQuestion makes a question that is not running.
func NewQuestion(sh *Shell) Question {
	return Question{shell: sh, spin: spinner.New(spinner.WithSpinner(spinner.MiniDot))}
}

// Ask runs fn in a command. fn must only read what it has captured.
func Ask[T any](q *Question, fn func(context.Context) (T, error)) tea.Cmd {
	q.Stop()
	seq := q.shell.nextSeq()
	ctx, cancel := context.WithCancel(q.shell.ctx)
	q.Seq, q.Cancel = seq, cancel
	return tea.Batch(
		func() tea.Msg {
			v, err := fn(ctx)
			return Answer[T]{Seq: seq, Value: v, Err: err}
		},
		After(patience, SlowMsg{seq}),
	)
}

// Take returns the awaited answer and ends the question; false for every other message.
func Take[T any](q *Question, msg tea.Msg) (Answer[T], bool) {
	a, ok := msg.(Answer[T])
	if !ok || !q.Busy() || a.Seq != q.Seq {
		return Answer[T]{}, false
	}
	q.Stop()
	return a, true
}

// Busy is true while a call is running.
func (q *Question) Busy() bool { return q.Cancel != nil }

// Stop cancels the running call and says whether there was one.
func (q *Question) Stop() bool {
	if q.Cancel == nil {
		return false
	}
	q.Cancel()
	q.Cancel, q.Seq, q.Slow = nil, 0, false
	return true
}

// Update keeps the spinner turning.
func (q *Question) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case SlowMsg:
		if q.Busy() && msg.Seq == q.Seq {
			q.Slow = true
			return q.spin.Tick
		}
	case spinner.TickMsg:
		if q.Slow {
			var cmd tea.Cmd
			q.spin, cmd = q.spin.Update(msg)
			return cmd
		}
	}
	return nil
}

// Mark is the spinner while the question is slow, else "".
func (q *Question) Mark() string {
	if !q.Slow {
		return ""
	}
	return q.spin.View()
}
