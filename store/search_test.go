package store_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// pessoa is a row as another program writes it.
type pessoa struct {
	id                              int64
	nome, email, empresa, fone, doc string
	ativo                           any
	cadastro                        any
}

// simples folds without any of the product's code: enough for the names here.
func simples(s string) string {
	s = norm.NFD.String(s)
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	return s
}

func so(s string, keep func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if keep(r) {
			return r
		}
		return -1
	}, s)
}

// acha says by brute force whether p matches terms that hold no mask.
func (p pessoa) acha(busca string) bool {
	fields := []string{p.nome, p.email, p.empresa, p.fone, p.doc, so(p.fone, unicode.IsDigit), so(p.doc, unicode.IsDigit)}
	for term := range strings.FieldsSeq(busca) {
		if !slices.ContainsFunc(fields, func(f string) bool { return strings.Contains(simples(f), simples(term)) }) {
			return false
		}
	}
	return true
}

func texto(v any) string {
	if v == nil {
		return ""
	}
	return v.(string)
}

// esperado is the list that contract 9 asks for.
func esperado(people []pessoa, busca string, ativo *bool) []int64 {
	var hit []pessoa
	for _, p := range people {
		if p.acha(busca) && (ativo == nil || p.ativo == *ativo) {
			hit = append(hit, p)
		}
	}
	slices.SortFunc(hit, func(a, b pessoa) int {
		return cmp.Or(strings.Compare(texto(b.cadastro), texto(a.cadastro)), cmp.Compare(b.id, a.id))
	})
	ids := make([]int64, len(hit))
	for i, p := range hit {
		ids[i] = p.id
	}
	return ids
}

var (
	nomes    = []string{"João", "JOÃO", norm.NFD.String("João"), "Maria", "Conceição", "José", "jose", "100%", "a_b", "Zé", "Ana"}
	empresas = []string{"Indústria Sá", "Lote Ltda", "", "50% OFF", "Comércio_X"}
	buscas   = []string{"", "joao", "JOÃO", "jo", "%", "_", "a_b", "100%", "conceicao", "ana maria", "9999", "11", "sá", "lote", "empresa.com", "zzz", "joao lote"}
)

func sorteia(r *rand.Rand, id int64) pessoa {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	p := pessoa{
		id: id, nome: pick(nomes) + " " + pick(nomes), email: fmt.Sprintf("p%d@empresa.com", id), empresa: pick(empresas),
		fone: fmt.Sprintf("(%d) 9%04d-%04d", 11+r.IntN(3), r.IntN(10000), r.IntN(10000)), doc: fmt.Sprintf("529.982.%03d-25", r.IntN(1000)),
	}
	switch r.IntN(6) {
	case 0: // NULL
	case 1, 2: // many of one second, and of one microsecond
		p.cadastro = fmt.Sprintf("2026-01-01 00:00:00.%06d", r.IntN(3))
	default:
		p.cadastro = fmt.Sprintf("2026-%02d-%02d %02d:00:00.%06d", 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(1000000))
	}
	if r.IntN(10) > 0 {
		p.ativo = r.IntN(2) == 1
	}
	return p
}

// TestListEqualsBruteForce writes rows as another program would and compares
// every way to page with brute force, while the index is behind and after.
func TestListEqualsBruteForce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, listEqualsBruteForce)
}

