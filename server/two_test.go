package server

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// pair is two servers over one database, as two processes would be.
type pair struct {
	clock *clock
	a, b  *house
}

func newPair(t *testing.T, e storetest.Engine) *pair {
	t.Helper()
	p, url := &pair{clock: &clock{}}, e.URL(t)
	p.a = houseOf(t, e.Open(t, url, storetest.Now(p.clock.now)), false)
	p.b = houseOf(t, e.Open(t, url, storetest.Now(p.clock.now)), false)
	return p
}

// TestTwoServersAreOne: what is done at one holds at the other from its answer on.
func TestTwoServersAreOne(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		p := newPair(t, e)
		p.a.newPerson("ana@x.com", store.Usuario)
		alive := func(h *house, token string) bool {
			return h.do(request{method: "GET", path: "/api/db/auth/validar", bearer: token}).status == 200
		}
		t.Run("sessões", func(t *testing.T) {
			token := p.a.login("ana@x.com", userSenha)
			require.True(t, alive(p.b, token))
			require.Equal(t, 200, p.b.do(request{method: "POST", path: "/api/db/auth/logout", bearer: token}).status)
			require.False(t, alive(p.a, token))
		})
		t.Run("chaves", func(t *testing.T) {
			made := p.a.admin("POST", "/api/db/chaves", map[string]any{"nome": "k", "nivel": "leitura"})
			key := made.json["segredo"].(string)
			list := func(h *house) int { return h.do(request{method: "GET", path: "/api/db/clientes", key: key}).status }
			require.Equal(t, 200, list(p.b))
			id := made.json["chave"].(map[string]any)["id"]
			require.Equal(t, 200, p.b.admin("DELETE", fmt.Sprintf("/api/db/chaves/%v", id), nil).status)
			require.Equal(t, 401, list(p.a))
			require.Equal(t, 401, list(p.b))
		})
		t.Run("idempotência", func(t *testing.T) {
			var wg sync.WaitGroup
			ids := make([]any, 8)
			for i := range ids {
				wg.Go(func() {
					h := []*house{p.a, p.b}[i%2]
					got := h.do(request{
						method: "POST", path: "/api/db/clientes", key: p.a.key, header: http.Header{"Idempotency-Key": {"uma"}},
						body: map[string]any{"nome": "Uma", "email": "uma@x.com"},
					})
					if got.status == 201 {
						ids[i] = got.json["cliente"].(map[string]any)["id"]
					}
				})
			}
			wg.Wait()
			for _, id := range ids {
				require.NotNil(t, id)
				require.Equal(t, ids[0], id)
			}
		})
		t.Run("bloqueio", func(t *testing.T) {
			wrong := func(h *house) int {
				return h.do(request{method: "POST", path: "/api/db/auth/login", body: map[string]any{"email": "ninguem@x.com", "senha": "x"}}).status
			}
			for range 2 {
				require.Equal(t, 401, wrong(p.a))
				require.Equal(t, 401, wrong(p.b))
			}
			require.Equal(t, 429, wrong(p.a))
			require.Equal(t, 429, wrong(p.b))
		})
	})
}

// TestSessionEndsToTheMoment at both servers, however they share the work: unused
// for 12 hours, or 24 hours old.
func TestSessionEndsToTheMoment(t *testing.T) {
	t.Parallel()
	p := newPair(t, storetest.SQLite)
	set := func(at time.Duration) {
		p.clock.fixed.Store(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC).Add(at).UnixNano())
	}
	set(0)
	p.a.newPerson("ana@x.com", store.Usuario)
	alive := func(token string) (both [2]bool) {
		for i, h := range []*house{p.a, p.b} {
			both[i] = h.do(request{method: "GET", path: "/api/db/auth/validar", bearer: token}).status == 200
		}
		return both
	}
	for at, want := range map[time.Duration]bool{12*time.Hour - time.Second: true, 12 * time.Hour: false, 12*time.Hour + time.Second: false} {
		set(0)
		token := p.a.login("ana@x.com", userSenha)
		set(at)
		require.Equal(t, [2]bool{want, want}, alive(token), "unused for %v", at)
	}
	for at, want := range map[time.Duration]bool{24*time.Hour - time.Second: true, 24 * time.Hour: false, 24*time.Hour + time.Second: false} {
		set(0)
		token := p.a.login("ana@x.com", userSenha)
		for _, used := range []time.Duration{8 * time.Hour, 16 * time.Hour} {
			set(used)
			alive(token)
			require.Eventually(t, func() bool { return p.activity(t, token) >= used }, settle, tick)
		}
		set(at)
		require.Equal(t, [2]bool{want, want}, alive(token), "%v old", at)
	}
}

