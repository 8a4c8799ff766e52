package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestOverload measures what the server can do and then lets ten times as many ask,
// first callers that never wait, then callers that wait when they are told to, and a
// few people among them: who is let in is served soon, the others are told to come
// back, and memory stays. The full run lasts a minute each and has the promises as
// limits.
func TestOverload(t *testing.T) {
	lasts := time.Second
	if inFull() {
		lasts = time.Minute
	}
	e := newBareRehearsal(t, "DATABASE_URL=sqlite:///clientes.db")
	e.pinned = true
	e.open()
	crowd := crowd{
		addr:    strings.TrimPrefix(e.url, "http://"),
		key:     e.key,
		name:    "capacidade",
		callers: 16,
		lasts:   min(lasts, 10*time.Second),
	}
	alone := crowd.start(t)()
	for try := 1; alone.Recusados > 0 && try < 10; try++ { // a machine with much else to do
		crowd.name = fmt.Sprintf("capacidade-%d", try)
		alone = crowd.start(t)()
	}
	require.Zero(t, alone.Recusados, "nobody is refused when nobody has to be")
	capacity := float64(alone.Atendidos) / alone.Segundos
	t.Logf("capacity %.0f/s with 16 callers, p99 %.0f ms", capacity, alone.P99)
	for _, polite := range []bool{false, true} {
		crowd.name, crowd.polite, crowd.lasts = fmt.Sprintf("cortes-%v", polite), polite, lasts
		crowd.callers = max(600, min(int(10*capacity*heldUp), 4000))
		people := crowd
		people.name, people.polite, people.callers, people.pause = fmt.Sprintf("gente-%v", polite), true, 50, 200*time.Millisecond
		wait, waitPeople := crowd.start(t), people.start(t)
		watch, stop := context.WithCancel(t.Context())
		most := make(chan float64)
		go e.watchMemory(watch, most)
		v, p := wait(), waitPeople()
		stop()
		memory := <-most
		v.log(t, crowd, capacity)
		p.log(t, people, capacity)
		t.Logf("at most %.0f MiB", memory/(1<<20))
		require.NotZero(t, v.Atendidos)
		require.Empty(t, v.Outros)
		if inFull() {
			require.Less(t, memory, 256.0*(1<<20))
		}
	}
	require.Eventually(t, func() bool { return e.probe("/readyz") == http.StatusOK }, time.Minute, 5*time.Millisecond)
	require.Less(t, e.stop(), 3*patience())
	inside := e.inside(t)
	t.Logf(
		"in the server: p50 %.0f ms, p99 %.0f ms, slowest %.0f ms",
		percentile(inside, 50),
		percentile(inside, 99),
		percentile(inside, 100),
	)
}

// heldUp is about how long, in seconds, a refused caller of a busy server waits for its
// answer: so many callers make one request a second.
const heldUp = 0.35

func (v crowdReport) log(t *testing.T, m crowd, capacity float64) {
	t.Helper()
	offered := float64(v.Atendidos+v.Recusados+v.Cortados) / v.Segundos
	t.Logf(
		"%s: %d callers for %.0f s: offered %.0f/s (%.1f times), served %.0f/s in p50 %.0f ms, p99 %.0f ms; refused %.1f %% in p99 %.0f ms, %d connections",
		m.name,
		m.callers,
		v.Segundos,
		offered,
		offered/capacity,
		float64(v.Atendidos)/v.Segundos,
		v.P50,
		v.P99,
		100*float64(v.Recusados)/float64(v.Atendidos+v.Recusados+v.Cortados),
		v.P99Recusa,
		v.Cortados,
	)
	if inFull() {
		require.Less(t, v.P99, 500.0)
	}
}

// watchMemory looks until ctx ends and sends the highest value.
func (e *rehearsal) watchMemory(ctx context.Context, to chan<- float64) {
	most := 0.0
	for ctx.Err() == nil {
		most = max(most, e.metrics()["process_resident_memory_bytes"])
		pause(ctx, time.Second)
	}
	to <- most
}

// inside are the times that the server's own log tells of those it served.
func (e *rehearsal) inside(t *testing.T) (times []time.Duration) {
	t.Helper()
	for line := range strings.Lines(e.said.String()) {
		var entry struct {
			Rota   string
			Status int
			Ms     int
		}
		if json.Unmarshal([]byte(line), &entry) == nil && strings.Contains(entry.Rota, "/api/db/") && entry.Status < http.StatusBadRequest {
			times = append(times, time.Duration(entry.Ms)*time.Millisecond)
		}
	}
	return times
}

// TestSlowConnections opens 500 connections that never finish their head: each is
// closed by the server, and others are served meanwhile.
func TestSlowConnections(t *testing.T) {
	t.Parallel()
	e := newRehearsal(t, "DATABASE_URL=sqlite:///clientes.db")
	var open sync.WaitGroup
	began := time.Now()
	slowest := make(chan time.Duration, 500)
	for range 500 {
		c, err := net.Dial("tcp", strings.TrimPrefix(e.url, "http://"))
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		_, err = io.WriteString(c, "GET /livez HTTP/1.1\r\nHost: x\r\nX-Lento: ")
		require.NoError(t, err)
		open.Go(func() {
			_, _ = io.Copy(io.Discard, c) // until the server hangs up
			slowest <- time.Since(began)
		})
	}
	require.Eventually(t, func() bool {
		status, _ := e.ask(http.MethodGet, "/api/db/clientes", nil)
		return status == http.StatusOK
	}, time.Minute, 5*time.Millisecond)
	open.Wait()
	close(slowest)
	last := time.Duration(0)
	for d := range slowest {
		last = max(last, d)
	}
	require.Less(t, last, time.Minute)
	t.Logf("500 slow connections closed within %v", last.Round(10*time.Millisecond))
	e.stop()
}
