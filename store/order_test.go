package store_test

import (
	"cmp"
	"database/sql"
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

// awkward are names, cities and numbers as people and programs write them, with marks of
// every kind, other scripts, and nothing at all.
var (
	awkwardNames = []string{
		"D'Ávila", "D’Ávila", "D´Avila", "DAVILA", "d‘ávila", "João-Pedro", "João‑Pedro", "JoãoPedro", "joao – pedro", "S.A.", "S/A", "SA", "Sá & Cia.", "  Sá",
		"Sant'Anna", "Santanna", "Иван", "ИВАН Lima", "日本", "Ფ", "Ńandú", "ßa", "100%", "a_b", "A+B", "\u200bAna", "An\u00ada", "Ana", "ANA", "ana", "a≠b", "1ª Vara", "\u1ab0x",
		norm.NFD.String("Conceição"), "Conceição", strings.Repeat("Longo ", 12) + "A", strings.Repeat("Longo ", 12) + "B", "~", "!", "‑",
	}
	awkwardCities = []string{"", " ", "São Paulo", "SAO PAULO", "Santa Bárbara d'Oeste", "Santa Barbara D’Oeste", "Niterói", "Mogi-Mirim", "Mogi Mirim", "Embu-Guaçu", "東京", "Киев", "Sant'Ana do Livramento"}
	states        = []string{"", "SP", "RJ", "R.J."}
	awkwardPhones = []string{"(21) 99876-5432", "+55 (21) 99876-5432", "021 99876 5432", "(21) 9876-5432", "5521998765432", "(11) 5555-6666", "0800 123 4567", "+1 555 0100", "21.5555.6666", ""}
	awkwardDocs   = []string{"12.345.678/0001-95", "12345678000195", "529.982.247-25", "529 982 247 25", "12.ABC.345/01DE-35", "12abc34501de35", ""}
)

type awkwardRow struct {
	id                                      int64
	nome, empresa, cidade, state, fone, cpf string
	nivel                                   string
	ativo                                   bool
}

func awkwardRows(n int) []awkwardRow {
	r := rand.New(rand.NewPCG(20, 10))
	list := make([]awkwardRow, n)
	for i := range list {
		list[i] = awkwardRow{
			int64(i + 1), sorteado(r, awkwardNames), sorteado(r, append(awkwardNames, "", "", "")), sorteado(r, awkwardCities), sorteado(r, states),
			sorteado(r, awkwardPhones), sorteado(r, awkwardDocs), sorteado(r, []string{store.Usuario, store.Admin}), r.IntN(3) > 0,
		}
		if r.IntN(2) == 0 {
			list[i].nome += " " + sorteado(r, awkwardNames)
		}
	}
	return list
}

// plainFold is written apart from the product: letters without case and accents, no
// punctuation. It is enough for the names above.
func plainFold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r), strings.ContainsRune("'’´‘`-‐‑–./(),!\u200b\u00ad", r):
		case r == 'ß':
			b.WriteString("ss")
		case r == 'ª':
			b.WriteByte('a')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

func plainDigits(s string) string { return so(s, func(r rune) bool { return r >= '0' && r <= '9' }) }

func (a *awkwardRow) has(busca string) bool {
	lines := []string{plainFold(a.nome), fmt.Sprintf("p%d@xcom", a.id), plainFold(a.empresa), plainFold(a.fone), plainFold(a.cpf), plainDigits(a.fone), strings.ReplaceAll(plainFold(a.cpf), " ", "")}
	for w := range strings.FieldsSeq(plainFold(busca)) {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, w) }) {
			return false
		}
	}
	return true
}

func (a *awkwardRow) inCity(cidade string) bool {
	for w := range strings.FieldsSeq(plainFold(cidade)) {
		if !strings.Contains(plainFold(a.cidade)+"\n"+plainFold(a.state), w) {
			return false
		}
	}
	return true
}

// plainKey is what a name is ordered by.
func plainKey(s string) string {
	s = strings.TrimLeft(plainFold(s), " ")
	var b strings.Builder
	for i, r := range []rune(s) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case i == 0 || []rune(s)[i-1] < 0x80:
			b.WriteByte('~')
		}
	}
	return b.String()
}

func (a *awkwardRow) key(ordem string) string {
	switch strings.TrimPrefix(ordem, "-") {
	case "nome":
		return plainKey(a.nome)[:min(60, len(plainKey(a.nome)))]
	case "empresa":
		return plainKey(a.empresa)[:min(60, len(plainKey(a.empresa)))]
	default:
		return plainKey(a.cidade + "\n" + a.state)
	}
}

