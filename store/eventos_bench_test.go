package store_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// ouvintes lets n listeners read all that they hear while the benchmark lasts, in
// the shares that a company has: mostly people who hear of their own.
func ouvintes(b *testing.B, s *store.Store, n int) {
	b.Helper()
	var h *store.Handle
	for i := range n {
		if i%10 == 0 { // each has ten pages open
			_, h = quemOuve(b, s, i, []string{store.Usuario, store.Moderador}[i/10%2])
		}
		e, err := h.Eventos(b.Context(), store.EventoFiltro{})
		require.NoError(b, err)
		b.Cleanup(e.Close)
		go func() {
			for {
				ev, err := e.Next(context.Background())
				if err != nil {
					return
				}
				e.Posicao(ev)
			}
		}()
	}
}

// BenchmarkEventosHeartbeat is the throughput of heartbeats while so many listen.
func BenchmarkEventosHeartbeat(b *testing.B) {
	for _, n := range []int{0, 100} {
		s := povoado(b, 10_000)
		h := s.As(storetest.Operator)
		var ids []int64
		for i := range 1000 {
			id, err := h.Dispositivos.Register(b.Context(), store.Registro{Info: store.Objeto(fmt.Sprintf(`{"hostname":"pc%d"}`, i)), ClienteID: int64(i + 1)})
			require.NoError(b, err)
			ids = append(ids, id)
		}
		ouvintes(b, s, n)
		b.Run(fmt.Sprintf("ouvintes=%d", n), func(b *testing.B) {
			b.SetParallelism(32)
			b.RunParallel(func(p *testing.PB) {
				for i := 0; p.Next(); i++ {
					if err := h.Dispositivos.Heartbeat(context.Background(), ids[i%len(ids)]); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// BenchmarkEventosAtraso tells how long changes take to be heard: by the same
// process, by another, by plain SQL.
func BenchmarkEventosAtraso(b *testing.B) {
	for _, e := range storetest.Engines()[:3] {
		at := e.URL(b)
		one, two := e.Open(b, at, mesmaChave), e.Open(b, at, mesmaChave)
		db := e.Foreign(b, at)
		c, err := one.As(storetest.Operator).Clientes.Create(b.Context(), storetest.Person(0))
		require.NoError(b, err)
		change := func(s *store.Store) func(int) {
			return func(i int) {
				_, err := s.As(storetest.Operator).Clientes.Change(b.Context(), c.ID, "", func(c *store.Cliente) { c.Cidade = fmt.Sprint("Olinda ", i) })
				require.NoError(b, err)
			}
		}
		for nome, fn := range map[string]func(int){
			"mesmo processo": change(one), "outro processo": change(two),
			"SQL": func(i int) { e.Exec(b, db, "UPDATE clientes SET cargo = ? WHERE id = ?", strconv.Itoa(i), c.ID) },
		} {
			b.Run(e.Name+"/"+nome, func(b *testing.B) {
				hear, err := one.As(storetest.Operator).Eventos(b.Context(), store.EventoFiltro{Recursos: []string{"clientes"}})
				require.NoError(b, err)
				defer hear.Close()
				var took []time.Duration
				for i := 0; b.Loop(); i++ {
					for again := true; again; { // what came twice
						ctx, cancel := context.WithTimeout(b.Context(), time.Duration(2100+i*37%900)*time.Millisecond)
						_, err := hear.Next(ctx)
						cancel()
						again = err == nil
					}
					began := time.Now()
					fn(i)
					_, err := hear.Next(b.Context())
					require.NoError(b, err)
					took = append(took, time.Since(began))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
				b.ReportMetric(float64(took[len(took)*95/100].Milliseconds()), "p95-ms")
				b.ReportMetric(float64(took[len(took)-1].Milliseconds()), "max-ms")
			})
		}
	}
}