// How long tests wait for what is written on the side, and how often they look.
const (
	settle = 60 * time.Second
	tick   = 20 * time.Millisecond
)

// activity is when a session was last used, since the clock's zero.
func (p *pair) activity(t *testing.T, token string) time.Duration {
	t.Helper()
	got := p.b.do(request{method: "GET", path: "/api/db/sessoes", bearer: token})
	for _, row := range got.json["sessoes"].([]any) {
		s := row.(map[string]any)
		if s["atual"] != true {
			continue
		}
		at, err := time.Parse(time.RFC3339, s["ultima_atividade"].(string))
		require.NoError(t, err)
		return at.Sub(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	}
	return 0
}

// TestChangesActAtOnce: clients hammer both servers with open sessions; not one
// request that starts after the change was acknowledged succeeds.
func TestChangesActAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clients := 50
		if e.Name != storetest.SQLite.Name {
			clients = 10
		}
		p := newPair(t, e)
		admin := p.a.key
		change := func(method, path string, body any) func(id int64) int {
			return func(id int64) int {
				return p.a.do(request{method: method, path: fmt.Sprintf(path, id), key: admin, body: body}).status
			}
		}
		for name, c := range map[string]struct {
			nivel, path string
			do          func(id int64) int
		}{
			"desativação":  {store.Usuario, "/api/db/clientes", change("DELETE", "/api/db/clientes/%d", nil)},
			"remoção":      {store.Usuario, "/api/db/clientes", change("DELETE", "/api/db/clientes/%d?hard=true", nil)},
			"nova senha":   {store.Usuario, "/api/db/clientes", change("PUT", "/api/db/clientes/%d", map[string]any{"senha": "outra-senha-1"})},
			"rebaixamento": {store.Moderador, "/api/db/logs", change("PUT", "/api/db/clientes/%d", map[string]any{"nivel_acesso": "usuario"})},
			"promoção":     {store.Usuario, "/api/db/clientes", change("PUT", "/api/db/clientes/%d", map[string]any{"nivel_acesso": "moderador"})},
		} {
			email := fmt.Sprintf("n%d@x.com", serial.Add(1))
			person := p.a.newPerson(email, c.nivel)
			token := p.a.login(email, senhaDe(c.nivel))
			var acknowledged atomic.Bool
			var before, late, served atomic.Int64
			ctx, stop := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			for i := range clients {
				wg.Go(func() {
					h := []*house{p.a, p.b}[i%2]
					for ctx.Err() == nil {
						after := acknowledged.Load()
						status := h.do(request{method: "GET", path: c.path, bearer: token}).status
						switch {
						case after && status == 200:
							late.Add(1)
						case after:
							served.Add(1)
						case status == 200:
							before.Add(1)
						}
					}
				})
			}
			require.Eventually(t, func() bool { return before.Load() >= int64(clients) }, settle, tick, name)
			require.Equal(t, 200, c.do(person.ID), name)
			acknowledged.Store(true)
			require.Eventually(t, func() bool { return served.Load() >= int64(2*clients) }, settle, tick, name)
			stop()
			wg.Wait()
			require.Zero(t, late.Load(), name)
		}
	})
}
