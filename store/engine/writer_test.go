package engine

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func openTest(t *testing.T, hooks Hooks) *DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	require.NoError(t, CreateFile(path))
	db, err := Open(t.Context(), Target{Kind: SQLite, Path: path, Nome: path})
	require.NoError(t, err)
	require.NoError(t, db.StartWriter(t.Context(), hooks))
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	write(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT UNIQUE)")
	return db
}

func write(t *testing.T, db *DB, query string) {
	t.Helper()
	require.NoError(t, db.Write(t.Context(), insert(query)))
}

func insert(query string) func(context.Context, Q) error {
	return func(ctx context.Context, q Q) error {
		_, err := q.Exec(ctx, query)
		return err
	}
}

func count(t *testing.T, db *DB) (n int) {
	t.Helper()
	require.NoError(t, db.Reader().Get(t.Context(), []any{&n}, "SELECT count(*) FROM t"))
	return n
}

// hold keeps the writer busy until release is called, so that what follows is
// committed as one batch.
func hold(t *testing.T, db *DB) (release func()) {
	t.Helper()
	started, gate, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	var once sync.Once
	go func() {
		done <- db.Write(context.Background(), func(context.Context, Q) error {
			once.Do(func() { close(started) })
			<-gate
			return nil
		})
	}()
	<-started
	return func() {
		close(gate)
		require.NoError(t, <-done)
	}
}

// queued starts jobs while the writer is held and waits until all are in the queue.
func queued(t *testing.T, db *DB, jobs ...func(context.Context, Q) error) []chan error {
	t.Helper()
	out := make([]chan error, len(jobs))
	for i, fn := range jobs {
		out[i] = make(chan error, 1)
		go func() { out[i] <- db.Write(context.Background(), fn) }()
		require.Eventually(t, func() bool { return len(db.writer.queue) == i+1 }, settle, tick)
	}
	return out
}

func TestOneFailureLeavesTheOthers(t *testing.T) {
	var commits atomic.Int32
	db := openTest(t, Hooks{Ended: func(ok bool) {
		if ok {
			commits.Add(1)
		}
	}})
	mine := errors.New("mine")
	before := commits.Load()
	release := hold(t, db)
	results := queued(t, db,
		insert("INSERT INTO t(v) VALUES ('a')"),
		func(ctx context.Context, q Q) error {
			_, err := q.Exec(ctx, "INSERT INTO t(v) VALUES ('half')")
			return errors.Join(err, mine)
		},
		func(context.Context, Q) error { panic("boom") },
		insert("INSERT INTO t(v) VALUES ('a')"),
		insert("INSERT INTO t(v) VALUES ('b')"),
	)
	release()
	require.NoError(t, <-results[0])
	require.ErrorIs(t, <-results[1], mine)
	require.ErrorContains(t, <-results[2], "boom")
	require.ErrorIs(t, <-results[3], ErrUnique)
	require.NoError(t, <-results[4])
	require.Equal(t, 2, count(t, db))
	require.Equal(t, before+2, commits.Load(), "the holder's commit and one for all five")
}

// TestBatchIsReplayed makes the shared COMMIT fail once: every job is tried again
// on its own and only the guilty one fails.
func TestBatchIsReplayed(t *testing.T) {
	guilty := errors.New("guilty")
	db := openTest(t, Hooks{BeforeCommit: func(ctx context.Context, q Q) error {
		var n int
		if err := q.Get(ctx, []any{&n}, "SELECT count(*) FROM sqlite_master WHERE name = 't'"); err != nil || n == 0 {
			return err
		}
		if err := q.Get(ctx, []any{&n}, "SELECT count(*) FROM t WHERE v = 'bad'"); err != nil {
			return err
		}
		if n > 0 {
			return guilty
		}
		return nil
	}})
	release := hold(t, db)
	results := queued(
		t,
		db,
		insert("INSERT INTO t(v) VALUES ('a')"),
		insert("INSERT INTO t(v) VALUES ('bad')"),
		insert("INSERT INTO t(v) VALUES ('b')"),
	)
	release()
	require.NoError(t, <-results[0])
	require.ErrorIs(t, <-results[1], guilty)
	require.NoError(t, <-results[2])
	require.Equal(t, 2, count(t, db))
}

