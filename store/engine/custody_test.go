//go:build unix

package engine

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTakenAwayFilesAreNoticed takes the files away in every way, in the middle of
// a transaction: nobody is told that it was done, nothing is written or read any
// more, and what lies there instead is left alone.
func TestTakenAwayFilesAreNoticed(t *testing.T) {
	t.Parallel()
	ways := map[string]func(t *testing.T, path string){
		"the file is deleted":     func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
		"the journal is deleted":  func(t *testing.T, path string) { require.NoError(t, os.Remove(path+"-wal")) },
		"its index is deleted":    func(t *testing.T, path string) { require.NoError(t, os.Remove(path+"-shm")) },
		"the file is replaced":    func(t *testing.T, path string) { replace(t, path) },
		"the journal is replaced": func(t *testing.T, path string) { replace(t, path+"-wal") },
		"its index is replaced":   func(t *testing.T, path string) { replace(t, path+"-shm") },
		"the folder is renamed": func(t *testing.T, path string) {
			require.NoError(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+".outra"))
		},
		"the folder is a file now": func(t *testing.T, path string) {
			require.NoError(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+".outra"))
			require.NoError(t, os.WriteFile(filepath.Dir(path), nil, 0o600))
		},
	}
	for name, take := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ended := []bool{}
			db, path := openKept(t, Hooks{Ended: func(ok bool) { ended = append(ended, ok) }})
			write(t, db, "INSERT INTO t(v) VALUES ('before')")
			err := db.Write(t.Context(), func(ctx context.Context, q Q) error {
				_, err := q.Exec(ctx, "INSERT INTO t(v) VALUES ('meanwhile')")
				take(t, path)
				return err
			})
			require.ErrorIs(t, err, ErrUnavailable)
			require.Equal(t, MotivoArquivoTrocado, Motivo(err))
			require.False(t, ended[len(ended)-1], "hooks are not told of a commit")

			ran := false
			err = db.Write(t.Context(), func(context.Context, Q) error { ran = true; return nil })
			require.Equal(t, MotivoArquivoTrocado, Motivo(err))
			require.False(t, ran, "nothing is begun any more")
			var n int
			require.Equal(t, MotivoArquivoTrocado, Motivo(db.Reader().Get(t.Context(), []any{&n}, "SELECT count(*) FROM t")))
			require.Equal(t, MotivoArquivoTrocado, Motivo(db.Ping(t.Context())))
			require.Equal(t, MotivoArquivoTrocado, Motivo(db.CopyTo(t.Context(), filepath.Join(t.TempDir(), "copia.db"))))
			require.Equal(t, MotivoArquivoTrocado, Motivo(db.Close()))
		})
	}
}

// TestStrangersJournalSurvivesClosing: whoever made the new files keeps them.
func TestStrangersJournalSurvivesClosing(t *testing.T) {
	db, path := openKept(t, Hooks{})
	write(t, db, "INSERT INTO t(v) VALUES ('ours')")
	for _, end := range []string{"-wal", "-shm"} {
		replace(t, path+end)
	}
	before, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	require.Error(t, db.Write(t.Context(), insert("INSERT INTO t(v) VALUES ('late')")))
	require.Error(t, db.Close())
	after, err := os.ReadFile(path + "-wal")
	require.NoError(t, err, "closing deletes what lies in the journal's place")
	require.Equal(t, before, after)
}

// TestReadersNoticeSoon: the files may go while nobody writes.
func TestReadersNoticeSoon(t *testing.T) {
	db, path := openKept(t, Hooks{})
	replace(t, path)
	require.Eventually(t, func() bool {
		var n int
		return Motivo(db.Reader().Get(t.Context(), []any{&n}, "SELECT count(*) FROM t")) == MotivoArquivoTrocado
	}, settle, tick)
	_ = db.Close()
}

