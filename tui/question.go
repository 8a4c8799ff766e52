package tui

import (
	"context"
	"time"

	"github.com/charmbracelet/bubbles/spinner"
	tea "github.com/charmbracelet/bubbletea"
)

// patience is how long a question may take before it is shown to be running.
const patience = 150 * time.Millisecond

// question is at most one running call to the store. Asking again, or stop,
// cancels the call before and makes its answer count for nothing.
type question struct {
	shell  *shell
	spin   spinner.Model
	seq    int
	cancel context.CancelFunc
	slow   bool
}

// answer is what a question came to.
type answer[T any] struct {
	seq   int
	value T
	err   error
}

type slowMsg struct{ seq int }

func newQuestion(sh *shell) question {
	return question{shell: sh, spin: spinner.New(spinner.WithSpinner(spinner.MiniDot))}
}

// ask runs fn in a command. fn must only read what it has captured.
func ask[T any](q *question, fn func(context.Context) (T, error)) tea.Cmd {
	q.stop()
	seq := q.shell.nextSeq()
	ctx, cancel := context.WithCancel(q.shell.ctx)
	q.seq, q.cancel = seq, cancel
	return tea.Batch(
		func() tea.Msg {
			v, err := fn(ctx)
			return answer[T]{seq: seq, value: v, err: err}
		},
		after(patience, slowMsg{seq}),
	)
}

// take returns the awaited answer and ends the question; false for every other message.
func take[T any](q *question, msg tea.Msg) (answer[T], bool) {
	a, ok := msg.(answer[T])
	if !ok || !q.busy() || a.seq != q.seq {
		return answer[T]{}, false
	}
	q.stop()
	return a, true
}

func (q *question) busy() bool { return q.cancel != nil }

// stop cancels the running call and says whether there was one.
func (q *question) stop() bool {
	if q.cancel == nil {
		return false
	}
	q.cancel()
	q.cancel, q.seq, q.slow = nil, 0, false
	return true
}

// update keeps the spinner turning.
func (q *question) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case slowMsg:
		if q.busy() && msg.seq == q.seq {
			q.slow = true
			return q.spin.Tick
		}
	case spinner.TickMsg:
		if q.slow {
			var cmd tea.Cmd
			q.spin, cmd = q.spin.Update(msg)
			return cmd
		}
	}
	return nil
}

// mark is the spinner while the question is slow, else "".
func (q *question) mark() string {
	if !q.slow {
		return ""
	}
	return q.spin.View()
}
