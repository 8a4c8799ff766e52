package server

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func TestLimiterFillsAndEmpties(t *testing.T) {
	t.Parallel()
	l, now := newLimiter(2), time.Unix(0, 0)
	for range 2 * burstSeconds {
		_, ok := l.take("a", now)
		require.True(t, ok)
	}
	wait, ok := l.take("a", now)
	require.False(t, ok)
	require.Equal(t, 500*time.Millisecond, wait)
	_, ok = l.take("b", now)
	require.True(t, ok, "others are not concerned")
	_, ok = l.take("a", now.Add(wait))
	require.True(t, ok, "the wait that was promised is enough")
	_, ok = l.take("a", now.Add(-time.Hour))
	require.False(t, ok, "a clock that goes back gives nothing")
}

func TestLimiterMemoryIsBounded(t *testing.T) {
	t.Parallel()
	l, now := newLimiter(1), time.Unix(0, 0)
	for i := range 5 * maxBuckets {
		l.take(strconv.Itoa(i), now)
	}
	require.LessOrEqual(t, len(l.young)+len(l.old), 2*maxBuckets)
	busy := newLimiter(1)
	for i := range 3 * maxBuckets {
		busy.take("insistente", now)
		busy.take(strconv.Itoa(i), now)
	}
	_, ok := busy.take("insistente", now)
	require.False(t, ok, "who keeps asking is not forgotten")
}

func TestAddressesAreNetworks(t *testing.T) {
	t.Parallel()
	require.Equal(t, addressKey("2001:db8::1"), addressKey("2001:db8::ffff"))
	require.NotEqual(t, addressKey("2001:db8::1"), addressKey("2001:db8:1::1"))
	require.NotEqual(t, addressKey("192.0.2.1"), addressKey("192.0.2.2"))
}

func limited(t *testing.T, l Limits) *house {
	t.Helper()
	h := &house{t: t, store: storetest.New(t), log: &lockedBuffer{}}
	srv, err := New(Config{Store: h.store, Limits: l, Log: slog.New(slog.NewTextHandler(h.log, nil))})
	require.NoError(t, err)
	// A slow machine would get new tokens as quickly as it asks for them.
	begun := time.Now()
	srv.now = func() time.Time { return begun }
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	h.srv, h.url, h.key = srv, ts.URL, ""
	h.key = h.newKey(store.Admin)
	return h
}

// untilRefused asks until it is refused and says how often it was let in.
func untilRefused(h *house, q request) (passed int, refusal reply) {
	for range 10_000 {
		got := h.do(q)
		if got.status == 429 {
			return passed, got
		}
		passed++
	}
	h.t.Fatal("never refused")
	return 0, reply{}
}

func TestStrangersAreLimitedByAddress(t *testing.T) {
	t.Parallel()
	h := limited(t, Limits{Credencial: 1000, Endereco: 2})
	ok := request{method: "GET", path: "/api/db/estatisticas", key: h.key}
	require.Equal(t, 200, h.do(ok).status)
	passed, got := untilRefused(h, request{method: "GET", path: "/api/db/clientes", key: "mon_inventada"})
	require.GreaterOrEqual(t, passed, 2*burstSeconds-1)
	requireFailure(t, got, 429, "chamadas_demais")
	wait, err := strconv.Atoi(got.header.Get("Retry-After"))
	require.NoError(t, err)
	require.Contains(t, got.text, fmt.Sprintf("tente de novo em %d s", wait))
	_, got = untilRefused(h, request{method: "POST", path: "/api/db/auth/login", body: map[string]any{"email": "a@x.com", "senha": "x"}})
	requireFailure(t, got, 429, "chamadas_demais")
	require.Equal(t, 200, h.do(ok).status, "who showed a credential that counts goes on, from the same address")
	require.Contains(t, h.do(request{method: "GET", path: "/metrics"}).text, `monitor_recusas_total{motivo="endereco"}`)
}

func TestCredentialsAreLimitedOneByOne(t *testing.T) {
	t.Parallel()
	h := limited(t, Limits{Credencial: 2, Endereco: 1000})
	q := request{method: "GET", path: "/api/db/openapi.json", key: h.key}
	passed, got := untilRefused(h, q)
	requireFailure(t, got, 429, "chamadas_demais")
	require.GreaterOrEqual(t, passed, 2*burstSeconds)
	q.key = h.newKey(store.Leitura)
	require.Equal(t, 200, h.do(q).status)
	q.key = h.newKey(store.Agente)
	agents, _ := untilRefused(h, q)
	require.GreaterOrEqual(t, agents, agentFactor*2*burstSeconds, "a fleet behind one key may ask for more")
}

func TestNoLimitsUnlessAsked(t *testing.T) {
	t.Parallel()
	h := limited(t, Limits{})
	for range 300 {
		require.Equal(t, 401, h.do(request{method: "GET", path: "/api/db/clientes"}).status)
	}
}
