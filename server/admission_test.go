package server

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// TestOverloadIsToldQuickly fills every seat and the queue: the next ones are told
// to come back, the probes are answered, and everybody inside is served.
func TestOverloadIsToldQuickly(t *testing.T) {
	t.Parallel()
	s := bareServer(t, &lockedBuffer{})
	s.admission.patience = time.Hour // the queue does not move
	seats, queue := cap(s.admission.seats), int(s.admission.queue)
	arrived, release := make(chan struct{}, seats), make(chan struct{})
	s.register(route{"POST", "/lenta", grants{all, all, all, all, all, all, all}, operation(
		func(context.Context, *struct{}) (*doneAnswer, error) {
			arrived <- struct{}{}
			<-release
			return done("Terminou"), nil
		}), "Lenta", anonymous | freeBody})
	srv := run(t, s)
	slow := request{method: "POST", path: "/lenta"}
	var flying sync.WaitGroup
	answers := make(chan reply, seats+queue)
	for range seats + queue {
		flying.Go(func() { answers <- send(t, "http://"+srv.addr, slow) })
	}
	for range seats {
		<-arrived
	}
	require.Eventually(t, func() bool { return s.admission.waiting.Load() == s.admission.queue }, time.Minute, time.Millisecond)
	got := send(t, "http://"+srv.addr, slow)
	requireFailure(t, got, 503, "sobrecarregado")
	require.Contains(t, []string{"1", "2", "3"}, got.header.Get("Retry-After"))
	require.Equal(t, 200, send(t, "http://"+srv.addr, request{method: "GET", path: "/livez"}).status)
	text := send(t, "http://"+srv.addr, request{method: "GET", path: "/metrics"}).text
	require.Contains(t, text, `monitor_recusas_total{motivo="sobrecarga"} 1`)
	close(release)
	flying.Wait()
	close(answers)
	for got := range answers {
		require.Equal(t, 200, got.status, got.text)
	}
	require.Empty(t, s.admission.seats)
	require.Zero(t, s.admission.waiting.Load())
}

// TestPatienceEnds lets one wait for a seat that does not come.
func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	a := newAdmission()
	a.patience = time.Millisecond
	seats := cap(a.seats)
	taken := make([]seat, seats+1)
	for i := range seats {
		taken[i].a = a
		require.NoError(t, taken[i].take(t.Context()))
	}
	last := &taken[seats]
	last.a = a
	require.ErrorIs(t, last.take(t.Context()), errOverload)
	taken[0].leave()
	require.NoError(t, last.take(t.Context()))
	require.NoError(t, last.take(t.Context()), "one seat is enough")
	a.patience = time.Hour
	a.waiting.Store(a.queue)
	require.ErrorIs(t, (&seat{a: a}).take(t.Context()), errOverload, "the queue is long enough")
	back := make(chan error)
	go func() { back <- taken[0].take(t.Context()) }()
	require.Eventually(t, func() bool { return a.waiting.Load() == a.queue+1 }, time.Minute, time.Millisecond)
	taken[1].leave()
	require.NoError(t, <-back, "who had a seat may wait for another")
	taken[0].leave()
	last.leave()
	last.leave()
	require.Len(t, a.seats, seats-2)
}

// TestSlowSendersTakeNoSeat lets more senders than there are seats stop in the
// middle of their bodies: others are served, and what they hold in memory is bounded.
func TestSlowSendersTakeNoSeat(t *testing.T) {
	t.Parallel()
	h := houseOf(t, storetest.New(t), false)
	h.srv.cfg.LegacyUntil = time.Now().Add(time.Hour)
	bodies := h.srv.admission.bodies
	bodies.wait = time.Hour
	srv := run(t, h.srv)
	const part = 64 << 10
	head := "POST /api/db/dispositivos/registrar HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n{" + strings.Repeat(" ", part)
	senders := max(strangerBudget/senderPart/part, cap(h.srv.admission.seats)+int(h.srv.admission.queue)) + 8
	refused := make(chan int, senders)
	for range senders {
		c, err := net.Dial("tcp", srv.addr)
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		_, err = io.WriteString(c, head)
		require.NoError(t, err)
		go func() {
			status := 0
			if resp, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil {
				status = resp.StatusCode
				resp.Body.Close()
			}
			refused <- status
		}()
	}
	require.Equal(t, 503, <-refused, "beyond its share a sender is refused")
	require.LessOrEqual(t, bodies.taken(), int64(strangerBudget/senderPart))
	require.Equal(t, 200, h.admin("GET", "/api/db/clientes", nil).status)
	require.Equal(t, 201, h.admin("POST", "/api/db/clientes", map[string]any{"nome": "Ana", "email": "ana@x.com"}).status)
	require.Empty(t, h.srv.admission.seats)
}

