package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// longe opens a fresh database of a server through a relay.
func longe(t *testing.T, e storetest.Engine, opts ...storetest.Option) (*store.Store, *storetest.Relay) {
	t.Helper()
	at := e.Fresh(t)
	require.NoError(t, e.Open(t, at).Close())
	r := storetest.NewRelay(t, storetest.HostOf(t, at))
	return e.Open(t, storetest.WithHost(t, at, r.Addr), opts...), r
}

// TestRoundTrips counts what a far database is paid by.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		// Time stands still, so that the online devices are counted once.
		s, r := longe(t, e, storetest.Now(func() time.Time { return start }))
		h := s.As(storetest.Operator)
		first, err := h.Clientes.Create(t.Context(), storetest.Person(0)) // leases a lane, once
		require.NoError(t, err)
		dispositivo, err := h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"pc"}`), ClienteID: first.ID})
		require.NoError(t, err)
		s.Settle()
		count := func(what string, most int, fn func() error) {
			t.Helper()
			r.Reset()
			require.NoError(t, fn(), what)
			require.LessOrEqual(t, r.Reset(), most, what)
		}
		count("list", 1, func() error {
			_, err := h.Clientes.List(t.Context(), store.ClienteFiltro{})
			return err
		})
		count("search", 2, func() error {
			_, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: "ana"})
			return err
		})
		count("heartbeat", 1, func() error { return h.Dispositivos.Heartbeat(t.Context(), dispositivo) })
		count("create", 5, func() error {
			_, err := h.Clientes.Create(t.Context(), storetest.Person(1))
			return err
		})
		count("100 connections", 3, func() error {
			_, err := h.Conexoes.Register(t.Context(), dispositivo, 0, make([]store.ConexaoNova, 100))
			return err
		})
		count("delete", 5, func() error { return h.Clientes.Delete(t.Context(), first.ID) })
	})
}

// TestUnansweredCommit loses the answer to a COMMIT: the caller is told that
// nobody knows, the work is not done a second time, and a retry with the same
// idempotency key finds it.
func TestUnansweredCommit(t *testing.T) {
	t.Parallel()
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		s, r := longe(t, e)
		h := s.As(storetest.Operator)
		_, err := h.Clientes.Create(t.Context(), storetest.Person(0))
		require.NoError(t, err)
		var once sync.Once
		r.Cut(func(_ int64, m []byte) (c storetest.Fate) {
			if bytes.Contains(m, []byte("COMMIT")) && !bytes.Contains(m, []byte("COMMITTED")) {
				once.Do(func() { c = storetest.Unanswered })
			}
			return c
		})
		key := store.WithIdempotencia("pedido-1")
		_, err = h.Clientes.Create(t.Context(), storetest.Person(1), key)
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "não se sabe")
		made, err := h.Clientes.Create(t.Context(), storetest.Person(1), key)
		require.NoError(t, err)
		page, err := h.Clientes.List(t.Context(), store.ClienteFiltro{})
		require.NoError(t, err)
		require.Equal(t, 2, page.Total)
		require.Equal(t, made.ID, page.Itens[0].ID)
		v, err := h.Logs.Verify(t.Context())
		require.NoError(t, err)
		require.True(t, v.Integra, v.Problemas)
	})
}

// TestBrokenConnection cuts the connection at each statement of a write but
// COMMIT: the write is done all the same, once.
func TestBrokenConnection(t *testing.T) {
	t.Parallel()
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		s, r := longe(t, e)
		h := s.As(storetest.Operator)
		_, err := h.Clientes.Create(t.Context(), storetest.Person(0))
		require.NoError(t, err)
		for at := range int64(4) {
			r.Reset()
			var once sync.Once
			r.Cut(func(n int64, _ []byte) (c storetest.Fate) {
				if n == at+1 {
					once.Do(func() { c = storetest.Dropped })
				}
				return c
			})
			_, err := h.Clientes.Create(t.Context(), storetest.Person(int(at)+1))
			require.NoError(t, err, "cut at %d", at)
		}
		r.Cut(nil)
		page, err := h.Clientes.List(t.Context(), store.ClienteFiltro{})
		require.NoError(t, err)
		require.Equal(t, 5, page.Total)
		v, err := h.Logs.Verify(t.Context())
		require.NoError(t, err)
		require.True(t, v.Integra, v.Problemas)
		require.Equal(t, 5, v.Elos)
	})
}

// TestSleepingStoreIsSilent makes sure that background work sends a server
// nothing once what was written is sealed.
func TestSleepingStoreIsSilent(t *testing.T) {
	t.Parallel()
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		s, r := longe(t, e)
		h := s.As(storetest.Operator)
		_, err := h.Clientes.Create(t.Context(), storetest.Person(0))
		require.NoError(t, err)
		before := r.Bytes.Load()
		require.NoError(t, s.Seal(t.Context()))
		require.Greater(t, r.Bytes.Load(), before, "what was written is sealed")
		before = r.Bytes.Load()
		for range 10 {
			require.NoError(t, s.Seal(t.Context()))
		}
		require.Equal(t, before, r.Bytes.Load())
	})
}

// TestTwoProcesses lets two stores write to one database.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		key := func(c *store.Config) { c.ChaveAuditoria = strings.Repeat("5a", 32) }
		one, two := e.Open(t, at, key), e.Open(t, at, key)
		both := func(fn func(n int, h *store.Handle) error) (errs [2]error) {
			var wg sync.WaitGroup
			for i, s := range []*store.Store{one, two} {
				wg.Go(func() { errs[i] = fn(i, s.As(storetest.Operator)) })
			}
			wg.Wait()
			return errs
		}
		errs := both(func(_ int, h *store.Handle) error {
			_, _, _, err := h.Clientes.EnsureAdmin(t.Context(), "admin@exemplo.com", "uma-senha-bem-longa-9")
			return err
		})
		require.NoError(t, errors.Join(errs[:]...))
		h := one.As(storetest.Operator)
		page, err := h.Clientes.List(t.Context(), store.ClienteFiltro{})
		require.NoError(t, err)
		require.Equal(t, 1, page.Total, "one administrator")

		for round := range 20 {
			errs = both(func(n int, h *store.Handle) error {
				email := []string{"ANA", "ana"}[n]
				_, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: fmt.Sprintf("%s.%d@exemplo.com", email, round)})
				return err
			})
			require.True(t, (errs[0] == nil) != (errs[1] == nil), "one of two spellings: %v", errs)
			require.ErrorIs(t, errors.Join(errs[:]...), store.ErrConflict)
		}
		v, err := h.Logs.Verify(t.Context())
		require.NoError(t, err)
		require.True(t, v.Integra, v.Problemas)
		require.Equal(t, 21, v.Elos)
	})
}

// TestLastAdminOfTwoProcesses lets each of two administrators take away the
// other at the same moment: one stays.
func TestLastAdminOfTwoProcesses(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		key := func(c *store.Config) { c.ChaveAuditoria = strings.Repeat("5a", 32) }
		stores := [2]*store.Store{e.Open(t, at, key), e.Open(t, at, key)}
		var admins [2]store.Cliente
		for i := range admins {
			novo := storetest.Person(i)
			novo.NivelAcesso = store.Admin
			var err error
			admins[i], err = stores[0].As(storetest.Operator).Clientes.Create(t.Context(), novo)
			require.NoError(t, err)
		}
		for range 10 {
			var wg sync.WaitGroup
			for i, s := range stores {
				wg.Go(func() { _, _ = s.As(storetest.Operator).Clientes.Deactivate(t.Context(), admins[i].ID) })
			}
			wg.Wait()
			alive := 0
			for i, s := range stores {
				c, err := s.As(storetest.Operator).Clientes.Get(t.Context(), admins[i].ID)
				require.NoError(t, err)
				if c.IsActive() {
					alive++
				}
			}
			require.Equal(t, 1, alive)
			for i, s := range stores {
				_, err := s.As(storetest.Operator).Clientes.Reactivate(t.Context(), admins[i].ID)
				require.NoError(t, err)
			}
		}
	})
}

// TestFrozenServer stops a server's process from answering: callers are told
// within their deadline, and work goes on when it is back.
func TestFrozenServer(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...storetest.ServerOption) *storetest.Server{"postgres": storetest.NewPostgres, "mariadb": storetest.NewMariaDB} {
		t.Run(name, func(t *testing.T) {
			server := start(t)
			s, err := store.Open(t.Context(), store.Config{URL: server.Database(t), Create: true, Pasta: t.TempDir(), Deadline: 3 * time.Second})
			require.NoError(t, err)
			defer s.Close()
			h := s.As(storetest.Operator)
			_, err = h.Clientes.Create(t.Context(), storetest.Person(0))
			require.NoError(t, err)
			server.Freeze()
			began := time.Now()
			_, err = h.Clientes.Create(context.Background(), storetest.Person(1))
			require.Error(t, err)
			_, err = h.Clientes.List(context.Background(), store.ClienteFiltro{})
			require.Error(t, err)
			require.Less(t, time.Since(began), time.Minute, "no call may hang")
			server.Thaw()
			require.Eventually(t, func() bool {
				_, err := h.Clientes.Create(context.Background(), storetest.Person(2))
				return err == nil || errors.Is(err, store.ErrConflict)
			}, settle, tick)
		})
	}
}

// doisProcessos opens two stores on one fresh database and runs fn on both at once.
func doisProcessos(t *testing.T, e storetest.Engine) (stores [2]*store.Store, both func(fn func(n int, s *store.Store) error) [2]error) {
	t.Helper()
	at := e.Fresh(t)
	key := func(c *store.Config) { c.ChaveAuditoria = strings.Repeat("5a", 32) }
	stores = [2]*store.Store{e.Open(t, at, key), e.Open(t, at, key)}
	return stores, func(fn func(n int, s *store.Store) error) (errs [2]error) {
		var wg sync.WaitGroup
		for i, s := range stores {
			wg.Go(func() { errs[i] = fn(i, s) })
		}
		wg.Wait()
		return errs
	}
}

// TestRetryBesideItsOriginal sends the same request with the same idempotency key
// to two processes at once: both get the one client.
func TestRetryBesideItsOriginal(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		_, both := doisProcessos(t, e)
		for round := range 12 {
			var ids [2]int64
			errs := both(func(n int, s *store.Store) error {
				c, err := s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(round), store.WithIdempotencia(fmt.Sprintf("pedido-%d", round)))
				ids[n] = c.ID
				return err
			})
			require.NoError(t, errors.Join(errs[:]...), "round %d", round)
			require.Equal(t, ids[0], ids[1])
		}
	})
}

// TestDeviceOfTwoProcesses registers a machine through two processes at once: it is
// one device, and one of two keys gets a device of the Flask system's days.
func TestDeviceOfTwoProcesses(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		stores, both := doisProcessos(t, e)
		h := stores[0].As(storetest.Operator)
		var keys [2]string
		for i := range keys {
			var err error
			keys[i], _, err = h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "agentes", Nivel: store.Agente})
			require.NoError(t, err)
		}
		agent := func(n int, s *store.Store) *store.Handle {
			a, err := s.Authenticate(t.Context(), store.Credencial{Chave: keys[n]}, store.Origem{})
			if err != nil {
				t.Error(err)
			}
			return s.As(a)
		}
		for round := range 12 {
			info := store.Registro{Info: store.Objeto(fmt.Sprintf(`{"hostname":"PC-%d","mac_address":"AA:BB:CC:00:01:%02X"}`, round, round))}
			errs := both(func(_ int, s *store.Store) error {
				_, err := s.As(storetest.Operator).Dispositivos.Register(t.Context(), info)
				return err
			})
			require.NoError(t, errors.Join(errs[:]...))
			old, err := h.Dispositivos.List(t.Context(), store.DispositivoFiltro{})
			require.NoError(t, err)
			require.Equal(t, round+1, old.Total)
			_, err = h.Dispositivos.Change(t.Context(), old.Itens[0].ID, store.DispositivoMudanca{Liberar: true})
			require.NoError(t, err)
			// Each spells it in a way of its own.
			infos := [2]string{fmt.Sprintf(`{"hostname":"pc-%d","mac_address":"aabb.cc00.01%02x"}`, round, round), fmt.Sprintf(`{"mac_address":"aa-bb-cc-00-01-%02x"}`, round)}
			errs = both(func(n int, s *store.Store) error {
				_, err := agent(n, s).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(infos[n])})
				return err
			})
			require.True(t, (errs[0] == nil) != (errs[1] == nil), "one owner: %v", errs)
			require.ErrorIs(t, errors.Join(errs[:]...), store.ErrForbidden)
		}
	})
}

// TestLockedRow lets another program hold one client's row: who changes that client
// is told, everybody else goes on.
func TestLockedRow(t *testing.T) {
	t.Parallel()
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		s := e.Open(t, at)
		h := s.As(storetest.Operator)
		held, err := h.Clientes.Create(t.Context(), storetest.Person(0))
		require.NoError(t, err)
		tx, err := e.Foreign(t, at).BeginTx(t.Context(), nil)
		require.NoError(t, err)
		_, err = tx.ExecContext(t.Context(), e.Bind("UPDATE clientes SET cidade = 'Natal' WHERE id = ?"), held.ID)
		require.NoError(t, err)
		var wg sync.WaitGroup
		var mine, others [4]error
		for i := range mine {
			wg.Go(func() {
				_, mine[i] = h.Clientes.Change(t.Context(), held.ID, "", func(c *store.Cliente) { c.Cargo = fmt.Sprint("Cargo ", i) })
			})
			wg.Go(func() { _, others[i] = h.Clientes.Create(t.Context(), storetest.Person(i+1)) })
		}
		wg.Wait()
		require.NoError(t, errors.Join(others[:]...))
		for _, err := range mine {
			require.ErrorIs(t, err, store.ErrUnavailable)
		}
		require.NoError(t, tx.Rollback())
		_, err = h.Clientes.Change(t.Context(), held.ID, "", func(c *store.Cliente) { c.Cargo = "Chefe" })
		require.NoError(t, err)
	})
}
