//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

const linhasDeConexao = 200_000

// muitasConexoes is a database whose copy takes a while.
func muitasConexoes(t *testing.T) (dir, banco string) {
	t.Helper()
	dir = t.TempDir()
	banco = filepath.Join(dir, "clientes.db")
	s, err := store.Open(t.Context(), store.Config{URL: storetest.URL(banco), Create: true})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	db := storetest.Foreign(t, banco)
	storetest.Exec(t, db, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO conexoes(ip_origem, processo) SELECT '192.0.2.1', hex(randomblob(60)) FROM n`, linhasDeConexao)
	require.NoError(t, db.Close())
	return dir, banco
}

// TestAKilledBackupLeavesNoHalfFile kills the program while the copy grows.
func TestAKilledBackupLeavesNoHalfFile(t *testing.T) {
	dir, banco := muitasConexoes(t)

	for range 3 {
		copias := t.TempDir()
		cmd := program(t, dir, "backup", filepath.Join(copias, "copia.sqlite"), "--banco", storetest.URL(banco))
		require.NoError(t, cmd.Start())
		require.Eventually(t, func() bool { return strings.Contains(names(t, copias), ".parcial-") }, time.Minute, time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait()
		require.NoFileExists(t, filepath.Join(copias, "copia.sqlite"))
	}
	// The database is none the worse, and the next copy has nothing in its way.
	copia := filepath.Join(t.TempDir(), "copia.sqlite")
	out, err := program(t, dir, "backup", copia, "--banco", storetest.URL(banco)).CombinedOutput()
	require.NoError(t, err, "%s", out)
	c, err := store.VerifyCopy(t.Context(), copia, store.CopiaOpcoes{})
	require.NoError(t, err)
	require.EqualValues(t, linhasDeConexao, c.Tabelas["conexoes"])
}

// TestAnInterruptedBackupTidiesUp is the same with Ctrl-C.
func TestAnInterruptedBackupTidiesUp(t *testing.T) {
	dir, banco := muitasConexoes(t)
	copias := t.TempDir()
	cmd := program(t, dir, "backup", filepath.Join(copias, "copia.sqlite"), "--banco", storetest.URL(banco))
	var says strings.Builder
	cmd.Stderr = &says
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool { return strings.Contains(names(t, copias), ".parcial-") }, time.Minute, time.Millisecond)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
	require.Equal(t, 130, cmd.ProcessState.ExitCode())
	require.Contains(t, says.String(), "interrompido")
	require.Empty(t, names(t, copias))
}

func names(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	var b strings.Builder
	for _, f := range list {
		b.WriteString(f.Name() + "\n")
	}
	return b.String()
}
