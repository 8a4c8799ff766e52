package kit

import (
	"context"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// table is a list in memory with keyset cursors: ids descending, a cursor names
// the row it stands after or before.
type table []int64

func (tb table) read(_ context.Context, at Place, n int) (Stretch[int64], error) {
	lo := 0
	switch {
	case at.Last:
		lo = max(0, len(tb)-n)
	case at.Cursor != "":
		id, _ := strconv.ParseInt(at.Cursor[1:], 10, 64)
		if at.Cursor[0] == '>' {
			lo = tb.after(id)
		} else {
			end := tb.upTo(id)
			lo = max(0, end-n)
			n = end - lo
		}
	}
	hi := min(len(tb), lo+n)
	p := Stretch[int64]{Items: slices.Clone(tb[lo:hi])}
	if lo > 0 && len(tb) > 0 {
		p.Previous = "<" + strconv.FormatInt(tb[min(lo, len(tb)-1)], 10)
	}
	if hi < len(tb) && hi > 0 {
		p.Next = ">" + strconv.FormatInt(tb[hi-1], 10)
	}
	return p, nil
}

func (tb table) after(id int64) int {
	i := slices.IndexFunc(tb, func(x int64) bool { return x < id })
	if i < 0 {
		return len(tb)
	}
	return i
}

func (tb table) upTo(id int64) int {
	i := slices.IndexFunc(tb, func(x int64) bool { return x <= id })
	if i < 0 {
		return len(tb)
	}
	return i
}

func newTable(n int) table {
	tb := make(table, n)
	for i := range tb {
		tb[i] = int64(n-i) * 10
	}
	return tb
}

// drive fills what the window wants until it wants nothing.
func drive(w *window[int64], tb table) {
	for range 50 {
		at, before, ok := w.wanted()
		if !ok {
			return
		}
		parts, _ := Fetcher[int64](tb.read).read(context.Background(), at, 1)
		w.grow(parts[0], before)
	}
}

func load(w *window[int64], tb table, at Place, end bool) {
	parts, _ := Fetcher[int64](tb.read).read(context.Background(), at, 1)
	w.Reset(parts, end)
	drive(w, tb)
}

// Whatever the person does, the rows held are a run of the table, few, and the
// cursor is where moving over the whole table would have put it.
func TestWindowIsARunOfTheTableAroundTheCursor(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tb := newTable(rapid.IntRange(0, 1500).Draw(r, "rows"))
		w := newWindow(func(id int64) int64 { return id })
		w.Resize(rapid.IntRange(1, 60).Draw(r, "height"))
		load(&w, tb, Place{}, false)
		w.setTotal(len(tb))
		want := 0
		for range rapid.IntRange(1, 30).Draw(r, "moves") {
			switch rapid.IntRange(0, 4).Draw(r, "move") {
			case 0, 1:
				d := rapid.IntRange(-300, 300).Draw(r, "delta")
				w.move(d)
				want += d
			case 2:
				load(&w, tb, Place{Last: true}, true)
				want = len(tb)
			case 3:
				load(&w, tb, Place{}, false)
				want = 0
			case 4:
				w.Resize(rapid.IntRange(1, 60).Draw(r, "height"))
			}
			drive(&w, tb)
			want = max(0, min(want, len(tb)-1))
			requireRun(r, &w, tb)
			if len(tb) > 0 {
				require.Equal(r, tb[want], w.Rows[w.Cursor])
				require.Equal(r, want+1, w.position())
			}
		}
	})
}

func requireRun(r require.TestingT, w *window[int64], tb table) {
	require.LessOrEqual(r, len(w.Rows), maxParts*partSize)
	if w.Empty() {
		require.Empty(r, tb)
		return
	}
	at := slices.Index(tb, w.Rows[0])
	require.GreaterOrEqual(r, at, 0)
	require.Equal(r, []int64(tb[at:at+len(w.Rows)]), w.Rows)
	require.Contains(r, w.visible(), w.Rows[w.Cursor])
	require.LessOrEqual(r, len(w.visible()), w.Height)
	if len(w.Rows) >= w.Height {
		require.Len(r, w.visible(), w.Height, "no blank lines while there are rows")
	}
}

// A refresh keeps the cursor on its record and the record on its line, whatever
// others have inserted or removed.
func TestRefreshKeepsTheCursorOnItsRecord(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tb := newTable(rapid.IntRange(1, 900).Draw(r, "rows"))
		w := newWindow(func(id int64) int64 { return id })
		w.Resize(20)
		load(&w, tb, Place{Last: rapid.Bool().Draw(r, "end")}, false)
		w.move(rapid.IntRange(0, 900).Draw(r, "down"))
		drive(&w, tb)
		id, line, head := w.Rows[w.Cursor], w.Cursor-w.top, w.top == 0 && w.atHead()

		changed := slices.Clone(tb)
		gone := rapid.Bool().Draw(r, "gone")
		for range rapid.IntRange(0, 30).Draw(r, "news") {
			changed = append(changed, rapid.Int64Range(1, int64(len(tb)*10+500)).Draw(r, "new")|1)
		}
		if gone {
			changed = slices.DeleteFunc(changed, func(x int64) bool { return x == id })
		}
		slices.SortFunc(changed, func(a, b int64) int { return int(b - a) })
		changed = slices.Compact(changed)

		first, n := w.Shown()
		parts, _ := Fetcher[int64](changed.read).readAgain(context.Background(), w.parts[first].At, n)
		w.refresh(first, parts)
		room := w.Cursor >= line // the rows above the record were read as well
		drive(&w, changed)
		requireRun(r, &w, changed)
		if gone {
			return
		}
		require.Equal(r, id, w.Rows[w.Cursor])
		if room && !head && w.top > 0 && w.top+w.Height < len(w.Rows) {
			require.Equal(r, line, w.Cursor-w.top, "the record stays on its line")
		}
	})
}

func TestPositionFromTheEndNeedsTheTotal(t *testing.T) {
	tb := newTable(1000)
	w := newWindow(func(id int64) int64 { return id })
	w.Resize(10)
	load(&w, tb, Place{Last: true}, true)
	require.Zero(t, w.position())
	w.setTotal(1000)
	require.Equal(t, 1000, w.position())
	w.move(-250)
	drive(&w, tb)
	require.Equal(t, 750, w.position())
}
