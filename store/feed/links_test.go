package feed_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/feed"
	"example.com/monitor/store/storetest"
)

// TestALookEndsWhereItBegan: what is committed while a look reads belongs to the next one,
// which would tell of it once more.
func TestALookEndsWhereItBegan(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		h := e.Open(t, at).As(storetest.Operator)
		target, err := engine.ParseURL(at)
		require.NoError(t, err)
		db, err := engine.Open(t.Context(), target)
		require.NoError(t, err)
		defer db.Close()
		q := db.Reader()
		_, err = h.Clientes.Create(t.Context(), storetest.Person(0))
		require.NoError(t, err)
		heads, err := feed.HeadsOfLanes(t.Context(), q)
		require.NoError(t, err)
		before, whole, err := feed.LinksBetween(t.Context(), q, nil, heads, 100)
		require.NoError(t, err)
		require.True(t, whole)
		require.NotEmpty(t, before)

		_, err = h.Clientes.Create(t.Context(), storetest.Person(1))
		require.NoError(t, err)
		again, _, err := feed.LinksBetween(t.Context(), q, nil, heads, 100)
		require.NoError(t, err)
		require.Equal(t, before, again)
		now, err := feed.HeadsOfLanes(t.Context(), q)
		require.NoError(t, err)
		next, _, err := feed.LinksBetween(t.Context(), q, heads, now, 100)
		require.NoError(t, err)
		require.Len(t, next, 1)
	})
}

// TestAPositionTellsNothing to whoever holds it, not even by its length how far the chain
// is, and is not made by anybody else.
func TestAPositionTellsNothing(t *testing.T) {
	t.Parallel()
	text := feed.Sealed(7)
	seq, ok := feed.Opened(text)
	require.True(t, ok)
	require.Equal(t, int64(7), seq)
	require.NotEqual(t, text, feed.Sealed(7), "the same place looks different each time")
	require.Len(t, feed.Sealed(1<<40), len(text))
	for i := range text[1:] { // of the last, some bits mean nothing
		other := "A"
		if text[i:i+1] == other {
			other = "B"
		}
		_, ok := feed.Opened(text[:i] + other + text[i+1:])
		require.False(t, ok, "byte %d", i)
	}
	_, ok = feed.Opened(strings.Repeat("A", len(text)))
	require.False(t, ok)
}

// TestLargeTablesOfPostgresAreHeard: their newest rows by a sum, the old ones by what the
// server counts.
func TestLargeTablesOfPostgresAreHeard(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	at := e.Fresh(t)
	h := e.Open(t, at).As(storetest.Operator)
	c, err := h.Clientes.Create(t.Context(), storetest.Person(0))
	require.NoError(t, err)
	target, err := engine.ParseURL(at)
	require.NoError(t, err)
	db, err := engine.Open(t.Context(), target)
	require.NoError(t, err)
	defer db.Close()
	mark := func() (bool, string, string) {
		large, sum, stats, err := feed.PostgresMark(t.Context(), db.Reader(), feed.Clientes)
		require.NoError(t, err)
		return large, sum, stats
	}
	large, _, stats := mark()
	require.False(t, large)
	require.Empty(t, stats)

	foreign := e.Foreign(t, at)
	e.Exec(t, foreign, "UPDATE pg_class SET reltuples = 600000 WHERE oid = 'clientes'::regclass")
	large, sum, stats := mark()
	require.True(t, large)
	e.Exec(t, foreign, "UPDATE clientes SET telefone = '11' WHERE id = "+strconv.FormatInt(c.ID, 10)+"; SELECT pg_stat_force_next_flush()")
	_, nextSum, nextStats := mark()
	require.NotEqual(t, sum, nextSum)
	require.NotEqual(t, stats, nextStats)
}
