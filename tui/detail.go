package tui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// detail is what screens that show one record have in common: it asks for the
// record, keeps it up to date and scrolls. A screen embeds it and says how the
// record looks; title, actions and view stay with the screen.
type detail[T any] struct {
	pager
	ask   question
	page  screen // the screen that embeds it
	get   func(context.Context) (T, error)
	body  func(w int) []string
	id    int64
	rec   T    // as the list had it until get answers
	known bool // rec came from get
	fresh time.Time
	fail  failure
	gone  bool
	// missing is what is said where the record has been removed.
	missing string
	again   time.Time
	laid    []string // the lines for laidAt columns; nil when they must be made anew
	laidAt  int
}

func newDetail[T any](sh *shell, rec T, id int64) detail[T] {
	return detail[T]{pager: newPager(sh), ask: newQuestion(sh), rec: rec, id: id}
}

func (d *detail[T]) Start() tea.Cmd { return d.load() }
func (d *detail[T]) Typing() bool   { return false }
func (d *detail[T]) Leave()         { d.ask.stop() }

func (d *detail[T]) load() tea.Cmd { return ask(&d.ask, d.get) }

func (d *detail[T]) Update(msg tea.Msg) tea.Cmd {
	if a, ok := take[T](&d.ask, msg); ok {
		d.accept(a)
		return nil
	}
	switch msg := msg.(type) {
	case tickMsg:
		return d.tick()
	case themeMsg:
		d.laid = nil
	case changedMsg[T]:
		if msg.id == d.id {
			return d.load()
		}
	}
	return d.ask.Update(msg)
}

func (d *detail[T]) accept(a answer[T]) {
	d.again, d.laid = d.shell.now().Add(retryFirst), nil
	switch {
	case a.err == nil:
		d.rec, d.known, d.fail, d.gone = a.value, true, failure{}, false
		d.fresh = d.shell.now()
	case !errors.Is(a.err, context.Canceled):
		d.fail = d.shell.explain(a.err)
		d.gone = d.fail.gone
	}
}

func (d *detail[T]) tick() tea.Cmd {
	now, every := d.shell.now(), d.shell.refresh
	switch {
	case d.ask.busy() || d.shell.top() != d.page || d.gone:
		return nil
	case d.fail.cause != "" && now.Before(d.again):
		return nil
	case d.fail.cause != "", every > 0 && now.Sub(d.fresh) >= every:
		return d.load()
	}
	return nil
}

// goneBlocked says why nothing can be done with a record that is gone.
func (d *detail[T]) goneBlocked() string {
	if d.gone {
		return d.missing
	}
	return ""
}

// around completes the screen's own actions.
func (d *detail[T]) around(own ...action) []action {
	k := d.shell.keys
	out := append([]action{{key: k.Back, desc: d.backDesc(), run: d.back}}, own...)
	out = append(out, action{key: k.Refresh, quiet: true, run: d.load})
	return append(out, d.scrolls()...)
}

func (d *detail[T]) backDesc() string {
	if d.ask.slow {
		return "cancelar consulta"
	}
	return "voltar"
}

func (d *detail[T]) back() tea.Cmd {
	if d.ask.slow && d.ask.stop() {
		return nil
	}
	d.shell.pop(d.page)
	return nil
}

// panel draws the record under a title.
func (d *detail[T]) panel(title string, w, h int) []string {
	status := "atualizado há " + span(d.shell.now().Sub(d.fresh))
	switch {
	case d.ask.slow:
		status = d.ask.mark() + " consultando"
	case d.fresh.IsZero():
		status = ""
	}
	return d.shell.panel(&d.pager, framed{title: title, status: status, width: w, height: h}, d.lines)
}

// lines lays the record out once for each width: a long text takes time.
func (d *detail[T]) lines(w int) []string {
	if d.laid == nil || d.laidAt != w {
		d.laid, d.laidAt = d.layOut(w), w
	}
	return d.laid
}

func (d *detail[T]) layOut(w int) []string {
	var out []string
	if d.fail.cause != "" {
		out = append(styled(d.shell.th.bad.Render, wrap("⚠ "+d.fail.cause+". "+d.fail.remedy, w)), "")
	}
	return append(out, d.body(w)...)
}
