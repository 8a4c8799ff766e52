package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// TestSoak serves a mixed load while the database is restarted and copied now and
// then, and looks for what grows. The full run takes half an hour; its figures are
// written to medidas.tsv with `go test -artifacts`.
func TestSoak(t *testing.T) {
	t.Parallel()
	total, restart, backup, sample := 5*time.Second, 2*time.Second, 3*time.Second, 500*time.Millisecond
	if inFull() {
		total, restart, backup, sample = 30*time.Minute, 5*time.Minute, 10*time.Minute, 10*time.Second
	}
	server := storetest.NewPostgres(t)
	e := newRehearsal(t, "DATABASE_URL="+server.Database(t))
	stop := e.mixedLoad()
	samples := &measures{}
	began, restarts, copies := time.Now(), 0, 0
	nextRestart, nextBackup := began.Add(restart), began.Add(backup)
	for time.Since(began) < total || restarts == 0 || copies == 0 {
		samples.add(time.Since(began), e.metrics())
		if time.Now().After(nextRestart) {
			server.Stop()
			server.Start()
			t.Logf("%v: first creation %v after the restart", time.Since(began).Round(time.Second), e.next().Round(time.Millisecond))
			restarts, nextRestart = restarts+1, time.Now().Add(restart)
		}
		if time.Now().After(nextBackup) {
			e.run("backup", filepath.Join(e.dir, fmt.Sprintf("copia%d.monitor", copies)))
			copies, nextBackup = copies+1, time.Now().Add(backup)
		}
		pause(t.Context(), sample)
	}
	stop()
	e.http.CloseIdleConnections()
	pause(t.Context(), sample)
	samples.add(time.Since(began), e.metrics())
	took := e.stop()
	require.Less(t, took, patience())
	t.Logf("%d restarts, %d copies, stopped in %v\n%s", restarts, copies, took.Round(time.Millisecond), samples.plot())
	require.NoError(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "medidas.tsv"), []byte(samples.table()), 0o600))
	e.verify()
	if inFull() {
		samples.requireFlat(t)
	}
}

// mixedLoad is a small office: people who look and edit, devices that report,
// pages that listen, somebody who logs in.
func (e *rehearsal) mixedLoad() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var working sync.WaitGroup
	every := func(d time.Duration, do func(i int)) {
		working.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				do(i)
				pause(ctx, d)
			}
		})
	}
	for range 4 {
		every(100*time.Millisecond, func(int) { e.create(ctx) })
	}
	for d := range 4 {
		every(50*time.Millisecond, func(i int) { e.device(d, i) })
	}
	for range 4 {
		every(50*time.Millisecond, func(i int) {
			e.ask(
				http.MethodGet,
				[]string{"/api/db/clientes?por_pagina=20", "/api/db/clientes?busca=joao", "/api/db/dispositivos", "/api/db/estatisticas", "/api/db/logs?limite=20"}[i%5],
				nil,
			)
		})
	}
	every(time.Second, func(int) {
		e.ask(http.MethodPost, "/api/db/auth/login", map[string]any{"email": "ninguem@empresa.com.br", "senha": "errada-de-todo"})
	})
	for range 4 {
		every(time.Second, func(int) { e.listen(ctx) })
	}
	return func() { cancel(); working.Wait() }
}

func (e *rehearsal) device(d, i int) {
	host := fmt.Sprintf("SOAK-%d", d)
	if i%100 == 0 {
		e.ask(http.MethodPost, "/api/db/dispositivos/registrar", map[string]any{"hostname": host})
	}
	id := strconv.Itoa(d + 1)
	if i%10 == 0 {
		e.ask(
			http.MethodPost,
			"/api/db/conexoes/registrar",
			map[string]any{
				"dispositivo_id": d + 1,
				"conexoes":       []any{map[string]any{"laddr": map[string]any{"ip": "10.0.0.1", "port": 1}, "type": "TCP"}},
			},
		)
		return
	}
	e.ask(http.MethodPost, "/api/db/dispositivos/"+id+"/heartbeat", nil)
}

// listen holds a stream until it ends.
func (e *rehearsal) listen(ctx context.Context) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url+"/api/db/eventos", nil)
	if err != nil {
		return
	}
	r.Header.Set("X-API-Key", e.key)
	resp, err := (&http.Client{Transport: e.http.Transport}).Do(r)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
}

// watched are the figures that must not grow.
var watched = []string{
	"process_resident_memory_bytes",
	"go_memstats_heap_inuse_bytes",
	"go_goroutines",
	"process_open_fds",
	"monitor_fluxos_abertos",
}

// metrics reads the figures of the server.
func (e *rehearsal) metrics() map[string]float64 {
	got := map[string]float64{}
	resp, err := e.http.Get(e.url + "/metrics")
	if err != nil {
		e.t.Error(err)
		return got
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if f, err := strconv.ParseFloat(value, 64); err == nil {
			got[name] = f
		}
	}
	return got
}

// measures is what was seen over time.
type measures struct {
	at  []time.Duration
	row []map[string]float64
}

func (m *measures) add(at time.Duration, row map[string]float64) {
	m.at, m.row = append(m.at, at), append(m.row, row)
}

func (m *measures) table() string {
	var b strings.Builder
	b.WriteString("segundos\t" + strings.Join(watched, "\t") + "\n")
	for i, at := range m.at {
		b.WriteString(strconv.Itoa(int(at.Seconds())))
		for _, name := range watched {
			fmt.Fprintf(&b, "\t%.0f", m.row[i][name])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// plot draws each figure from 0 to its highest value, in 60 columns.
func (m *measures) plot() string {
	const columns = 60
	bars := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, name := range watched {
		most := 0.0
		for _, row := range m.row {
			most = max(most, row[name])
		}
		fmt.Fprintf(&b, "%-30s ", name)
		for c := range min(columns, len(m.row)) {
			v := m.row[c*len(m.row)/min(columns, len(m.row))][name]
			b.WriteRune(bars[int(v/max(most, 1)*float64(len(bars)-1))])
		}
		fmt.Fprintf(&b, " max %.0f, last %.0f\n", most, m.row[len(m.row)-1][name])
	}
	return b.String()
}

// requireFlat compares the highest values of the second and of the last fifth of
// the run: what leaks keeps growing.
func (m *measures) requireFlat(t *testing.T) {
	t.Helper()
	n := len(m.row) - 1 // the last one is after the load
	for _, name := range watched[:4] {
		early, late := 0.0, 0.0
		for i := n / 5; i < 2*n/5; i++ {
			early = max(early, m.row[i][name])
		}
		for i := 4 * n / 5; i < n; i++ {
			late = max(late, m.row[i][name])
		}
		require.Less(t, late, early*1.25, name)
	}
}
