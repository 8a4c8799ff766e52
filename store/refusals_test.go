package store_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// recusados reads the rows about refusals: how many requests each tells of, by actor
// and address.
func recusados(t *testing.T, s *store.Store) map[string]int {
	t.Helper()
	list, err := s.As(storetest.Operator).Logs.List(t.Context(), store.LogFiltro{Acao: "acesso_recusado", PorPagina: 500})
	require.NoError(t, err)
	out := map[string]int{}
	for _, l := range list.Itens {
		var dados struct {
			Ator, IP string
			Depois   struct {
				Pedidos int
				Motivos map[string]int
			}
		}
		require.NoError(t, json.Unmarshal(l.Dados, &dados))
		require.LessOrEqual(t, len(dados.Depois.Motivos), 21)
		out[dados.Ator+" "+dados.IP] += dados.Depois.Pedidos
	}
	return out
}

// TestRefusalsAreBounded: a row for each caller and minute tells them all, whatever
// is hammered, from however many addresses; rows are signed like others.
func TestRefusalsAreBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, motor storetest.Engine) {
		url := motor.Fresh(t)
		s, err := store.Open(t.Context(), motor.Config(t, url))
		require.NoError(t, err)
		stranger := func(ip string) store.Actor { return store.Stranger(store.Origem{Canal: store.CanalAPI, IP: ip}) }
		for i := range 1000 {
			s.Refused(stranger("203.0.113.1"), fmt.Sprintf("GET /%d", i), "sem_credencial")
			s.Refused(stranger(fmt.Sprintf("2001:db8::%x", i)), "GET /x", "sem_credencial")
		}
		require.Empty(t, recusados(t, s))
		s.WriteRefusals(t.Context())
		require.Equal(t, map[string]int{"desconhecido 203.0.113.1": 1000, "desconhecido 2001:db8::0": 1000}, recusados(t, s))
		s.WriteRefusals(t.Context())
		require.Len(t, recusados(t, s), 2, "nothing new")

		for i := range 5000 {
			s.Refused(stranger(fmt.Sprintf("10.%d.%d.1", i/250, i%250)), "GET /x", "sem_credencial")
		}
		require.NoError(t, s.Close())
		s = motor.Open(t, url)
		got := recusados(t, s)
		require.Len(t, got, store.MaxRecusas+3, "and one for the rest")
		require.Equal(t, 5000-store.MaxRecusas, got["desconhecido "])
		v, err := s.As(storetest.Operator).Logs.Verify(t.Context())
		require.NoError(t, err)
		require.True(t, v.Integra, "%v", v.Problemas)
	})
}

// TestARefusalThatCannotBeWritten keeps few others from it, and none for good.
func TestARefusalThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite.Fresh(t)
	s := storetest.SQLite.Open(t, url)
	db := storetest.SQLite.Foreign(t, url)
	storetest.Exec(t, db, `CREATE TRIGGER falha BEFORE INSERT ON logs_auditoria WHEN NEW.dados LIKE '%"203.0.113.77"%' BEGIN SELECT RAISE(ABORT, 'nao'); END`)
	for i := range 150 {
		for range i%3 + 1 {
			s.Refused(store.Stranger(store.Origem{IP: fmt.Sprintf("203.0.113.%d", i)}), "GET /x", "sem_credencial")
		}
	}
	for range 20 {
		s.WriteRefusals(t.Context())
	}
	require.NotEmpty(t, recusados(t, s))
	require.NotContains(t, recusados(t, s), "desconhecido 203.0.113.77")
	storetest.Exec(t, db, "DROP TRIGGER falha")
	s.WriteRefusals(t.Context())
	got := recusados(t, s)
	require.Len(t, got, 150)
	for i := range 150 {
		require.Equal(t, i%3+1, got[fmt.Sprintf("desconhecido 203.0.113.%d", i)], i)
	}
	storetest.RequireIntact(t, s)
}

// TestRefusalsWait for a trail that cannot be written.
func TestRefusalsWait(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite.URL(t)
	s := storetest.SQLite.Open(t, url)
	db := storetest.SQLite.Foreign(t, url)
	refusal(t, storetest.SQLite, db, "logs_auditoria")
	for range 3 {
		s.Refused(store.Stranger(store.Origem{IP: "203.0.113.1"}), "GET /x", "sem_credencial")
		s.WriteRefusals(t.Context())
	}
	storetest.Exec(t, db, "DROP TRIGGER falha")
	s.WriteRefusals(t.Context())
	require.Equal(t, map[string]int{"desconhecido 203.0.113.1": 3}, recusados(t, s))
}
