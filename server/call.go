package server

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"example.com/monitor/store"
)

// call is what is known of the request being answered. Middleware fills it;
// the access log and the error answers read it.
type call struct {
	id       string      // random; the caller sees it as X-Request-Id and request_id
	actor    store.Actor // Stranger until authenticated
	origem   store.Origem
	sender   string // the credential that counted, "" without one
	body     []byte // as received, within the limit
	rota     string // method and pattern of the route that may refuse, for the trail
	noun     string // second part of an API path, for "… não encontrado"
	https    bool   // the caller's own connection is encrypted
	seat     seat
	charge   *charged      // for the body
	patience time.Duration // how long the request may be worked on
	spent    time.Duration // of it, by what came before the operation
}

// share is whose shares the request uses: the credential's, else the address's.
func (c *call) share() string {
	if c.sender != "" {
		return c.sender
	}
	return addressKey(c.origem.IP)
}

type callKey struct{}

// callFrom never returns nil: code that runs outside a request gets an empty call.
func callFrom(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// as gives the operations of whoever makes the request.
func (s *Server) as(ctx context.Context) *store.Handle { return s.cfg.Store.As(callFrom(ctx).actor) }

// observe gives every request an id and writes the access log. The query string
// is never logged: it may carry an API key.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		from := s.peerOf(r)
		c := &call{patience: s.cfg.Patience, id: rand.Text(), origem: origin(r, from.addr), noun: nounOf(r.URL.Path), https: from.https}
		c.actor = store.Stranger(c.origem)
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		rec := &recorder{ResponseWriter: w, send: func(n int) func() { return s.sends(r.Context(), n) }}
		rec.Header().Set("X-Request-Id", c.id)
		secure(rec.Header())
		onlyTLS(rec.Header(), r.Host, from.https)
		s.metrics.flying.Inc()
		defer func() {
			s.metrics.flying.Dec()
			c.charge.giveBack()
			took := time.Since(start)
			s.metrics.done(r.Pattern, rec.status(), took)
			s.log.LogAttrs(r.Context(), accessLevel(r.URL.Path, rec.status()), "requisição atendida",
				slog.String("metodo", r.Method), slog.String("rota", r.Pattern), slog.Int("status", rec.status()),
				slog.Int64("ms", took.Milliseconds()), slog.String("request_id", c.id),
				slog.String("ip", c.origem.IP), slog.String("ator", c.actor.Nome()))
		}()
		next.ServeHTTP(rec, r)
	})
}

// accessLevel keeps probes that find everything well out of the log: they come
// every few seconds, for ever.
func accessLevel(path string, status int) slog.Level {
	switch path {
	case "/livez", "/readyz", "/metrics":
		if status == http.StatusOK {
			return slog.LevelDebug
		}
	}
	return slog.LevelInfo
}

// secure keeps answers out of caches, frames and content sniffing. The pages set
// their own policy over it.
func secure(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
}

// onlyTLS tells browsers to come by https from now on. This machine's own names are
// left out: every other program on it would have to speak https, too.
func onlyTLS(h http.Header, host string, https bool) {
	if https && !forThisMachine(host) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// recover turns a panic into an answer; the stack goes to the log only.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			s.log.LogAttrs(r.Context(), slog.LevelError, "pânico ao atender requisição",
				slog.Any("causa", p), slog.String("pilha", string(debug.Stack())), slog.String("request_id", callFrom(r.Context()).id))
			if rec, ok := w.(*recorder); ok && rec.code != 0 {
				panic(http.ErrAbortHandler) // half an answer must not look whole
			}
			writeFailure(w, s.describeError(r.Context(), errInternal))
		}()
		next.ServeHTTP(w, r)
	})
}

// recorder remembers the status for the access log.
type recorder struct {
	http.ResponseWriter
	code int
	// send is called before a write that may have to wait for the caller, with the
	// bytes of it; what it returns, after it.
	send func(int) func()
}

// bufferedWrite is what net/http takes without writing to the connection before the
// handler has returned.
const bufferedWrite = 2 << 10 // bytes

func (r *recorder) status() int {
	if r.code == 0 {
		return http.StatusOK
	}
	return r.code
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(code int) {
	if r.code == 0 && code >= http.StatusOK {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	if len(b) > bufferedWrite {
		defer r.send(len(b))()
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
