package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// screen is a terminal that answers nothing and remembers everything.
type screen struct {
	t    *testing.T
	cmd  *exec.Cmd
	pty  *os.File
	mu   sync.Mutex
	text bytes.Buffer
	read chan struct{}
	grew chan struct{}
}

func onTerminal(t *testing.T, dir string, columns uint16, args ...string) *screen {
	t.Helper()
	cmd := program(t, dir, args...)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: columns})
	require.NoError(t, err)
	s := &screen{t: t, cmd: cmd, pty: f, read: make(chan struct{}), grew: make(chan struct{}, 1)}
	t.Cleanup(func() { _ = f.Close() })
	go s.follow()
	return s
}

func (s *screen) follow() {
	defer close(s.read)
	buf := make([]byte, 4096)
	for {
		n, err := s.pty.Read(buf)
		s.mu.Lock()
		s.text.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.grew <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// waitFor waits until the screen has shown text.
func (s *screen) waitFor(text string) {
	s.t.Helper()
	late := time.After(3 * time.Minute) // a slow machine is no failure
	for !strings.Contains(s.String(), text) {
		select {
		case <-s.grew:
		case <-s.read:
			require.Contains(s.t, s.String(), text)
			return
		case <-late:
			s.t.Fatalf("%q never appeared:\n%s", text, s.String())
		}
	}
}

func (s *screen) send(keys string) {
	s.t.Helper()
	_, err := io.WriteString(s.pty, keys)
	require.NoError(s.t, err)
}

func (s *screen) exitCode() int {
	s.t.Helper()
	<-s.read
	return code(s.t, s.cmd.Wait())
}

func code(t *testing.T, err error) int {
	t.Helper()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	require.NoError(t, err)
	return 0
}

func run0(t *testing.T, dir string, args ...string) {
	t.Helper()
	out, err := program(t, dir, args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// Linking a terminal UI must not make every command ask the terminal for its
// colours: on a terminal that does not answer that costs seconds.
func TestNoCommandQueriesTheTerminal(t *testing.T) {
	dir := t.TempDir()
	run0(t, dir, "setup")
	for _, args := range [][]string{
		{"version"},
		{"help"},
		{"--help"},
		{"clientes", "list"},
		{"clientes", "list", "-o", "json"},
		{"clientes", "get", "1"},
		{"estatisticas"},
		{"config", "mostrar"},
		{"setup", "--verificar"},
		{"clientes", "inexistente"},
	} {
		s := onTerminal(t, dir, 100, args...)
		s.exitCode()
		require.NotEmpty(t, s.String(), "%v", args)
		// OSC 10/11 colour queries, cursor position and device attribute reports.
		require.NotRegexp(t, `\x1b\]1[01];\?|\x1b\[\??6n|\x1b\[>?0?c|\x1bP\+q`, s.String(), "%v", args)
	}
}

func TestListOnATerminalIsATableFittedToIt(t *testing.T) {
	dir := t.TempDir()
	run0(t, dir, "setup", "--sem-admin")
	run0(
		t,
		dir,
		"clientes",
		"create",
		"--nome",
		"Maria Aparecida Guimarães de Magalhães Queirós",
		"--email",
		"maria.aparecida.guimaraes@exemplo.com.br",
	)
	run0(t, dir, "clientes", "create", "--nome", "José", "--email", "ze@exemplo.com")
	s := onTerminal(t, dir, 60, "clientes", "list", "--limite", "1", "--busca", "maria")
	require.Equal(t, 0, s.exitCode())
	require.Contains(t, s.String(), "\x1b[1mID")
	require.Contains(t, s.String(), "…")
	s = onTerminal(t, dir, 200, "clientes", "list", "--limite", "1")
	require.Equal(t, 0, s.exitCode())
	require.Contains(t, s.String(), "Mostrando 1 de 2 — use --limite 0 para todos")
	require.Contains(t, s.String(), "EMPRESA")
	require.NotContains(t, s.String(), "…")
	s = onTerminal(t, dir, 80, "clientes", "list", "--cor", "nunca")
	require.Equal(t, 0, s.exitCode())
	require.NotContains(t, s.String(), "\x1b")
}

func TestRemovingOnATerminalAsksForTheName(t *testing.T) {
	dir := t.TempDir()
	run0(t, dir, "setup", "--sem-admin")
	run0(t, dir, "clientes", "create", "--nome", "João Silva", "--email", "joao@exemplo.com")
	s := onTerminal(t, dir, 100, "clientes", "delete", "joao@exemplo.com")
	s.waitFor("digite o nome: João Silva")
	s.send("sim\r")
	require.Equal(t, 6, s.exitCode())
	require.Contains(t, s.String(), "nada foi alterado")
	run0(t, dir, "clientes", "get", "joao@exemplo.com")
	s = onTerminal(t, dir, 100, "clientes", "delete", "joao@exemplo.com")
	s.waitFor("digite o nome: João Silva")
	s.send("João Silva\r")
	require.Equal(t, 0, s.exitCode())
	require.Contains(t, s.String(), "removido para sempre")
	require.Equal(t, 3, code(t, program(t, dir, "clientes", "get", "1").Run()))
}

func TestPasswordIsAskedTwiceWithoutEcho(t *testing.T) {
	dir := t.TempDir()
	run0(t, dir, "setup", "--sem-admin")
	run0(t, dir, "clientes", "create", "--nome", "Ana", "--email", "ana@exemplo.com")
	s := onTerminal(t, dir, 100, "clientes", "senha", "1")
	s.waitFor("Nova senha: ")
	s.send("Segredo-Digitado-1\r")
	s.waitFor("Repita a senha: ")
	s.send("Segredo-Diferente-2\r")
	require.Equal(t, 2, s.exitCode())
	require.Contains(t, s.String(), "as duas senhas não são iguais")
	require.NotContains(t, s.String(), "Segredo")
	s = onTerminal(t, dir, 100, "clientes", "senha", "1")
	s.waitFor("Nova senha: ")
	s.send("Segredo-Digitado-1\r")
	s.waitFor("Repita a senha: ")
	s.send("Segredo-Digitado-1\r")
	require.Equal(t, 0, s.exitCode())
	require.NotContains(t, s.String(), "Segredo")
	require.Contains(t, s.String(), "trocada")
}

// Ctrl-C at a question ends with 130 on a line of its own, and says that nothing
// was done.
func TestInterruptionAtAQuestion(t *testing.T) {
	dir := t.TempDir()
	run0(t, dir, "setup", "--sem-admin")
	run0(t, dir, "clientes", "create", "--nome", "Ana", "--email", "ana@exemplo.com")
	for _, args := range [][]string{{"clientes", "senha", "1"}, {"clientes", "delete", "1"}} {
		s := onTerminal(t, dir, 100, args...)
		s.waitFor(map[string]string{"senha": "Nova senha: ", "delete": "> "}[args[1]])
		s.send("\x03")
		require.Equal(t, 130, s.exitCode(), "%v", args)
		require.Contains(t, s.String(), "\r\nerro: interrompido\r\n  → nada foi alterado\r\n")
	}
	s := onTerminal(t, dir, 100, "clientes", "delete", "1")
	s.waitFor("> ")
	s.send("\x04")
	require.Equal(t, 6, s.exitCode())
	require.Contains(t, s.String(), "\r\nerro: o nome digitado não confere; nada foi alterado")
	run0(t, dir, "clientes", "get", "1")
}

// The terminal UI opens by itself on a terminal, and leaves with q.
func TestPlainMonitorOpensTheScreen(t *testing.T) {
	dir := t.TempDir()
	run0(t, dir, "setup")
	for _, args := range [][]string{nil, {"tui", "--demo"}} {
		s := onTerminal(t, dir, 100, args...)
		s.waitFor("Clientes")
		s.send("q")
		require.Equal(t, 0, s.exitCode(), s.String())
	}
}

// A reader that goes away after a line is no failure.
func TestClosedPipeIsNoFailure(t *testing.T) {
	dir := t.TempDir()
	run0(t, dir, "setup", "--sem-admin")
	run0(t, dir, "clientes", "create", "--nome", "Ana", "--email", "ana@exemplo.com")
	for _, args := range [][]string{{"clientes", "list"}, {"clientes", "list", "-o", "json"}, {"help"}, {"version"}, {"estatisticas"}} {
		r, w, err := os.Pipe()
		require.NoError(t, err)
		require.NoError(t, r.Close())
		cmd := program(t, dir, args...)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = w, &stderr
		require.Equal(t, 0, code(t, cmd.Run()), "%v: %s", args, stderr.String())
		require.NoError(t, w.Close())
		require.Empty(t, stderr.String())
	}
}

func TestServeStopsOnSignals(t *testing.T) {
	for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		dir := t.TempDir()
		cmd := program(t, dir, "serve", "--endereco", "127.0.0.1:0")
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		first := make([]byte, 4096)
		var seen string
		for !strings.Contains(seen, "http://127.0.0.1:") {
			n, err := out.Read(first)
			require.NoError(t, err, seen)
			seen += string(first[:n])
		}
		require.NoError(t, cmd.Process.Signal(sig))
		_, _ = io.Copy(io.Discard, out)
		require.Equal(t, 0, code(t, cmd.Wait()), "%v", sig)
	}
}
