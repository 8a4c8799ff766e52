package store_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// hundredThousand writes people as another program would, and says how long that took.
func hundredThousand(b *testing.B, e storetest.Engine, db *sql.DB) time.Duration {
	b.Helper()
	numbers := "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 100000) "
	insert := "INSERT INTO clientes(nome, email, telefone, empresa, cidade, estado, ativo, pais, nivel_acesso, data_cadastro) "
	query := `SELECT concat('João ', CASE i % 25 WHEN 0 THEN 'Galvão' ELSE 'da Silva' END, ' Conceição ', (i * 7919) % 100000), concat('p', i, '@empresa.com.br'), concat('(11) 9', 60000000 + i),
		concat('Indústria ', i % 5000), CASE i % 500 WHEN 0 THEN 'Niterói' WHEN 1 THEN NULL ELSE concat('São Paulo ', i % 97) END, 'SP', i % 10 > 0, 'Brasil', 'usuario', `
	began := time.Now()
	switch e.Name {
	case "postgres":
		storetest.Exec(b, db, numbers+insert+query+"timestamp '2020-01-01' + i * interval '30 seconds' FROM k")
		storetest.Exec(b, db, "VACUUM ANALYZE clientes")
	case "mariadb":
		storetest.Exec(b, db, "SET max_recursive_iterations = 1000000")
		storetest.Exec(b, db, insert+numbers+query+"date_add('2020-01-01', INTERVAL i * 30 SECOND) FROM k")
		storetest.Exec(b, db, "ANALYZE TABLE clientes")
	default:
		storetest.Exec(b, db, numbers+insert+query+"strftime('%Y-%m-%d %H:%M:%S', 1577836800 + i * 30, 'unixepoch') || '.000000' FROM k")
	}
	return time.Since(began)
}

// BenchmarkSearches asks each engine for pages of a hundred thousand people.
func BenchmarkSearches(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres", "mariadb"} {
		e := storetest.Named(name)
		b.Run(e.Name, func(b *testing.B) {
			at := e.URL(b)
			s := e.Open(b, at)
			db := e.Foreign(b, at)
			db.SetMaxOpenConns(1)
			took := hundredThousand(b, e, db)
			if e.Name == "sqlite" {
				began := time.Now()
				for n := 1; n > 0; time.Sleep(50 * time.Millisecond) {
					require.NoError(b, db.QueryRowContext(b.Context(), "SELECT count(*) FROM monitor_busca_fila").Scan(&n))
				}
				took += time.Since(began)
			}
			fmt.Println(e.Name, "written and indexed in", took.Round(time.Millisecond))
			for _, c := range []struct {
				name string
				f    store.ClienteFiltro
			}{
				{"galv", store.ClienteFiltro{Busca: "galv"}},
				{"ga", store.ClienteFiltro{Busca: "ga"}},
				{"joao", store.ClienteFiltro{Busca: "joao"}},
				{"telefone", store.ClienteFiltro{Busca: "(11) 96005-0000"}},
				{"nome", store.ClienteFiltro{Ordem: "nome"}},
				{"nome_page_2000", store.ClienteFiltro{Ordem: "nome", Pagina: 2000}},
				{"-cidade", store.ClienteFiltro{Ordem: "-cidade"}},
				{"niteroi", store.ClienteFiltro{Cidade: "niteroi"}},
				{"sao_paulo", store.ClienteFiltro{Cidade: "sao paulo"}},
				{"nome+galv", store.ClienteFiltro{Ordem: "nome", Busca: "galv"}},
				{"nome+sao_paulo", store.ClienteFiltro{Ordem: "nome", Cidade: "sao paulo"}},
			} {
				b.Run(c.name, func(b *testing.B) {
					for b.Loop() {
						_, err := s.As(storetest.Operator).Clientes.List(b.Context(), c.f)
						require.NoError(b, err)
					}
				})
			}
		})
	}
}
