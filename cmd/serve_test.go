package cmd

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/demo"
	"example.com/monitor/cmd/term"
)

// serving is a `monitor serve` that runs inside the test.
type serving struct {
	url    string
	before string // what it printed before its address
	stop   func() (code int, stderr string)
}

func startServe(t *testing.T, s term.Streams, args ...string) serving {
	t.Helper()
	// A server's aim is little for a process of many tests, which would mostly collect.
	t.Setenv("GOMEMLIMIT", "off")
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	var stderr lockedBuffer
	s.Out, s.Err = w, &stderr
	done := make(chan int, 1)
	go func() {
		done <- Run(ctx, append([]string{"serve", "--endereco", "127.0.0.1:0"}, args...), s)
		_ = w.Close()
	}()
	got := serving{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "http") {
			got.url = lines.Text()
			break
		}
		got.before += lines.Text() + "\n"
	}
	require.NotEmpty(t, got.url, "serve ended: %s", stderr.String())
	go func() { _, _ = io.Copy(io.Discard, r) }()
	got.stop = func() (int, string) {
		cancel()
		return <-done, stderr.String()
	}
	t.Cleanup(cancel)
	return got
}

func get(t *testing.T, url string) int {
	t.Helper()
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestServeGivesTheMemoryAimBack(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "")
	before := debug.SetMemoryLimit(-1)
	restore := aimForLittleMemory()
	require.EqualValues(t, memoryAim, debug.SetMemoryLimit(-1))
	restore()
	require.Equal(t, before, debug.SetMemoryLimit(-1))
	t.Setenv("GOMEMLIMIT", "1GiB")
	aimForLittleMemory()
	require.Equal(t, before, debug.SetMemoryLimit(-1), "the operator's own")
	t.Setenv("GOMEMLIMIT", "")
	fresh(t)
	r := runMonitor(t, "serve", "--endereco", silent(t)) // somebody has that port
	require.Equal(t, exitFailure, r.code, r.err)
	require.Equal(t, before, debug.SetMemoryLimit(-1))
}

func TestServeMakesTheDefaultDatabaseAndSaysSo(t *testing.T) {
	fresh(t)
	s := startServe(t, term.Streams{})
	require.Contains(t, s.before, "Banco de dados criado em ")
	require.Contains(t, s.before, filepath.Join("data", "clientes.db"))
	require.Equal(t, 200, get(t, s.url+"/livez"))
	require.Equal(t, 200, get(t, s.url+"/readyz"))
	code, stderr := s.stop()
	require.Equal(t, 0, code)
	require.Contains(t, stderr, "monitor setup", "off a terminal no administrator is made")
	require.NotContains(t, s.before, "senha")
	require.Contains(t, runMonitor(t, "clientes", "list", "-o", "json").out, "[]")
	again := startServe(t, term.Streams{})
	require.NotContains(t, again.before, "criado")
	again.stop()
}

// The curl that a first start prints works as it stands.
func TestFirstServeOnATerminalPrintsALoginThatWorks(t *testing.T) {
	fresh(t)
	s := startServe(t, term.Streams{OutTerminal: true, ErrTerminal: true})
	require.Contains(t, s.before, defaultAdmin)
	_, curl, found := strings.Cut(s.before, "curl ")
	require.True(t, found, s.before)
	out, err := exec.CommandContext(t.Context(), "sh", "-c", "curl "+curl).Output()
	require.NoError(t, err)
	var answer struct {
		Success bool   `json:"success"`
		Token   string `json:"token"`
	}
	require.NoError(t, json.Unmarshal(out, &answer), "%s", out)
	require.True(t, answer.Success, "%s", out)
	require.NotEmpty(t, answer.Token)
	code, stderr := s.stop()
	require.Equal(t, 0, code)
	require.Contains(t, stderr, "Encerrado.")
	requirePortuguese(t, "serve", s.before)
	again := startServe(t, term.Streams{OutTerminal: true})
	require.NotContains(t, again.before, "senha", "the password is shown once")
	again.stop()
}

func TestServeDemoIsLivelyAndLeavesNothing(t *testing.T) {
	fresh(t)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	s := startServe(t, term.Streams{}, "--demo")
	require.Contains(t, s.before, "DEMONSTRAÇÃO")
	_, curl, _ := strings.Cut(s.before, "curl ")
	out, err := exec.CommandContext(t.Context(), "sh", "-c", "curl "+curl).Output()
	require.NoError(t, err)
	require.Contains(t, string(out), `"token"`)
	dirs, err := filepath.Glob(filepath.Join(tmp, "monitor-demo-*"))
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	r := runMonitor(t, "estatisticas", "-o", "json", "--banco", "sqlite:///"+filepath.Join(dirs[0], "demonstracao.db"))
	var e map[string]int
	require.NoError(t, json.Unmarshal([]byte(r.out), &e), r.err)
	require.Equal(t, demo.Clients+1, e["total_clientes"])
	require.Equal(t, demo.Devices, e["total_dispositivos"])
	require.Equal(t, demo.Alive, e["dispositivos_online"])
	code, _ := s.stop()
	require.Equal(t, 0, code)
	require.NoDirExists(t, dirs[0])
	require.NoDirExists(t, "data")
}

func TestServeOnABusyPortSaysWhoHoldsIt(t *testing.T) {
	fresh(t)
	s := startServe(t, term.Streams{})
	address := strings.TrimPrefix(s.url, "http://")
	require.NoError(t, os.MkdirAll("outra", 0o700))
	t.Chdir("outra")
	r := runMonitor(t, "serve", "--endereco", address)
	require.Equal(t, exitFailure, r.code)
	require.Contains(t, r.err, "já está em uso por")
	if runtime.GOOS == "linux" {
		require.Contains(t, r.err, fmt.Sprintf("(processo %d)", os.Getpid()))
	}
	require.NoDirExists(t, "data", "a taken port leaves no database behind")
	s.stop()
}

func TestServeLogsForPeopleOnATerminalAndJSONOffIt(t *testing.T) {
	fresh(t)
	require.Equal(t, 0, runMonitor(t, "setup").code)
	s := startServe(t, term.Streams{})
	require.Equal(t, 404, get(t, s.url+"/api/db/nada"))
	_, stderr := s.stop()
	for line := range strings.SplitSeq(strings.TrimSpace(stderr), "\n") {
		require.True(t, json.Valid([]byte(line)), line)
	}
	require.Contains(t, stderr, "404")
	s = startServe(t, term.Streams{ErrTerminal: true})
	require.Equal(t, 404, get(t, s.url+"/api/db/nada"))
	_, stderr = s.stop()
	require.Regexp(t, `(?m)^\d\d:\d\d:\d\d (info |aviso|erro ) .*404`, stderr)
}
