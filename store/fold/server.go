package fold

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"example.com/monitor/store/engine"
)

// PostgreSQL folds with the Unicode of its ICU library, which is older or newer than
// ours, and which an upgrade of the server changes under the stored column. So the
// server is asked once what its own expression makes of each letter: a search for one
// on which the two disagree reads all rows, as for the scripts that MySQL does not know.

// Server are the letters that either of the two makes of one on which they disagree;
// nil until the first search that has more than ASCII. Two that come at once both ask:
// nobody waits for another's question.
type Server struct{ atomic.Pointer[map[rune]bool] }

// HoldsAny returns whether any of the terms holds any of the runes.
func HoldsAny(terms [][]string, runes map[rune]bool) bool {
	return slices.ContainsFunc(terms, func(t []string) bool {
		return strings.ContainsFunc(t[0], func(r rune) bool { return runes[r] })
	})
}

// BeyondASCII returns whether any of the terms holds a letter that is not ASCII.
func BeyondASCII(terms [][]string) bool {
	return slices.ContainsFunc(terms, func(t []string) bool {
		return strings.ContainsFunc(t[0], func(r rune) bool { return r > unicode.MaxASCII })
	})
}

// Ask gives the letters that the server folds unlike us; it asks once.
func (f *Server) Ask(ctx context.Context, q engine.Q) (map[rune]bool, error) {
	if outside := f.Load(); outside != nil {
		return *outside, nil
	}
	expr, err := SearchExpression(ctx, q)
	if err != nil {
		return nil, err
	}
	asked := foldProbe()
	var said string
	err = q.Get(ctx, []any{&said}, "SELECT "+expr+` FROM (SELECT ?::text AS nome, ''::text AS email, ''::text AS empresa,
		''::text AS telefone, ''::text AS cpf_cnpj) AS x`, strings.Join(asked, " "))
	if err != nil {
		return nil, err
	}
	line, _, _ := strings.Cut(said, "\n")
	outside := disagreements(asked, strings.Split(line, " "))
	f.Store(&outside)
	return outside, nil
}

// SearchExpression is the expression of the generated column as this server has it.
func SearchExpression(ctx context.Context, q engine.Q) (expr string, err error) {
	err = q.Get(ctx, []any{&expr}, `SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
		JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
		JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = current_schema() AND c.relname = 'clientes' AND a.attname = 'monitor_busca'`)
	return expr, err
}

// foldProbe is every letter that some Unicode may fold, each by itself.
var foldProbe = sync.OnceValue(func() (list []string) {
	for r := range changingRunes() {
		if !unicode.Is(unicode.Mn, r) && !unicode.IsControl(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Cs, r) {
			list = append(list, string(r))
		}
	}
	return list
})

// disagreements are the letters of all answers that are not fold's.
func disagreements(asked, said []string) map[rune]bool {
	outside := map[rune]bool{}
	for i, s := range asked {
		ours, theirs := Squeeze(Text(s)), ""
		if len(said) == len(asked) { // else nothing that it says can be told apart
			theirs = said[i]
		}
		if ours == theirs {
			continue
		}
		for _, r := range ours + theirs {
			outside[r] = true
		}
	}
	return outside
}

// OldLetters is true for a row whose stored text may be of another Unicode: only what is
// not ASCII after folding can be.
const OldLetters = "octet_length(monitor_busca) <> length(monitor_busca)"

// ViewsOnFold asks PostgreSQL which views of others rest on the column of the search.
const ViewsOnFold = `SELECT DISTINCT CASE v.relkind WHEN 'm' THEN 'MATERIALIZED VIEW ' ELSE 'VIEW ' END || v.oid::regclass::text AS nome
	FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass JOIN pg_class v ON v.oid = r.ev_class
	JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass JOIN pg_namespace n ON n.oid = t.relnamespace
	JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
	WHERE n.nspname = current_schema() AND t.relname = 'clientes' AND a.attname = 'monitor_busca' AND v.oid <> t.oid ORDER BY 1`
