package engine

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMigrationWaitsForAnother: whoever migrates the same file keeps it longer than a
// write waits for.
func TestMigrationWaitsForAnother(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	require.NoError(t, CreateFile(path))
	db, err := Open(t.Context(), Target{Kind: SQLite, Path: path, Nome: path})
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.StartWriter(t.Context(), Hooks{}))
	migrate := func() error { return db.Migrate(t.Context(), "2026-11-30T12:00:00") }
	require.NoError(t, migrate())

	other, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	defer other.Close()
	other.SetMaxOpenConns(1)
	_, err = other.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- migrate() }()
	select {
	case err := <-done:
		require.NoError(t, err, "it did not wait")
		t.Fatal("the file was another's")
	case <-time.After(lockWait + lockWait/2):
	}
	_, err = other.ExecContext(t.Context(), "COMMIT")
	require.NoError(t, err)
	require.NoError(t, <-done)
}
