package store

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/say"
)

// PostgreSQL folds with the Unicode of its ICU library, which is older or newer than
// ours, and which an upgrade of the server changes under the stored column. So the
// server is asked once what its own expression makes of each letter: a search for one
// on which the two disagree reads all rows, as for the scripts that MySQL does not know.

// serverFold are the letters that either of the two makes of one on which they disagree;
// nil until the first search that has more than ASCII. Two that come at once both ask:
// nobody waits for another's question.
type serverFold struct{ atomic.Pointer[map[rune]bool] }

// columnOutside says that the server's column may lack what a term looks for, or have it
// where fold does not.
func (c *call) columnOutside(ctx context.Context, terms [][]string) (bool, error) {
	var outside map[rune]bool
	switch {
	case c.s.db.Kind == engine.SQLite:
		return false, nil // its index is written by fold
	case c.s.db.Kind == engine.MySQL:
		outside = foraMySQL()
	case !beyondASCII(terms):
		return false, nil // what becomes ASCII does so in every Unicode, or by the expression itself
	default:
		ctx, cancel := c.s.deadline(ctx)
		defer cancel()
		var err error
		if outside, err = c.s.dobra.ask(ctx, c.s.db.Reader()); err != nil {
			return false, err
		}
	}
	return holdsAny(terms, outside), nil
}

func holdsAny(terms [][]string, runes map[rune]bool) bool {
	return slices.ContainsFunc(terms, func(t []string) bool {
		return strings.ContainsFunc(t[0], func(r rune) bool { return runes[r] })
	})
}

func beyondASCII(terms [][]string) bool {
	return slices.ContainsFunc(terms, func(t []string) bool {
		return strings.ContainsFunc(t[0], func(r rune) bool { return r > unicode.MaxASCII })
	})
}

func (f *serverFold) ask(ctx context.Context, q engine.Q) (map[rune]bool, error) {
	if outside := f.Load(); outside != nil {
		return *outside, nil
	}
	expr, err := searchExpression(ctx, q)
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

// searchExpression is the expression of the generated column as this server has it.
func searchExpression(ctx context.Context, q engine.Q) (expr string, err error) {
	err = q.Get(ctx, []any{&expr}, `SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
		JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
		JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = current_schema() AND c.relname = 'clientes' AND a.attname = 'monitor_busca'`)
	return expr, err
}

// foldProbe is every letter that some Unicode may fold, each by itself.
var foldProbe = sync.OnceValue(func() (list []string) {
	for r := range runasQueMudam() {
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
		ours, theirs := squeeze(fold(s)), ""
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

// oldLetters is true for a row whose stored text may be of another Unicode: only what is
// not ASCII after folding can be.
const oldLetters = "octet_length(monitor_busca) <> length(monitor_busca)"

// staleFold finds rows that the server folded when its Unicode was another one: a stored
// column does not follow an upgrade of the server.
func (x *examination) staleFold(ctx context.Context) error {
	if x.kind != engine.Postgres {
		return nil
	}
	if _, there := x.column("clientes", "monitor_busca"); !there {
		return nil
	}
	expr, err := searchExpression(ctx, x.q)
	if err != nil {
		return err
	}
	var stale int
	err = x.q.Get(ctx, []any{&stale}, "SELECT count(*) FROM clientes WHERE "+oldLetters+" AND monitor_busca IS DISTINCT FROM ("+expr+")")
	if err != nil || stale == 0 {
		return err
	}
	f := finding{motivo: motivoBuscaAntiga, remedio: "UPDATE clientes SET nome = nome WHERE " + oldLetters}
	f.detalhe = "a busca pode não achar " + say.Count(stale, "cliente", "clientes") + " com letras de fora do português: " +
		"o servidor do banco foi atualizado e as trata de outro modo"
	f.mend = []string{f.remedio}
	x.add(f)
	return nil
}

const viewsOnFold = `SELECT DISTINCT CASE v.relkind WHEN 'm' THEN 'MATERIALIZED VIEW ' ELSE 'VIEW ' END || v.oid::regclass::text AS nome
	FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass JOIN pg_class v ON v.oid = r.ev_class
	JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass JOIN pg_namespace n ON n.oid = t.relnamespace
	JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
	WHERE n.nspname = current_schema() AND t.relname = 'clientes' AND a.attname = 'monitor_busca' AND v.oid <> t.oid ORDER BY 1`

// ontoOldFold finds what others built on the column of the search before it left out
// punctuation: PostgreSQL cannot give a column another expression, so step 10 makes it
// anew, and a view over all columns would stop that.
func (x *examination) ontoOldFold(ctx context.Context) error {
	_, old := x.column("clientes", "monitor_busca")
	if _, done := x.column("clientes", "monitor_nome"); x.kind != engine.Postgres || !old || done {
		return nil
	}
	var views []string
	if err := x.q.All(ctx, &views, viewsOnFold); err != nil || len(views) == 0 {
		return err
	}
	x.add(finding{
		motivo: motivoDependentes, blocks: true, remedio: "DROP " + strings.Join(views, "; DROP "),
		detalhe: "a coluna monitor_busca, que a atualização refaz, é usada por " + strings.Join(views, ", ") + ": tire-as antes e recrie-as depois, de preferência sem as colunas monitor_",
	})
	return nil
}
