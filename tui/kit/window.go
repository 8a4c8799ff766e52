package kit

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

// Place says where a part of the list begins: at the top, after or before a
// cursor of the store, or at the end.
type Place struct {
	Cursor string
	Last   bool
}

// Stretch is a run of rows as the store gave it. next and previous are cursors
// for what comes after and before it, "" at the ends of the list.
type Stretch[T any] struct {
	Items          []T
	Next, Previous string
}

// Part is a run of rows as the store gave it, with the place it was asked for,
// so that it can be asked for again.
type Part[T any] struct {
	At Place
	Stretch[T]
}

// Fetcher reads one part; it runs in a command.
type Fetcher[T any] func(ctx context.Context, at Place, n int) (Stretch[T], error)

// read reads n parts in a row, beginning at the given place.
func (f Fetcher[T]) read(ctx context.Context, at Place, n int) ([]Part[T], error) {
	return f.readSized(ctx, at, n, partSize)
}

// readAgain reads parts that are on the screen once more, and a little further,
// so that a record that others have pushed out of its part is still found.
func (f Fetcher[T]) readAgain(ctx context.Context, at Place, n int) ([]Part[T], error) {
	if at.Last {
		return f.readSized(ctx, at, n, 2*partSize)
	}
	return f.readSized(ctx, at, n+1, partSize)
}

func (f Fetcher[T]) readSized(ctx context.Context, at Place, n, size int) ([]Part[T], error) {
	var out []Part[T]
	for range n {
		p, err := f(ctx, at, size)
		if err != nil {
			return nil, err
		}
		out = append(out, Part[T]{at, p})
		if p.Next == "" {
			break
		}
		at = Place{Cursor: p.Next}
	}
	return out, nil
}

// window holds a few hundred rows of a list around the cursor. Whatever the
// size of the table, only these are ever in memory.
type window[T any] struct {
	ID          func(T) int64
	parts       []Part[T]
	Rows        []T
	Cursor, top int // positions in rows
	Height      int // rows on the screen
	offset      int // place of rows[0] in the whole list, -1 unknown
	Total       int // length of the whole list, -1 unknown
	owed        int // rows that the cursor could not move for want of a part
	// Calm groups rows that keep their order on the screen when they are read
	// again, whatever order they come in; nil leaves it to the list.
	Calm func(T) int
}

func newWindow[T any](id func(T) int64) window[T] {
	return window[T]{ID: id, Height: 1, Total: -1}
}

func (w *window[T]) Empty() bool   { return len(w.Rows) == 0 }
func (w *window[T]) atHead() bool  { return len(w.parts) == 0 || w.parts[0].Previous == "" }
func (w *window[T]) atTail() bool  { return len(w.parts) == 0 || w.last().Next == "" }
func (w *window[T]) last() Part[T] { return w.parts[len(w.parts)-1] }

// AtEnd says that the cursor is on the last row of the list.
func (w *window[T]) AtEnd() bool { return w.atTail() && w.Cursor >= len(w.Rows)-1 }

// Selected is the row under the cursor, or false in an empty list.
func (w *window[T]) Selected() (T, bool) {
	if w.Empty() {
		var none T
		return none, false
	}
	return w.Rows[w.Cursor], true
}

// visible are the rows on the screen.
func (w *window[T]) visible() []T {
	return w.Rows[w.top:min(len(w.Rows), w.top+w.Height)]
}

// position counts the cursor's row from 1 in the whole list; 0 when unknown.
func (w *window[T]) position() int {
	if w.offset < 0 || w.Empty() {
		return 0
	}
	return w.offset + w.Cursor + 1
}

func (w *window[T]) Resize(height int) {
	w.Height = max(1, height)
	w.follow()
}

// follow moves the visible rows so that the cursor is among them.
func (w *window[T]) follow() {
	w.Cursor = max(0, min(w.Cursor, len(w.Rows)-1))
	w.top = min(w.top, w.Cursor)
	w.top = max(w.top, w.Cursor-w.Height+1)
	w.top = max(0, min(w.top, len(w.Rows)-w.Height))
}

// move moves the cursor; what the rows at hand do not allow is owed until more come.
func (w *window[T]) move(delta int) {
	want := w.Cursor + w.owed + delta
	w.Cursor = max(0, min(want, len(w.Rows)-1))
	w.owed = 0
	if want < 0 && !w.atHead() || want > w.Cursor && !w.atTail() {
		w.owed = want - w.Cursor
	}
	w.follow()
}

func (w *window[T]) page(direction int) { w.move(direction * max(1, w.Height-1)) }

// toEdge puts the cursor on the first or last row held.
func (w *window[T]) toEdge(end bool) {
	w.owed, w.Cursor = 0, 0
	if end {
		w.Cursor = len(w.Rows) - 1
	}
	w.follow()
}

