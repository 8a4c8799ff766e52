package store_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// ordinarios are what most names are made of.
var ordinarios = strings.Fields(`João José Maria Conceição Antônia Luís Inês Cauã Zoë Müller Núñez d'Ávila Sant'Anna Guimarães Assunção Araújo Muñoz
	Ângela Júlia Flávio Sebastião Brandão Magalhães Aparecida Silva Souza Santos Oliveira Pereira Lima Costa Ana Bia Davi Iara Ígor Ubirajara Öğretmen Łukasz`)

// hostis are what breaks a search that was made for ordinary names.
var hostis = []string{
	"ß", "ẞ", "ı", "İ", "æ", "Æ", "ª", "º", "ﬁ", "ﬃ", "ﬆ", "Œ", "ø", "Ø", "đ", "Þ", "ð", "ŉ", "ǆ", "ǅ", "Ǆ", "ſ", "ĳ", "Ŀ", "Ɖ", "Ə", "Ƶ", "ẚ", "ẛ",
	"\u212a", "\u212b", "\u2126", "µ", "μ", "ς", "Σ", "Ὀδυσσεύς", "Άννα", "ΐ", "Иван", "ЙОД", "Ёлка", "Ґ", "שָׁלוֹם", "مرحبا", "नमस्ते", "한국", "日本", "ガ", "Ệ", "ứ",
	"😀", "👩‍👩‍👧", "🇧🇷", "𝒜", "𐐀", "①", "²", "½", "ﷺ", "Ꭰ", "Ა",
	"%", "_", "%%", `\`, `\%`, `\\`, "'", `"`, "''", "--", ";", "/*", "*/", "$1", "?", ":x", "{0}", "&lt;", "^", "[a-z]", ".*", "(", "~", "`", "#",
	"\t", "\n", "\r\n", "\x01", "\x0b", "\x1b[31m", "\x7f", "\u0085", "\u009f", "\u00a0", "\u2028", "\u3000", "\u200b", "\u200d", "\u202e", "\ufeff", "\ufffd",
	"\u0301", "\u0327", "\u0345", "\u1ab0", "\u20dd", "a\u0301\u0323", "q\u0307\u0323", "\u05b0", "\u0e31", "\U0001d165",
}

// scannedRow is a client as another program writes it.
type scannedRow struct {
	id                                         int64
	nome, email, empresa, telefone, doc, texto string
	ativo, cadastro                            any
}

// corpus is the same on every run and engine.
func corpus(n int) []scannedRow {
	r := rand.New(rand.NewPCG(2026, 11))
	out := make([]scannedRow, n)
	for i := range out {
		l := scannedRow{id: int64(i + 1), nome: nomeDe(r), email: fmt.Sprintf("p%d.%s@Exemplo.com", i+1, sorteado(r, []string{"joao", "ANA", "zé", "a_b", "100%"}))}
		if r.IntN(3) == 0 {
			l.empresa = nomeDe(r)
		}
		if r.IntN(2) == 0 {
			l.telefone = fmt.Sprintf(sorteado(r, []string{"(%d) 9%04d-%04d", "%d9%04d%04d", "+%d 9%04d %04d"}), 11+r.IntN(5), r.IntN(10000), r.IntN(10000))
		}
		if r.IntN(2) == 0 {
			l.doc = fmt.Sprintf(sorteado(r, []string{"529.982.%03d-%02d", "529982%03d%02d", "12.ABC.%03d/01DE-%02d", "12abc%03d01de%02d"}), r.IntN(1000), r.IntN(100))
		}
		if r.IntN(8) > 0 {
			l.ativo = r.IntN(2) == 0
		}
		if r.IntN(8) > 0 { // many of one time
			l.cadastro = fmt.Sprintf("2026-01-%02d 00:00:00.%06d", 1+r.IntN(20), r.IntN(2)*r.IntN(1_000_000))
		}
		l.texto = store.Documento(l.nome, l.email, l.empresa, l.telefone, l.doc)
		out[i] = l
	}
	return out
}

func sorteado(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// nomeDe makes a name of at most 100 characters, now and then of exactly as many.
func nomeDe(r *rand.Rand) string {
	var parts []string
	for range 1 + r.IntN(4) {
		p := sorteado(r, ordinarios)
		if r.IntN(4) == 0 {
			p = sorteado(r, hostis) + sorteado(r, []string{"", p})
		}
		switch r.IntN(5) {
		case 0:
			p = strings.ToUpper(p)
		case 1:
			p = strings.ToLower(p)
		case 2:
			p = norm.NFD.String(p)
		}
		parts = append(parts, p)
	}
	nome := strings.Join(parts, sorteado(r, []string{" ", " ", "", "  "}))
	if r.IntN(60) == 0 {
		nome = strings.Repeat(nome, 100)
	}
	runes := []rune(nome)
	return string(runes[:min(len(runes), 100)])
}

// perguntas are the searches: each hostile piece, ordinary ones, numbers with and
// without mask, and pieces cut out of names.
func perguntas(lines []scannedRow) []string {
	list := append([]string{
		"", "joao", "JOÃO", norm.NFD.String("joão"), "maria silva", "silva maria", "d'avila", "santanna", "sant'anna", "strasse", "straße", "oe", "ae", "ij", "fi", "st", "dz",
		"9999", "(11)", "11 9", "529.982", "529982", "529.982.123-45", "52998212345", "12abc", "12.ABC", "12.abc.123/01de-45", "+55", "-", "0001", "(13) 9", "@exemplo.com",
		"p12.", "p1 ana", "100%", "a_b", "ze@", "exemplo joao silva", "i", "I", "k", "å", "ω", "o.com 5", "lukasz", "ogretmen", "nunez", "zzz", "p4999.", "a b c d e",
	}, hostis...)
	r := rand.New(rand.NewPCG(7, 7))
	for range 50 {
		runes := []rune(lines[r.IntN(len(lines))].nome)
		from := r.IntN(len(runes))
		list = append(list, string(runes[from:min(len(runes), from+1+r.IntN(8))]))
	}
	return list
}

func insere(t *testing.T, e storetest.Engine, db *sql.DB, lines []scannedRow) {
	t.Helper()
	const row = "(?, ?, ?, ?, ?, ?, ?, ?)"
	for batch := range slices.Chunk(lines, 250) {
		var args []any
		for _, l := range batch {
			args = append(args, l.id, l.nome, l.email, l.empresa, l.telefone, l.doc, l.ativo, l.cadastro)
		}
		e.Exec(t, db, "INSERT INTO clientes(id, nome, email, empresa, telefone, cpf_cnpj, ativo, data_cadastro) VALUES "+row+strings.Repeat(", "+row, len(batch)-1), args...)
	}
}

// forcaBruta is the list that contract 9 asks for.
func forcaBruta(lines []scannedRow, busca string, ativo *bool) []int64 {
	var hit []scannedRow
	for _, l := range lines {
		if (ativo == nil || l.ativo == *ativo) && store.Acha(busca, l.texto) {
			hit = append(hit, l)
		}
	}
	slices.SortFunc(hit, func(a, b scannedRow) int {
		return cmp.Or(strings.Compare(texto(b.cadastro), texto(a.cadastro)), cmp.Compare(b.id, a.id))
	})
	ids := make([]int64, len(hit))
	for i, l := range hit {
		ids[i] = l.id
	}
	return ids
}

// TestBuscaHostil asks every engine the same of the same thousand names, 5,000 in
// complete runs, and compares with brute force: same ids, same order, same totals.
func TestBuscaHostil(t *testing.T) {
	t.Parallel()
	n := 1000
	if storetest.Complete() {
		n = 5000
	}
	lines := corpus(n)
	buscas := perguntas(lines)
	require.Greater(t, len(buscas), 150)
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		pergunta(t, e, e.Fresh(t), lines, buscas)
	})
}

// TestBuscaHostilEmC asks a PostgreSQL whose own letters end with ASCII.
func TestBuscaHostilEmC(t *testing.T) {
	t.Parallel()
	s := storetest.Postgres(t)
	lines := corpus(1000)
	pergunta(t, storetest.Named("postgres"), s.URL(s.NewDatabase(t, "LOCALE 'C' TEMPLATE template0")), lines, perguntas(lines))
}

func pergunta(t *testing.T, e storetest.Engine, url string, lines []scannedRow, buscas []string) {
	t.Helper()
	s := e.Open(t, url)
	insere(t, e, e.Foreign(t, url), lines)
	yes, no := true, false
	for i, busca := range buscas {
		ativo := []*bool{nil, nil, &yes, &no}[i%4]
		want := forcaBruta(lines, busca, ativo)
		nome := fmt.Sprintf("%q ativo=%s", busca, mostraAtivo(ativo))
		first, err := s.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{Busca: busca, Ativo: ativo, PorPagina: 7})
		if err != nil {
			t.Errorf("%s: %v", nome, err)
			continue
		}
		got := want
		if len(want) < 1000 || i%8 == 0 { // so many rows, again and again, cost minutes with the race detector
			got = deCursor(t, s, busca, ativo)
		}
		if len(want) != first.Total || !slices.Equal(want, got) || !slices.Equal(want[:min(7, len(want))], ids(first)) {
			t.Errorf("%s: total %d, esperado %d; %s", nome, first.Total, len(want), desvio(lines, want, got))
		}
	}
}

// deCursor reads a whole list in large windows.
func deCursor(t *testing.T, s *store.Store, busca string, ativo *bool) (all []int64) {
	t.Helper()
	f := store.ClienteFiltro{Busca: busca, Ativo: ativo, PorPagina: 1000, SemTotal: true}
	for range 10 {
		p, err := s.As(storetest.Operator).Clientes.List(t.Context(), f)
		require.NoError(t, err)
		all = append(all, ids(p)...)
		if f.Cursor = p.Proximo; f.Cursor == "" {
			return all
		}
	}
	t.Fatalf("%q: a list without an end", busca)
	return nil
}

// desvio names the first names that are missing or too many.
func desvio(lines []scannedRow, want, got []int64) string {
	var out []string
	only := func(what string, a, b []int64) {
		n := 0
		for _, id := range a {
			if !slices.Contains(b, id) {
				if n++; n <= 3 {
					l := lines[id-1]
					out = append(out, fmt.Sprintf("%s %d %+q %+q %q %q %q", what, id, l.nome, l.empresa, l.email, l.telefone, l.doc))
				}
			}
		}
	}
	only("falta", want, got)
	only("sobra", got, want)
	if out == nil {
		return "a ordem difere"
	}
	return strings.Join(out, "; ")
}
