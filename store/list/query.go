package list

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/monitor/store/engine"
)

// Match is a match of a search: enough to order and to page it.
type Match struct {
	Pos      int64  `bun:"pos"`
	ID       int64  `bun:"id"`
	Cadastro string `bun:"cadastro"` // as stored; "" for NULL
}

// after orders matches as the list does: registration descending, NULL last,
// then id descending.
func (a Match) after(b Match) int {
	return cmp.Or(strings.Compare(b.Cadastro, a.Cadastro), cmp.Compare(b.ID, a.ID))
}

// Query is a search made ready for SQLite: where its documents come from and
// what else they must satisfy.
type Query struct {
	From, Where string
	Args        []any
	terms       [][]string
	ativo       *bool
}

// NewQuery lets the trigram index answer terms of three letters or more; the
// rest is a plain substring test over the documents.
func NewQuery(terms [][]string, ativo *bool, queue bool) *Query {
	c := &Query{terms: terms, ativo: ativo, From: "monitor_busca_doc d", Where: "1"}
	var match []string
	var rest [][]string
	for _, alternatives := range terms {
		if slices.ContainsFunc(alternatives, func(s string) bool { return utf8.RuneCountInString(s) < 3 }) {
			rest = append(rest, alternatives)
			continue
		}
		quoted := make([]string, len(alternatives))
		for i, a := range alternatives {
			quoted[i] = `"` + strings.ReplaceAll(a, `"`, `""`) + `"`
		}
		match = append(match, "("+strings.Join(quoted, " OR ")+")")
	}
	if len(match) > 0 {
		c.From = "monitor_busca b JOIN monitor_busca_doc d ON d.pos = b.rowid"
		c.and("b.monitor_busca MATCH ?", []any{strings.Join(match, " AND ")})
	}
	for _, alternatives := range rest {
		c.and(containsAny(alternatives))
	}
	if ativo != nil {
		c.and("d.ativo = ?", []any{*ativo})
	}
	if queue {
		c.and("d.cliente_id NOT IN (SELECT cliente_id FROM monitor_busca_fila)", nil)
	}
	return c
}

func (c *Query) and(cond string, args []any) {
	c.Where += " AND " + cond
	c.Args = append(c.Args, args...)
}

// containsAny asks the document for one of a few texts. There are two questions, or four
// where a term may be a telephone, so that the texts of statements are few: they are kept.
func containsAny(alternatives []string) (cond string, args []any) {
	places := 2
	if len(alternatives) > places {
		places = max(4, len(alternatives))
	}
	conds := make([]string, places)
	for i := range conds {
		conds[i] = "instr(d.texto, ?) > 0"
		args = append(args, alternatives[min(i, len(alternatives)-1)])
	}
	return "(" + strings.Join(conds, " OR ") + ")", args
}

// pos is the column that holds the place in the list; FTS5 walks its own rowid
// in order without a sort.
func (c *Query) pos() string {
	if strings.HasPrefix(c.From, "monitor_busca b") {
		return "b.rowid"
	}
	return "d.pos"
}

// Count counts the matches in the index.
func (c *Query) Count(ctx context.Context, q engine.Q) (n int, err error) {
	from := c.From
	if c.pos() == "b.rowid" && !strings.Contains(c.Where, "d.") {
		from = "monitor_busca b"
	}
	err = q.Get(ctx, []any{&n}, "SELECT count(*) FROM "+from+" WHERE "+c.Where, c.Args...)
	return n, err
}

// rows reads matches whose place lies in [lo, hi], at most limit of them, in list
// order or against it.
func (c *Query) rows(ctx context.Context, q engine.Q, lo, hi int64, asc bool, limit int) ([]Match, error) {
	dir := " DESC"
	if asc {
		dir = " ASC"
	}
	pos := c.pos()
	args := append(slices.Clone(c.Args), lo, hi, limit)
	var list []Match
	err := q.All(ctx, &list, "SELECT "+pos+" AS pos, c.id, AS_TEXT(c.data_cadastro) AS cadastro FROM "+c.From+
		" JOIN clientes c ON c.id = d.cliente_id WHERE "+c.Where+" AND "+pos+" BETWEEN ? AND ? ORDER BY "+pos+dir+" LIMIT ?", args...)
	return list, err
}

const (
	posFirst = -1 << 63
	posLast  = 1<<63 - 1
)

