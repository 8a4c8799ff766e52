package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// freshConns knows the connections on which no request has come yet. Browsers
// open some in advance, and Shutdown would wait five seconds for them.
type freshConns struct {
	mu   sync.Mutex
	open map[net.Conn]struct{}
}

func newFreshConns() *freshConns { return &freshConns{open: map[net.Conn]struct{}{}} }

// note is the server's ConnState hook.
func (f *freshConns) note(c net.Conn, state http.ConnState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if state == http.StateNew {
		f.open[c] = struct{}{}
		return
	}
	delete(f.open, c)
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
	body := encode(&f)
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), len(body), body)
}