func (b *bodies) taken() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all
}

// readers are connections that have asked for long answers and read none yet.
func readers(t *testing.T, h *house, srv *running, callers, calls int) []net.Conn {
	t.Helper()
	ask := strings.Repeat("GET /api/db/openapi.json HTTP/1.1\r\nHost: x\r\nX-API-Key: "+h.key+"\r\n\r\n", calls)
	open := make([]net.Conn, callers)
	for i := range open {
		c, err := net.Dial("tcp", srv.addr)
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		_, err = io.WriteString(c, ask)
		require.NoError(t, err)
		open[i] = c
	}
	return open
}

func (b *shared) taken() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all
}

// TestSlowReadersTakeNoSeat lets more callers than there are seats ask for long
// answers that they do not read: others are served meanwhile, what waits to be sent
// is bounded, and beyond that the connection is cut.
func TestSlowReadersTakeNoSeat(t *testing.T) {
	t.Parallel()
	h := houseOf(t, storetest.New(t), false)
	srv := run(t, h.srv)
	answers := &h.srv.admission.answers
	open := readers(t, h, srv, cap(h.srv.admission.seats)+int(h.srv.admission.queue)+8, 20)
	for _, c := range open {
		require.NoError(t, c.(*net.TCPConn).SetReadBuffer(4<<10))
	}
	require.Eventually(
		t,
		func() bool { return strings.Contains(h.log.String(), "respostas demais sem ler") },
		time.Minute,
		10*time.Millisecond,
	)
	require.LessOrEqual(t, answers.taken(), int64(callerBudget))
	require.Positive(t, answers.taken())
	require.Equal(t, 200, h.admin("GET", "/api/db/clientes", nil).status)
	require.Equal(t, 201, h.admin("POST", "/api/db/clientes", map[string]any{"nome": "Ana", "email": "ana@x.com"}).status)
	for _, c := range open {
		require.NoError(t, c.Close())
	}
	require.Eventually(t, func() bool { return answers.taken() == 0 && len(h.srv.admission.seats) == 0 }, time.Minute, 10*time.Millisecond)
	require.Empty(t, answers.of)
}

// TestManyReadersAreNotCut lets answers wait for their share: whoever reads gets all.
func TestManyReadersAreNotCut(t *testing.T) {
	t.Parallel()
	h := houseOf(t, storetest.New(t), false)
	h.srv.admission.sending = time.Hour
	answers, size := &h.srv.admission.answers, int64(len(h.srv.spec))
	answers.each = 2 * size
	const calls = 40 // more than the buffers of a connection hold
	open := readers(t, h, run(t, h.srv), 6, calls)
	require.Eventually(t, func() bool { return answers.taken() == answers.each }, time.Minute, 10*time.Millisecond)
	var reading sync.WaitGroup
	whole := make(chan int, calls*len(open))
	for _, c := range open {
		reading.Go(func() {
			in := bufio.NewReader(c)
			for range calls {
				if resp, err := http.ReadResponse(in, nil); err == nil {
					_, _ = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
					whole <- resp.StatusCode
				}
			}
		})
	}
	reading.Wait()
	close(whole)
	require.Len(t, whole, calls*len(open))
	for status := range whole {
		require.Equal(t, 200, status)
	}
}
