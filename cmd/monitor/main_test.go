package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// TestMain makes this test binary answer to the name "monitor" too, so that
// the stories and the terminal tests run the real main.
func TestMain(m *testing.M) {
	testscript.Main(storetest.Overlap{M: m}, map[string]func(){"monitor": main, "multidao": crowdMain})
}

// TestStories runs the program through testdata/*.txtar. Each story has a
// folder of its own, with a copy of the legacy database as flask.sqlite.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "America/Sao_Paulo")
			legacy, err := os.ReadFile(storetest.Flask(t))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "flask.sqlite"), legacy, 0o600)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"sai": exitsWith,
		},
	})
}

// exitsWith is `sai CÓDIGO comando…`: the command must end with that status.
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("uso: sai CÓDIGO comando argumentos…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("saiu com %d, não %d", got, want)
	}
}

// program is a command that runs the real main in folder dir.
func program(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args = append([]string{"monitor"}, args...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "TZ=America/Sao_Paulo", "TMPDIR=" + t.TempDir()}
	return cmd
}
