package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// victim is a server in a process of its own, whose memory can be told.
type victim struct {
	Addr, Admin, Agente, Usuario string
	pid                          int
	slowest                      time.Duration
	most                         time.Duration // of the processor, for requests made at once
}

const victimEnv = "MONITOR_TESTE_VITIMA"

// TestVictim is that process: it serves until its input ends.
func TestVictim(t *testing.T) {
	if os.Getenv(victimEnv) == "" {
		t.Skip("only as a process of TestMemoryOfHostileBodies")
	}
	debug.SetMemoryLimit(160 << 20) // as monitor serve does
	h := &house{t: t, store: storetest.Open(t, filepath.Join(t.TempDir(), "clientes.db")), log: &lockedBuffer{}}
	var err error
	h.srv, err = New(Config{Store: h.store, LegacyUntil: time.Now().Add(time.Hour), Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	srv := run(t, h.srv)
	h.url = "http://" + srv.addr
	v := victim{Addr: srv.addr, Admin: h.newKey(store.Admin), Agente: h.newKey(store.Agente)}
	h.newPerson("usuario@x.com", store.Usuario)
	v.Usuario, _, err = h.store.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), "usuario@x.com", userSenha)
	require.NoError(t, err)
	agent, err := h.store.Authenticate(t.Context(), store.Credencial{Chave: v.Agente}, store.Origem{})
	require.NoError(t, err)
	_, err = h.store.As(agent).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"pc"}`)})
	require.NoError(t, err)
	require.NoError(t, json.NewEncoder(os.Stdout).Encode(v))
	_, _ = io.Copy(io.Discard, os.Stdin)
	srv.stop()
	require.NoError(t, <-srv.done)
}

func newVictim(t *testing.T) *victim {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-test.run=^TestVictim$", "-test.timeout=1h")
	cmd.Env, cmd.Stderr = append(os.Environ(), victimEnv+"=1"), os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	said := bufio.NewReader(out)
	line, err := said.ReadBytes('\n')
	require.NoError(t, err, string(line))
	v := &victim{pid: cmd.Process.Pid}
	require.NoError(t, json.Unmarshal(line, v), string(line))
	t.Cleanup(func() {
		_ = in.Close()
		rest, _ := io.ReadAll(said)
		require.NoError(t, cmd.Wait(), string(rest))
	})
	return v
}

// peak is the most memory that the process ever had, in bytes.
func (v *victim) peak(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", v.pid))
	require.NoError(t, err)
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	kib, err := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
	require.NoError(t, err)
	return kib << 10
}

// used is what the process has had of the processor.
func (v *victim) used(t *testing.T) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", v.pid))
	require.NoError(t, err)
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	ticks := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		require.NoError(t, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// hostileCall is one request, made three times at once.
type hostileCall struct {
	name   string
	who    [3]string // the credential's line of the head for each, "" without one
	route  route
	query  string
	header http.Header
	body   string
}

func (q hostileCall) head(who string) string {
	path := strings.NewReplacer("{id}", "1", "{$}", "").Replace(q.route.path)
	if q.query != "" {
		path += "?" + q.query
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n%s", q.route.method, path, who)
	for name, values := range q.header {
		for _, v := range values {
			fmt.Fprintf(&b, "%s: %s\r\n", name, v)
		}
	}
	if q.body != "" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(q.body))
	}
	return b.String() + "\r\n"
}

// thrice makes the request three times at once and judges the answers.
func (v *victim) thrice(t *testing.T, q hostileCall, patience time.Duration) {
	t.Helper()
	before, began := v.used(t), time.Now()
	answers := make([]string, 3)
	var flying sync.WaitGroup
	for i := range answers {
		flying.Go(func() { answers[i] = v.once(q, q.who[i], patience) })
	}
	flying.Wait()
	v.slowest, v.most = max(v.slowest, time.Since(began)), max(v.most, v.used(t)-before)
	for _, answer := range answers {
		status := answer[:min(len(answer), 12)]
		deliberate := strings.HasPrefix(status, "HTTP/1.1 503") && strings.Contains(answer, `"codigo"`)
		require.Regexp(t, `^HTTP/1.1 [2345]\d\d`, status, "%s %s, %s: %.200s", q.route.method, q.route.path, q.name, answer)
		require.True(t, deliberate || status[9] != '5', "%s %s, %s: %.300s", q.route.method, q.route.path, q.name, answer)
	}
}

func (v *victim) once(q hostileCall, who string, patience time.Duration) string {
	c, err := net.Dial("tcp", v.Addr)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	go func() { // refusals come before all is sent
		_, _ = io.WriteString(c, q.head(who))
		_, _ = io.WriteString(c, q.body)
	}()
	text, err := io.ReadAll(io.LimitReader(c, 4<<10))
	if len(text) == 0 && err != nil {
		return err.Error()
	}
	return string(text)
}

// TestMemoryOfHostileBodies sends bodies that cost their senders little to every
// route, three at once, of everybody: memory stays, and every answer comes, of which
// none is a failure of the server. By default each route gets a few of them.
func TestMemoryOfHostileBodies(t *testing.T) {
	complete := os.Getenv("MONITOR_ENSAIO") == "completo"
	patience := 2 * time.Minute // of a busy machine
	v := newVictim(t)
	if complete {
		patience = 5 * time.Second
	}
	turn, made := 0, 0
	pick := func(n, of int) []int { // n of them, others each time
		if complete {
			n = of
		}
		picked := make([]int, n)
		for i := range picked {
			picked[i] = turn % of
			turn++
		}
		return picked
	}
	admin, agente, usuario := "X-API-Key: "+v.Admin+"\r\n", "X-API-Key: "+v.Agente+"\r\n", "Authorization: Bearer "+v.Usuario+"\r\n"
	callers := [][3]string{{}, {admin, agente, ""}, {admin, admin, admin}, {agente, agente, agente}, {usuario, usuario, usuario}}
	for _, r := range bareServer(t, &lockedBuffer{}).routes() {
		if r.is(streams | single) { // these do not end, or not soon
			continue
		}
		i := pick(1, len(searches))[0]
		v.thrice(
			t,
			hostileCall{name: "busca", who: callers[turn%len(callers)], route: r, query: searches[i], header: headers[i%len(headers)]},
			patience,
		)
		made++
		if r.method == http.MethodGet {
			continue
		}
		for group, who := range callers {
			n := 0
			switch {
			case group < 2 && r.is(transition):
				n = 3
			case group < 1, !r.is(anonymous) && group == 1+made%4: // passwords take their time on purpose
				n = 1
			}
			if group == 1 && r.is(largeBody) {
				n = len(hostileBodies)
			}
			for _, i := range pick(n, len(hostileBodies)) {
				c := hostileBodies[i]
				v.thrice(t, hostileCall{name: c.name, who: who, route: r, header: c.header, body: c.make(int(limitOf(r)) - 64)}, patience)
				made++
			}
		}
	}
	peak := v.peak(t)
	t.Logf(
		"%d times three: slowest %v, most of the processor %v, at most %d MiB",
		made,
		v.slowest.Round(time.Millisecond),
		v.most,
		peak>>20,
	)
	require.Less(t, v.most, 3*5*time.Second)
	if !raceDetector() {
		require.Less(t, peak, int64(256<<20))
	}
}

func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
