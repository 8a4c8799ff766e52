package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestOldCallers lets callers of the Flask system's days in until a date: they
// reach what has neither key nor secret, and are written down.
func TestOldCallers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
		s := e.New(t, storetest.Now(func() time.Time { return now }))
		h := s.As(storetest.Operator)
		cliente, err := h.Clientes.Create(t.Context(), storetest.Person(1))
		require.NoError(t, err)
		until := now.Add(time.Hour)
		old := func(rota string) *store.Handle {
			a, err := s.Antigo(store.Origem{Canal: store.CanalAPI, IP: "10.0.0.9", UserAgent: "python-requests/2.31"}, rota, until)
			require.NoError(t, err)
			require.False(t, a.Autenticado())
			return s.As(a)
		}
		info := func(host string) store.Registro {
			return store.Registro{Info: store.Objeto(`{"hostname":"` + host + `"}`)}
		}

		novo := info("velho")
		novo.ClienteID, novo.SegredoSHA256 = cliente.ID, storetest.SHA256("roubo")
		id, err := old(store.RotaRegistrar).Dispositivos.Register(t.Context(), novo)
		require.NoError(t, err)
		require.NoError(t, old(store.RotaHeartbeat).Dispositivos.Heartbeat(t.Context(), id))
		n, err := old(store.RotaConexoes).Conexoes.Register(t.Context(), id, 999, []store.ConexaoNova{{IPOrigem: "10.0.0.9"}})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		conexoes, err := h.Conexoes.List(t.Context(), store.ConexaoFiltro{ClienteID: cliente.ID})
		require.NoError(t, err)
		require.Equal(t, 1, conexoes.Total, "rows belong to the device's client")
		_, err = s.Authenticate(t.Context(), store.Credencial{Bearer: "roubo"}, store.Origem{})
		require.ErrorIs(t, err, store.ErrUnauthenticated, "nobody makes itself a device's secret")
		missing := info("sem-dono")
		missing.ClienteID = 999
		lost, err := old(store.RotaRegistrar).Dispositivos.Register(t.Context(), missing)
		require.NoError(t, err)
		d, err := h.Dispositivos.Get(t.Context(), lost)
		require.NoError(t, err)
		require.Zero(t, d.ClienteID)

		// What has a key or a secret is out of reach.
		segredo, _, err := h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "agentes", Nivel: store.Agente})
		require.NoError(t, err)
		agente, err := s.Authenticate(t.Context(), store.Credencial{Chave: segredo}, store.Origem{})
		require.NoError(t, err)
		claimed, err := s.As(agente).Dispositivos.Register(t.Context(), info("velho"))
		require.NoError(t, err)
		require.Equal(t, id, claimed)
		require.ErrorIs(t, old(store.RotaHeartbeat).Dispositivos.Heartbeat(t.Context(), id), store.ErrNotFound)
		_, err = old(store.RotaRegistrar).Dispositivos.Register(t.Context(), info("velho"))
		require.ErrorIs(t, err, store.ErrForbidden)
		require.NoError(t, s.As(agente).Dispositivos.Heartbeat(t.Context(), id))

		// Nothing else is open to them.
		_, err = old(store.RotaRegistrar).Clientes.List(t.Context(), store.ClienteFiltro{})
		require.ErrorIs(t, err, store.ErrUnauthenticated)
		_, err = old(store.RotaRegistrar).Dispositivos.List(t.Context(), store.DispositivoFiltro{})
		require.ErrorIs(t, err, store.ErrUnauthenticated)
		_, err = old(store.RotaRegistrar).Conexoes.List(t.Context(), store.ConexaoFiltro{})
		require.ErrorIs(t, err, store.ErrUnauthenticated)

		s.Settle()
		pending, err := h.Pendentes(t.Context())
		require.NoError(t, err)
		var told []string
		for _, p := range pending {
			require.Equal(t, "10.0.0.9", p.Endereco)
			require.Equal(t, "python-requests/2.31", p.Programa)
			require.Positive(t, p.Chamadas)
			told = append(told, fmt.Sprintf("%s %s %t", p.Rota, p.Hostname, p.Recusada))
		}
		require.ElementsMatch(t, []string{
			"registrar velho false", "heartbeat velho false", "conexoes velho false", "registrar sem-dono false", "heartbeat velho true", "registrar velho true",
		}, told)
		now = now.Add(time.Minute)
		require.NoError(t, old(store.RotaHeartbeat).Dispositivos.Heartbeat(t.Context(), lost))
		s.Settle()
		pending, err = h.Pendentes(t.Context())
		require.NoError(t, err)
		require.Len(t, pending, 7)
		require.Equal(t, store.RotaHeartbeat, pending[0].Rota, "the latest first")
		require.EqualValues(t, "sem-dono", pending[0].Hostname)
		_, err = s.As(agente).Pendentes(t.Context())
		require.ErrorIs(t, err, store.ErrForbidden)

		// Released, the device is spoken for without a key again, and the next key gets it.
		_, err = h.Dispositivos.Change(t.Context(), id, store.DispositivoMudanca{Liberar: true})
		require.NoError(t, err)
		require.NoError(t, old(store.RotaHeartbeat).Dispositivos.Heartbeat(t.Context(), id))
		_, err = s.As(agente).Dispositivos.Register(t.Context(), info("velho"))
		require.NoError(t, err)
		require.ErrorIs(t, old(store.RotaHeartbeat).Dispositivos.Heartbeat(t.Context(), id), store.ErrNotFound)

		now = until
		_, err = s.Antigo(store.Origem{IP: "10.0.0.10"}, store.RotaHeartbeat, until)
		require.ErrorIs(t, err, store.ErrUnauthenticated)
		s.Settle()
		pending, err = h.Pendentes(t.Context())
		require.NoError(t, err)
		require.Equal(t, "10.0.0.10", pending[0].Endereco, "who comes too late is told of, too")
		require.True(t, pending[0].Recusada)
	})
}