// inOrder is the list that an order asks for: rows that have none last, both ways.
func inOrder(rows []awkwardRow, ordem string, keep func(*awkwardRow) bool) []int64 {
	var list []awkwardRow
	for i := range rows {
		if keep(&rows[i]) {
			list = append(list, rows[i])
		}
	}
	none := func(k string) int {
		if k == "" || k[0] == '\n' {
			return 1
		}
		return 0
	}
	slices.SortFunc(list, func(a, b awkwardRow) int {
		ka, kb := a.key(ordem), b.key(ordem)
		by := cmp.Or(strings.Compare(ka, kb), cmp.Compare(a.id, b.id))
		if strings.HasPrefix(ordem, "-") {
			by = -by
		}
		return cmp.Or(cmp.Compare(none(ka), none(kb)), by)
	})
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].id
	}
	return ids
}

func insertAwkward(t *testing.T, e storetest.Engine, db *sql.DB, rows []awkwardRow) {
	t.Helper()
	for _, a := range rows {
		var empresa any = a.empresa
		if a.empresa == "" {
			empresa = nil
		}
		e.Exec(t, db, "INSERT INTO clientes(id, nome, email, empresa, cidade, estado, telefone, cpf_cnpj, nivel_acesso, ativo, data_cadastro) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '2026-01-01 00:00:00')",
			a.id, a.nome, fmt.Sprintf("p%d@x.com", a.id), empresa, a.cidade, a.state, a.fone, a.cpf, a.nivel, a.ativo)
	}
}

var awkwardSearches = []string{
	"davila", "D'Ávila", "d’avila", "D´AVILA", "sa", "S.A.", "s/a", "joao-pedro", "joaopedro", "João‐Pedro", "sant'anna", "SANTANNA", "12.345.678/0", "12345678", "12.abc.345/01", "529.982",
	"529982247", "(21)", "99876", "9876-5432", "5555.6666", "5555", "0100", "iван", "иван", "日本", "ana", "ana davila", "100%", "a_b", "a+b", "longo", "x.com", "p1@x", "'", "-", "1ª", "zzz", "conceicao joao",
}

var awkwardTelephones = map[string][]string{
	"+55 21 99876-5432":   {"(21) 99876-5432", "+55 (21) 99876-5432", "021 99876 5432", "(21) 9876-5432", "5521998765432"},
	"021 99876 5432":      {"(21) 99876-5432", "+55 (21) 99876-5432", "021 99876 5432", "(21) 9876-5432", "5521998765432"},
	"(21) 99876-5432":     {"(21) 99876-5432", "+55 (21) 99876-5432", "021 99876 5432", "(21) 9876-5432", "5521998765432"},
	"(21) 9876-5432":      {"(21) 99876-5432", "+55 (21) 99876-5432", "021 99876 5432", "(21) 9876-5432", "5521998765432"},
	"+55 (11) 5555-6666":  {"(11) 5555-6666"},
	"011 5555 6666":       {"(11) 5555-6666"},
	"+55 (21) 95555-6666": {},
}

// TestAwkwardSearchesAndOrders compares every way to look for people, and to page them in
// every order, with a plain matcher: equal on each engine, for rows of another program,
// while SQLite's index is behind and when it is not, and after rows have changed.
func TestAwkwardSearchesAndOrders(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		rows := awkwardRows(160)
		at := e.Fresh(t)
		s := e.Open(t, at)
		db := e.Foreign(t, at)
		insertAwkward(t, e, db, rows[:80])
		awkwardCheck(t, s, rows[:80])
		insertAwkward(t, e, db, rows[80:])
		caughtUp := func() {
			require.Eventually(t, func() bool {
				return e.Name != storetest.SQLite.Name || len(storetest.Texts(t, db, "SELECT cliente_id FROM monitor_busca_fila")) == 0
			}, settle, tick)
		}
		caughtUp()
		for i := range rows[:40] { // what the index knows is old
			a := &rows[i]
			if i%2 == 0 {
				a.nome = "Mudou-se " + a.nome
				e.Exec(t, db, "UPDATE clientes SET nome = ? WHERE id = ?", a.nome, a.id)
				continue
			}
			a.cidade, a.state = "Bauru", "SP"
			e.Exec(t, db, "UPDATE clientes SET cidade = 'Bauru', estado = 'SP' WHERE id = ?", a.id)
		}
		e.Exec(t, db, "DELETE FROM clientes WHERE id = 21")
		rows = slices.Delete(rows, 20, 21)
		awkwardCheck(t, s, rows)
		if e.Name == storetest.SQLite.Name {
			require.Eventually(t, func() bool { return len(storetest.Texts(t, db, "SELECT cliente_id FROM monitor_busca_fila")) == 0 }, settle, tick)
			awkwardCheck(t, s, rows)
		}
	})
}

