package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// inFull says that long runs shall have their full length.
func inFull() bool { return os.Getenv("MONITOR_ENSAIO") == "completo" }

// limit is the longest that a caller may wait for an answer.
const limit = 5 * time.Second

// patience is limit where it is measured; elsewhere a slow machine is no failure.
func patience() time.Duration {
	if inFull() {
		return limit
	}
	return time.Minute
}

// rehearsal is a real server process under load, and what its callers were told.
type rehearsal struct {
	t     *testing.T
	dir   string
	env   []string
	url   string
	key   string
	http  *http.Client
	cmd   *exec.Cmd
	said  *bytes.Buffer // stderr
	shown *bytes.Buffer // stdout
	ended chan error
	// pinned gives the server one core for itself.
	pinned bool

	serial atomic.Int64
	mu     sync.Mutex
	acked  map[string]int64 // address -> id, once the server has said 201
	tried  map[string]bool
	status map[int]int
	worst  time.Duration
	wrong  []string // answers that no caller should get
}

// newRehearsal prepares the database and starts the server. env is added to both.
func newRehearsal(t *testing.T, env ...string) *rehearsal {
	t.Helper()
	e := newBareRehearsal(t, env...)
	e.open()
	return e
}

func newBareRehearsal(t *testing.T, env ...string) *rehearsal {
	t.Helper()
	return &rehearsal{
		t: t, dir: t.TempDir(), env: append(env, "MONITOR_LIMITES_CREDENCIAL=0", "MONITOR_LIMITES_ENDERECO=0"),
		acked: map[string]int64{}, tried: map[string]bool{}, status: map[int]int{},
		http: &http.Client{Timeout: 3 * patience(), Transport: &http.Transport{MaxIdleConnsPerHost: 256}},
	}
}

func (e *rehearsal) open() {
	e.t.Helper()
	e.run("setup", "--sem-admin", "--sim")
	var made struct{ Chave string }
	require.NoError(e.t, json.Unmarshal(e.run("chaves", "create", "ensaio", "--nivel", "admin", "-o", "json"), &made))
	e.key = made.Chave
	e.start("127.0.0.1:0")
	e.t.Cleanup(func() { e.http.CloseIdleConnections(); _ = e.cmd.Process.Kill() })
}

func (e *rehearsal) command(ctx context.Context, args ...string) *exec.Cmd {
	like := program(e.t, e.dir, args...)
	cmd := exec.CommandContext(ctx, like.Path)
	cmd.Args = like.Args
	if e.pinned {
		argv := pinned(slices.Concat([]string{named(e.t, "monitor")}, args))
		cmd = exec.CommandContext(ctx, argv[0], argv[1:]...)
	}
	cmd.Dir, cmd.Env = like.Dir, slices.Concat(like.Env, e.env)
	return cmd
}

func (e *rehearsal) run(args ...string) []byte {
	e.t.Helper()
	cmd := e.command(context.Background(), args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	require.NoError(e.t, err, "%v: %s", args, errs.String())
	return out
}

func (e *rehearsal) start(address string, args ...string) {
	e.t.Helper()
	e.cmd = e.command(context.Background(), append([]string{"serve", "--endereco", address}, args...)...)
	e.said, e.shown = &bytes.Buffer{}, &bytes.Buffer{}
	e.cmd.Stderr = e.said
	pipe, err := e.cmd.StdoutPipe()
	require.NoError(e.t, err)
	require.NoError(e.t, e.cmd.Start())
	out := io.TeeReader(pipe, e.shown)
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "http://") {
		continue
	}
	e.url = lines.Text()
	e.ended = make(chan error, 1)
	go func() {
		_, _ = io.Copy(io.Discard, out)
		e.ended <- e.cmd.Wait()
	}()
	if e.url == "" {
		<-e.ended
		e.t.Fatal("serve ended: " + e.said.String())
	}
}

