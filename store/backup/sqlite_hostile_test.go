package backup_test

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/backup"
	"example.com/monitor/store/storetest"
)

// planted is a copy of a SQLite database in which somebody ran statements.
func planted(t *testing.T, statements ...string) string {
	t.Helper()
	path := storetest.Backup(t, storetest.New(t, storetest.WithKey)).Arquivo
	db := storetest.Foreign(t, path)
	db.SetMaxOpenConns(1) // settings are of a connection
	for _, s := range statements {
		storetest.Exec(t, db, s)
	}
	require.NoError(t, db.Close())
	return path
}

// TestCraftedSQLiteCopiesAreRefused in words, soon, whatever their schema makes SQLite
// compute.
func TestCraftedSQLiteCopiesAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ path, says string }{
		"a generated column": {planted(t,
			"CREATE TABLE bomba(x, y AS (hex(zeroblob(x))) NOT NULL)", "INSERT INTO bomba(x) VALUES (40000000)",
		), "valor maior que 64 MiB"},
		"an endless view instead of a table": {planted(t,
			"ALTER TABLE clientes RENAME TO outra",
			"CREATE VIEW clientes AS WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM r) SELECT id, 'x' AS nome FROM r",
		), "não é uma cópia"},
		"a header that claims pages": {patched(t, func(b []byte) { binary.BigEndian.PutUint32(b[28:], 1<<31-1) }), "incompleta"},
		"a header that hides pages":  {patched(t, func(b []byte) { binary.BigEndian.PutUint32(b[28:], 2) }), "danificada"},
		"pages of another size":      {patched(t, func(b []byte) { binary.BigEndian.PutUint16(b[16:], 1) }), "incompleta"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var bad *backup.CopiaError
			_, err := backup.VerifyCopy(ctx, c.path, backup.CopyOptions{})
			require.ErrorAs(t, err, &bad)
			require.Contains(t, bad.Error(), c.says)
			require.NotEmpty(t, bad.Remedio)
		})
	}
	_, err := backup.VerifyCopy(t.Context(), t.TempDir(), backup.CopyOptions{})
	require.ErrorContains(t, err, "não é um arquivo comum")
}

func patched(t *testing.T, change func([]byte)) string {
	t.Helper()
	path := planted(t)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	change(b)
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return path
}

// TestSQLiteCopiesLetGoAtOnce: a file whose schema keeps SQLite busy for long is left
// as soon as whoever waits wants to.
func TestSQLiteCopiesLetGoAtOnce(t *testing.T) {
	t.Parallel()
	// The column is made expensive once the rows are there: seconds for all of them.
	path := planted(t,
		"CREATE TABLE bomba(x, y AS (1) NOT NULL)",
		"INSERT INTO bomba(x) WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT 20000) SELECT i FROM r",
		"PRAGMA writable_schema = ON",
		"UPDATE sqlite_master SET sql = 'CREATE TABLE bomba(x, y AS (hex(zeroblob(100000 + x % 2))) NOT NULL)' WHERE name = 'bomba'")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := backup.VerifyCopy(ctx, path, backup.CopyOptions{})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(began), 30*time.Second)

	target := filepath.Join(t.TempDir(), "banco.db")
	ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	e := storetest.Installed(t, "sqlite")
	_, err = store.Restore(
		ctx,
		e.Config(t, "sqlite:///"+filepath.ToSlash(target), storetest.WithKey),
		storetest.Operator,
		path,
		backup.RestoreOptions{},
	)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoFileExists(t, target)
}
