package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// mal is a way for the database to be of no use, and how it ends.
type mal struct {
	name  string
	lasts time.Duration
	// surdo says that /readyz must turn while it lasts.
	deaf      bool
	faz, undo func(t *testing.T, s *storetest.Server, p *toxiproxy.Proxy)
}

func toxic(kind, attributes string) (faz, undo func(*testing.T, *storetest.Server, *toxiproxy.Proxy)) {
	streams := []string{"upstream", "downstream"}
	return func(t *testing.T, _ *storetest.Server, p *toxiproxy.Proxy) {
			for _, s := range streams {
				storetest.Toxic(t, p, fmt.Sprintf(`{"name": %q, "type": %q, "stream": %q, "attributes": {%s}}`, s, kind, s, attributes))
			}
		}, func(t *testing.T, _ *storetest.Server, p *toxiproxy.Proxy) {
			for _, s := range slices.Backward(streams) { // else answers are lost on a healthy way
				storetest.Healthy(t, p, s)
			}
		}
}

func males() []mal {
	blackHole, seen := toxic("timeout", `"timeout": 0`)
	reset, calm := toxic("reset_peer", `"timeout": 0`)
	far, near := toxic("latency", `"latency": 400, "jitter": 200`)
	back := func(_ *testing.T, s *storetest.Server, _ *toxiproxy.Proxy) { s.Start() }
	return []mal{
		{"parado", time.Second, true, func(_ *testing.T, s *storetest.Server, _ *toxiproxy.Proxy) { s.Stop() }, back},
		{"morto", time.Second, true, func(_ *testing.T, s *storetest.Server, _ *toxiproxy.Proxy) { s.Kill() }, back},
		{
			"congelado", 6 * time.Second, true,
			func(_ *testing.T, s *storetest.Server, _ *toxiproxy.Proxy) { s.Freeze() },
			func(_ *testing.T, s *storetest.Server, _ *toxiproxy.Proxy) { s.Thaw() },
		},
		{"buraco negro", 6 * time.Second, true, blackHole, seen},
		{"conexões cortadas", time.Second, true, reset, calm},
		{
			"porta fechada", time.Second, true,
			func(_ *testing.T, _ *storetest.Server, p *toxiproxy.Proxy) { p.Stop() },
			func(t *testing.T, _ *storetest.Server, p *toxiproxy.Proxy) { require.NoError(t, p.Start()) },
		},
		{"longe", 3 * time.Second, false, far, near},
	}
}

// TestDatabaseOutages takes the database away in every way while 16 writers create
// clients: nobody waits for long, probes tell the truth, work goes on by itself,
// and what was acknowledged is there, once.
func TestDatabaseOutages(t *testing.T) {
	t.Parallel()
	rounds := 1
	if inFull() {
		rounds = 5
	}
	for name, start := range map[string]func(testing.TB, ...storetest.ServerOption) *storetest.Server{"postgres": storetest.NewPostgres, "mariadb": storetest.NewMariaDB} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it waits more than it works
			server := start(t)
			at := server.Database(t)
			proxy := storetest.Proxy(t, server.Addr())
			e := newRehearsal(t, "DATABASE_URL="+server.Through(proxy.Listen, at))
			stop := e.writers(16)
			e.next()
			back := outages{}
			for range rounds {
				for _, m := range males() {
					back.add(m.name, e.suffer(m, server, proxy))
					pause(t.Context(), 300*time.Millisecond) // work goes on for a while
				}
			}
			stop()
			require.Less(t, e.stop(), 3*patience())
			e.verify()
			back.require(t)
		})
	}
}

// outages are how long after each kind of fault the first creation took.
type outages map[string][]time.Duration

func (v outages) add(name string, d time.Duration) { v[name] = append(v[name], d) }

// require prints what was seen and, in the full run, holds it to the promise.
func (v outages) require(t *testing.T) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(v)) {
		of := slices.Sorted(slices.Values(v[name]))
		most := of[len(of)-1]
		t.Logf(
			"%-18s %3d times: first creation after %v at the middle, %v at most",
			name,
			len(of),
			of[len(of)/2].Round(time.Millisecond),
			most.Round(time.Millisecond),
		)
		if inFull() {
			require.Less(t, most, 2*time.Second, name)
		}
	}
}