// stop ends the server as the system does and returns what it took.
func (e *rehearsal) stop() time.Duration {
	e.t.Helper()
	began := time.Now()
	require.NoError(e.t, e.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(e.t, <-e.ended, "%s", e.said.String())
	return time.Since(began)
}

// ask makes one call and returns its status, 0 when there was no answer.
func (e *rehearsal) ask(method, path string, body any, header ...string) (status int, answer map[string]any) {
	var content io.Reader
	if body != nil {
		text, _ := json.Marshal(body)
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(context.Background(), method, e.url+path, content)
	if err != nil {
		e.t.Error(err)
		return 0, nil
	}
	r.Header.Set("X-API-Key", e.key)
	r.Header.Set("Content-Type", "application/json")
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	began := time.Now()
	resp, err := e.http.Do(r)
	took := time.Since(began)
	text := []byte{}
	if err == nil {
		text, _ = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		status = resp.StatusCode
		_ = json.Unmarshal(text, &answer)
	}
	e.note(method+" "+path, status, took, resp, text)
	return status, answer
}

func (e *rehearsal) note(what string, status int, took time.Duration, resp *http.Response, text []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status[status]++
	e.worst = max(e.worst, took)
	switch {
	case took > patience():
		e.wrong = append(e.wrong, fmt.Sprintf("%s: %v", what, took))
	case status == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") == "":
		e.wrong = append(e.wrong, what+": 503 without Retry-After")
	case status == http.StatusInternalServerError:
		e.wrong = append(e.wrong, what+": "+string(text))
	case status >= 500 && leaks(string(text)):
		e.wrong = append(e.wrong, what+" leaks: "+string(text))
	}
}

// leaks says that an answer tells what only the log may.
func leaks(text string) bool {
	for _, inner := range []string{"SELECT", "INSERT", "pgx", "pgconn", "mysql", "SQLSTATE", "127.0.0.1", "dial", "driver", "/tmp", "goroutine", "connection re"} {
		if strings.Contains(text, inner) {
			return true
		}
	}
	return false
}

// create makes one client, trying again with the same Idempotency-Key until it is
// acknowledged or ctx ends.
func (e *rehearsal) create(ctx context.Context) {
	n := e.serial.Add(1)
	email := fmt.Sprintf("ensaio%d@empresa.com.br", n)
	body := map[string]any{"nome": "Ensaio João", "email": email}
	e.mu.Lock()
	e.tried[email] = true
	e.mu.Unlock()
	for ctx.Err() == nil {
		status, answer := e.ask(http.MethodPost, "/api/db/clientes", body, "Idempotency-Key: pedido-"+strconv.FormatInt(n, 10))
		if status == http.StatusCreated {
			e.mu.Lock()
			e.acked[email] = int64(answer["cliente"].(map[string]any)["id"].(float64))
			e.mu.Unlock()
			return
		}
		if status != 0 && status < 500 && status != http.StatusTooManyRequests {
			e.mu.Lock()
			e.wrong = append(e.wrong, fmt.Sprintf("create %s: %d %v", email, status, answer))
			e.mu.Unlock()
			return
		}
		pause(ctx, 20*time.Millisecond)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// writers creates clients from n goroutines until the returned function is called.
func (e *rehearsal) writers(n int) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var working sync.WaitGroup
	for range n {
		working.Go(func() {
			for ctx.Err() == nil {
				e.create(ctx)
			}
		})
	}
	return func() { cancel(); working.Wait() }
}

// acknowledged is how many creations were acknowledged so far.
func (e *rehearsal) acknowledged() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.acked)
}

// next waits for a creation that is acknowledged from now on and says how long it took.
func (e *rehearsal) next() time.Duration {
	e.t.Helper()
	began, had := time.Now(), e.acknowledged()
	require.Eventually(e.t, func() bool { return e.acknowledged() > had }, 2*time.Minute, 5*time.Millisecond)
	return time.Since(began)
}

// verify compares what callers were told with what the database holds.
func (e *rehearsal) verify() {
	e.t.Helper()
	have := map[string][]int64{}
	var rows []struct {
		ID    int64
		Email string
	}
	require.NoError(e.t, json.Unmarshal(e.run("clientes", "list", "--limite", "0", "-o", "json", "--campos", "id,email"), &rows))
	for _, r := range rows {
		have[r.Email] = append(have[r.Email], r.ID)
	}
	lost, twice, unasked := 0, 0, 0
	for email, id := range e.acked {
		if !slices.Contains(have[email], id) {
			lost++
		}
	}
	for email, ids := range have {
		if len(ids) > 1 {
			twice++
		}
		if !e.tried[email] {
			unasked++
		}
	}
	require.Zero(e.t, lost, "lost of %d acknowledged", len(e.acked))
	require.Zero(e.t, twice, "there twice")
	require.Zero(e.t, unasked)
	require.Empty(e.t, e.wrong[:min(len(e.wrong), 5)], "%d wrong answers", len(e.wrong))
	e.run("logs", "verificar")
	e.t.Logf("%d acknowledged, 0 lost, 0 twice; slowest answer %v; statuses %v", len(e.acked), e.worst.Round(time.Millisecond), e.status)
}
