package store_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/sheet"
	"example.com/monitor/store/storetest"
)

// manyRows is a file of n clients as an office has them.
func manyRows(tb testing.TB, format sheet.Format, n int) []byte {
	tb.Helper()
	var file bytes.Buffer
	columns := make([]sheet.Column, 0, 10)
	for _, title := range []string{"Nome", "E-mail", "Telefone", "Empresa", "Cargo", "Endereço", "Cidade", "UF", "CEP", "Observações"} {
		columns = append(columns, sheet.Column{Key: title, Title: title, Kind: sheet.Text})
	}
	w, err := sheet.NewWriter(&file, format, sheet.Excel, columns)
	require.NoError(tb, err)
	for i := range n {
		row := make([]sheet.Cell, 0, len(columns))
		for _, v := range []string{
			fmt.Sprintf("João da Silva %d", i), fmt.Sprintf("p%d@empresa.com.br", i), fmt.Sprintf("(21) 9%04d-%04d", i/10_000, i%10_000),
			fmt.Sprintf("Padaria São Jorge %d", i%977), "Gerente", fmt.Sprintf("Rua das Flores, %d", i), "Niterói", "RJ", "24020-000", "cliente antigo",
		} {
			row = append(row, sheet.Cell{Kind: sheet.Text, Text: v})
		}
		require.NoError(tb, w.Row(row))
	}
	require.NoError(tb, w.Close())
	return file.Bytes()
}

// BenchmarkImport brings 100,000 new clients in, and the same file again.
func BenchmarkImport(b *testing.B) {
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		file := manyRows(b, format, 100_000)
		for _, e := range storetest.Engines() {
			if e.Name == "pgbouncer" {
				continue
			}
			b.Run(string(format)+"/"+e.Name, func(b *testing.B) {
				var read, write, again time.Duration
				for b.Loop() {
					h := e.Open(b, e.Fresh(b)).As(storetest.Operator)
					plan := func() (*store.ImportPlan, time.Duration) {
						begin := time.Now()
						table, err := store.OpenSheet(bytes.NewReader(file), int64(len(file)), "", store.SheetOptions{})
						require.NoError(b, err)
						defer table.Close()
						p, err := h.Clientes.PlanImport(b.Context(), table, store.ImportOptions{}, nil)
						require.NoError(b, err)
						return p, time.Since(begin)
					}
					p, took := plan()
					read += took
					begin := time.Now()
					op, err := h.Clientes.Import(b.Context(), p, nil)
					require.NoError(b, err)
					require.Equal(b, 100_000, op.Feitos)
					write += time.Since(begin)
					p, took = plan()
					require.Equal(b, 100_000, p.Iguais)
					again += took
				}
				n := float64(b.N)
				b.ReportMetric(read.Seconds()/n, "s/plan")
				b.ReportMetric(write.Seconds()/n, "s/import")
				b.ReportMetric(again.Seconds()/n, "s/again")
			})
		}
	}
}
