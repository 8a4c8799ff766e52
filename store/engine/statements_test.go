package engine

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPreparedStatementsAreBounded: searches of as many texts as anybody types leave no
// more statements than the bound, and close none that is used often, in use, or read from.
func TestPreparedStatementsAreBounded(t *testing.T) {
	db := openTest(t, Hooks{})
	write(t, db, "INSERT INTO t(v) VALUES ('a'), ('b')")
	const often, once, slow = "SELECT count(*) FROM t", "SELECT count(*) FROM t WHERE id > 0", "SELECT v FROM t ORDER BY id"
	ctx := t.Context()
	var n int
	ask := func(ctx context.Context, q Q, text string) {
		t.Helper()
		require.NoError(t, q.Get(ctx, []any{&n}, text))
		require.Equal(t, 2, n)
	}
	ask(ctx, db.Reader(), often)
	ask(ctx, db.Reader(), once)
	rows, err := db.Reader().Rows(ctx, slow)
	require.NoError(t, err)
	defer rows.Close()
	held, done, err := db.Reader().stmt(ctx, "SELECT max(id) FROM t") //nolint:sqlclosecheck // the cache closes it
	require.NoError(t, err)

	require.NoError(t, db.Snapshot(ctx, func(q Q) error {
		inside, err := q.Rows(ctx, slow+" DESC")
		require.NoError(t, err)
		defer inside.Close()
		for i := range 2 * maxStmts {
			ask(ctx, db.Reader(), fmt.Sprintf("SELECT count(*) FROM t WHERE v <> 'c%d'", i))
			ask(ctx, db.Reader(), often)
		}
		require.True(t, inside.Next())
		return inside.Err()
	}))
	require.LessOrEqual(t, len(db.stmts.m), maxStmts)
	require.Contains(t, db.stmts.m, often)
	require.NotContains(t, db.stmts.m, once)
	require.NotContains(t, db.stmts.m, slow)
	require.NoError(t, held.QueryRowContext(ctx).Scan(&n))
	done()
	require.Equal(t, 2, n)
	for range 2 {
		require.True(t, rows.Next())
	}
	require.NoError(t, rows.Err())
}
