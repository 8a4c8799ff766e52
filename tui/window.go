package tui

import (
	"cmp"
	"context"
	"slices"
)

const (
	// partSize is how many rows are asked for at once, more than a screen holds.
	partSize = 100
	// maxParts bounds what is held around the cursor.
	maxParts = 4
	// margin is how near to the edge the next part is asked for.
	margin = partSize / 2
)

// place says where a part of the list begins: at the top, after or before a
// cursor of the store, or at the end.
type place struct {
	Cursor string
	Last   bool
}

// stretch is a run of rows as the store gave it. next and previous are cursors
// for what comes after and before it, "" at the ends of the list.
type stretch[T any] struct {
	items          []T
	next, previous string
}

// part is a run of rows as the store gave it, with the place it was asked for,
// so that it can be asked for again.
type part[T any] struct {
	at place
	stretch[T]
}

// fetcher reads one part; it runs in a command.
type fetcher[T any] func(ctx context.Context, at place, n int) (stretch[T], error)

// read reads n parts in a row, beginning at the given place.
func (f fetcher[T]) read(ctx context.Context, at place, n int) ([]part[T], error) {
	return f.readSized(ctx, at, n, partSize)
}

// readAgain reads parts that are on the screen once more, and a little further,
// so that a record that others have pushed out of its part is still found.
func (f fetcher[T]) readAgain(ctx context.Context, at place, n int) ([]part[T], error) {
	if at.Last {
		return f.readSized(ctx, at, n, 2*partSize)
	}
	return f.readSized(ctx, at, n+1, partSize)
}

func (f fetcher[T]) readSized(ctx context.Context, at place, n, size int) ([]part[T], error) {
	var out []part[T]
	for range n {
		p, err := f(ctx, at, size)
		if err != nil {
			return nil, err
		}
		out = append(out, part[T]{at, p})
		if p.next == "" {
			break
		}
		at = place{Cursor: p.next}
	}
	return out, nil
}

// window holds a few hundred rows of a list around the cursor. Whatever the
// size of the table, only these are ever in memory.
type window[T any] struct {
	id          func(T) int64
	parts       []part[T]
	rows        []T
	cursor, top int // positions in rows
	height      int // rows on the screen
	offset      int // place of rows[0] in the whole list, -1 unknown
	total       int // length of the whole list, -1 unknown
	owed        int // rows that the cursor could not move for want of a part
	// calm groups rows that keep their order on the screen when they are read
	// again, whatever order they come in; nil leaves it to the list.
	calm func(T) int
}

func newWindow[T any](id func(T) int64) window[T] {
	return window[T]{id: id, height: 1, total: -1}
}

func (w *window[T]) empty() bool   { return len(w.rows) == 0 }
func (w *window[T]) atHead() bool  { return len(w.parts) == 0 || w.parts[0].previous == "" }
func (w *window[T]) atTail() bool  { return len(w.parts) == 0 || w.last().next == "" }
func (w *window[T]) last() part[T] { return w.parts[len(w.parts)-1] }

// atEnd says that the cursor is on the last row of the list.
func (w *window[T]) atEnd() bool { return w.atTail() && w.cursor >= len(w.rows)-1 }

// selected is the row under the cursor, or false in an empty list.
func (w *window[T]) selected() (T, bool) {
	if w.empty() {
		var none T
		return none, false
	}
	return w.rows[w.cursor], true
}

// visible are the rows on the screen.
func (w *window[T]) visible() []T {
	return w.rows[w.top:min(len(w.rows), w.top+w.height)]
}

// position counts the cursor's row from 1 in the whole list; 0 when unknown.
func (w *window[T]) position() int {
	if w.offset < 0 || w.empty() {
		return 0
	}
	return w.offset + w.cursor + 1
}

func (w *window[T]) resize(height int) {
	w.height = max(1, height)
	w.follow()
}

// follow moves the visible rows so that the cursor is among them.
func (w *window[T]) follow() {
	w.cursor = max(0, min(w.cursor, len(w.rows)-1))
	w.top = min(w.top, w.cursor)
	w.top = max(w.top, w.cursor-w.height+1)
	w.top = max(0, min(w.top, len(w.rows)-w.height))
}

// move moves the cursor; what the rows at hand do not allow is owed until more come.
func (w *window[T]) move(delta int) {
	want := w.cursor + w.owed + delta
	w.cursor = max(0, min(want, len(w.rows)-1))
	w.owed = 0
	if want < 0 && !w.atHead() || want > w.cursor && !w.atTail() {
		w.owed = want - w.cursor
	}
	w.follow()
}

func (w *window[T]) page(direction int) { w.move(direction * max(1, w.height-1)) }

// toEdge puts the cursor on the first or last row held.
func (w *window[T]) toEdge(end bool) {
	w.owed, w.cursor = 0, 0
	if end {
		w.cursor = len(w.rows) - 1
	}
	w.follow()
}

// wanted is the place of the part that the cursor is coming near to.
func (w *window[T]) wanted() (at place, before, ok bool) {
	switch {
	case len(w.parts) == 0:
		return place{}, false, false
	case len(w.rows)-1-w.cursor < margin && !w.atTail():
		return place{Cursor: w.last().next}, false, true
	case w.cursor < margin && !w.atHead():
		return place{Cursor: w.parts[0].previous}, true, true
	}
	return place{}, false, false
}

