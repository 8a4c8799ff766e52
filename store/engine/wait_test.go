package engine

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSnapshotsDoNotWaitInALongQueue: a burst waits for its turn; when somebody has
// been waiting all the time, whoever comes is told soon.
func TestSnapshotsDoNotWaitInALongQueue(t *testing.T) {
	db := openTest(t, Hooks{})
	nothing := func(Q) error { return nil }
	require.NoError(t, db.Snapshot(t.Context(), nothing))
	for range cap(db.snaps) {
		db.snaps <- struct{}{}
	}
	waited := make(chan error)
	go func() { waited <- db.Snapshot(context.WithoutCancel(t.Context()), nothing) }()
	time.Sleep(snapWaitBusy + 100*time.Millisecond)
	<-db.snaps
	require.NoError(t, <-waited)
	db.snaps <- struct{}{}

	db.snapAt.Store(time.Now().Add(-snapWait - time.Minute).UnixNano())
	began := time.Now()
	err := db.Snapshot(t.Context(), nothing)
	require.ErrorIs(t, err, ErrUnavailable)
	require.ErrorIs(t, err, ErrSobrecarga)
	require.GreaterOrEqual(t, time.Since(began), snapWaitBusy)
	<-db.snaps
	require.NoError(t, db.Snapshot(t.Context(), nothing), "one is free")
}

// TestKeptPagesAreBounded: what SQLite keeps of the file, which no memory limit of Go
// covers, is at most 40 MiB for all connections together.
func TestKeptPagesAreBounded(t *testing.T) {
	db := openTest(t, Hooks{})
	kib := func(q Q) (n int) {
		require.NoError(t, q.Get(t.Context(), []any{&n}, "PRAGMA cache_size"))
		require.Negative(t, n, "in KiB, not in pages")
		return -n
	}
	all := db.read.DB.Stats().MaxOpenConnections * kib(db.Reader())
	require.NoError(t, db.Write(t.Context(), func(_ context.Context, q Q) error { all += kib(q); return nil }))
	require.LessOrEqual(t, all, 40<<10)
}
