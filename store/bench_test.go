package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// povoado makes a database with n clients, written as another program would,
// and an index that is up to date.
func povoado(b *testing.B, n int) *store.Store {
	b.Helper()
	path := filepath.Join(b.TempDir(), "clientes.db")
	s := storetest.Open(b, path)
	db := storetest.Foreign(b, path)
	storetest.Exec(b, db, fmt.Sprintf(`WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < %d)
		INSERT INTO clientes(nome, email, telefone, empresa, cidade, ativo, pais, nivel_acesso, data_cadastro)
		SELECT 'João ' || CASE i %% 25 WHEN 0 THEN 'Galvão' ELSE 'da Silva' END || ' Conceição', 'p' || i || '@empresa.com.br', '(11) 9' || (10000000 + i), 'Indústria ' || i, 'São Paulo',
		i %% 10 > 0, 'Brasil', 'usuario', strftime('%%Y-%%m-%%d %%H:%%M:%%S', 1577836800 + i * 30, 'unixepoch') || '.000000' FROM k`, n))
	_, err := s.As(storetest.Operator).Clientes.List(b.Context(), store.ClienteFiltro{Busca: "galvao"})
	require.NoError(b, err)
	return s
}

func BenchmarkIndex(b *testing.B) {
	for b.Loop() {
		povoado(b, 10_000)
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}

func BenchmarkReads(b *testing.B) {
	s := povoado(b, 100_000)
	h := s.As(storetest.Operator).Clientes
	for name, f := range map[string]store.ClienteFiltro{
		"lista": {}, "última página": {Pagina: 5000}, "busca": {Busca: "galv"}, "busca curta": {Busca: "ga"}, "tudo": {Busca: "joao"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := h.List(b.Context(), f)
				require.NoError(b, err)
			}
		})
	}
	b.Run("um", func(b *testing.B) {
		for b.Loop() {
			_, err := h.Get(b.Context(), 50_000)
			require.NoError(b, err)
		}
	})
}

func BenchmarkWrites(b *testing.B) {
	s := povoado(b, 1000)
	h := s.As(storetest.Operator)
	id, err := h.Dispositivos.Register(b.Context(), store.Registro{Info: store.Objeto(`{"hostname":"x"}`)})
	require.NoError(b, err)
	var n atomic.Int64
	run := func(name string, fn func(context.Context) error) {
		b.Run(name, func(b *testing.B) {
			b.SetParallelism(32)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if err := fn(context.Background()); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
	run("heartbeat", func(ctx context.Context) error { return h.Dispositivos.Heartbeat(ctx, id) })
	run("criar", func(ctx context.Context) error {
		_, err := h.Clientes.Create(ctx, store.Cliente{Nome: "João Silva", Email: fmt.Sprintf("x%d@empresa.com", n.Add(1)), Telefone: "(11) 99999-9999"})
		return err
	})
}

// BenchmarkVerify checks a trail of 20,000 links.
func BenchmarkVerify(b *testing.B) {
	const links, writers = 20_000, 100
	h := storetest.New(b).As(storetest.Operator)
	var busy sync.WaitGroup
	for range writers { // who write together share a commit
		busy.Go(func() {
			for range links / writers {
				if _, err := h.Chat.Send(b.Context(), store.MensagemNova{Sala: "geral", Mensagem: "Bom dia"}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	busy.Wait()
	for b.Loop() {
		v, err := h.Logs.Verify(b.Context())
		require.NoError(b, err)
		require.True(b, v.Integra)
	}
	b.ReportMetric(links*float64(b.N)/b.Elapsed().Seconds(), "links/s")
}