// wanted is the place of the part that the cursor is coming near to.
func (w *window[T]) wanted() (at Place, before, ok bool) {
	switch {
	case len(w.parts) == 0:
		return Place{}, false, false
	case len(w.Rows)-1-w.Cursor < margin && !w.atTail():
		return Place{Cursor: w.last().Next}, false, true
	case w.Cursor < margin && !w.atHead():
		return Place{Cursor: w.parts[0].Previous}, true, true
	}
	return Place{}, false, false
}

// Reset holds the given parts only, with the cursor at their start or end.
func (w *window[T]) Reset(parts []Part[T], end bool) {
	w.parts, w.offset = parts, -1
	w.join()
	w.toEdge(end)
	w.locate()
}

// grow adds a part at one end and lets go of one at the other.
func (w *window[T]) grow(p Part[T], before bool) {
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

func (w *window[T]) growBefore(p Part[T]) {
	n := len(p.Items)
	w.parts = slices.Insert(w.parts, 0, p)
	w.parts = w.parts[:min(len(w.parts), maxParts)]
	w.Cursor, w.top = w.Cursor+n, w.top+n
	if w.offset >= 0 {
		w.offset = max(0, w.offset-n)
	}
}

func (w *window[T]) growAfter(p Part[T]) {
	w.parts = append(w.parts, p)
	if len(w.parts) > maxParts {
		w.drop(1)
	}
}

// drop lets go of the first n parts.
func (w *window[T]) drop(n int) {
	rows := 0
	for _, p := range w.parts[:n] {
		rows += len(p.Items)
	}
	w.parts = slices.Clone(w.parts[n:])
	w.Cursor, w.top = w.Cursor-rows, w.top-rows
	if w.offset >= 0 {
		w.offset += rows
	}
}

// Shown is the run of parts on the screen, which a refresh reads again.
func (w *window[T]) Shown() (first, n int) {
	if len(w.parts) == 0 {
		return 0, 1
	}
	start, first, last := 0, -1, 0
	for i, p := range w.parts {
		end := start + len(p.Items)
		if first < 0 && w.top < end {
			first = i
		}
		if start < w.top+w.Height {
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
func (w *window[T]) refresh(first int, parts []Part[T]) {
	if w.Empty() {
		w.Reset(parts, false)
		return
	}
	id := w.ID(w.Rows[w.Cursor])
	w.drop(min(first, len(w.parts)))
	atTop := w.top == 0 && w.atHead()
	old := w.Cursor
	seen := w.places()
	w.parts = parts
	w.join()
	w.settle(seen)
	if i := w.Find(id); i >= 0 {
		w.Cursor = i
		if !atTop {
			w.top += i - old
		}
	}
	w.follow()
	w.locate()
}

// Find is the place of the record with that id among the rows held, or -1.
func (w *window[T]) Find(id int64) int {
	return slices.IndexFunc(w.Rows, func(r T) bool { return w.ID(r) == id })
}

// moveTo puts the cursor on a record if it is held.
func (w *window[T]) moveTo(id int64) {
	if i := w.Find(id); i >= 0 {
		w.Cursor, w.owed = i, 0
		w.follow()
	}
}

// setTotal takes in the length of the whole list.
func (w *window[T]) setTotal(n int) {
	w.Total = n
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
			w.Total = len(w.Rows)
		}
	case w.atTail() && w.Total >= len(w.Rows):
		w.offset = w.Total - len(w.Rows)
	case w.atTail():
		w.offset = -1
	}
}

func (w *window[T]) join() {
	w.Rows = w.Rows[:0:0]
	for _, p := range w.parts {
		w.Rows = append(w.Rows, p.Items...)
	}
}

// calmPlace is a place in the rows, with the group that the row was in.
type calmPlace struct{ group, at int }

// places remembers where rows stand, for settle.
func (w *window[T]) places() map[int64]calmPlace {
	if w.Calm == nil {
		return nil
	}
	out := make(map[int64]calmPlace, len(w.Rows))
	for i, r := range w.Rows {
		out[w.ID(r)] = calmPlace{w.Calm(r), i}
	}
	return out
}

// settle orders the rows by group. Those that stay in their group keep their
// order; those that come into it stand before them.
func (w *window[T]) settle(seen map[int64]calmPlace) {
	if w.Calm == nil {
		return
	}
	rank := func(r T) calmPlace {
		group := w.Calm(r)
		if was, ok := seen[w.ID(r)]; ok && was.group == group {
			return calmPlace{group, was.at}
		}
		return calmPlace{group, -1}
	}
	slices.SortStableFunc(w.Rows, func(a, b T) int {
		x, y := rank(a), rank(b)
		return cmp.Or(x.group-y.group, x.at-y.at)
	})
	rest := w.Rows
	for i := range w.parts {
		n := len(w.parts[i].Items)
		w.parts[i].Items, rest = rest[:n:n], rest[n:]
	}
}
