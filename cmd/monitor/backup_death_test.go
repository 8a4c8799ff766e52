//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// conexaoRows make a copy take a while.
func conexaoRows() int64 {
	if inFull() {
		return 200_000
	}
	return 60_000
}

func manyConexoes(t *testing.T) (dir, banco string) {
	t.Helper()
	dir = t.TempDir()
	banco = filepath.Join(dir, "clientes.db")
	s, err := store.Open(t.Context(), store.Config{URL: storetest.URL(banco), Create: true})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	db := storetest.Foreign(t, banco)
	storetest.Exec(t, db, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO conexoes(ip_origem, processo) SELECT '192.0.2.1', hex(randomblob(60)) FROM n`, conexaoRows())
	require.NoError(t, db.Close())
	return dir, banco
}

// TestAKilledBackupLeavesNoHalfFile kills the program while the copy grows.
func TestAKilledBackupLeavesNoHalfFile(t *testing.T) {
	dir, banco := manyConexoes(t)

	for range 3 {
		cmd, copies := growingCopy(t, dir, banco, syscall.SIGKILL)
		require.False(t, cmd.ProcessState.Exited(), "it was killed")
		require.Contains(t, names(t, copies), ".parcial-")
	}
	// The database is none the worse, and the next copy has nothing in its way.
	backup := filepath.Join(t.TempDir(), "copia.sqlite")
	out, err := program(t, dir, "backup", backup, "--banco", storetest.URL(banco)).CombinedOutput()
	require.NoError(t, err, "%s", out)
	requireCopy(t, backup)
}

// requireCopy says that what has a copy's name is whole.
func requireCopy(t *testing.T, backup string) {
	t.Helper()
	c, err := store.VerifyCopy(t.Context(), backup, store.CopyOptions{})
	require.NoError(t, err)
	require.EqualValues(t, conexaoRows(), c.Tabelas["conexoes"])
}

// TestAnInterruptedBackupTidiesUp is the same with Ctrl-C.
func TestAnInterruptedBackupTidiesUp(t *testing.T) {
	dir, banco := manyConexoes(t)
	cmd, copies := growingCopy(t, dir, banco, os.Interrupt)
	require.Equal(t, 130, cmd.ProcessState.ExitCode())
	require.Contains(t, cmd.Stderr.(*strings.Builder).String(), "interrompido")
	require.Empty(t, names(t, copies))
}

// growingCopy is a backup that got a signal while its copy grew, and ended. On a busy
// machine one may be done before the signal comes: then another one.
func growingCopy(t *testing.T, dir, banco string, signal os.Signal) (cmd *exec.Cmd, copies string) {
	t.Helper()
	for range 20 {
		copies = t.TempDir()
		cmd = program(t, dir, "backup", filepath.Join(copies, "copia.sqlite"), "--banco", storetest.URL(banco))
		cmd.Stderr = &strings.Builder{}
		require.NoError(t, cmd.Start())
		require.Eventually(t, func() bool { return names(t, copies) != "" }, time.Minute, time.Millisecond)
		_ = cmd.Process.Signal(signal) // it may have ended
		_ = cmd.Wait()
		if _, err := os.Stat(filepath.Join(copies, "copia.sqlite")); err != nil {
			return cmd, copies
		}
		requireCopy(t, filepath.Join(copies, "copia.sqlite"))
	}
	t.Fatal("every copy was done before the signal came")
	return nil, ""
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
