package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestInstanceFolder: what Flask-SQLAlchemy 3 means by a relative URL is found, told
// and used when asked for; no empty database is made beside it.
func TestInstanceFolder(t *testing.T) {
	flask, err := os.ReadFile(storetest.Flask(t))
	require.NoError(t, err)
	dir := t.TempDir()
	t.Chdir(dir)
	there := filepath.Join(dir, "instance", "clientes.db")
	require.NoError(t, os.Mkdir("instance", 0o700))
	require.NoError(t, os.WriteFile(there, flask, 0o600))
	cfg := store.Config{URL: "sqlite:///clientes.db"}
	_, err = store.Diagnose(t.Context(), cfg, func(store.Fase) {})
	require.ErrorContains(t, err, there)
	err = store.Prepare(t.Context(), cfg, nil)
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, there)
	require.NoFileExists(t, "clientes.db")

	require.NoError(t, store.Prepare(t.Context(), store.Config{URL: "sqlite:///" + there}, nil))
	require.NoError(t, store.Prepare(t.Context(), store.Config{URL: "sqlite:///" + filepath.Join(dir, "clientes.db")}, nil))
	require.FileExists(t, "clientes.db", "an absolute path says which is meant")
	require.NoError(t, store.Prepare(t.Context(), cfg, nil))
}
