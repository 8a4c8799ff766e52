package engine

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	settle = 20 * time.Second
	tick   = time.Millisecond
)

func TestParseURL(t *testing.T) {
	wd, err := os.Getwd()
	require.NoError(t, err)
	for raw, path := range map[string]string{
		"sqlite:///data/clientes.db":        filepath.Join(wd, "data", "clientes.db"),
		"sqlite:////var/lib/monitor/x.db":   "/var/lib/monitor/x.db",
		"sqlite+pysqlite:///a.db?timeout=5": filepath.Join(wd, "a.db"),
		"clientes.db":                       filepath.Join(wd, "clientes.db"),
		"/abs/com espaço/ação.db":           "/abs/com espaço/ação.db",
		" SQLITE:////x.db ":                 "/x.db",
	} {
		target, err := ParseURL(raw)
		require.NoError(t, err, raw)
		require.Equal(t, Target{Kind: SQLite, Path: path, Nome: path}, target, raw)
	}
	target, err := ParseURL("postgresql+psycopg2://ana:se%40gredo@db.x.com:5432/clientes?sslmode=require")
	require.NoError(t, err)
	require.Equal(t, Postgres, target.Kind)
	require.Equal(t, "postgresql://ana@db.x.com:5432/clientes", target.Nome)
	require.Equal(t, "postgres://ana:se%40gredo@db.x.com:5432/clientes?sslmode=require", target.DSN)
	for _, raw := range []string{"", "sqlite://", "sqlite:///", "sqlite:///:memory:", "oracle://ana:segredo@x/y", "postgres://", "postgres://ana:seg redo@:x/%zz", "a\x00b", "sqlite:e2.db", "mysql+pymysql://u:segredo@x/y"} {
		_, err := ParseURL(raw)
		require.True(t, IsURLError(err), raw)
		require.NotContains(t, err.Error(), "redo", "no password in %q", err)
	}
}

// TestOddPaths opens files whose names mean something in a URI.
func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "100%.db", "a?b=c.db", "a#b.db", "ação.db", "a&mode=memory.db"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, CreateFile(path))
		db, err := Open(t.Context(), Target{Kind: SQLite, Path: path, Nome: path})
		require.NoError(t, err, name)
		require.NoError(t, db.StartWriter(t.Context(), Hooks{}))
		write(t, db, "CREATE TABLE t(v TEXT)")
		require.NoError(t, db.Close())
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Positive(t, info.Size(), name)
	}
}

func TestMissingFileIsNotMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	_, err := Open(t.Context(), Target{Kind: SQLite, Path: path, Nome: path})
	require.ErrorIs(t, err, ErrUnavailable)
	require.NoFileExists(t, path)
}
