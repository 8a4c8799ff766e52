package server

import (
	"bytes"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// ledger is a budget on a clock that the test moves.
type ledger struct {
	*bodies
	clock time.Time
}

func newLedger() *ledger {
	l := &ledger{bodies: newBodies(), clock: time.Unix(1_000_000, 0)}
	l.now = func() time.Time { return l.clock }
	return l
}

// body is one that has brought n bytes.
func (l *ledger) body(t *testing.T, from string, proved bool, n int64) (c *charged, err error) {
	t.Helper()
	c = l.open(httptest.NewRecorder(), bytes.NewReader(nil), from, proved)
	return c, l.take(c, n)
}

// requireSound checks that the sums are those of what is there.
func (l *ledger) requireSound(t *testing.T, open ...*charged) {
	t.Helper()
	all, strange, of := int64(0), int64(0), map[string]int64{}
	for _, c := range open {
		all += c.held
		of[c.sender] += c.held
		if !c.proved {
			strange += c.held
		}
	}
	require.Equal(t, all, l.all)
	require.Equal(t, strange, l.strange)
	for name, s := range l.of {
		require.Equal(t, of[name], s.held, name)
	}
}

func TestASenderHasAShareOfBodies(t *testing.T) {
	t.Parallel()
	l := newLedger()
	const share = strangerBudget / senderPart
	var open []*charged
	for range 4 {
		c, err := l.body(t, "198.51.100.1", false, share/4)
		require.NoError(t, err)
		open = append(open, c)
	}
	_, err := l.body(t, "198.51.100.1", false, share/4)
	require.Equal(t, errOverload, err, "its share is full, and nothing of it stalls or is larger")
	other, err := l.body(t, "198.51.100.2", false, share)
	require.NoError(t, err, "another's is not")
	known, err := l.body(t, "pessoa 1", true, bodyBudget/senderPart)
	require.NoError(t, err)
	large, err := l.body(t, "198.51.100.3", false, share+1)
	require.NoError(t, err, "an only body may be larger")
	l.requireSound(t, append(open, other, known, large)...)
	for _, c := range append(open, other, known, large) {
		c.giveBack()
		c.giveBack()
	}
	require.Zero(t, l.all)
	require.Zero(t, l.strange)
}

// TestWhoStallsGivesWay: a sender that fills its share with bodies that do not get on
// keeps nobody out, not even others of the same address.
func TestWhoStallsGivesWay(t *testing.T) {
	t.Parallel()
	l := newLedger()
	const small = 16<<10 - 1
	var open []*charged
	for {
		c, err := l.body(t, "198.51.100.1", false, small)
		if err != nil {
			c.giveBack()
			break
		}
		open = append(open, c)
	}
	require.GreaterOrEqual(t, len(open), strangerBudget/senderPart/(16<<10))
	login, err := l.body(t, "198.51.100.1", false, 80)
	require.NoError(t, err, "a smaller body goes before larger ones")
	l.clock = l.clock.Add(bodyPatience)
	same, err := l.body(t, "198.51.100.1", false, small)
	require.NoError(t, err)
	next, err := l.body(t, "198.51.100.1", false, small)
	require.NoError(t, err, "what gets on goes before what stalls")
	gone := 0
	for _, c := range open {
		if c.gaveWay {
			require.Equal(t, errOverload, l.take(c, 1))
			require.Equal(t, errOverload, c.arrived())
			gone++
		}
	}
	require.Equal(t, 2, gone, "no more than is needed")
	l.requireSound(t, append(open, login, same, next)...)
}

// TestManyStrangersKeepNobodyOut: the whole budget is taken, from many addresses or by
// many credentials.
func TestManyStrangersKeepNobodyOut(t *testing.T) {
	t.Parallel()
	l := newLedger()
	var open []*charged
	for i := range strangerBudget / (16 << 10) {
		c, err := l.body(t, fmt.Sprintf("198.51.100.%d", i), false, 16<<10)
		require.NoError(t, err)
		open = append(open, c)
	}
	login, err := l.body(t, "203.0.113.1", false, 80)
	require.NoError(t, err)
	for i := range 3 {
		c, err := l.body(t, fmt.Sprintf("pessoa %d", i), true, bodyBudget/senderPart)
		require.NoError(t, err)
		open = append(open, c)
	}
	admin, err := l.body(t, "pessoa 99", true, 1<<20)
	require.NoError(t, err)
	require.LessOrEqual(t, l.all, l.most)
	for _, c := range open {
		if c.gaveWay && c.proved {
			require.Equal(t, bodyBudget/senderPart, int(c.held)+bodyBudget/senderPart, "what gave way counts no more")
		}
	}
	again, err := l.body(t, "203.0.113.2", false, 80)
	require.NoError(t, err)
	l.requireSound(t, append(open, login, admin, again)...)
	greedy, err := l.body(t, "pessoa 98", true, bodyBudget)
	require.Equal(t, errOverload, err, "who wants most gets nothing from others")
	require.Zero(t, greedy.held)
}

func TestWhatHasArrivedStays(t *testing.T) {
	t.Parallel()
	l := newLedger()
	whole, err := l.body(t, "pessoa 1", true, bodyBudget)
	require.NoError(t, err)
	require.NoError(t, whole.arrived())
	l.clock = l.clock.Add(time.Hour)
	_, err = l.body(t, "pessoa 2", true, 1)
	require.Equal(t, errOverload, err)
	require.False(t, whole.gaveWay)
	whole.giveBack()
	_, err = l.body(t, "pessoa 2", true, 1)
	require.NoError(t, err)
}

// TestABodyMustGetOn: each step gives it time for another, but not for ever.
func TestABodyMustGetOn(t *testing.T) {
	t.Parallel()
	l := newLedger()
	var until time.Time
	c := l.open(httptest.NewRecorder(), strings.NewReader(strings.Repeat("x", 100<<10)), "x", false)
	c.deadline = func(at time.Time) { until = at }
	began := l.clock
	c.gotOn()
	require.Equal(t, began.Add(bodyWait), until)
	read := func(n int64) {
		_, err := io.CopyN(io.Discard, c, n)
		require.NoError(t, err)
	}
	l.clock = l.clock.Add(4 * time.Second)
	read(bodyStep - 1)
	require.Equal(t, began.Add(bodyWait), until, "a few bytes are no step")
	read(1)
	require.Equal(t, l.clock.Add(bodyWait), until)
	for range 7 {
		l.clock = l.clock.Add(4 * time.Second)
		read(bodyStep)
	}
	require.Equal(t, began.Add(readWait), until, "not beyond the time for a whole body")
	require.NoError(t, c.arrived())
	require.Equal(t, began.Add(readWait), until)
	require.EqualValues(t, 8*bodyStep, c.held)
}

func TestReadWhole(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 511, 512, 513, 4 << 10, 100_000, 1 << 20} {
		text := strings.Repeat("x", size)
		for _, announced := range []int64{-1, int64(size)} {
			got, err := readWhole(strings.NewReader(text), announced)
			require.NoError(t, err)
			require.Equal(t, text, string(got))
		}
	}
	got, err := readWhole(strings.NewReader(strings.Repeat("x", 1000)), 1<<40)
	require.NoError(t, err)
	require.Less(t, cap(got), 1<<20, "what was announced is not believed")
	_, err = readWhole(io.MultiReader(strings.NewReader("x"), errReader{}), -1)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
