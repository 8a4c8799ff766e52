package storetest

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// AuditKey signs the trail of databases opened WithKey.
var AuditKey = strings.Repeat("5a", 32)

// WithKey has a store sign with AuditKey.
func WithKey(c *store.Config) { c.ChaveAuditoria = AuditKey }

// Backup takes a copy that nothing is said against.
func Backup(t *testing.T, s *store.Store) store.Copia {
	t.Helper()
	c, err := s.As(Operator).Backup(t.Context(), filepath.Join(t.TempDir(), "copia"), store.CopyOptions{})
	require.NoError(t, err)
	require.Empty(t, c.Avisos)
	if runtime.GOOS != "windows" {
		info, err := os.Stat(c.Arquivo)
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, "a copy is for its owner only")
	}
	return c
}

// Restored restores a copy into a fresh database and opens it.
func Restored(t *testing.T, e Engine, path string) (*store.Store, string) {
	t.Helper()
	url := e.URL(t)
	_, err := store.Restore(t.Context(), e.Config(t, url, WithKey), Operator, path, store.RestoreOptions{})
	require.NoError(t, err)
	cfg := e.Config(t, url, WithKey)
	cfg.Create = false
	s, err := store.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s, url
}

// RequireIntact verifies the trail.
func RequireIntact(t *testing.T, s *store.Store) {
	t.Helper()
	v, err := s.As(Operator).Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.NotZero(t, v.Elos)
}

// Installed is the engine of that name, or the test is skipped where it is not installed.
func Installed(t *testing.T, name string) (e Engine) {
	t.Helper()
	e = Named(name)
	if name == "postgres" {
		Postgres(t)
	}
	if name == "mariadb" {
		MariaDB(t)
	}
	return e
}
