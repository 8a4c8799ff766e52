package kit

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"example.com/monitor/store/say"

	tea "github.com/charmbracelet/bubbletea"
)

// Bulk does one thing to many records, each in a transaction of its own, and
// lists those for which it failed.
type Bulk struct {
	Shell *Shell
	Ask   Question
	Head  string // "Desativar clientes"
	Past  string // "desativado"
	Items []bulkItem
	Run   func(ctx context.Context, id int64) error
	Done  func() tea.Cmd // when all is over and the person has seen it
	Count *atomic.Int64  // the items dealt with, for the progress bar
	out   *BulkResult    // nil while it runs
	top   int
}

type bulkItem struct {
	ID   int64
	Name string
}

// BulkResult is what came of it.
type BulkResult struct {
	Did    int
	Failed []BulkFailure
	rest   int // not tried, because the person cancelled
}

// BulkFailure is a record for which it failed, and why.
type BulkFailure struct{ Name, Why string }

// Marked are the chosen records of a section in the order of their ids.
func (s *Section[T]) Marked() []bulkItem {
	var out []bulkItem
	for _, id := range slices.Sorted(maps.Keys(s.Marks)) {
		out = append(out, bulkItem{id, s.Marks[id]})
	}
	return out
}

// ToggleMark chooses the selected record or lets it go, and goes on to the next.
func (s *Section[T]) ToggleMark(name func(T) string) tea.Cmd {
	sel, ok := s.Window.Selected()
	if !ok {
		return nil
	}
	id := s.Window.ID(sel)
	if _, there := s.Marks[id]; there {
		delete(s.Marks, id)
	} else {
		if s.Marks == nil {
			s.Marks = map[int64]string{}
		}
		s.Marks[id] = name(sel)
	}
	return s.Move(1)
}

// SomeNames names the first of many for a question.
func SomeNames(items []bulkItem, most int) string {
	var names []string
	for _, it := range items[:min(len(items), most)] {
		names = append(names, "“"+it.Name+"”")
	}
	text := strings.Join(names, ", ")
	if n := len(items) - most; n > 0 {
		text += " e mais " + say.Thousands(n)
	}
	return text
}

func (b *Bulk) Start() tea.Cmd {
	items, run, count, explain := b.Items, b.Run, b.Count, b.Shell.Explain
	return Ask(&b.Ask, func(ctx context.Context) (BulkResult, error) {
		var out BulkResult
		for i, it := range items {
			if ctx.Err() != nil {
				out.rest = len(items) - i
				break
			}
			if err := run(ctx, it.ID); err != nil {
				f := explain(err)
				out.Failed = append(out.Failed, BulkFailure{it.Name + " (nº " + strconv.FormatInt(it.ID, 10) + ")", f.Cause})
			} else {
				out.Did++
			}
			count.Store(int64(i + 1))
		}
		return out, nil
	})
}

func (b *Bulk) Typing() bool  { return true }
func (b *Bulk) Title() string { return "" }
func (b *Bulk) Leave()        { b.Ask.Stop() }

func (b *Bulk) Update(msg tea.Msg) tea.Cmd {
	if a, ok := Take[BulkResult](&b.Ask, msg); ok {
		return b.finish(a.Value)
	}
	return b.Ask.Update(msg)
}

// finish says that all went well, or stays to show what did not.
func (b *Bulk) finish(r BulkResult) tea.Cmd {
	if len(r.Failed) > 0 || r.rest > 0 {
		b.out = &r
		return nil
	}
	b.Shell.Pop(b)
	b.Shell.Tell(NoticeOK, b.tally(r.Did)+".")
	return b.Done()
}

func (b *Bulk) Actions() []Action {
	k := b.Shell.Keys
	if b.out == nil {
		return []Action{{Key: k.Back, Desc: "parar", Run: b.stop}}
	}
	return []Action{
		{Key: k.Back, Desc: "fechar", Run: b.close},
		{Key: k.Press, Desc: "fechar", Quiet: true, Run: b.close},
		{Key: k.MoveDown, Quiet: true, Run: b.scroll(1)},
		{Key: k.MoveUp, Quiet: true, Run: b.scroll(-1)},
	}
}

// stop ends it between two records: what is done stays done. The record under
// way may have been written or not.
func (b *Bulk) stop() tea.Cmd {
	if b.Ask.Stop() {
		n := int(b.Count.Load())
		b.out = &BulkResult{Did: n, rest: len(b.Items) - n}
	}
	return nil
}

func (b *Bulk) close() tea.Cmd {
	b.Shell.Pop(b)
	return b.Done()
}

func (b *Bulk) scroll(n int) func() tea.Cmd {
	return func() tea.Cmd {
		b.top = max(0, b.top+n)
		return nil
	}
}

func (b *Bulk) View(w, h int) []string { return b.Box(w, h) }

func (b *Bulk) Box(w, h int) []string {
	t, width := b.Shell.Theme, min(w, 66)
	inside := width - 4
	f := Framed{Title: b.Head, Width: width, Danger: b.out != nil && len(b.out.Failed) > 0}
	if b.out == nil {
		n := int(b.Count.Load())
		f.Lines = []string{say.Thousands(n) + " de " + say.Thousands(len(b.Items)), t.Gauge(n, len(b.Items), max(4, inside-7))}
		f.Height = min(h, 4)
		return t.Frame(f)
	}
	f.Lines = append(f.Lines, Wrap(b.summary(), inside)...)
	var list []string
	for _, x := range b.out.Failed {
		list = append(list, Styled(t.Bad.Render, Wrap("✗ "+Line(x.Name)+": "+Line(x.Why), inside))...)
	}
	room := max(1, h-2-len(f.Lines))
	b.top = max(0, min(b.top, len(list)-room))
	f.Lines = append(f.Lines, list[b.top:min(len(list), b.top+room)]...)
	f.Height = min(h, len(f.Lines)+2)
	f.foot = t.Dim.Render("esc fecha")
	return t.Frame(f)
}

// tally counts what was done, for people.
func (b *Bulk) tally(n int) string {
	if n > 1 {
		return say.Thousands(n) + " " + b.Past + "s"
	}
	return Counted(n, b.Past)
}

func (b *Bulk) summary() string {
	text := b.tally(b.out.Did)
	if n := len(b.out.Failed); n > 0 {
		text += ", " + say.Thousands(n) + " não:"
	}
	if b.out.rest > 0 {
		text += ". Parado a pedido: " + say.Thousands(b.out.rest) + " ficaram como estavam; confira o último."
	}
	return Capital(text)
}
