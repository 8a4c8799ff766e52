package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// running is a server on a real socket that a test can stop.
type running struct {
	addr string
	stop context.CancelFunc
	done chan error
}

func run(t *testing.T, s *Server) *running {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{addr: ln.Addr().String(), stop: cancel, done: make(chan error, 1)}
	go func() { r.done <- s.Serve(ctx, ln) }()
	t.Cleanup(cancel)
	return r
}

// raw sends bytes and returns the whole answer.
func (r *running) raw(t *testing.T, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", r.addr)
	require.NoError(t, err)
	defer c.Close()
	_, err = io.WriteString(c, text)
	require.NoError(t, err)
	answer, err := io.ReadAll(c)
	require.NoError(t, err)
	return string(answer)
}

func TestStopDoesNotWaitForSilentConnections(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	srv := run(t, bareServer(t, log))
	silent, err := net.Dial("tcp", srv.addr)
	require.NoError(t, err)
	defer silent.Close()
	require.Equal(t, 200, send(t, "http://"+srv.addr, request{method: "GET", path: "/livez"}).status)
	srv.stop()
	_, err = silent.Read(make([]byte, 1)) // returns when the server hangs up
	require.ErrorIs(t, err, io.EOF)
	require.NoError(t, <-srv.done)
	require.NotContains(t, log.String(), "requisições interrompidas", "the stop must not have run out of patience")
}

func TestStopCutsWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	s := bareServer(t, log)
	arrived, over := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(over) })
	s.register(route{"GET", "/eterna", grants{all, all, all, all, all, all, all}, operation(
		func(ctx context.Context, _ *struct{}) (*doneAnswer, error) {
			close(arrived)
			<-over // the deadline of the request does not end it either
			return nil, ctx.Err()
		}), "Eterna", anonymous})
	srv := run(t, s)
	go func() {
		if resp, err := http.Get("http://" + srv.addr + "/eterna"); err == nil {
			resp.Body.Close()
		}
	}()
	<-arrived
	srv.stop()
	require.NoError(t, <-srv.done)
	require.Contains(t, log.String(), "requisições interrompidas")
}

func TestAListenerThatFailsIsReported(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	require.Error(t, bareServer(t, &lockedBuffer{}).Serve(t.Context(), ln))
}

// TestAnswersBeforeAnyHandler: net/http itself answers these, in English text.
func TestAnswersBeforeAnyHandler(t *testing.T) {
	t.Parallel()
	srv := run(t, bareServer(t, &lockedBuffer{}))
	for text, status := range map[string]int{
		"LIXO\r\n\r\n": 400,
		"GET /api/db/clientes?busca=Ana Lima HTTP/1.1\r\nHost: x\r\n\r\n":                       400, // an old script's
		"GET /livez HTTP/1.1\r\n\r\n":                                                           400,
		"GET /livez HTTP/9.9\r\n\r\n":                                                           505,
		"GET / HTTP/1.1\r\nHost: a b\r\n\r\n":                                                   400,
		"GET /livez HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 5*maxHeader) + "\r\n\r\n": 431,
		"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: inventada\r\n\r\n":               501,
	} {
		got, err := http.ReadResponse(bufio.NewReader(strings.NewReader(srv.raw(t, text))), nil)
		require.NoError(t, err, text[:4])
		body, err := io.ReadAll(got.Body)
		require.NoError(t, err)
		got.Body.Close()
		require.Equal(t, status, got.StatusCode, string(body))
		require.Equal(t, "application/json", got.Header.Get("Content-Type"))
		var f map[string]any
		require.NoError(t, json.Unmarshal(body, &f), string(body))
		require.Equal(t, false, f["success"])
		require.NotContains(t, string(body), "Bad Request")
	}
}

func TestBodiesThatStopHalfway(t *testing.T) {
	t.Parallel()
	h := houseOf(t, storetest.New(t), false)
	srv := run(t, h.srv)
	head := fmt.Sprintf(
		"POST /api/db/clientes HTTP/1.1\r\nHost: x\r\nX-API-Key: %s\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{",
		h.key,
	)
	c, err := net.Dial("tcp", srv.addr)
	require.NoError(t, err)
	_, err = io.WriteString(c, head)
	require.NoError(t, err)
	require.NoError(t, c.(*net.TCPConn).CloseWrite()) // the rest never comes
	got, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(t, err)
	defer got.Body.Close()
	require.Equal(t, 400, got.StatusCode)
	var f failure
	require.NoError(t, json.NewDecoder(got.Body).Decode(&f))
	require.Equal(t, "corpo_incompleto", f.Codigo)
}

func TestRealPeopleOfTheOldSystem(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t, storetest.Flask(t))
	h := houseOf(t, st, false)
	list := h.admin("GET", "/api/db/clientes?por_pagina=100", nil)
	require.EqualValues(t, 27, list.json["total"], list.text)
	for email, senha := range map[string]string{
		"chefe@empresa.com": "Segredo-Chefe-99", "antonia@lojas.com.br": "Segredo-Antonia-1", "c03@lote.com.br": "Senha-Werkzeug-3",
	} {
		token := h.login(email, senha)
		require.Equal(t, 200, h.do(request{method: "GET", path: "/api/db/auth/validar", bearer: token}).status)
	}
	require.Equal(t, store.Origem{Canal: store.CanalAPI, IP: "127.0.0.1", UserAgent: "u"},
		origin(&http.Request{Header: http.Header{"User-Agent": {"u"}}}, plainAddr(netip.MustParseAddr("::ffff:127.0.0.1"))))
}
