package feed_test

import (
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
