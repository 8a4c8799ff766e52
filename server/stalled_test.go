package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// Whoever stalls calls from attacker; others from elsewhere, and from the same network.
const (
	attacker  = "2001:db8::1"
	neighbour = "2001:db8::2"
	elsewhere = "203.0.113.7"
)

// siege is a server that somebody tries to take from the others.
type siege struct {
	*matrix
	addr      string
	addresses chan string
}

func newSiege(t *testing.T) *siege {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c := &siege{matrix: newMatrix(t), addr: ln.Addr().String(), addresses: make(chan string, 1)}
	c.srv.cfg.LegacyUntil = c.clock.now().Add(time.Hour)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.srv.Serve(ctx, foreignListener{ln, c.addresses}) }()
	t.Cleanup(func() {
		stop()
		close(c.addresses)
		_ = ln.Close()
		<-done
	})
	return c
}

func (c *siege) dial(t *testing.T, from string) net.Conn {
	t.Helper()
	c.addresses <- from
	conn, err := net.Dial("tcp", c.addr)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// call makes one request of a caller that does not stall.
func (c *siege) call(t *testing.T, from, path, head, body string) int {
	t.Helper()
	ask := func() int {
		conn := c.dial(t, from)
		defer conn.Close()
		return askOn(
			t,
			conn,
			bufio.NewReader(conn),
			fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s", path, head, len(body), body),
		).StatusCode
	}
	// Who is told to come back in an instant is not stopped: he who stalls does so for
	// much longer than this.
	status := ask()
	for until := time.Now().Add(20 * time.Second); status == http.StatusServiceUnavailable && time.Now().Before(until); status = ask() {
		time.Sleep(50 * time.Millisecond)
	}
	return status
}

// requireOthersServed lets an administrator work and somebody log in, from elsewhere
// and from the attacker's own network.
func (c *siege) requireOthersServed(t *testing.T, passwords bool) {
	t.Helper()
	for _, from := range []string{elsewhere, neighbour} {
		body := fmt.Sprintf(`{"nome":"Nova","email":"n%d@x.com","observacoes":"%s"}`, serial.Add(1), strings.Repeat("x", 10<<10))
		require.Equal(t, 201, c.call(t, from, "/api/db/clientes", "X-API-Key: "+c.key+"\r\n", body), "an administrator from %s", from)
		require.Equal(t, 200, c.call(t, from, "/api/db/auth/logout", "", `{"token":"x"}`), "a stranger from %s", from)
	}
	if passwords {
		require.Equal(t, 200, c.call(t, elsewhere, "/api/db/auth/login", "", `{"email":"outro@x.com","senha":"`+userSenha+`"}`))
	}
}

// side is somebody who stalls, with the largest body that it may send.
type side struct {
	name, head, path string
	size             int
	many             int // bodies that would have filled everything
}

func (c *siege) sides() []side {
	agent, person := c.callers[6], c.callers[1]
	return []side{
		{"estranho", "", "/api/db/auth/login", smallLimit, 200},
		{"estranho na transição", "", "/api/db/conexoes/registrar", 8 << 20, 9},
		{"usuario", "Authorization: Bearer " + person.with.bearer + "\r\n", "/api/db/chat/mensagens", bodyLimit, 34},
		{"agente", "X-API-Key: " + agent.with.key + "\r\n", "/api/db/conexoes/registrar", 8 << 20, 9},
	}
}

// TestStalledBodiesStopNobody sends all of many bodies but the last byte.
func TestStalledBodiesStopNobody(t *testing.T) { //nolint:tparallel // one server: one after the other
	t.Parallel()
	c := newSiege(t)
	bodies := c.srv.admission.bodies
	bodies.wait = time.Hour // not rescued by the clock
	for i, l := range c.sides() {
		t.Run(l.name, func(t *testing.T) {
			head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n", l.path, l.head, l.size)
			for range l.many {
				conn := c.dial(t, attacker)
				go func() { _, _ = io.WriteString(conn, head+strings.Repeat(" ", l.size-1)) }()
			}
			// As soon as its share is full, or all is there that will come.
			full := int64(min(l.many*(l.size-1), strangerBudget/senderPart))
			require.Eventually(t, func() bool { return bodies.taken() >= full-int64(l.size) }, time.Minute, time.Millisecond)
			c.requireOthersServed(t, i == 0)
			require.LessOrEqual(t, bodies.taken(), int64(bodyBudget))
		})
	}
}

// TestSlowBodiesAreCut lets bodies drip: each is told so, long before it would be whole.
func TestSlowBodiesAreCut(t *testing.T) { //nolint:tparallel // one server: one after the other
	t.Parallel()
	c := newSiege(t)
	c.srv.admission.bodies.wait = 300 * time.Millisecond
	for _, l := range c.sides() {
		t.Run(l.name, func(t *testing.T) {
			conn := c.dial(t, attacker)
			_, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n", l.path, l.head, l.size)
			require.NoError(t, err)
			stop := make(chan struct{})
			defer close(stop)
			go func() {
				for {
					select {
					case <-stop:
						return
					case <-time.After(20 * time.Millisecond):
						_, _ = io.WriteString(conn, " ")
					}
				}
			}()
			c.requireOthersServed(t, false)
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.NoError(t, err)
			defer resp.Body.Close()
			require.Equal(t, 408, resp.StatusCode)
			require.True(t, resp.Close)
		})
	}
	require.Contains(t, c.do(request{method: "GET", path: "/metrics"}).text, `monitor_recusas_total{motivo="corpo_lento"}`)
}

// TestUnreadAnswersStopNobody lets callers ask for long answers and read none.
func TestUnreadAnswersStopNobody(t *testing.T) { //nolint:tparallel // one server: one after the other
	t.Parallel()
	c := newSiege(t)
	c.srv.admission.sending = 10 * time.Millisecond
	for name, head := range map[string]string{
		"estranho": "GET /docs HTTP/1.1\r\nHost: x\r\n\r\n",
		"usuario":  "GET /api/db/openapi.json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + c.callers[1].with.bearer + "\r\n\r\n",
		"agente":   "GET /api/db/openapi.json HTTP/1.1\r\nHost: x\r\nX-API-Key: " + c.callers[6].with.key + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			for range cap(c.srv.admission.seats) + int(c.srv.admission.queue) + 8 {
				conn := c.dial(t, attacker)
				go func() { _, _ = io.WriteString(conn, strings.Repeat(head, 30)) }()
			}
			c.requireOthersServed(t, false)
			long := c.dial(t, neighbour)
			got := askOn(t, long, bufio.NewReader(long), "GET /api/db/openapi.json HTTP/1.1\r\nHost: x\r\nX-API-Key: "+c.key+"\r\n\r\n")
			require.Equal(t, 200, got.StatusCode, "a long answer, too")
		})
	}
}

