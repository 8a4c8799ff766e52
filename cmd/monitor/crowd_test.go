package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// crowd is a crowd of callers in a process of its own, so that a test can give
// it less of the processor than the server gets. Each caller keeps a connection and
// asks again as soon as it is answered; a polite one waits first when it is told to.
type crowd struct {
	addr, key, name string
	callers         int
	lasts           time.Duration
	polite          bool
	// pause is between an answer and the next question; a refusal has its own.
	pause time.Duration
}

// crowdReport is what a crowd saw.
type crowdReport struct {
	Atendidos, Recusados, Cortados int // answered, refused, connections refused or broken
	Outros                         map[int]int
	Segundos                       float64
	// From the moment the request is sent until the answer has been read, in milliseconds.
	P50, P99, P99Recusa float64
}

// crowdMain is the program of that process.
func crowdMain() {
	m := crowd{}
	flag.StringVar(&m.addr, "addr", "", "")
	flag.StringVar(&m.key, "key", "", "")
	flag.StringVar(&m.name, "nome", "", "")
	flag.IntVar(&m.callers, "callers", 1, "")
	flag.DurationVar(&m.lasts, "lasts", time.Second, "")
	flag.DurationVar(&m.pause, "pause", 0, "")
	flag.BoolVar(&m.polite, "polite", false, "")
	flag.Parse()
	_ = json.NewEncoder(os.Stdout).Encode(m.run())
}

// start lets a crowd come, on other cores than a pinned server's, and returns what
// waits for its report.
func (m crowd) start(t *testing.T) func() crowdReport {
	t.Helper()
	argv := apart([]string{
		named(t, "multidao"), "-addr", m.addr, "-key", m.key, "-nome", m.name, "-callers", strconv.Itoa(m.callers),
		"-lasts", m.lasts.String(), "-polite=" + strconv.FormatBool(m.polite), "-pause", m.pause.String(),
	})
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Start())
	return func() (v crowdReport) {
		require.NoError(t, cmd.Wait(), errs.String())
		require.NoError(t, json.Unmarshal(out.Bytes(), &v), out.String())
		return v
	}
}

// named is this binary under a name that makes it another program (main_test.go).
func named(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.Symlink(self, path))
	return path
}

// pinned gives a program one core for itself, where the system can do that, and
// apart gives another the rest: a crowd on the server's core would measure itself.
func pinned(argv []string) []string { return onCores(argv, "0") }

func apart(argv []string) []string {
	return onCores(argv, fmt.Sprintf("1-%d", max(1, runtime.NumCPU()-1)))
}

func onCores(argv []string, cores string) []string {
	taskset, err := exec.LookPath("taskset")
	if err != nil || runtime.NumCPU() < 2 || exec.Command(taskset, "-c", cores, taskset, "-p", "1").Run() != nil {
		return argv // these cores may be somebody else's
	}
	return slices.Concat([]string{taskset, "-c", cores}, argv)
}

// caller is one of them.
type caller struct {
	m     crowd
	i, n  int
	conn  net.Conn
	in    *bufio.Reader
	ok    []time.Duration
	shed  []time.Duration
	cut   int
	other map[int]int
}

func (m crowd) run() crowdReport {
	callers := make([]*caller, m.callers)
	began := time.Now()
	var working sync.WaitGroup
	for i := range callers {
		callers[i] = &caller{m: m, i: i, other: map[int]int{}}
		working.Go(func() { callers[i].work(began.Add(m.lasts)) })
	}
	working.Wait()
	v := crowdReport{Outros: map[int]int{}, Segundos: time.Since(began).Seconds()}
	var ok, shed []time.Duration
	for _, c := range callers {
		ok, shed = append(ok, c.ok...), append(shed, c.shed...)
		v.Cortados += c.cut
		for status, n := range c.other {
			v.Outros[status] += n
		}
	}
	v.Atendidos, v.Recusados = len(ok), len(shed)
	v.P50, v.P99, v.P99Recusa = percentile(ok, 50), percentile(ok, 99), percentile(shed, 99)
	return v
}

func percentile(of []time.Duration, q int) float64 {
	if len(of) == 0 {
		return 0
	}
	slices.Sort(of)
	return float64(of[(len(of)-1)*q/100].Microseconds()) / 1000
}

func (c *caller) work(until time.Time) {
	time.Sleep(time.Duration(c.i%100) * time.Millisecond) // they do not all arrive at the same moment
	for time.Now().Before(until) {
		status, wait := c.ask()
		if c.m.polite && status != http.StatusOK && status != http.StatusCreated {
			time.Sleep(min(wait, time.Until(until)))
			continue
		}
		time.Sleep(c.m.pause)
	}
	if c.conn != nil {
		_ = c.conn.Close()
	}
}

// ask makes one of three calls; 0 when the connection broke.
func (c *caller) ask() (status int, wait time.Duration) {
	wait = time.Second
	if c.conn == nil {
		conn, err := net.DialTimeout("tcp", c.m.addr, 10*time.Second)
		if err != nil {
			c.cut++
			return 0, wait
		}
		c.conn, c.in = conn, bufio.NewReaderSize(conn, 1024)
	}
	began := time.Now()
	resp, err := c.exchange()
	took := time.Since(began)
	if err != nil {
		c.cut++
		_ = c.conn.Close()
		c.conn = nil
		return 0, wait
	}
	if resp.Close {
		_ = c.conn.Close()
		c.conn = nil
	}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		wait = time.Duration(s) * time.Second
	}
	switch resp.StatusCode {
	case http.StatusOK, http.StatusCreated:
		c.ok = append(c.ok, took)
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		c.shed = append(c.shed, took)
	default:
		c.other[resp.StatusCode]++
	}
	return resp.StatusCode, wait
}

func (c *caller) exchange() (*http.Response, error) {
	if err := c.conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(c.conn, c.request()); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp, err
}

func (c *caller) request() string {
	c.n++
	line, body := "GET /api/db/clientes?por_pagina=50", "" // as the page asks
	switch (c.i + c.n) % 4 {
	case 0:
		line, body = "POST /api/db/clientes", fmt.Sprintf(`{"nome":"Ana","email":"%s.%d.%d@x.com"}`, c.m.name, c.i, c.n)
	case 1:
		line = "GET /api/db/estatisticas"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s HTTP/1.1\r\nHost: %s\r\nX-API-Key: %s\r\n", line, c.m.addr, c.m.key)
	if body != "" {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n" + body)
	return b.String()
}