// reset holds the given parts only, with the cursor at their start or end.
func (w *window[T]) reset(parts []part[T], end bool) {
	w.parts, w.offset = parts, -1
	w.join()
	w.toEdge(end)
	w.locate()
}

// grow adds a part at one end and lets go of one at the other.
func (w *window[T]) grow(p part[T], before bool) {
	if before {
		w.growBefore(p)
	} else {
		w.growAfter(p)
	}
	w.join()
	w.locate()
	owed := w.owed
	w.owed = 0
	w.move(owed)
}

func (w *window[T]) growBefore(p part[T]) {
	n := len(p.items)
	w.parts = slices.Insert(w.parts, 0, p)
	w.parts = w.parts[:min(len(w.parts), maxParts)]
	w.cursor, w.top = w.cursor+n, w.top+n
	if w.offset >= 0 {
		w.offset = max(0, w.offset-n)
	}
}

func (w *window[T]) growAfter(p part[T]) {
	w.parts = append(w.parts, p)
	if len(w.parts) > maxParts {
		w.drop(1)
	}
}

// drop lets go of the first n parts.
func (w *window[T]) drop(n int) {
	rows := 0
	for _, p := range w.parts[:n] {
		rows += len(p.items)
	}
	w.parts = slices.Clone(w.parts[n:])
	w.cursor, w.top = w.cursor-rows, w.top-rows
	if w.offset >= 0 {
		w.offset += rows
	}
}

// shown is the run of parts on the screen, which a refresh reads again.
func (w *window[T]) shown() (first, n int) {
	if len(w.parts) == 0 {
		return 0, 1
	}
	start, first, last := 0, -1, 0
	for i, p := range w.parts {
		end := start + len(p.items)
		if first < 0 && w.top < end {
			first = i
		}
		if start < w.top+w.height {
			last = i
		}
		start = end
	}
	first = max(0, first)
	return first, max(1, last-first+1)
}

// refresh replaces the parts from first on by what was read again. The cursor
// stays on its record and the record on its line; when it is gone, the cursor
// stays where it was.
func (w *window[T]) refresh(first int, parts []part[T]) {
	if w.empty() {
		w.reset(parts, false)
		return
	}
	id := w.id(w.rows[w.cursor])
	w.drop(min(first, len(w.parts)))
	atTop := w.top == 0 && w.atHead()
	old := w.cursor
	seen := w.places()
	w.parts = parts
	w.join()
	w.settle(seen)
	if i := w.find(id); i >= 0 {
		w.cursor = i
		if !atTop {
			w.top += i - old
		}
	}
	w.follow()
	w.locate()
}

// find is the place of the record with that id among the rows held, or -1.
func (w *window[T]) find(id int64) int {
	return slices.IndexFunc(w.rows, func(r T) bool { return w.id(r) == id })
}

// moveTo puts the cursor on a record if it is held.
func (w *window[T]) moveTo(id int64) {
	if i := w.find(id); i >= 0 {
		w.cursor, w.owed = i, 0
		w.follow()
	}
}

// setTotal takes in the length of the whole list.
func (w *window[T]) setTotal(n int) {
	w.total = n
	w.locate()
}

// locate finds the place of the rows held in the whole list where an end of
// it is in sight.
func (w *window[T]) locate() {
	switch {
	case len(w.parts) == 0:
		return
	case w.atHead():
		w.offset = 0
		if w.atTail() {
			w.total = len(w.rows)
		}
	case w.atTail() && w.total >= len(w.rows):
		w.offset = w.total - len(w.rows)
	case w.atTail():
		w.offset = -1
	}
}

func (w *window[T]) join() {
	w.rows = w.rows[:0:0]
	for _, p := range w.parts {
		w.rows = append(w.rows, p.items...)
	}
}

// place in the rows, with the group that the row was in.
type calmPlace struct{ group, at int }

// places remembers where rows stand, for settle.
func (w *window[T]) places() map[int64]calmPlace {
	if w.calm == nil {
		return nil
	}
	out := make(map[int64]calmPlace, len(w.rows))
	for i, r := range w.rows {
		out[w.id(r)] = calmPlace{w.calm(r), i}
	}
	return out
}

// settle orders the rows by group. Those that stay in their group keep their
// order; those that come into it stand before them.
func (w *window[T]) settle(seen map[int64]calmPlace) {
	if w.calm == nil {
		return
	}
	rank := func(r T) calmPlace {
		group := w.calm(r)
		if was, ok := seen[w.id(r)]; ok && was.group == group {
			return calmPlace{group, was.at}
		}
		return calmPlace{group, -1}
	}
	slices.SortStableFunc(w.rows, func(a, b T) int {
		x, y := rank(a), rank(b)
		return cmp.Or(x.group-y.group, x.at-y.at)
	})
	rest := w.rows
	for i := range w.parts {
		n := len(w.parts[i].items)
		w.parts[i].items, rest = rest[:n:n], rest[n:]
	}
}