// TestFilesThatCannotBeSeen: a folder that cannot be looked into is no reason to
// give the database up for good, and none to acknowledge either.
func TestFilesThatCannotBeSeen(t *testing.T) {
	db, path := openKept(t, Hooks{})
	real := (*db.custody.files.Load())[0]
	loop := filepath.Join(filepath.Dir(path), "volta")
	require.NoError(t, os.Symlink(loop, loop)) // ELOOP
	db.custody.files.Store(&[]keptFile{{path: loop, info: real.info, what: mainFile}})
	err := db.Write(t.Context(), insert("INSERT INTO t(v) VALUES ('unseen')"))
	require.ErrorIs(t, err, ErrUnavailable)
	db.custody.files.Store(&[]keptFile{real})
	write(t, db, "INSERT INTO t(v) VALUES ('seen')")
	require.Equal(t, 1, count(t, db))
	require.NoError(t, db.Close())
}

// TestReadersDoNotKeepUsFromStarting: a file whose journal was turned off, and that
// another program reads for a while.
func TestReadersDoNotKeepUsFromStarting(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	require.NoError(t, CreateFile(path))
	other, err := sql.Open(sqliteDriver(), sqliteDSN(path))
	require.NoError(t, err)
	defer other.Close()
	_, err = other.ExecContext(t.Context(), "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT UNIQUE)")
	require.NoError(t, err)
	tx, err := other.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	var n int
	require.NoError(t, tx.QueryRowContext(t.Context(), "SELECT count(*) FROM t").Scan(&n))
	db, err := Open(t.Context(), Target{Kind: SQLite, Path: path, Nome: path})
	require.NoError(t, err)
	go func() {
		<-time.After(6 * time.Second) // longer than SQLite itself waits for a lock
		_ = tx.Rollback()
	}()
	require.NoError(t, db.StartWriter(t.Context(), Hooks{}))
	write(t, db, "INSERT INTO t(v) VALUES ('ours')")
	require.NoError(t, db.Close())
}

func TestHeld(t *testing.T) {
	db, path := openKept(t, Hooks{})
	other := path + ".ligado"
	require.NoError(t, os.Link(path, other))
	require.True(t, Held(path))
	require.True(t, Held(other), "under whatever name")
	require.False(t, Held(path+".nenhum"))
	for _, end := range []string{"-wal", "-shm"} {
		require.FileExists(t, path+end)
		require.True(t, Held(path+end), "what lies beside it is held, too")
	}
	require.NoError(t, db.Close())
	require.False(t, Held(path))
}

func TestCreateFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pasta", "x.db")
	require.NoError(t, CreateFile(path))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	require.NoError(t, os.WriteFile(path, []byte("cheio"), 0o600))
	require.NoError(t, CreateFile(path))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "cheio", string(text), "a file that exists is left alone")
	link := filepath.Join(dir, "atalho.db")
	require.NoError(t, os.Symlink(filepath.Join(dir, "pasta", "y.db"), link))
	require.NoError(t, CreateFile(link))
	require.FileExists(t, filepath.Join(dir, "pasta", "y.db"), "a link is followed")
	list, err := os.ReadDir(filepath.Join(dir, "pasta"))
	require.NoError(t, err)
	require.Len(t, list, 2, "and nothing else is left")
}

// openKept is openTest in a folder of its own, for tests that close it themselves.
func openKept(t *testing.T, hooks Hooks) (*DB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "banco", "x.db")
	require.NoError(t, CreateFile(path))
	db, err := Open(t.Context(), Target{Kind: SQLite, Path: path, Nome: path})
	require.NoError(t, err)
	require.NoError(t, db.StartWriter(t.Context(), hooks))
	write(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT UNIQUE)")
	return db, path
}

// replace puts another file of the same content in the place of one.
func replace(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+".novo", text, 0o600))
	require.NoError(t, os.Rename(path+".novo", path))
}

// BenchmarkCustody is what each shared transaction pays for being noticed.
func BenchmarkCustody(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x.db")
	require.NoError(b, CreateFile(path))
	db, err := Open(b.Context(), Target{Kind: SQLite, Path: path, Nome: path})
	require.NoError(b, err)
	require.NoError(b, db.StartWriter(b.Context(), Hooks{}))
	defer db.Close()
	for b.Loop() {
		if err := errors.Join(db.custody.check()); err != nil {
			b.Fatal(err)
		}
	}
}
