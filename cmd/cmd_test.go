package cmd

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
)

// fresh puts the test into an empty folder with no configuration around.
func fresh(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", dir+"/config")
	t.Setenv("TZ", "America/Sao_Paulo")
	t.Setenv("API_KEY", "")
	for _, s := range settings.All() {
		for _, name := range s.Env {
			t.Setenv(name, "")
			require.NoError(t, os.Unsetenv(name))
		}
	}
}

type result struct {
	code     int
	out, err string
}

// runMonitor runs the program with streams that are no terminal.
func runMonitor(t *testing.T, args ...string) result {
	t.Helper()
	return runWith(t, term.Streams{In: strings.NewReader("")}, args...)
}

func runWith(t *testing.T, s term.Streams, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	s.Out, s.Err = &out, &err
	code := Run(t.Context(), args, s)
	return result{code, out.String(), err.String()}
}

// everyCommand walks the tree, hidden commands of cobra's own left out.
func everyCommand(root *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{root}
	for _, c := range root.Commands() {
		all = append(all, everyCommand(c)...)
	}
	return all
}

func pathOf(c *cobra.Command) []string {
	return slices.Clone(strings.Fields(c.CommandPath())[1:])
}

func tree(t *testing.T) *cobra.Command {
	t.Helper()
	root := (&app{Terminal: &term.Terminal{Streams: term.Streams{In: strings.NewReader("")}, Secrets: term.NewRedactor()}}).root()
	root.InitDefaultHelpCmd()
	return root
}

// lockedBuffer collects what several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
