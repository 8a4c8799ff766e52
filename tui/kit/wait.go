package kit

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
)

// Wait is a dialog that stands while something is asked that the next screen needs, and
// stays to say why there is no answer.
type Wait[T any] struct {
	shell      *Shell
	Ask        Question
	head, text string
	Danger     bool
	failed     string
	// Get asks; Next follows in Update when the dialog has left.
	Get  func(context.Context) (T, error)
	Next func(T) tea.Cmd
}

// NewWait says that text is being done; Get and Next are set by the page.
func NewWait[T any](sh *Shell, head, text string) *Wait[T] {
	return &Wait[T]{shell: sh, Ask: NewQuestion(sh), head: head, text: text}
}

func (w *Wait[T]) Start() tea.Cmd { return Ask(&w.Ask, w.Get) }
func (w *Wait[T]) Typing() bool   { return true }
func (w *Wait[T]) Title() string  { return "" }
func (w *Wait[T]) Leave()         { w.Ask.Stop() }

func (w *Wait[T]) Update(msg tea.Msg) tea.Cmd {
	a, ok := Take[T](&w.Ask, msg)
	switch {
	case !ok:
		return w.Ask.Update(msg)
	case a.Err != nil:
		w.failed = w.shell.Explain(a.Err).Cause
		return nil
	}
	w.shell.Pop(w)
	return w.Next(a.Value)
}

func (w *Wait[T]) Actions() []Action {
	desc := "cancelar"
	if w.failed != "" {
		desc = "fechar"
	}
	return []Action{{Key: w.shell.Keys.Back, Desc: desc, Run: func() tea.Cmd {
		w.shell.Pop(w)
		return nil
	}}}
}

func (w *Wait[T]) View(width, h int) []string { return w.Box(width, h) }

func (w *Wait[T]) Box(width, h int) []string {
	t, width := w.shell.Theme, min(width, 60)
	lines := Wrap(Line(w.text), width-4)
	if w.failed != "" {
		lines = Styled(t.Bad.Render, Wrap("✗ "+w.failed, width-4))
	}
	return t.Frame(Framed{Title: w.head, Lines: lines, Width: width, Height: min(h, len(lines)+2), Danger: w.Danger || w.failed != ""})
}