// TestIdleConnectionsStopNobody fills what one address may have with connections that
// say nothing, half a head, or a request and then nothing.
func TestIdleConnectionsStopNobody(t *testing.T) {
	t.Parallel()
	c := newSiege(t)
	for _, said := range []string{"", "POST /api/db/auth/lo", "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"} {
		for range 150 {
			_, err := io.WriteString(c.dial(t, attacker), said)
			require.NoError(t, err)
		}
		c.requireOthersServed(t, false)
	}
}

// TestSharesAreOfPeopleAndNetworks: not of each session, nor of each of the addresses
// that an IPv6 host has.
func TestSharesAreOfPeopleAndNetworks(t *testing.T) {
	t.Parallel()
	h := houseOf(t, storetest.New(t), false)
	h.newPerson("ana@x.com", store.Usuario)
	c := &call{origem: store.Origem{IP: "2001:db8::1"}}
	require.Equal(t, (&call{origem: store.Origem{IP: "2001:db8::ffff"}}).share(), c.share())
	require.NotEqual(t, (&call{origem: store.Origem{IP: "2001:db8:0:1::1"}}).share(), c.share())
	senders := map[string]bool{}
	for range 2 {
		bearer := h.login("ana@x.com", userSenha)
		r, err := http.NewRequestWithContext(
			context.WithValue(t.Context(), callKey{}, &call{patience: time.Minute}),
			http.MethodGet,
			"/api/db/clientes",
			nil,
		)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+bearer)
		require.NoError(t, h.srv.admit(r, route{"GET", "/", grants{no, all, all, all, all, all, all}, nil, "", 0}))
		senders[callFrom(r.Context()).share()] = true
	}
	require.Len(t, senders, 1, "all sessions of a person have one share")
}
