package store_test

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// janela is what a list is about, short. Beside an error it says nothing.
func janela(p store.Pagina[store.Cliente], err error) (string, error) {
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%v total %d página %d de %d por %d, antes %v depois %v", ids(p), p.Total, p.Pagina, p.Paginas(), p.PorPagina, p.Anterior != "", p.Proximo != ""), nil
}

// povoa writes rows with equal, whole-second and absent times as another program.
// The two spellings of one second do not meet: SQLite orders texts.
func (r *roteiro) povoa() {
	r.Helper()
	var values []string
	for i := 1; i <= 60; i++ {
		at := [...]string{
			"NULL", "'2026-01-03 00:00:00'", "'2026-01-01 00:00:00.000000'", "'2026-01-01 00:00:00.000001'", "'2025-12-31 23:59:59.999999'",
			fmt.Sprintf("'2026-02-%02d 10:00:00.500000'", 1+i%28),
		}[i%6]
		ativo := [...]string{"NULL", "TRUE", "FALSE", "TRUE"}[i%4]
		nome := [...]string{"João", "JOAO da Silva", "Maria", "Zé 100%"}[i%4]
		values = append(values, fmt.Sprintf("(%d, '%s', 'p%d@exemplo.com', %s, %s)", i, nome, i, ativo, at))
	}
	r.outro("INSERT INTO clientes(id, nome, email, ativo, data_cadastro) VALUES " + strings.Join(values, ", "))
}

func roteiroListas(r *roteiro) {
	r.povoa()
	yes, no := true, false
	for _, busca := range []string{"", "joao", "o", "zé", "silva exemplo", "%", "nada disso"} {
		for _, ativo := range []*bool{nil, &yes, &no} {
			f := store.ClienteFiltro{Busca: busca, Ativo: ativo, PorPagina: 7}
			nome := fmt.Sprintf("%q ativo=%s", busca, mostraAtivo(ativo))
			r.paginas(nome, f)
			r.paraFrente(nome, f)
			r.paraTras(nome, f)
		}
	}
	for _, f := range []store.ClienteFiltro{
		{},
		{Pagina: -1},
		{Pagina: 99},
		{PorPagina: -5},
		{PorPagina: 5000},
		{Pagina: 1 << 40},
		{Cursor: "lixo"},
		{Cursor: "e30"},
		{SemTotal: true},
		{Ultima: true},
		{Busca: strings.Repeat("a ", 32)},
		{Busca: strings.Repeat("a ", 33)},
		{Busca: "a\x00b"},
		{Busca: "\xff"},
		{Busca: "  "},
		{Busca: "joao", Cursor: "lixo"},
		{Busca: "joao", Pagina: 99},
	} {
		p, err := r.op.Clientes.List(r.Context(), f)
		r.anota("%q %d %d %q", f.Busca, f.Pagina, f.PorPagina, f.Cursor)(janela(p, err))
	}
	p, err := r.op.Clientes.List(r.Context(), store.ClienteFiltro{PorPagina: 60})
	r.anota("todos")(p, err)
}

func mostraAtivo(ativo *bool) string {
	if ativo == nil {
		return "-"
	}
	return strconv.FormatBool(*ativo)
}

func (r *roteiro) paginas(nome string, f store.ClienteFiltro) {
	for f.Pagina = 1; ; f.Pagina++ {
		p, err := r.op.Clientes.List(r.Context(), f)
		r.anota("%s página %d", nome, f.Pagina)(janela(p, err))
		if err != nil || len(p.Itens) == 0 {
			return
		}
	}
}

func (r *roteiro) paraFrente(nome string, f store.ClienteFiltro) {
	for i := 0; ; i++ {
		require.Less(r.T, i, 60, "a list without an end")
		p, err := r.op.Clientes.List(r.Context(), f)
		r.anota("%s cursor %d", nome, i)(janela(p, err))
		if f.Cursor = p.Proximo; f.Cursor == "" {
			return
		}
		f.SemTotal = !f.SemTotal
	}
}

func (r *roteiro) paraTras(nome string, f store.ClienteFiltro) {
	f.Ultima = true
	for i := 0; ; i++ {
		require.Less(r.T, i, 60, "a list without a beginning")
		p, err := r.op.Clientes.List(r.Context(), f)
		r.anota("%s de trás %d", nome, i)(janela(p, err))
		if f.Cursor = p.Anterior; f.Cursor == "" {
			return
		}
		f.Ultima, f.SemTotal = false, !f.SemTotal
	}
}

// roteiroEstranhos has another program write what it likes: lists, totals and
// searches show it at once.
func roteiroEstranhos(r *roteiro) {
	olha := func(depois string) {
		for _, busca := range []string{"", "inês", "conceicao", "acai", "zeferino", "11999998888", "lixo"} {
			p, err := r.op.Clientes.List(r.Context(), store.ClienteFiltro{Busca: busca})
			r.anota("%s: %q", depois, busca)(janela(p, err))
		}
		for _, ativo := range []bool{true, false} {
			p, err := r.op.Clientes.List(r.Context(), store.ClienteFiltro{Ativo: &ativo})
			r.anota("%s: ativo %v", depois, ativo)(janela(p, err))
		}
		r.anota("%s: números", depois)(r.op.Estatisticas(r.Context()))
	}
	olha("vazio")
	for _, q := range []string{
		"INSERT INTO clientes(id, nome, email, empresa, ativo, nivel_acesso, data_cadastro) VALUES (1, 'Inês Conceição', 'ines@exemplo.com', 'Açaí Ltda', TRUE, 'usuario', '2026-11-23 18:00:00.000001')",
		"INSERT INTO clientes(id, nome, email) VALUES (2, 'Só o que precisa', 'pouco@exemplo.com')",
		"INSERT INTO clientes(id, nome, email, telefone, ativo, data_cadastro) VALUES (3, '', '', '(11) 99999-8888', FALSE, '2026-11-23')",
		"UPDATE clientes SET nome = 'Zeferino' WHERE id = 2",
		"UPDATE clientes SET ativo = NULL",
		"UPDATE clientes SET ativo = TRUE WHERE id IN (1, 3)",
		"UPDATE clientes SET empresa = NULL, data_cadastro = NULL WHERE id = 1",
		"INSERT INTO dispositivos(id, cliente_id, hostname, data_registro, ultimo_heartbeat) VALUES (1, 1, 'X', '2026-11-23 18:00:00.000000', '2026-11-23 14:59:00.000000')",
		"INSERT INTO conexoes(cliente_id, dispositivo_id, data_hora) VALUES (1, 1, '2026-11-23 18:00:00.000000')",
		"INSERT INTO mensagens_chat(mensagem, data_hora) VALUES ('oi', '2026-11-23 18:00:00.000000')",
		"INSERT INTO sessoes(cliente_id, token, ativa, data_expiracao) VALUES (1, 'abc', TRUE, '2027-01-01 00:00:00.000000')",
		"DELETE FROM clientes WHERE id = 2",
		"DELETE FROM conexoes", "DELETE FROM sessoes", "DELETE FROM dispositivos", "DELETE FROM clientes",
	} {
		r.outro(q)
		olha(q)
		for id := int64(1); id <= 3; id++ {
			r.anota("lê %d", id)(r.op.Clientes.Get(r.Context(), id))
		}
		r.anota("dispositivos")(r.op.Dispositivos.List(r.Context(), store.DispositivoFiltro{}))
	}
}