func awkwardCheck(t *testing.T, s *store.Store, rows []awkwardRow) {
	t.Helper()
	list := s.As(storetest.Operator).Clientes.List
	for _, busca := range awkwardSearches {
		p, err := list(t.Context(), store.ClienteFiltro{Busca: busca, PorPagina: 1000})
		require.NoError(t, err)
		want := inOrder(rows, "-nome", func(a *awkwardRow) bool { return a.has(busca) })
		require.ElementsMatch(t, want, ids(p), "%q", busca)
	}
	for busca, phones := range awkwardTelephones {
		p, err := list(t.Context(), store.ClienteFiltro{Busca: busca, PorPagina: 1000})
		require.NoError(t, err)
		want := inOrder(rows, "nome", func(a *awkwardRow) bool {
			return slices.Contains(phones, a.fone) || a.has(strings.TrimPrefix(busca, "+")) // its words, each somewhere
		})
		require.ElementsMatch(t, want, ids(p), "%q", busca)
	}
	yes := true
	for i, ordem := range []string{"nome", "-nome", "empresa", "-empresa", "cidade", "-cidade"} {
		for k, f := range []store.ClienteFiltro{
			{},
			{Ativo: &yes},
			{Nivel: store.Admin},
			{Busca: "ana"},
			{Cidade: "sao paulo"},
			{Cidade: "d'oeste"},
			{Cidade: "mogi-mirim"},
			{Cidade: "RJ"},
			{Cidade: "東京"},
			{Cidade: "santana rj"},
			{Cidade: "bauru"},
			{Busca: "a", Cidade: "sp", Ativo: &yes},
			{Empresa: "s.a."},
			{Busca: "иван"},
			{Cidade: "nenhuma"},
		} {
			want := inOrder(rows, ordem, func(a *awkwardRow) bool {
				return a.has(f.Busca) && a.inCity(f.Cidade) && strings.Contains(plainFold(a.empresa), plainFold(f.Empresa)) &&
					(f.Ativo == nil || a.ativo) && (f.Nivel == "" || a.nivel == f.Nivel)
			})
			name := fmt.Sprintf("%s %+v", ordem, f)
			f.Ordem, f.PorPagina = ordem, 12+(i+k)%3*29
			requirePages(t, s, f, want, name)
			if i == 0 && (f.Cidade != "" || f.Empresa != "") { // in the list's own order, which here is by id
				f.Ordem = ""
				slices.Sort(want)
				slices.Reverse(want)
				requirePages(t, s, f, want, "list: "+name)
			}
		}
	}
}

// requirePages reads a list by number, by cursors and backwards.
func requirePages(t *testing.T, s *store.Store, f store.ClienteFiltro, want []int64, name string) {
	t.Helper()
	list := func(f store.ClienteFiltro) store.Pagina[store.Cliente] {
		p, err := s.As(storetest.Operator).Clientes.List(t.Context(), f)
		require.NoError(t, err, name)
		return p
	}
	byNumber, forward, back := []int64{}, []int64{}, []int64{}
	for n := 1; ; n++ {
		g := f
		g.Pagina = n
		p := list(g)
		require.Equal(t, len(want), p.Total, name)
		byNumber = append(byNumber, ids(p)...)
		require.Equal(t, n > 1 && len(p.Itens) > 0, p.Anterior != "", name)
		require.Equal(t, len(byNumber) < len(want), p.Proximo != "", name)
		if len(p.Itens) == 0 {
			break
		}
	}
	for g := f; ; g.SemTotal = true {
		p := list(g)
		forward = append(forward, ids(p)...)
		if g.Cursor = p.Proximo; g.Cursor == "" {
			break
		}
	}
	g := f
	g.Ultima = true
	for {
		p := list(g)
		back = append(ids(p), back...)
		if g.Cursor = p.Anterior; g.Cursor == "" {
			break
		}
		g.Ultima = false
	}
	require.Equal(t, want, byNumber, "by number: %s", name)
	require.Equal(t, want, forward, "forward: %s", name)
	require.Equal(t, want, back, "backwards: %s", name)
}
