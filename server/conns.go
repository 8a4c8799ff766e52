package server

import (
	"bytes"
	queue "container/list"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// freshConns knows the connections on which no request has come yet: browsers
// open some in advance, and Shutdown would wait five seconds for them. It knows all
// that wait for their callers, too, which give way to new ones when there are too many.
type freshConns struct {
	mu      sync.Mutex
	open    map[net.Conn]struct{}
	idle    *queue.List // between two requests, the longest first
	slow    *queue.List // whose request, or the body of it, has not come whole yet
	waiting map[net.Conn]waiter
	from    map[string]int // connections of each address, in whatever state
	all     atomic.Int64   // of all of them
}

// waiter is the place of a connection in one of the lists.
type waiter struct {
	in *queue.List
	at *queue.Element
}

func newFreshConns() *freshConns {
	return &freshConns{
		open: map[net.Conn]struct{}{}, idle: queue.New(), slow: queue.New(), waiting: map[net.Conn]waiter{}, from: map[string]int{},
	}
}

// note is the server's ConnState hook.
func (f *freshConns) note(c net.Conn, state http.ConnState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.open, c)
	address := addressKey(addrOf(c.RemoteAddr().String()).String())
	switch state {
	case http.StateNew:
		f.all.Add(1)
		f.from[address]++
		f.open[c] = struct{}{}
		f.waits(c, f.slow)
	case http.StateActive:
		f.waits(c, f.slow)
	case http.StateIdle:
		f.waits(c, f.idle)
	case http.StateClosed, http.StateHijacked:
		f.waits(c, nil)
		f.all.Add(-1)
		if f.from[address]--; f.from[address] == 0 {
			delete(f.from, address)
		}
	}
}

// waits moves a connection to the end of a list, or takes it out of them.
func (f *freshConns) waits(c net.Conn, in *queue.List) {
	w, known := f.waiting[c]
	if known && w.in == in {
		return // a head that comes in pieces waits since its first
	}
	if known {
		w.in.Remove(w.at)
		delete(f.waiting, c)
	}
	if in != nil {
		f.waiting[c] = waiter{in, in.PushBack(c)}
	}
}

func (f *freshConns) count(a netip.Addr) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.from[addressKey(a.String())]
}

// giveWay closes a connection that waits, if there is one, so that another may come:
// an idle one, else the one whose request has been on its way for longest.
func (f *freshConns) giveWay() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, in := range []*queue.List{f.idle, f.slow} {
		if first := in.Front(); first != nil {
			c := first.Value.(net.Conn)
			f.waits(c, nil)
			_ = rawConn(c).Close()
			return true
		}
	}
	return false
}

type connKey struct{}

// inContext is the server's ConnContext hook.
func (f *freshConns) inContext(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, connOf{f, c})
}

// connOf is the connection of a request.
type connOf struct {
	known *freshConns
	conn  net.Conn
}

// works keeps the connection of a request from giving way, until the request is
// answered or waits for its caller again.
func works(ctx context.Context, working bool) {
	if c, ok := ctx.Value(connKey{}).(connOf); ok {
		c.known.mu.Lock()
		defer c.known.mu.Unlock()
		if working {
			c.known.waits(c.conn, nil)
			return
		}
		c.known.waits(c.conn, c.known.slow)
	}
}

// known lets connections give way while no request of theirs is worked on.
func known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		works(r.Context(), true)
		defer works(r.Context(), false)
		next.ServeHTTP(w, r)
	})
}

// closeAfter closes what is still fresh after wait, when a request on its way has
// had time to arrive.
func (f *freshConns) closeAfter(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return
	case <-timer.C:
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.open {
		c.Close()
	}
}

// Each connection costs some 20 KiB, more while a request is answered: this many
// stay well within what the server may use.
const (
	maxConns = 4096
	// maxConnsEach is how many of them one address may have, for one caller that opens
	// all would leave none to the others. Proxies, and this machine, are not bound by it.
	maxConnsEach = maxConns / 4
	// Refused connections are closed for good a moment later, else the refusal could
	// be lost on its way. Beyond so many they are closed at once.
	lingerFor = time.Second
	maxLinger = 256
)

// boundedListener refuses connections beyond most, and beyond mostEach of an
// address that is not free, before any TLS is spoken.
type boundedListener struct {
	net.Listener
	conns     *freshConns
	most      int64
	mostEach  int
	free      func(netip.Addr) bool
	lingering *atomic.Int64
	refused   func()
}

// Accept implements net.Listener.
func (l boundedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		a := addrOf(c.RemoteAddr().String())
		if (l.free(a) || l.conns.count(a) < l.mostEach) && (l.conns.all.Load() < l.most || l.conns.giveWay()) {
			return c, nil
		}
		l.refused()
		l.refuse(c)
	}
}

// refuse tells why where that can be told in clear. A fresh socket takes so little
// without blocking.
func (l boundedListener) refuse(c net.Conn) {
	if _, isTLS := c.(*tls.Conn); isTLS || l.lingering.Add(1) > maxLinger {
		if !isTLS {
			l.lingering.Add(-1)
		}
		_ = rawConn(c).Close()
		return
	}
	_, _ = c.Write(rawFailure(errOverload))
	_ = portugueseConn{c}.CloseWrite()
	time.AfterFunc(lingerFor, func() {
		l.lingering.Add(-1)
		_ = c.Close()
	})
}

// rawConn is the connection below TLS: closing that one sends no alert.
func rawConn(c net.Conn) net.Conn {
	if secure, ok := c.(*tls.Conn); ok {
		return secure.NetConn()
	}
	return c
}

// portugueseListener translates the few answers that net/http writes to the
// connection itself, before any handler runs: malformed requests, giant heads.
type portugueseListener struct{ net.Listener }

// Accept implements net.Listener. TLS connections stay as they are: net/http must
// recognise their type.
func (l portugueseListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if _, isTLS := c.(*tls.Conn); err != nil || isTLS {
		return c, err
	}
	return portugueseConn{c}, nil
}

type portugueseConn struct{ net.Conn }

// rawError is how net/http ends the head of those answers; no handler here writes it.
const rawError = "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"

// Write implements net.Conn.
func (c portugueseConn) Write(b []byte) (int, error) {
	head := b[:min(len(b), 256)]
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 ")) || !bytes.Contains(head, []byte(rawError)) {
		return c.Conn.Write(b)
	}
	if _, err := c.Conn.Write(translateRaw(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// CloseWrite keeps what net/http needs to end a refusal without a reset that
// would destroy it on its way.
func (c portugueseConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

func translateRaw(b []byte) []byte {
	status, err := strconv.Atoi(string(b[len("HTTP/1.1 "):len("HTTP/1.1 400")]))
	if err != nil {
		status = http.StatusBadRequest
	}
	f := *refusal(status, "requisicao_invalida", "A requisição HTTP é inválida")
	if status == http.StatusRequestHeaderFieldsTooLarge {
		f = *errHeaderSize
	}
	f.statusCode = status
	return rawFailure(&f)
}

// rawFailure is a whole answer, for a connection that is closed after it.
func rawFailure(f *failure) []byte {
	body := encode(f)
	again := ""
	if f.wait > 0 {
		again = fmt.Sprintf("Retry-After: %d\r\n", f.wait)
	}
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%sConnection: close\r\n\r\n%s",
		f.statusCode, http.StatusText(f.statusCode), len(body), again, body)
}