// TestCallersDeadlineIsItsOwn cancels one waiting caller: the others commit.
func TestCallersDeadlineIsItsOwn(t *testing.T) {
	db := openTest(t, Hooks{})
	release := hold(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() { gone <- db.Write(ctx, insert("INSERT INTO t(v) VALUES ('gone')")) }()
	require.Eventually(t, func() bool { return len(db.writer.queue) == 1 }, settle, tick)
	results := make(chan error, 1)
	go func() { results <- db.Write(context.Background(), insert("INSERT INTO t(v) VALUES ('stays')")) }()
	require.Eventually(t, func() bool { return len(db.writer.queue) == 2 }, settle, tick)
	cancel()
	release()
	require.ErrorIs(t, <-gone, context.Canceled)
	require.NoError(t, <-results)
	require.Equal(t, 1, count(t, db))
}

func TestCloseFinishesWhatIsQueued(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	require.NoError(t, CreateFile(path))
	db, err := Open(t.Context(), Target{Kind: SQLite, Path: path, Nome: path})
	require.NoError(t, err)
	require.NoError(t, db.StartWriter(t.Context(), Hooks{}))
	write(t, db, "CREATE TABLE t(v TEXT)")
	release := hold(t, db)
	results := queued(t, db, insert("INSERT INTO t VALUES ('a')"), insert("INSERT INTO t VALUES ('b')"))
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	release()
	require.NoError(t, <-closed)
	for _, r := range results {
		require.NoError(t, <-r)
	}
	require.ErrorIs(t, db.Write(t.Context(), insert("INSERT INTO t VALUES ('c')")), ErrUnavailable)
}

func TestReadersCannotWrite(t *testing.T) {
	db := openTest(t, Hooks{})
	_, err := db.Reader().Exec(t.Context(), "INSERT INTO t(v) VALUES ('a')")
	require.Error(t, err)
	require.Zero(t, count(t, db))
}

func TestDurability(t *testing.T) {
	db := openTest(t, Hooks{})
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, q Q) error {
		var level int
		var journal string
		err := errors.Join(q.Get(ctx, []any{&level}, "PRAGMA synchronous"), q.Get(ctx, []any{&journal}, "PRAGMA journal_mode"))
		require.Equal(t, 2, level, "FULL")
		require.Equal(t, "wal", journal)
		return err
	}))
}

// TestForeignLockIsWaitedForOnce lets another program hold the file: callers who
// wait together are refused together, not one lock timeout after the other.
func TestForeignLockIsWaitedForOnce(t *testing.T) {
	db := openTest(t, Hooks{})
	other, err := sql.Open(sqliteDriver(), sqliteDSN(db.Target.Path))
	require.NoError(t, err)
	defer other.Close()
	conn, err := other.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	release := hold(t, db)
	var jobs []func(context.Context, Q) error
	for range 20 {
		jobs = append(jobs, insert("INSERT INTO t(v) VALUES (NULL)"))
	}
	results := queued(t, db, jobs...)
	release()
	for _, r := range results {
		require.NoError(t, <-r)
	}
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	failed := make(chan error, 20)
	start := time.Now()
	for range 20 {
		go func() { failed <- db.Write(context.Background(), jobs[0]) }()
	}
	for range 20 {
		require.ErrorIs(t, <-failed, ErrUnavailable)
	}
	// Two timeouts at most: the first to come, and those who came meanwhile.
	require.Less(t, time.Since(start), 10*lockWait, "20 callers must not wait in turn")
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	write(t, db, "INSERT INTO t(v) VALUES ('after')")
	require.Equal(t, 21, count(t, db))
}
