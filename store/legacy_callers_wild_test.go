package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestReportWithoutDevice: the old system took a report that names no device from
// anybody. Admins and callers of the old days may still send one.
func TestReportWithoutDevice(t *testing.T) {
	for _, e := range storetest.Engines()[:3] {
		t.Run(e.Name, func(t *testing.T) {
			s := e.New(t)
			h := s.As(storetest.Operator)
			c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@x.com"})
			require.NoError(t, err)
			list := []store.ConexaoNova{{IPOrigem: "10.0.0.1"}}
			for range 2 { // the second is the same report again
				n, err := h.Conexoes.Register(t.Context(), 0, c.ID, list, store.WithIdempotencia("k1"))
				require.NoError(t, err)
				require.Equal(t, 1, n)
			}
			_, err = h.Conexoes.Register(t.Context(), 0, c.ID+99, list)
			require.NoError(t, err)
			p, err := h.Conexoes.List(t.Context(), store.ConexaoFiltro{})
			require.NoError(t, err)
			require.Len(t, p.Itens, 2)
			require.Zero(t, p.Itens[0].DispositivoID)
			require.Zero(t, p.Itens[0].ClienteID, "nobody's where the client is unknown")
			require.EqualValues(t, c.ID, p.Itens[1].ClienteID)
		})
	}
}

// TestOwnExtras: a usuario writes its own dados_extras, and nobody else's.
func TestOwnExtras(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	h := s.As(storetest.Operator)
	c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@x.com", Senha: "senha123"})
	require.NoError(t, err)
	token, _, err := s.As(store.Stranger(store.Origem{IP: "10.0.0.1"})).Sessoes.Login(t.Context(), "ana@x.com", "senha123")
	require.NoError(t, err)
	actor, err := s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
	require.NoError(t, err)
	got, err := s.As(actor).Clientes.Change(t.Context(), c.ID, "", func(c *store.Cliente) { c.DadosExtras = store.Objeto(`{"tema":"escuro"}`) })
	require.NoError(t, err)
	require.JSONEq(t, `{"tema":"escuro"}`, string(got.DadosExtras))
	_, err = s.As(actor).Clientes.Change(t.Context(), c.ID, "", func(c *store.Cliente) { c.Observacoes = "x" })
	require.ErrorIs(t, err, store.ErrForbidden)
}