func listEqualsBruteForce(t *testing.T, e storetest.Engine) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	url := e.Fresh(t)
	s := e.Open(t, url)
	db := e.Foreign(t, url)
	var people []pessoa
	add := func(n int) {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		for range n {
			p := sorteia(r, int64(len(people)+1))
			_, err := tx.ExecContext(t.Context(), e.Bind("INSERT INTO clientes(id, nome, email, empresa, telefone, cpf_cnpj, ativo, data_cadastro) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
				p.id, p.nome, p.email, p.empresa, p.fone, p.doc, p.ativo, p.cadastro)
			require.NoError(t, err)
			people = append(people, p)
		}
		require.NoError(t, tx.Commit())
	}
	change := func() {
		i := r.IntN(len(people))
		people[i].nome, people[i].ativo = "Trocado João", true
		e.Exec(t, db, "UPDATE clientes SET nome = ?, ativo = TRUE WHERE id = ?", people[i].nome, people[i].id)
	}
	rounds := 3
	if !storetest.Complete() {
		rounds = 1
	}
	for range rounds {
		add(60)
		change()
		compare(t, s, people)
	}
	if e.Name != storetest.SQLite.Name {
		return // servers have no index that lags behind
	}
	require.Eventually(t, func() bool {
		var n int
		return db.QueryRowContext(t.Context(), "SELECT count(*) FROM monitor_busca_fila").Scan(&n) == nil && n == 0
	}, settle, tick)
	compare(t, s, people)
}

func compare(t *testing.T, s *store.Store, people []pessoa) {
	t.Helper()
	yes, no := true, false
	for _, busca := range buscas {
		for _, ativo := range []*bool{nil, &yes, &no} {
			want := esperado(people, busca, ativo)
			name := fmt.Sprintf("%q ativo=%v", busca, ativo)
			require.Equal(t, want, byPage(t, s, busca, ativo, len(want)), name)
			require.Equal(t, want, byCursor(t, s, busca, ativo), name)
			require.Equal(t, want, backwards(t, s, busca, ativo), name)
		}
	}
}

func ids(p store.Pagina[store.Cliente]) []int64 {
	out := []int64{}
	for _, c := range p.Itens {
		out = append(out, c.ID)
	}
	return out
}

const porPagina = 7

func byPage(t *testing.T, s *store.Store, busca string, ativo *bool, total int) []int64 {
	t.Helper()
	all := []int64{}
	for n := 1; ; n++ {
		p, err := s.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{Busca: busca, Ativo: ativo, Pagina: n, PorPagina: porPagina})
		require.NoError(t, err)
		require.Equal(t, total, p.Total, "total of %q", busca)
		if len(p.Itens) == 0 {
			return all
		}
		all = append(all, ids(p)...)
	}
}

func byCursor(t *testing.T, s *store.Store, busca string, ativo *bool) []int64 {
	t.Helper()
	all := []int64{}
	cursor := ""
	for {
		p, err := s.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{Busca: busca, Ativo: ativo, Cursor: cursor, PorPagina: porPagina, SemTotal: true})
		require.NoError(t, err)
		all = append(all, ids(p)...)
		if cursor = p.Proximo; cursor == "" {
			return all
		}
	}
}

func backwards(t *testing.T, s *store.Store, busca string, ativo *bool) []int64 {
	t.Helper()
	all := []int64{}
	f := store.ClienteFiltro{Busca: busca, Ativo: ativo, Ultima: true, PorPagina: porPagina, SemTotal: true}
	for {
		p, err := s.As(storetest.Operator).Clientes.List(t.Context(), f)
		require.NoError(t, err)
		all = append(ids(p), all...)
		if f.Cursor = p.Anterior; f.Cursor == "" {
			return all
		}
		f.Ultima = false
	}
}

// TestManySearchesOverALongQueue imports rows behind our back and searches from
// many callers before the index has caught up: each gets all of them.
func TestManySearchesOverALongQueue(t *testing.T) {
	t.Parallel()
	const rows, callers = 6000, 24
	path := storetest.Flask(t)
	s := storetest.Open(t, path)
	storetest.Exec(t, storetest.Foreign(t, path), fmt.Sprintf(`WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < %d)
		INSERT INTO clientes(nome, email, ativo, data_cadastro) SELECT 'Fila João', 'f' || i || '@x.com', 1, '2026-01-01 00:00:00.000000' FROM k`, rows))
	totals := make(chan int, callers)
	for range callers {
		go func() {
			p, err := s.As(storetest.Operator).Clientes.List(context.Background(), store.ClienteFiltro{Busca: "fila joao"})
			if err != nil {
				t.Error(err)
			}
			totals <- p.Total
		}()
	}
	for range callers {
		require.Equal(t, rows, <-totals)
	}
}
