package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// BenchmarkOperations changes 10,000 people and takes that back, beside one plain UPDATE of the
// same rows by another program.
func BenchmarkOperations(b *testing.B) {
	const many = 10_000
	for _, e := range storetest.Engines() {
		if e.Name == "pgbouncer" {
			continue
		}
		b.Run(e.Name, func(b *testing.B) {
			at := e.Fresh(b)
			s := e.Open(b, at)
			h := s.As(storetest.Operator)
			db := e.Foreign(b, at)
			for at := 0; at < many; at += 500 {
				rows := make([]string, 500)
				for i := range rows {
					rows[i] = fmt.Sprintf("('João da Silva %d', 'p%d@empresa.com.br', 'Recife', TRUE, 'Brasil', 'usuario', '2026-01-02 03:04:05')", at+i, at+i)
				}
				storetest.Exec(b, db, "INSERT INTO clientes(nome, email, cidade, ativo, pais, nivel_acesso, data_cadastro) VALUES "+strings.Join(rows, ", "))
			}
			p := store.Pedido{
				Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, Clientes: &store.ClienteFiltro{},
				Campos: map[string]json.RawMessage{"cidade": json.RawMessage(`"Natal"`)},
			}
			run := func(id int64) {
				op, err := h.Operacoes.Continue(b.Context(), id, 0, nil)
				require.NoError(b, err)
				require.Equal(b, many, op.Feitos)
			}
			var there, back, plain time.Duration
			for b.Loop() {
				begin := time.Now()
				op, err := h.Operacoes.Start(b.Context(), p)
				require.NoError(b, err)
				run(op.ID)
				there += time.Since(begin)
				begin = time.Now()
				undo, err := h.Operacoes.Undo(b.Context(), op.ID)
				require.NoError(b, err)
				run(undo.ID)
				back += time.Since(begin)
				begin = time.Now()
				e.Exec(b, db, "UPDATE clientes SET cidade = 'Recife'")
				plain += time.Since(begin)
			}
			n := float64(b.N)
			b.ReportMetric(there.Seconds()/n, "s/change")
			b.ReportMetric(back.Seconds()/n, "s/undo")
			b.ReportMetric(there.Seconds()/plain.Seconds(), "ratio")
		})
	}
}
