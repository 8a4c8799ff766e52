package server

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// How much is done at the same time. Who finds all seats taken waits for one
// shortly; a longer queue would only make everybody in it late. Slow senders and slow
// readers cost no seat: what they hold of memory is bounded instead, here and in
// bodies.go.
const (
	seatsEach      = 48  // for each processor
	seatsMost      = 128 // and half as many may wait for one
	seatPatience   = 250 * time.Millisecond
	answerBudget   = 32 << 20 // bytes of answers that are being sent
	callerBudget   = 8 << 20  // of those to one caller
	answerPatience = time.Second
)

var errOverload = &failure{
	statusCode: http.StatusServiceUnavailable, Codigo: "sobrecarregado", wait: 1,
	Erro: "O servidor recebeu pedidos demais; tente de novo em instantes",
}

// admission bounds the work in hand.
type admission struct {
	seats          chan struct{}
	queue          int64 // how many may wait for a seat
	waiting        atomic.Int64
	bodies         *bodies
	answers        shared
	patience, hold time.Duration
	sending        time.Duration // how long an answer waits for its share
}

func newAdmission() *admission {
	seats := min(seatsEach*runtime.GOMAXPROCS(0), seatsMost)
	return &admission{
		seats: make(chan struct{}, seats), queue: int64(seats / 2), patience: seatPatience, hold: holdLeast, sending: answerPatience,
		bodies: newBodies(), answers: shared{most: answerBudget, each: callerBudget, of: map[string]int64{}},
	}
}

// seat is a request's right to be worked on. It belongs to one goroutine.
type seat struct {
	a     *admission
	held  bool
	known bool // held it before
}

// take waits for a seat; errOverload when there is none to be had. Who had one and
// comes back with its body is not sent away because the queue is long: its work is
// half done.
func (s *seat) take(ctx context.Context) error {
	if s.a == nil || s.held {
		return nil
	}
	select {
	case s.a.seats <- struct{}{}:
		s.held = true
		return nil
	default:
	}
	defer s.a.waiting.Add(-1)
	if s.a.waiting.Add(1) > s.a.queue && !s.known {
		return errOverload
	}
	timer := time.NewTimer(s.a.patience)
	defer timer.Stop()
	select {
	case s.a.seats <- struct{}{}:
		s.held = true
		return nil
	case <-timer.C:
		return errOverload
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave gives the seat back; whoever waits for a slow sender, or serves a stream,
// needs none.
func (s *seat) leave() {
	if s.held {
		s.held, s.known = false, true
		<-s.a.seats
	}
}

// seated works on a request only while there is a seat for it. What tells how the
// server is doing needs none.
func (s *Server) seated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if tellsHealth(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		c := callFrom(r.Context())
		c.seat.a = s.admission
		if err := c.seat.take(r.Context()); err != nil {
			s.answerError(w, r, s.overloaded(err))
			return
		}
		defer c.seat.leave()
		// A caller that asks again as soon as it is answered finds its goroutine still
		// running. A few of them would keep the scheduler to themselves, and thousands
		// of others, even new connections, would wait for seconds: everybody goes to
		// the end of the one queue first.
		runtime.Gosched()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) overloaded(err error) error {
	switch {
	case errors.Is(err, errOverload):
		s.metrics.refused.WithLabelValues("sobrecarga").Inc()
	case errors.Is(err, errBodyTimeout):
		s.metrics.refused.WithLabelValues("corpo_lento").Inc()
	}
	return err
}

// sends is called when an answer of n bytes is ready: who reads slowly needs no seat
// and no body any more, and has a share of what may wait to be sent. What exceeds it waits for callers that
// read, and not for long; then the connection is cut. What it returns gives the share
// back.
func (s *Server) sends(ctx context.Context, n int) func() {
	c := callFrom(ctx)
	c.seat.leave()
	c.charge.giveBack()
	c.body = nil
	caller := c.share()
	late := time.NewTimer(s.admission.sending)
	defer late.Stop()
	for {
		given := s.admission.answers.take(caller, int64(n))
		if given == nil {
			break
		}
		select {
		case <-given:
			continue
		case <-late.C:
		case <-ctx.Done():
		}
		s.metrics.refused.WithLabelValues("leitura_lenta").Inc()
		s.breakOff(ctx, errSlowReader)
	}
	return func() { s.admission.answers.give(caller, int64(n)) }
}

var errSlowReader = errors.New("quem chama deixou respostas demais sem ler")

// shared is a number of bytes that all callers share, each a part of it.
type shared struct {
	most  int64 // of all callers together
	each  int64
	mu    sync.Mutex
	all   int64 // taken
	of    map[string]int64
	given chan struct{} // closed when some are given back
}

// take refuses nobody's only answer for its size, nor, up to twice the number, because
// of others. When there are too few it returns what tells that some were given back.
func (b *shared) take(caller string, n int64) (given <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	had := b.of[caller]
	if had > 0 && (had+n > b.each || b.all+n > b.most) || b.all > 0 && b.all+n > 2*b.most {
		if b.given == nil {
			b.given = make(chan struct{})
		}
		return b.given
	}
	b.of[caller] = had + n
	b.all += n
	return nil
}

func (b *shared) give(caller string, n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all -= n
	if b.of[caller] -= n; b.of[caller] == 0 {
		delete(b.of, caller)
	}
	if b.given != nil {
		close(b.given)
		b.given = nil
	}
}
