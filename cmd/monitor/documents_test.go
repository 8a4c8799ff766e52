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

// shellBlock is a block of commands, and for whom it is: "" for everybody, arquivo
// (SQLite) or servidor.
var shellBlock = regexp.MustCompile("(?s)```sh *(\\w*)\n(.*?)```")

// TestMigrationGuide runs every command of docs/migrar-do-flask.md, in order, on a
// copy of the legacy database of each engine.
func TestMigrationGuide(t *testing.T) {
	t.Parallel()
	for _, e := range storetest.Engines()[:3] {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			g := guide{t: t, dir: dir, who: "servidor"}
			if e.Name == "sqlite" {
				g.who = "arquivo"
				legacy, err := os.ReadFile(storetest.Flask(t))
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(filepath.Join(dir, "clientes.db"), legacy, 0o600))
			} else {
				g.given = map[string]string{"DATABASE_URL": e.Flask(t), "ENSAIO": e.URL(t), "OUTRO": e.URL(t)}
			}
			require.Greater(t, g.follow("../../docs/migrar-do-flask.md"), 20)
		})
	}
}

// TestOperationGuide runs the commands of docs/operacao.md in an empty folder.
func TestOperationGuide(t *testing.T) {
	g := guide{t: t, dir: t.TempDir(), who: "arquivo"}
	require.GreaterOrEqual(t, g.follow("../../docs/operacao.md"), 7)
}

// guide runs the commands of a document as a person would, one after another.
type guide struct {
	t   *testing.T
	dir string
	who string // whose blocks these are
	// given are what the document can only give an example of.
	given map[string]string
	env   []string
	ran   int
}

// follow runs the commands of a document and says how many there were.
func (g *guide) follow(document string) int {
	g.t.Helper()
	text, err := os.ReadFile(document)
	require.NoError(g.t, err)
	for _, block := range shellBlock.FindAllStringSubmatch(string(text), -1) {
		if block[1] != "" && block[1] != g.who {
			continue
		}
		for line := range strings.Lines(block[2]) {
			line, _, _ := strings.Cut(line, " # ")
			if line = strings.TrimSpace(line); line != "" {
				g.run(line)
			}
		}
	}
	return g.ran
}

// export keeps a variable, which later commands may name as a shell would.
func (g *guide) export(assignment string) {
	name, value, _ := strings.Cut(assignment, "=")
	if given, there := g.given[name]; there {
		value = given
	}
	g.env = append(g.env, name+"="+value)
}

// expand puts in what $NAME stands for.
func (g *guide) expand(word string) string {
	for _, v := range g.env {
		name, value, _ := strings.Cut(v, "=")
		if word == "$"+name {
			return value
		}
	}
	return word
}

func (g *guide) run(line string) {
	g.t.Helper()
	g.ran++
	words := strings.Fields(line)
	for i := range words {
		words[i] = g.expand(words[i])
	}
	switch {
	case words[0] == "export":
		g.export(words[1])
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
