//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asNobody makes cmd run without root's rights, where this process has them.
// The program is copied to where anybody may run it.
func asNobody(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "monitor")
	self, err := os.ReadFile(cmd.Path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(bin, self, 0o755))
	open(t, filepath.Dir(bin))
	cmd.Path = bin
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
}

// open lets anybody into a temporary folder.
func open(t *testing.T, dir string) {
	t.Helper()
	for ; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
		require.NoError(t, os.Chmod(dir, 0o755))
	}
}

// A server that could not even let anybody in does not start, and says why;
// lists need no more than reading.
func TestServeNeedsADatabaseThatCanBeWritten(t *testing.T) {
	dir := t.TempDir()
	run0(t, dir, "setup")
	open(t, dir)
	db := filepath.Join(dir, "data", "clientes.db")
	require.NoError(t, os.Chmod(db, 0o444))
	require.NoError(t, os.Chmod(filepath.Dir(db), 0o777))
	cmd := program(t, dir, "serve", "--endereco", "127.0.0.1:0")
	asNobody(t, cmd)
	// A server that starts all the same is stopped, and ends with 0.
	late := time.AfterFunc(3*time.Minute, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	defer late.Stop()
	out, err := cmd.CombinedOutput()
	require.Equal(t, 5, code(t, err), "%s", out)
	require.Contains(t, string(out), db+": o arquivo só permite leitura")
	require.Contains(t, string(out), "\n  → ")
	require.NotContains(t, string(out), "http://")
	list := program(t, dir, "clientes", "list", "-o", "ids")
	asNobody(t, list)
	ids, err := list.Output()
	require.NoError(t, err)
	require.Equal(t, "1\n", string(ids))
}
