package tui

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"
)

// bulk does one thing to many records, each in a transaction of its own, and
// lists those for which it failed.
type bulk struct {
	shell *shell
	ask   question
	head  string // "Desativar clientes"
	past  string // "desativado"
	items []bulkItem
	run   func(ctx context.Context, id int64) error
	done  func() tea.Cmd // when all is over and the person has seen it
	count *atomic.Int64  // the items dealt with, for the progress bar
	out   *bulkResult    // nil while it runs
	top   int
}

type bulkItem struct {
	id   int64
	name string
}

type bulkResult struct {
	did    int
	failed []bulkFailure
	rest   int // not tried, because the person cancelled
}

type bulkFailure struct{ name, why string }

// marked are the chosen records of a section in the order of their ids.
func (s *section[T]) marked() []bulkItem {
	var out []bulkItem
	for _, id := range slices.Sorted(maps.Keys(s.marks)) {
		out = append(out, bulkItem{id, s.marks[id]})
	}
	return out
}

// toggleMark chooses the selected record or lets it go, and goes on to the next.
func (s *section[T]) toggleMark(name func(T) string) tea.Cmd {
	sel, ok := s.win.selected()
	if !ok {
		return nil
	}
	id := s.win.id(sel)
	if _, there := s.marks[id]; there {
		delete(s.marks, id)
	} else {
		if s.marks == nil {
			s.marks = map[int64]string{}
		}
		s.marks[id] = name(sel)
	}
	return s.move(1)
}

// someNames names the first of many for a question.
func someNames(items []bulkItem, most int) string {
	var names []string
	for _, it := range items[:min(len(items), most)] {
		names = append(names, "“"+it.name+"”")
	}
	text := strings.Join(names, ", ")
	if n := len(items) - most; n > 0 {
		text += " e mais " + thousands(n)
	}
	return text
}

func (b *bulk) Start() tea.Cmd {
	items, run, count, explain := b.items, b.run, b.count, b.shell.explain
	return ask(&b.ask, func(ctx context.Context) (bulkResult, error) {
		var out bulkResult
		for i, it := range items {
			if ctx.Err() != nil {
				out.rest = len(items) - i
				break
			}
			if err := run(ctx, it.id); err != nil {
				f := explain(err)
				out.failed = append(out.failed, bulkFailure{it.name + " (nº " + strconv.FormatInt(it.id, 10) + ")", f.cause})
			} else {
				out.did++
			}
			count.Store(int64(i + 1))
		}
		return out, nil
	})
}

func (b *bulk) Typing() bool  { return true }
func (b *bulk) Title() string { return "" }
func (b *bulk) Leave()        { b.ask.stop() }

func (b *bulk) Update(msg tea.Msg) tea.Cmd {
	if a, ok := take[bulkResult](&b.ask, msg); ok {
		return b.finish(a.value)
	}
	return b.ask.Update(msg)
}

// finish says that all went well, or stays to show what did not.
func (b *bulk) finish(r bulkResult) tea.Cmd {
	if len(r.failed) > 0 || r.rest > 0 {
		b.out = &r
		return nil
	}
	b.shell.pop(b)
	b.shell.tell(noticeOK, b.tally(r.did)+".")
	return b.done()
}

func (b *bulk) Actions() []action {
	k := b.shell.keys
	if b.out == nil {
		return []action{{key: k.Back, desc: "parar", run: b.stop}}
	}
	return []action{
		{key: k.Back, desc: "fechar", run: b.close},
		{key: k.Press, desc: "fechar", quiet: true, run: b.close},
		{key: k.MoveDown, quiet: true, run: b.scroll(1)},
		{key: k.MoveUp, quiet: true, run: b.scroll(-1)},
	}
}

// stop ends it between two records: what is done stays done. The record under
// way may have been written or not.
func (b *bulk) stop() tea.Cmd {
	if b.ask.stop() {
		n := int(b.count.Load())
		b.out = &bulkResult{did: n, rest: len(b.items) - n}
	}
	return nil
}

func (b *bulk) close() tea.Cmd {
	b.shell.pop(b)
	return b.done()
}

func (b *bulk) scroll(n int) func() tea.Cmd {
	return func() tea.Cmd {
		b.top = max(0, b.top+n)
		return nil
	}
}

func (b *bulk) View(w, h int) []string { return b.Box(w, h) }

func (b *bulk) Box(w, h int) []string {
	t, width := b.shell.th, min(w, 66)
	inside := width - 4
	f := framed{title: b.head, width: width, danger: b.out != nil && len(b.out.failed) > 0}
	if b.out == nil {
		n := int(b.count.Load())
		f.lines = []string{thousands(n) + " de " + thousands(len(b.items)), t.gauge(n, len(b.items), max(4, inside-7))}
		f.height = min(h, 4)
		return t.frame(f)
	}
	f.lines = append(f.lines, wrap(b.summary(), inside)...)
	var list []string
	for _, x := range b.out.failed {
		list = append(list, styled(t.bad.Render, wrap("✗ "+line(x.name)+": "+line(x.why), inside))...)
	}
	room := max(1, h-2-len(f.lines))
	b.top = max(0, min(b.top, len(list)-room))
	f.lines = append(f.lines, list[b.top:min(len(list), b.top+room)]...)
	f.height = min(h, len(f.lines)+2)
	f.foot = t.dim.Render("esc fecha")
	return t.frame(f)
}

// tally counts what was done, for people.
func (b *bulk) tally(n int) string {
	if n > 1 {
		return thousands(n) + " " + b.past + "s"
	}
	return counted(n, b.past)
}

func (b *bulk) summary() string {
	text := b.tally(b.out.did)
	if n := len(b.out.failed); n > 0 {
		text += ", " + thousands(n) + " não:"
	}
	if b.out.rest > 0 {
		text += ". Parado a pedido: " + thousands(b.out.rest) + " ficaram como estavam; confira o último."
	}
	return capital(text)
}
