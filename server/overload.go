package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Refusing must cost next to nothing, else those who are refused take the
// processor from those who are served. So it happens before the request has an
// identity, a log line or a credential, and a moment late: a caller that asks again
// without waiting comes no oftener than that.
const (
	// retryMost is the longest wait, in seconds, that a refused caller is told. They
	// are told different ones, in order not to come back together.
	retryMost = 3
	// holdLeast and twice that bound how long a refusal is held back. It is short
	// against Retry-After: who waits does not notice.
	holdLeast = 150 * time.Millisecond
	// tellEvery is how often the log says how many were refused.
	tellEvery = time.Second
)

// tellsHealth says that a path tells how the server is doing: it needs no seat.
func tellsHealth(path string) bool {
	return path == "/livez" || path == "/readyz" || path == "/metrics"
}

// full says that whoever comes now would be refused a seat.
func (a *admission) full() bool {
	return len(a.seats) == cap(a.seats) && a.waiting.Load() >= a.queue
}

// shed refuses what would find no seat.
func (s *Server) shed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.admission.full() || tellsHealth(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		s.hold(r)
		s.refuse(w, r)
	})
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request) {
	f := *errOverload
	f.RequestID = rand.Text()
	body := encode(&f)
	h := w.Header()
	secure(h)
	onlyTLS(h, r.Host, s.cfg.TLS)
	h.Set("X-Request-Id", f.RequestID)
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Retry-After", strconv.Itoa(1+mathrand.IntN(retryMost)))
	w.WriteHeader(f.statusCode)
	_, _ = w.Write(body)
	s.metrics.refused.WithLabelValues("sobrecarga").Inc()
	s.metrics.done("", f.statusCode, 0)
	s.shedding.count(r.Context(), s.log)
}

// hold lets a caller that will be refused wait. A proxy's connection carries the
// requests of others too, and HTTP/2 lets one connection wait many times over:
// neither is held up.
func (s *Server) hold(r *http.Request) {
	if r.ProtoMajor != 1 {
		return
	}
	if a := addrOf(r.RemoteAddr); !a.IsValid() || s.trusted(a) {
		return
	}
	timer := time.NewTimer(s.admission.hold + mathrand.N(s.admission.hold))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	case <-s.streams.Done():
	}
}

// shedding counts refusals for the log: a line for each would be work, too.
type shedding struct {
	n    atomic.Int64
	told atomic.Int64 // nanoseconds since 1970
}

func (c *shedding) count(ctx context.Context, log *slog.Logger) {
	c.n.Add(1)
	now, last := time.Now().UnixNano(), c.told.Load()
	if now-last >= int64(tellEvery) && c.told.CompareAndSwap(last, now) {
		log.LogAttrs(ctx, slog.LevelWarn, "pedidos recusados por sobrecarga", slog.Int64("quantos", c.n.Swap(0)))
	}
}