// inOrder reads at least n matches from bound on (or all there are), in list
// order, or in the reverse with asc. Rowids order seconds, not the rows within
// one, so the second at the end of what was read is completed before sorting.
func (c *Query) inOrder(ctx context.Context, q engine.Q, bound int64, asc bool, n int) ([]Match, error) {
	from, to := int64(posFirst), bound
	if asc {
		from, to = bound, posLast
	}
	list, err := c.rows(ctx, q, from, to, asc, n)
	if err != nil || len(list) < n || n == 0 {
		return sortMatches(list, asc), err
	}
	end := list[len(list)-1].Pos
	lo, hi := secondRange(end)
	if asc {
		lo = end + 1
	} else {
		hi = end - 1
	}
	if lo <= hi {
		more, err := c.rows(ctx, q, lo, hi, asc, posMask)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return sortMatches(list, asc), nil
}

func sortMatches(list []Match, asc bool) []Match {
	slices.SortFunc(list, Match.after)
	if asc {
		slices.Reverse(list)
	}
	return list
}

// Queued picks the matches among the clients in the queue, in list order.
func (c *Query) Queued(queue []Doc) []Match {
	var list []Match
	for i := range queue {
		if d := &queue[i]; c.matches(d) {
			list = append(list, Match{ID: d.ID, Cadastro: d.Cadastro})
		}
	}
	return sortMatches(list, false)
}

func (c *Query) matches(d *Doc) bool {
	if c.ativo != nil && (d.Ativo == nil || *d.Ativo != *c.ativo) {
		return false
	}
	return ContainsTerms(d.texto(), c.terms)
}

// AtOffset returns up to n matches of index and queue from place skip on.
func (c *Query) AtOffset(ctx context.Context, q engine.Q, queue []Match, skip, n int) ([]Match, error) {
	// At most len(queue) of the first skip matches are the queue's.
	start := max(0, skip-len(queue))
	list, before, err := c.fromOffset(ctx, q, start, n+len(queue))
	if err != nil {
		return nil, err
	}
	if start == 0 {
		return cut(merge(list, queue), skip, n), nil
	}
	if len(list) == 0 {
		// Past the end of the index: what is left can only be the queue's tail.
		total, err := c.Count(ctx, q)
		return cut(queue, skip-total, n), err
	}
	ahead := 0
	for ahead < len(queue) && queue[ahead].after(list[0]) < 0 {
		ahead++
	}
	return cut(merge(list, queue[ahead:]), skip-before-ahead, n), nil
}

// fromOffset reads n index matches from place start on. The list may begin
// earlier: before is the place of its first entry.
func (c *Query) fromOffset(ctx context.Context, q engine.Q, start, n int) (list []Match, before int, err error) {
	if start == 0 {
		list, err = c.inOrder(ctx, q, posLast, false, n)
		return list, 0, err
	}
	var at int64
	pos := c.pos()
	args := append(slices.Clone(c.Args), start)
	err = q.Get(ctx, []any{&at}, "SELECT "+pos+" FROM "+c.From+" WHERE "+c.Where+" ORDER BY "+pos+" DESC LIMIT 1 OFFSET ?", args...)
	if engine.IsNoRows(err) {
		return nil, start, nil
	}
	if err != nil {
		return nil, 0, err
	}
	_, hi := secondRange(at)
	var above int
	args = append(slices.Clone(c.Args), at+1, hi)
	if err = q.Get(ctx, []any{&above}, "SELECT count(*) FROM "+c.From+" WHERE "+c.Where+" AND "+pos+" BETWEEN ? AND ?", args...); err != nil {
		return nil, 0, err
	}
	list, err = c.inOrder(ctx, q, hi, false, n+above)
	return list, start - above, err
}

// Beyond returns up to n matches after the cursor, or before it with asc (then
// nearest first).
func (c *Query) Beyond(ctx context.Context, q engine.Q, queue []Match, at Match, asc bool, n int) ([]Match, error) {
	lo, hi := secondRange(posOf(parseTime(at.Cadastro), at.ID))
	bound := hi
	if asc {
		bound = lo
	}
	group, err := c.rows(ctx, q, lo, hi, asc, posMask)
	if err != nil {
		return nil, err
	}
	list, err := c.inOrder(ctx, q, bound, asc, n+len(group))
	if err != nil {
		return nil, err
	}
	list = append(list, queue...)
	list = slices.DeleteFunc(list, func(a Match) bool {
		if asc {
			return a.after(at) >= 0
		}
		return a.after(at) <= 0
	})
	return cut(sortMatches(list, asc), 0, n), nil
}

// Last returns the n last matches, last first.
func (c *Query) Last(ctx context.Context, q engine.Q, queue []Match, n int) ([]Match, error) {
	list, err := c.inOrder(ctx, q, posFirst, true, n)
	if err != nil {
		return nil, err
	}
	return cut(sortMatches(append(list, queue...), true), 0, n), nil
}

// merge joins two lists that are in list order.
func merge(a, b []Match) []Match { return sortMatches(append(slices.Clone(a), b...), false) }

func cut(list []Match, from, n int) []Match {
	from = min(max(from, 0), len(list))
	return list[from:min(from+n, len(list))]
}
