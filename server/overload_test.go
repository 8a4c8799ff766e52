package server

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// crowded is a server all of whose seats are taken, also in the queue.
func crowded(t *testing.T, log *lockedBuffer) *Server {
	t.Helper()
	s := bareServer(t, log)
	for range cap(s.admission.seats) {
		s.admission.seats <- struct{}{}
	}
	s.admission.waiting.Store(s.admission.queue)
	return s
}

// askOn makes one call on a connection and reads the answer.
func askOn(t *testing.T, c net.Conn, in *bufio.Reader, request string) *http.Response {
	t.Helper()
	_, err := io.WriteString(c, request)
	require.NoError(t, err)
	resp, err := http.ReadResponse(in, nil)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp
}

const askList = "GET /api/db/clientes HTTP/1.1\r\nHost: x\r\n\r\n"

// TestRudeCallersAreHeldUp: one that is refused is told so a moment later; the
// requests that a proxy passes on are answered at once.
func TestRudeCallersAreHeldUp(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	s := crowded(t, log)
	srv := run(t, s)
	c, err := net.Dial("tcp", srv.addr)
	require.NoError(t, err)
	defer c.Close()
	in := bufio.NewReader(c)
	began := time.Now()
	for range 3 {
		resp := askOn(t, c, in, askList)
		require.Equal(t, 503, resp.StatusCode)
		require.Contains(t, []string{"1", "2", "3"}, resp.Header.Get("Retry-After"))
		require.NotEmpty(t, resp.Header.Get("X-Request-Id"))
		require.False(t, resp.Close, "a new connection would cost more")
	}
	require.GreaterOrEqual(t, time.Since(began), 3*holdLeast)
	require.Equal(t, 200, askOn(t, c, in, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").StatusCode)
	require.Equal(t, 503, askOn(t, c, in, "POST /api/db/clientes HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}").StatusCode)
	require.Contains(t, log.String(), "recusados por sobrecarga")
	require.NotContains(t, log.String(), "requisição falhou")

	proxied := crowded(t, &lockedBuffer{})
	proxied.cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	c, err = net.Dial("tcp", run(t, proxied).addr)
	require.NoError(t, err)
	defer c.Close()
	in, began = bufio.NewReader(c), time.Now()
	const calls = 100
	for range calls {
		require.Equal(t, 503, askOn(t, c, in, askList).StatusCode)
	}
	require.Less(t, time.Since(began), calls*holdLeast)
}

// TestStopDoesNotWaitForTheRefused: those who are held up do not hold the stop up. It
// runs alone, for it counts goroutines.
func TestStopDoesNotWaitForTheRefused(t *testing.T) {
	log := &lockedBuffer{}
	s := crowded(t, log)
	s.admission.hold = time.Hour
	srv := run(t, s)
	held := make([]net.Conn, 20)
	for i := range held {
		c, err := net.Dial("tcp", srv.addr)
		require.NoError(t, err)
		defer c.Close()
		_, err = io.WriteString(c, askList)
		require.NoError(t, err)
		held[i] = c
	}
	stacks := make([]byte, 8<<20)
	require.Eventually(t, func() bool {
		return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "(*Server).hold(") == len(held)
	}, time.Minute, time.Millisecond)
	srv.stop()
	for _, c := range held {
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		require.NoError(t, err)
		require.Equal(t, 503, resp.StatusCode)
		require.NoError(t, resp.Body.Close())
	}
	require.NoError(t, <-srv.done)
	require.NotContains(t, log.String(), "requisições interrompidas")
}

// TestConnectionsAreBounded: beyond the bound a caller is told why, and an idle
// connection gives way to a new one.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var refused atomic.Int64
	conns := newFreshConns()
	free := func(netip.Addr) bool { return true }
	release := make(chan struct{})
	srv := &http.Server{
		ConnState:   conns.note,
		ConnContext: conns.inContext,
		Handler: known(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/lenta" {
				<-release
			}
		})),
	}
	go func() {
		_ = srv.Serve(boundedListener{ln, conns, 2, 2, free, &atomic.Int64{}, func() { refused.Add(1) }})
	}()
	defer srv.Close()
	dial := func() (net.Conn, *bufio.Reader) {
		c, err := net.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		return c, bufio.NewReader(c)
	}
	var slow sync.WaitGroup
	for range 2 {
		c, in := dial()
		slow.Go(func() { askOn(t, c, in, "GET /lenta HTTP/1.1\r\nHost: x\r\n\r\n") })
	}
	working := func() bool {
		conns.mu.Lock()
		defer conns.mu.Unlock()
		return conns.all.Load() == 2 && len(conns.waiting) == 0
	}
	require.Eventually(t, working, time.Minute, time.Millisecond)
	c, in := dial()
	resp := askOn(t, c, in, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	require.Equal(t, 503, resp.StatusCode)
	require.Equal(t, "1", resp.Header.Get("Retry-After"))
	require.True(t, resp.Close)
	require.EqualValues(t, 1, refused.Load())
	close(release)
	slow.Wait()
	require.Eventually(
		t,
		func() bool { conns.mu.Lock(); defer conns.mu.Unlock(); return conns.idle.Len() == 2 },
		time.Minute,
		time.Millisecond,
	)
	for range 5 {
		c, in := dial()
		require.Equal(t, 200, askOn(t, c, in, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").StatusCode)
		require.Eventually(
			t,
			func() bool { conns.mu.Lock(); defer conns.mu.Unlock(); return conns.idle.Len() == 2 },
			time.Minute,
			time.Millisecond,
		)
	}
	require.EqualValues(t, 1, refused.Load())
}

// TestSilentConnectionsGiveWay: connections on which nothing, or half a request, has
// come keep nobody out.
func TestSilentConnectionsGiveWay(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	const most = 3
	conns := newFreshConns()
	free := func(netip.Addr) bool { return true }
	srv := &http.Server{ConnState: conns.note, ConnContext: conns.inContext, Handler: known(http.NotFoundHandler())}
	go func() {
		_ = srv.Serve(boundedListener{ln, conns, most, most, free, &atomic.Int64{}, func() {}})
	}()
	defer srv.Close()
	for _, said := range []string{"", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"} {
		for range 4 * most {
			c, err := net.Dial("tcp", ln.Addr().String())
			require.NoError(t, err)
			t.Cleanup(func() { c.Close() })
			_, err = io.WriteString(c, said)
			require.NoError(t, err)
		}
		c, err := net.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		require.Equal(t, 404, askOn(t, c, bufio.NewReader(c), askList).StatusCode, said)
		require.NoError(t, c.Close())
	}
}

// foreignListener says that its connections come from elsewhere.
type foreignListener struct {
	net.Listener
	from <-chan string
}

func (l foreignListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return foreignConn{c, netip.AddrPortFrom(netip.MustParseAddr(<-l.from), 1)}, nil
}

type foreignConn struct {
	net.Conn
	from netip.AddrPort
}

func (c foreignConn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.from) }

// TestConnectionsOfOneAddressAreBounded: one caller cannot have all; what it closes
// it may open again.
func TestConnectionsOfOneAddressAreBounded(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	conns := newFreshConns()
	free := func(a netip.Addr) bool { return a == netip.MustParseAddr("198.51.100.2") }
	srv := &http.Server{ConnState: conns.note, Handler: http.NotFoundHandler()}
	addresses := make(chan string, 1)
	go func() {
		_ = srv.Serve(boundedListener{foreignListener{ln, addresses}, conns, 100, 3, free, &atomic.Int64{}, func() {}})
	}()
	defer srv.Close()
	dial := func(from string) (net.Conn, int) {
		addresses <- from
		c, err := net.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		return c, askOn(t, c, bufio.NewReader(c), askList).StatusCode
	}
	var first net.Conn
	for i := range 3 {
		c, status := dial("2001:db8::1")
		require.Equal(t, 404, status)
		if i == 0 {
			first = c
		}
	}
	_, status := dial("2001:db8::ffff")
	require.Equal(t, 503, status, "of the same network")
	_, status = dial("198.51.100.3")
	require.Equal(t, 404, status, "another address")
	for range 5 {
		_, status = dial("198.51.100.2")
		require.Equal(t, 404, status, "a proxy")
	}
	require.NoError(t, first.Close())
	require.Eventually(t, func() bool { return conns.count(netip.MustParseAddr("2001:db8::2")) == 2 }, time.Minute, time.Millisecond)
	_, status = dial("2001:db8::1")
	require.Equal(t, 404, status)
}

// TestRefusedConnectionsDoNotPileUp: only so many wait to be closed for good.
func TestRefusedConnectionsDoNotPileUp(t *testing.T) {
	t.Parallel()
	l := boundedListener{lingering: &atomic.Int64{}}
	l.lingering.Store(maxLinger)
	ours, theirs := net.Pipe()
	l.refuse(ours)
	_, err := theirs.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	require.EqualValues(t, maxLinger, l.lingering.Load())
}

// TestRefusalsAreLoggedTogether: a line a second, not one for each.
func TestRefusalsAreLoggedTogether(t *testing.T) {
	t.Parallel()
	log, counter := &lockedBuffer{}, shedding{}
	began := time.Now()
	for range 1000 {
		counter.count(t.Context(), slog.New(slog.NewTextHandler(log, nil)))
	}
	lines := strings.Count(log.String(), "recusados por sobrecarga")
	require.Positive(t, lines)
	require.LessOrEqual(t, lines, 1+int(time.Since(began)/tellEvery))
}
