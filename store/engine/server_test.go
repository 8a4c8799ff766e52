package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/storetest"
)

// writable opens a fresh database of a server with a table t.
func writable(t *testing.T, e storetest.Engine) *engine.DB {
	t.Helper()
	at := e.URL(t)
	charset := ""
	if e.Name == "mariadb" {
		charset = " CHARACTER SET utf8mb4"
	}
	e.Exec(t, e.Foreign(t, at), "CREATE TABLE t(v VARCHAR(20)"+charset+" UNIQUE)")
	target, err := engine.ParseURL(at)
	require.NoError(t, err)
	db, err := engine.Open(t.Context(), target)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.StartWriter(t.Context(), engine.Hooks{}))
	return db
}

func values(t *testing.T, db *engine.DB) (list []string) {
	t.Helper()
	require.NoError(t, db.Reader().All(t.Context(), &list, "SELECT v FROM t ORDER BY v"))
	return list
}

// TestLaterIsWritten: a statement that waits for the next one is written also
// when there is no next one, and is undone with its job.
func TestLaterIsWritten(t *testing.T) {
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		db := writable(t, e)
		require.NoError(t, db.Write(t.Context(), func(ctx context.Context, q engine.Q) error {
			return q.Later(ctx, "INSERT INTO t(v) VALUES (?)", "só depois")
		}))
		require.Equal(t, []string{"só depois"}, values(t, db))
		mine := errors.New("mine")
		require.ErrorIs(t, db.Write(t.Context(), func(ctx context.Context, q engine.Q) error {
			return errors.Join(q.Later(ctx, "INSERT INTO t(v) VALUES (?)", "nunca"), mine)
		}), mine)
		require.NoError(t, db.Write(t.Context(), func(context.Context, engine.Q) error { return nil }))
		require.Equal(t, []string{"só depois"}, values(t, db))
		err := db.Write(t.Context(), func(ctx context.Context, q engine.Q) error {
			return q.Later(ctx, "INSERT INTO t(v) VALUES (?)", "só depois")
		})
		require.ErrorIs(t, err, engine.ErrUnique)
	})
}

// TestManyCallersOfOneServer: what one does wrong costs the others nothing.
func TestManyCallersOfOneServer(t *testing.T) {
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		db := writable(t, e)
		const callers = 40
		results := make(chan error, callers)
		for i := range callers {
			go func() {
				results <- db.Write(context.Background(), func(ctx context.Context, q engine.Q) error {
					value := "repetido"
					if i%2 == 0 {
						value = string(rune('A'+i/26)) + string(rune('a'+i%26))
					}
					_, err := q.Exec(ctx, "INSERT INTO t(v) VALUES (?)", value)
					return err
				})
			}()
		}
		refused := 0
		for range callers {
			if err := <-results; err != nil {
				require.ErrorIs(t, err, engine.ErrUnique)
				refused++
			}
		}
		require.Equal(t, callers/2-1, refused)
		require.Len(t, values(t, db), callers/2+1)
	})
}

// TestHostileTexts writes texts into statements and reads them back.
func TestHostileTexts(t *testing.T) {
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		db := writable(t, e)
		for _, text := range []string{`'; DROP TABLE t; --`, `\'; DROP TABLE t; --`, `a\`, `\\'`, "?", "?0", "?nome", "😀", "á\nb", `"`, "`", "$1", "%s", "x'41'", "\u2028", "FOR_UPDATE", "AS_TEXT(v)"} {
			require.NoError(t, db.Write(t.Context(), func(ctx context.Context, q engine.Q) error {
				if _, err := q.Exec(ctx, "DELETE FROM t"); err != nil {
					return err
				}
				_, err := q.Exec(ctx, "INSERT INTO t(v) VALUES (?)", text)
				return err
			}), "%q", text)
			require.Equal(t, []string{text}, values(t, db))
			var n int
			require.NoError(t, db.Reader().Get(t.Context(), []any{&n}, "SELECT count(*) FROM t WHERE EXACT(v, ?)", text))
			require.Equal(t, 1, n, "%q", text)
		}
		for _, text := range []string{"a\x00b", "\xff\xfe"} {
			var n int
			require.NoError(t, db.Reader().Get(t.Context(), []any{&n}, "SELECT count(*) FROM t WHERE v = ?", text), "%q", text)
			require.Zero(t, n)
		}
	})
}

// TestNoJobPaysForAnother makes the last statement of one job, which travels with
// the first of the next, fail: only that job does, and what the others wrote stays.
func TestNoJobPaysForAnother(t *testing.T) {
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		db := writable(t, e)
		insert := func(values ...string) func(context.Context, engine.Q) error {
			return func(ctx context.Context, q engine.Q) error {
				for i, v := range values {
					run := q.Later
					if i == 0 {
						run = func(ctx context.Context, query string, args ...any) error {
							_, err := q.Exec(ctx, query, args...)
							return err
						}
					}
					if err := run(ctx, "INSERT INTO t(v) VALUES (?)", v); err != nil {
						return err
					}
				}
				return nil
			}
		}
		require.NoError(t, db.Write(t.Context(), insert("já")))
		errs := together(t, db, insert("um", "já"), insert("dois"), func(ctx context.Context, q engine.Q) error {
			_, err := q.Exec(ctx, "isto não é SQL")
			return err
		}, insert("três"))
		require.ErrorIs(t, errs[0], engine.ErrUnique)
		require.NoError(t, errs[1])
		require.Error(t, errs[2])
		require.NoError(t, errs[3])
		require.Equal(t, []string{"dois", "já", "três"}, values(t, db))
	})
}

// together holds the writer until all jobs wait, so that they share a transaction.
func together(t *testing.T, db *engine.DB, jobs ...func(context.Context, engine.Q) error) []error {
	t.Helper()
	started, gate := make(chan struct{}), make(chan struct{})
	held := make(chan error, 1)
	go func() {
		held <- db.Write(context.Background(), func(context.Context, engine.Q) error {
			close(started)
			<-gate
			return nil
		})
	}()
	<-started
	results := make([]chan error, len(jobs))
	for i, fn := range jobs {
		results[i] = make(chan error, 1)
		go func() { results[i] <- db.Write(context.Background(), fn) }()
		require.Eventually(t, func() bool { return db.Waiting() == i+1 }, time.Minute, time.Millisecond)
	}
	close(gate)
	require.NoError(t, <-held)
	errs := make([]error, len(jobs))
	for i := range results {
		errs[i] = <-results[i]
	}
	return errs
}
