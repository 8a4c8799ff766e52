package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestOverload lets far more callers than there are seats ask without pause: who is
// let in is served, the others are told at once, and memory stays. The full run
// lasts a minute and has the figures as limits.
func TestOverload(t *testing.T) {
	callers, lasts := 600, 3*time.Second
	if completo() {
		callers, lasts = 2560, time.Minute
	}
	e := newEnsaio(t, "DATABASE_URL=sqlite:///clientes.db")
	transport := &http.Transport{MaxIdleConnsPerHost: callers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var mu sync.Mutex
	var admitted, refused []time.Duration
	others := map[int]int{}
	var working sync.WaitGroup
	for i := range callers {
		working.Go(func() {
			for ctx.Err() == nil {
				status, took := e.hit(client, i)
				mu.Lock()
				switch status {
				case http.StatusOK, http.StatusCreated:
					admitted = append(admitted, took)
				case http.StatusServiceUnavailable:
					refused = append(refused, took)
				default:
					others[status]++
				}
				mu.Unlock()
			}
		})
	}
	most := 0.0
	for ctx.Err() == nil {
		most = max(most, e.metrics()["process_resident_memory_bytes"])
		pause(ctx, time.Second)
	}
	working.Wait()
	require.Empty(t, others)
	require.NotEmpty(t, admitted)
	slices.Sort(admitted)
	slices.Sort(refused)
	p := func(of []time.Duration, q int) time.Duration {
		if len(of) == 0 {
			return 0
		}
		return of[(len(of)-1)*q/100].Round(time.Millisecond)
	}
	t.Logf("%d callers for %v: %d admitted (median %v, p99 %v), %d refused (median %v, p99 %v), at most %.0f MiB",
		callers, lasts, len(admitted), p(admitted, 50), p(admitted, 99), len(refused), p(refused, 50), p(refused, 99), most/(1<<20))
	require.Equal(t, http.StatusOK, e.probe("/readyz"))
	require.Less(t, e.stop(), 3*limite)
	if completo() {
		require.Less(t, most, 256.0*(1<<20))
	}
}

// hit is one of three calls; the caller reads the answer and goes on.
func (e *ensaio) hit(client *http.Client, i int) (status int, took time.Duration) {
	method, path, body := http.MethodGet, "/api/db/clientes?por_pagina=20", ""
	switch i % 4 {
	case 0:
		method, path = http.MethodPost, "/api/db/clientes"
		body = fmt.Sprintf(`{"nome":"Ana","email":"s%d@x.com"}`, e.serial.Add(1))
	case 1:
		path = "/api/db/estatisticas"
	}
	r, err := http.NewRequestWithContext(context.Background(), method, e.url+path, strings.NewReader(body))
	if err != nil {
		return 0, 0
	}
	r.Header.Set("X-API-Key", e.key)
	began := time.Now()
	resp, err := client.Do(r)
	if err != nil {
		return 0, time.Since(began)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, time.Since(began)
}

// TestSlowConnections opens 500 connections that never finish their head: each is
// closed by the server, and others are served meanwhile.
func TestSlowConnections(t *testing.T) {
	e := newEnsaio(t, "DATABASE_URL=sqlite:///clientes.db")
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
	status, _ := e.ask(http.MethodGet, "/api/db/clientes", nil)
	require.Equal(t, http.StatusOK, status)
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
