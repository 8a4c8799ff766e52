package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestMigrationGuide runs every command of docs/migrar-do-flask.md, in order, on a
// copy of the legacy database.
func TestMigrationGuide(t *testing.T) {
	dir := t.TempDir()
	legacy, err := os.ReadFile(storetest.Flask(t))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "clientes.db"), legacy, 0o600))
	require.Greater(t, follow(t, dir, "../../docs/migrar-do-flask.md"), 15)
}

// TestOperationGuide runs the commands of docs/operacao.md in an empty folder.
func TestOperationGuide(t *testing.T) {
	require.GreaterOrEqual(t, follow(t, t.TempDir(), "../../docs/operacao.md"), 7)
}

// follow runs the commands of a document and says how many there were.
func follow(t *testing.T, dir, document string) int {
	t.Helper()
	text, err := os.ReadFile(document)
	require.NoError(t, err)
	guide := guide{t: t, dir: dir}
	for _, block := range shellBlock.FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ := strings.Cut(line, " # ")
			if line = strings.TrimSpace(line); line != "" {
				guide.run(line)
			}
		}
	}
	return guide.ran
}

// guide runs the commands of a document as a person would, one after another.
type guide struct {
	t   *testing.T
	dir string
	env []string
	ran int
}

func (g *guide) run(line string) {
	g.t.Helper()
	g.ran++
	words := strings.Fields(line)
	switch {
	case words[0] == "export":
		g.env = append(g.env, words[1])
	case words[0] == "cp":
		out, err := exec.CommandContext(g.t.Context(), "cp", filepath.Join(g.dir, words[1]), filepath.Join(g.dir, words[2])).CombinedOutput()
		require.NoError(g.t, err, "%s\n%s", line, out)
	case words[0] != "monitor":
		g.t.Fatalf("the guide has a command that the test does not know: %s", line)
	case words[1] == "serve":
		g.serve(words[1:])
	default:
		out, err := g.command(g.t.Context(), words[1:]).CombinedOutput()
		require.NoError(g.t, err, "%s\n%s", line, out)
	}
}

func (g *guide) command(ctx context.Context, args []string) *exec.Cmd {
	cmd := program(g.t, g.dir, args...)
	env, self := slices.Concat(cmd.Env, g.env), cmd.Path
	cmd = exec.CommandContext(ctx, self)
	cmd.Args, cmd.Dir, cmd.Env = append([]string{"monitor"}, args...), g.dir, env
	return cmd
}

// serve starts the server on a free port, waits until it is there and stops it.
func (g *guide) serve(args []string) {
	g.t.Helper()
	cmd := g.command(g.t.Context(), append(args, "--endereco", "127.0.0.1:0"))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	require.NoError(g.t, err)
	require.NoError(g.t, cmd.Start())
	said := bufio.NewScanner(out)
	for said.Scan() && !strings.Contains(said.Text(), "http://") {
		continue
	}
	signalled := cmd.Process.Signal(syscall.SIGTERM)
	_, _ = io.Copy(io.Discard, out)
	require.NoError(g.t, cmd.Wait(), errs.String())
	require.NoError(g.t, signalled)
	require.Contains(g.t, said.Text(), "http://", errs.String())
}
