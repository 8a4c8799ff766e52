package kit

import (
	"context"
	"errors"
	"time"

	"example.com/monitor/store/say"

	tea "github.com/charmbracelet/bubbletea"
)

// Detail is what screens that show one record have in common: it asks for the
// record, keeps it up to date and scrolls. A screen embeds it and says how the
// record looks; title, actions and view stay with the screen.
type Detail[T any] struct {
	Pager
	Ask    Question
	Page   Screen // the screen that embeds it
	Get    func(context.Context) (T, error)
	Body   func(w int) []string
	ID     int64
	Record T    // as the list had it until get answers
	Known  bool // rec came from get
	fresh  time.Time
	fail   Failure
	gone   bool
	// Missing is what is said where the record has been removed.
	Missing string
	again   time.Time
	Laid    []string // the lines for laidAt columns; nil when they must be made anew
	laidAt  int
}

// NewDetail shows a record as the list had it until get answers.
func NewDetail[T any](sh *Shell, rec T, id int64) Detail[T] {
	return Detail[T]{Pager: NewPager(sh), Ask: NewQuestion(sh), Record: rec, ID: id}
}

func (d *Detail[T]) Start() tea.Cmd { return d.Load() }
func (d *Detail[T]) Typing() bool   { return false }
func (d *Detail[T]) Leave()         { d.Ask.Stop() }

// Load reads the record again.
func (d *Detail[T]) Load() tea.Cmd { return Ask(&d.Ask, d.Get) }

func (d *Detail[T]) Update(msg tea.Msg) tea.Cmd {
	if a, ok := Take[T](&d.Ask, msg); ok {
		d.accept(a)
		return nil
	}
	switch msg := msg.(type) {
	case TickMsg:
		return d.tick()
	case ThemeMsg:
		d.Laid = nil
	case ChangedMsg[T]:
		if msg.ID == d.ID || msg.ID == 0 {
			return d.Load()
		}
	}
	return d.Ask.Update(msg)
}

func (d *Detail[T]) accept(a Answer[T]) {
	d.again, d.Laid = d.shell.Now().Add(RetryFirst), nil
	switch {
	case a.Err == nil:
		d.Record, d.Known, d.fail, d.gone = a.Value, true, Failure{}, false
		d.fresh = d.shell.Now()
	case !errors.Is(a.Err, context.Canceled):
		d.fail = d.shell.Explain(a.Err)
		d.gone = d.fail.Gone
	}
}

func (d *Detail[T]) tick() tea.Cmd {
	now, every := d.shell.Now(), d.shell.Refresh
	switch {
	case d.Ask.Busy() || d.shell.Top() != d.Page || d.gone:
		return nil
	case d.fail.Cause != "" && now.Before(d.again):
		return nil
	case d.fail.Cause != "", every > 0 && now.Sub(d.fresh) >= every:
		return d.Load()
	}
	return nil
}

// GoneBlocked says why nothing can be done with a record that is gone.
func (d *Detail[T]) GoneBlocked() string {
	if d.gone {
		return d.Missing
	}
	return ""
}

// Around completes the screen's own actions.
func (d *Detail[T]) Around(own ...Action) []Action {
	k := d.shell.Keys
	out := append([]Action{{Key: k.Back, Desc: d.backDesc(), Run: d.back}}, own...)
	out = append(out, Action{Key: k.Refresh, Quiet: true, Run: d.Load})
	return append(out, d.Scrolls()...)
}

func (d *Detail[T]) backDesc() string {
	if d.Ask.Slow {
		return "cancelar consulta"
	}
	return "voltar"
}

func (d *Detail[T]) back() tea.Cmd { //nolint:unparam // an action returns a command
	if d.Ask.Slow && d.Ask.Stop() {
		return nil
	}
	d.shell.Pop(d.Page)
	return nil
}

// Panel draws the record under a title.
func (d *Detail[T]) Panel(title string, w, h int) []string {
	status := "atualizado há " + say.Span(d.shell.Now().Sub(d.fresh))
	switch {
	case d.Ask.Slow:
		status = d.Ask.Mark() + " consultando"
	case d.fresh.IsZero():
		status = ""
	}
	return d.shell.Panel(&d.Pager, Framed{Title: title, Status: status, Width: w, Height: h}, d.lines)
}

// lines lays the record out once for each width: a long text takes time.
func (d *Detail[T]) lines(w int) []string {
	if d.Laid == nil || d.laidAt != w {
		d.Laid, d.laidAt = d.layOut(w), w
	}
	return d.Laid
}

func (d *Detail[T]) layOut(w int) []string {
	var out []string
	if d.fail.Cause != "" {
		out = append(Styled(d.shell.Theme.Bad.Render, Wrap("⚠ "+d.fail.Cause+". "+d.fail.Remedy, w)), "")
	}
	return append(out, d.Body(w)...)
}
