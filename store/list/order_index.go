package list

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"

	"example.com/monitor/store/engine"
)

// indexedKeys reads keys from the index that holds them. On servers that is a generated
// column of the table; on SQLite the documents of the search have it, which leave out the
// clients that wait in the queue: their keys, made here, are put between by SQL.
type indexedKeys[T any] struct {
	s       *Selection[T]
	q       engine.Q
	from    string
	key, id string // columns
	where   string
	args    []any
	waiting string // the keys of the queue, as JSON; "" where nobody waits
	queued  int    // how many of them
	fenced  bool   // from holds the search
}

func (s *Selection[T]) indexedKeys(q engine.Q) *indexedKeys[T] {
	k := &indexedKeys[T]{
		s:     s,
		q:     q,
		from:  s.l.Table,
		key:   s.l.alias() + ".monitor_" + s.Order.Index,
		id:    s.l.ID,
		where: s.where,
		args:  s.args,
	}
	if s.Docs == nil {
		return k // see few
	}
	d := s.Docs
	k.from, k.key, k.id = d.from, "d."+s.Order.Index, "d.cliente_id"
	if s.where != AnyRow { // else the documents know all that is asked for
		k.from += " CROSS JOIN " + s.l.Table + " ON " + s.l.ID + " = d.cliente_id"
	}
	k.where += " AND " + d.where
	k.args = append(slices.Clone(s.args), d.args...)
	if d.waiting {
		keys := make([][2]any, 0, len(d.queue))
		for i := range d.queue {
			keys = append(keys, [2]any{s.Order.Key(d.queue[i].textsOf(s.Order.Index)), d.queue[i].ID})
		}
		b, _ := json.Marshal(keys) //nolint:errchkjson // texts and numbers only
		k.waiting, k.queued = string(b), len(keys)
	}
	return k
}

func (k *indexedKeys[T]) total(ctx context.Context) (n int, err error) {
	if k.s.Counter != nil && k.q.Kind() == engine.SQLite {
		return k.s.Counter(ctx, k.q)
	}
	err = k.q.Get(ctx, []any{&n}, "SELECT count(*) FROM "+k.from+" WHERE "+k.where, k.args...)
	return n + k.queued, err
}

// few lets a server find the matches of a search first where they are not many: on a walk
// down the order it could meet them late. Each engine has its own word for that it shall.
func (k *indexedKeys[T]) few(ctx context.Context) error {
	if !k.s.Searched || k.fenced {
		return nil
	}
	var n int
	where := " FROM " + k.s.l.Table + " WHERE " + k.s.where
	err := k.q.Get(
		ctx,
		[]any{&n},
		"SELECT count(*) FROM (SELECT 1 AS one"+where+" LIMIT ?) x",
		append(slices.Clone(k.s.args), notMany+1)...)
	if err != nil || n > notMany {
		return err
	}
	fence := " OFFSET 0"
	if k.q.Kind() == engine.MySQL {
		fence = " LIMIT " + strconv.Itoa(notMany)
	}
	k.fenced = true
	k.from = "(SELECT " + k.id + " AS pid" + where + fence + ") p JOIN " + k.s.l.Table + " ON " + k.id + " = p.pid"
	k.where = AnyRow
	return nil
}

// notMany matches are found and sorted at once.
const notMany = 10_000

// read goes through the rows with a key and those without one, each a range of the index.
func (k *indexedKeys[T]) read(ctx context.Context, at Position, skip, n int) (list []keyed, err error) {
	if err := k.few(ctx); err != nil {
		return nil, err
	}
	for _, seg := range k.ranges(at) {
		if n == len(list) {
			break
		}
		more, err := k.stretch(ctx, seg, skip, n-len(list))
		if err != nil {
			return nil, err
		}
		switch {
		case len(more) > 0:
			skip = 0
		case skip > 0:
			passed, err := k.length(ctx, seg)
			if err != nil {
				return nil, err
			}
			skip -= passed
		}
		list = append(list, more...)
	}
	return list, nil
}

// keyRange is a range of the index, read in one direction. Its condition names the columns
// k and i.
type keyRange struct {
	cond string
	args []any
	desc bool
}

// ranges are what is behind a place, or before it, in the order of reading.
func (k *indexedKeys[T]) ranges(at Position) []keyRange {
	desc := k.s.Order.Descending != at.Before
	valued := keyRange{"k >= ?", []any{k.arg(firstKey)}, desc}
	empty := keyRange{"k < ?", []any{k.arg(firstKey)}, desc}
	list := []keyRange{valued, empty}
	if at.Before {
		slices.Reverse(list)
	}
	if at.ID == 0 {
		return list
	}
	if (keyed{Key: at.Key}).valued() == at.Before {
		list = list[1:]
	}
	op := ">"
	if desc {
		op = "<"
	}
	first := &list[0]
	if k.q.Kind() == engine.MySQL { // finds no range in a comparison of rows
		first.cond += " AND k " + op + "= ? AND (k " + op + " ? OR i " + op + " ?)"
		first.args = append(first.args, k.arg(at.Key), k.arg(at.Key), at.ID)
	} else {
		first.cond += " AND (k, i) " + op + " (?, ?)"
		first.args = append(first.args, k.arg(at.Key), at.ID)
	}
	return list
}

// arg is a key as the engine compares it.
func (k *indexedKeys[T]) arg(key string) any {
	if k.q.Kind() == engine.MySQL {
		return []byte(key) // bytes meet bytes: no collation
	}
	return key
}

func (k *indexedKeys[T]) stretch(ctx context.Context, seg keyRange, skip, n int) (list []keyed, err error) {
	query, args := k.rows(seg)
	dir := " ASC"
	if seg.desc {
		dir = " DESC"
	}
	rows, err := k.q.Rows(ctx, query+" ORDER BY k"+dir+", i"+dir+" LIMIT ? OFFSET ?", append(args, n, skip)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var row keyed
		if err := rows.Scan(&row.Key, &row.id); err != nil {
			return nil, engine.Translate(err)
		}
		list = append(list, row)
	}
	return list, engine.Translate(rows.Err())
}

func (k *indexedKeys[T]) length(ctx context.Context, seg keyRange) (n int, err error) {
	query, args := k.rows(seg)
	err = k.q.Get(ctx, []any{&n}, "SELECT count(*) FROM ("+query+") x", args...)
	return n, err
}

// rows is the query for the keys of a range, of the index and of the queue.
func (k *indexedKeys[T]) rows(seg keyRange) (query string, args []any) {
	query = "SELECT " + k.key + " AS k, " + k.id + " AS i FROM " + k.from + " WHERE " + k.where + " AND " + named(seg.cond, k.key, k.id)
	args = append(slices.Clone(k.args), seg.args...)
	if k.waiting != "" {
		query += " UNION ALL SELECT k, i FROM (SELECT json_extract(value, '$[0]') AS k, json_extract(value, '$[1]') AS i FROM json_each(?)) WHERE " + seg.cond
		args = append(append(args, k.waiting), seg.args...)
	}
	return query, args
}

var rangeColumns = regexp.MustCompile(`\b[ki]\b`)

// named puts the columns' names into a range's condition.
func named(cond, key, id string) string {
	return rangeColumns.ReplaceAllStringFunc(cond, func(name string) string {
		if name == "k" {
			return key
		}
		return id
	})
}