// TestOldCallersBehindOneAddress lists each machine of an office that shares an address,
// and keeps who invents programs and devices from hiding them.
func TestOldCallersBehindOneAddress(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
		s := e.New(t, storetest.Now(func() time.Time { return now }))
		call := func(program, rota string) *store.Handle {
			a, err := s.Antigo(store.Origem{IP: "203.0.113.7", UserAgent: program}, rota, now.Add(time.Hour))
			require.NoError(t, err)
			return s.As(a)
		}
		var first int64
		for i := range 30 {
			info := store.Objeto(fmt.Sprintf(`{"hostname":"PC-%02d"}`, i))
			id, err := call("agente/1", store.RotaRegistrar).Dispositivos.Register(t.Context(), store.Registro{Info: info})
			require.NoError(t, err)
			if i == 0 {
				first = id
			}
		}
		for i := range 150 {
			if i%10 == 0 {
				s.Settle() // else some are not written down yet, because others are
			}
			require.NoError(t, call(fmt.Sprint("inventado/", i), store.RotaHeartbeat).Dispositivos.Heartbeat(t.Context(), first))
			require.ErrorIs(t, call("inventado", store.RotaHeartbeat).Dispositivos.Heartbeat(t.Context(), 1_000_000+int64(i)), store.ErrNotFound)
		}
		s.Settle()
		pending, err := s.As(storetest.Operator).Pendentes(t.Context())
		require.NoError(t, err)
		machines, ofFirst, unknown := map[int64]bool{}, 0, 0
		for _, p := range pending {
			machines[int64(p.Dispositivo)] = true
			if int64(p.Dispositivo) == first {
				ofFirst++
			}
			if p.Dispositivo == 0 {
				unknown++
			}
		}
		require.Len(t, machines, 31, "30, and none")
		require.LessOrEqual(t, ofFirst, 6)
		require.LessOrEqual(t, unknown, 100)
		sum, err := s.As(storetest.Operator).Resumo(t.Context(), "2026-11-24")
		require.NoError(t, err)
		require.EqualValues(t, 31, sum.Mudanca.Chamadores, "30, and one address")
	})
}
