package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func TestConexoes(t *testing.T) { storetest.Each(t, conexoes) }

func conexoes(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Fresh(t)
	h := e.Open(t, url).As(storetest.Operator)
	ana := criar(t, h, store.Cliente{Nome: "Ana", Email: "ana@x.com"})
	id, err := h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"pc"}`)})
	require.NoError(t, err)
	var lista []store.ConexaoNova
	for i := range 63 {
		lista = append(lista, store.ConexaoNova{IPOrigem: "10.0.0.1", IPDestino: fmt.Sprint("10.0.1.", i), PortaOrigem: new(int64(i)), Processo: strings.Repeat("ç", 200)})
	}
	n, err := h.Conexoes.Register(t.Context(), id, ana.ID, lista)
	require.NoError(t, err)
	require.Equal(t, 63, n)
	_, err = h.Conexoes.Register(t.Context(), id, 999, lista[:1])
	require.NoError(t, err)
	_, err = h.Conexoes.Register(t.Context(), 999, 0, lista[:1])
	require.ErrorIs(t, err, store.ErrNotFound)
	for f, want := range map[store.ConexaoFiltro]int{{}: 64, {DispositivoID: id}: 64, {ClienteID: ana.ID}: 63, {DispositivoID: 999}: 0} {
		p, err := h.Conexoes.List(t.Context(), f)
		require.NoError(t, err)
		require.Equal(t, want, p.Total)
		require.Len(t, p.Itens, want)
	}
	p, err := h.Conexoes.List(t.Context(), store.ConexaoFiltro{PorPagina: 1})
	require.NoError(t, err)
	require.EqualValues(t, 64, p.Itens[0].ID, "newest first")
	db := e.Foreign(t, url)
	for query, want := range map[string]int{
		"SELECT count(*) FROM conexoes": 64, "SELECT count(DISTINCT porta_origem) FROM conexoes WHERE cliente_id = 1": 63,
		"SELECT count(*) FROM conexoes WHERE cliente_id IS NULL": 1,
		"SELECT count(*) FROM conexoes WHERE protocolo = 'TCP' AND status = 'ESTABLISHED' AND processo = '" + strings.Repeat("ç", 100) + "' AND pid IS NULL": 64,
		"SELECT count(*) FROM conexoes WHERE bytes_enviados = 0 AND data_hora IS NOT NULL":                                                                   64,
	} {
		var got int
		require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&got))
		require.Equal(t, want, got, query)
	}
}

func TestConexoesBelongToTheirDevice(t *testing.T) { cadaElenco(t, conexoesBelongToTheirDevice) }

func conexoesBelongToTheirDevice(t *testing.T, e *elenco) {
	t.Helper()
	id, err := e.s.As(e.agente).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"pc"}`)})
	require.NoError(t, err)
	one := []store.ConexaoNova{{IPOrigem: "10.0.0.1"}}
	_, err = e.s.As(e.agente).Conexoes.Register(t.Context(), id, e.ana.ID, one)
	require.NoError(t, err)
	for who, want := range map[*store.Actor]int{&e.comoAdmin: 1, &e.comoModerador: 1, &e.leitura: 1, &e.agente: 1, &e.outroAgente: 0, &e.comoAna: 0} {
		p, err := e.s.As(*who).Conexoes.List(t.Context(), store.ConexaoFiltro{})
		require.NoError(t, err)
		require.Equal(t, want, p.Total, who.Nome())
	}
	_, err = e.s.As(e.outroAgente).Conexoes.Register(t.Context(), id, 0, one)
	require.ErrorIs(t, err, store.ErrNotFound)
	for _, a := range []store.Actor{e.comoAna, e.comoModerador, e.leitura} {
		_, err = e.s.As(a).Conexoes.Register(t.Context(), id, 0, one)
		require.ErrorIs(t, err, store.ErrForbidden)
	}
}