// suffer lets m come and go and returns how long the first creation took after it.
func (e *rehearsal) suffer(m mal, server *storetest.Server, proxy *toxiproxy.Proxy) time.Duration {
	e.t.Helper()
	m.faz(e.t, server, proxy)
	began := time.Now()
	if m.deaf {
		require.Eventually(
			e.t,
			func() bool { return e.probe("/readyz") == http.StatusServiceUnavailable },
			time.Minute,
			10*time.Millisecond,
			m.name,
		)
	}
	turned := time.Since(began)
	for time.Since(began) < m.lasts {
		require.Equal(e.t, http.StatusOK, e.probe("/livez"), m.name)
		pause(e.t.Context(), 50*time.Millisecond)
	}
	m.undo(e.t, server, proxy)
	written := e.next()
	ready := time.Now()
	require.Eventually(e.t, func() bool { return e.probe("/readyz") == http.StatusOK }, time.Minute, 5*time.Millisecond, m.name)
	e.t.Logf(
		"%-18s readyz 503 after %v; back: written after %v, ready %v later",
		m.name,
		turned.Round(time.Millisecond),
		written.Round(time.Millisecond),
		time.Since(ready).Round(time.Millisecond),
	)
	return written
}

func (e *rehearsal) probe(path string) int {
	resp, err := e.http.Get(e.url + path)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// TestDatabaseRefusals lets the database refuse what is written, at the statement
// and at COMMIT, as a full disk does.
func TestDatabaseRefusals(t *testing.T) {
	t.Parallel()
	for name, males := range map[string][][]string{
		"postgres": {
			{
				`CREATE FUNCTION cheio() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file "base/1"' USING ERRCODE = '53100'; END $$`,
				`CREATE TRIGGER cheio BEFORE INSERT ON clientes FOR EACH ROW EXECUTE FUNCTION cheio()`, `DROP TRIGGER cheio ON clientes`,
			},
			{`CREATE CONSTRAINT TRIGGER cheio AFTER INSERT ON clientes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cheio()`, `DROP TRIGGER cheio ON clientes`},
		},
		"mariadb": {
			{`CREATE TRIGGER cheio BEFORE INSERT ON clientes FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1021, MESSAGE_TEXT = 'Disk full (/tmp/x)'`, `DROP TRIGGER cheio`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := storetest.Named(name)
			at := engine.URL(t)
			e := newRehearsal(t, "DATABASE_URL="+at)
			stop := e.writers(4)
			e.next()
			db := engine.Foreign(t, at)
			for _, statements := range males {
				last := len(statements) - 1
				for _, s := range statements[:last] {
					storetest.Exec(t, db, s)
				}
				had := e.count(http.StatusServiceUnavailable)
				require.Eventually(
					t,
					func() bool { return e.count(http.StatusServiceUnavailable) > had+20 },
					time.Minute,
					5*time.Millisecond,
				)
				require.Eventually(
					t,
					func() bool { return e.probe("/readyz") == http.StatusOK },
					time.Minute,
					5*time.Millisecond,
					"reading is well",
				)
				storetest.Exec(t, db, statements[last])
				e.next()
			}
			stop()
			e.stop()
			e.verify()
		})
	}
}

func (e *rehearsal) count(status int) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.status[status]
}

// TestDatabaseKills kills the database again and again under writers that try
// again with the same Idempotency-Key.
func TestDatabaseKills(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB, ...storetest.ServerOption) *storetest.Server{"postgres": storetest.NewPostgres, "mariadb": storetest.NewMariaDB} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it waits more than it works
			server := start(t)
			e := newRehearsal(t, "DATABASE_URL="+server.Database(t))
			stop := e.writers(16)
			n, back := 250, outages{}
			if !inFull() {
				n = 5 // they take their time to come back
			}
			e.next()
			for range n {
				pause(t.Context(), time.Duration(rand.IntN(60))*time.Millisecond)
				server.Kill()
				server.Start()
				back.add("kill -9", e.next())
			}
			stop()
			e.stop()
			e.verify()
			back.require(t)
		})
	}
}

// TestServerKills kills the server itself in the middle of its work, again and again.
func TestServerKills(t *testing.T) {
	t.Parallel()
	e := newRehearsal(t, "DATABASE_URL=sqlite:///clientes.db", "MONITOR_BANCO=")
	address := strings.TrimPrefix(e.url, "http://")
	verify, leave := e.verify, func() {}
	if inFull() {
		var s *strangers
		if s, leave = e.strangers(); s != nil {
			verify = s.verify
		}
	}
	stop := e.writers(16)
	n, slowest := 200, time.Duration(0)
	if !inFull() {
		n = 8
	}
	for range n {
		e.next()
		pause(t.Context(), time.Duration(rand.IntN(100))*time.Millisecond)
		require.NoError(t, e.cmd.Process.Kill())
		require.Error(t, <-e.ended)
		began := time.Now()
		e.start(address)
		require.Eventually(t, func() bool { return e.probe("/readyz") == http.StatusOK }, time.Minute, time.Millisecond)
		slowest = max(slowest, time.Since(began))
	}
	stop()
	e.stop()
	leave()
	verify()
	t.Logf("%d kills, ready within %v", n, slowest.Round(time.Millisecond))
}
