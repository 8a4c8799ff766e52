package store_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// povoaFiltros writes people that differ in what filters and orders look at.
const povoaFiltros = `INSERT INTO clientes(id, nome, email, empresa, cidade, estado, nivel_acesso, ativo, data_cadastro, ultimo_acesso) VALUES
	(201, 'Zélia', 'z@x.com', 'Padaria São José', 'Niterói', 'RJ', 'usuario', TRUE, '2026-01-01 10:00:00.000000', '2026-03-01 10:00:00.000000'),
	(202, 'álvaro', 'a@x.com', 'padaria do Zé', 'São Paulo', 'SP', 'admin', TRUE, '2026-01-02 10:00:00.000000', NULL),
	(203, 'Bruno', 'b@x.com', NULL, 'Niteroi', 'RJ', NULL, FALSE, '2026-01-03 10:00:00.000000', '2026-03-03 10:00:00.000000'),
	(204, 'bruna', 'c@x.com', 'Óptica', NULL, NULL, 'moderador', TRUE, NULL, '2026-03-02 10:00:00.000000'),
	(205, 'Bruno', 'd@x.com', 'Padaria', 'Rio', 'RJ', 'usuario', TRUE, '2026-01-05 10:00:00.000000', NULL)`

var filtrosDeClientes = []struct {
	f    store.ClienteFiltro
	want []int64
}{
	{store.ClienteFiltro{Nivel: store.Usuario}, []int64{205, 203, 201}},
	{store.ClienteFiltro{Nivel: store.Admin}, []int64{202}},
	{store.ClienteFiltro{Nivel: "ninguém"}, []int64{}},
	{store.ClienteFiltro{Cidade: "niterói"}, []int64{203, 201}},
	{store.ClienteFiltro{Cidade: "RJ rio"}, []int64{205}},
	{store.ClienteFiltro{Empresa: "PADARIA"}, []int64{205, 202, 201}},
	{store.ClienteFiltro{Empresa: "padaria", Cidade: "rj"}, []int64{205, 201}},
	{store.ClienteFiltro{Busca: "bru", Cidade: "rj"}, []int64{205, 203}},
	{store.ClienteFiltro{Busca: "bru", Nivel: store.Moderador}, []int64{204}},
	{store.ClienteFiltro{Busca: "padaria", Ordem: "nome"}, []int64{202, 205, 201}},
	{store.ClienteFiltro{Ordem: "nome"}, []int64{202, 204, 203, 205, 201}},
	{store.ClienteFiltro{Ordem: "-nome"}, []int64{201, 205, 203, 204, 202}},
	{store.ClienteFiltro{Ordem: "empresa"}, []int64{204, 205, 202, 201, 203}},
	{store.ClienteFiltro{Ordem: "-cidade"}, []int64{202, 205, 203, 201, 204}},
	{store.ClienteFiltro{Ordem: "-acesso"}, []int64{203, 204, 201, 205, 202}},
	{store.ClienteFiltro{Ordem: "cadastro"}, []int64{201, 202, 203, 205, 204}},
	{store.ClienteFiltro{Ordem: "-cadastro"}, []int64{205, 203, 202, 201, 204}},
	{store.ClienteFiltro{Ordem: "nome", PorPagina: 2, Pagina: 2}, []int64{203, 205}},
	{store.ClienteFiltro{Ordem: "nome", PorPagina: 2, Pagina: 9}, []int64{}},
}

func TestClientesFiltros(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clientes.db")
	op := storetest.Open(t, path).As(storetest.Operator)
	storetest.Exec(t, storetest.Foreign(t, path), povoaFiltros)
	for _, c := range filtrosDeClientes {
		p, err := op.Clientes.List(t.Context(), c.f)
		require.NoError(t, err)
		require.Equal(t, c.want, ids(p), "%+v", c.f)
		if c.f.PorPagina == 0 {
			require.Equal(t, len(c.want), p.Total, "%+v", c.f)
		}
	}
	for _, f := range []store.ClienteFiltro{{Ordem: "senha_hash"}, {Ordem: "nome", Cursor: "lixo"}, {Ordem: "nome", Cursor: "eyJpIjoyfQ"}, {Cursor: "eyJpIjoyLCJvIjoibm9tZSJ9"}, {Ordem: "-nome", Cursor: "eyJpIjoyLCJvIjoibm9tZSJ9"}} {
		_, err := op.Clientes.List(t.Context(), f)
		require.ErrorAs(t, err, new(*store.InvalidError), "%+v", f)
	}
}

// roteiroFiltros plays the filters on every engine.
func roteiroFiltros(r *roteiro) {
	r.outro(povoaFiltros)
	for _, c := range filtrosDeClientes {
		p, err := r.op.Clientes.List(r.Context(), c.f)
		r.anota("%+v", c.f)(janela(p, err))
	}
	r.paraFrente("cidade", store.ClienteFiltro{Cidade: "rj", PorPagina: 1})
	for _, ordem := range store.OrdensClientes {
		r.paraFrente(ordem, store.ClienteFiltro{Ordem: ordem, PorPagina: 2})
		r.paraTras(ordem, store.ClienteFiltro{Ordem: ordem, PorPagina: 2})
	}
}
