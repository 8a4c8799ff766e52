package feed

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"maps"

	"example.com/monitor/store/engine"
)

// ownQueries are the rows of people, their owner first. Of connections, which are
// many, only how many there are and which is the newest.
var ownQueries = map[Noun]string{
	Clientes:     "SELECT t.id AS dono, t.* FROM clientes t WHERE t.id IN %s ORDER BY t.id",
	Dispositivos: "SELECT t.cliente_id AS dono, t.* FROM dispositivos t WHERE t.cliente_id IN %s ORDER BY t.id",
	Sessoes:      "SELECT t.cliente_id AS dono, t.* FROM sessoes t WHERE t.cliente_id IN %s ORDER BY t.id",
	Conexoes:     "SELECT t.cliente_id AS dono, count(*), max(t.id) FROM conexoes t WHERE t.cliente_id IN %s GROUP BY t.cliente_id",
}

// readOwn reads the marks of those who hear only of their own, as far as
// something of the noun changed at all.
func (d *Feed) readOwn(ctx context.Context, q engine.Q, o *findings, all []*Subscription) error {
	o.marks.own = map[int64]marks{}
	var stale [NumNouns][]int64
	for _, e := range all {
		id := e.Person
		if _, done := o.marks.own[id]; done || id == 0 {
			continue
		}
		known, there := d.marks.own[id]
		o.marks.own[id] = known
		for r, scope := range e.Level {
			if scope == ReachOwn && (!there || o.marks.all[r] != d.marks.all[r]) {
				stale[r] = append(stale[r], id)
			}
		}
	}
	for r, ids := range stale {
		if err := ownRows(ctx, q, Noun(r), ids, o.marks.own); err != nil {
			return err
		}
	}
	return nil
}

// ownRows puts the digital of each person's rows into out.
func ownRows(ctx context.Context, q engine.Q, r Noun, ids []int64, out map[int64]marks) error {
	sums := map[int64]uint32{}
	err := engine.InLots(ids, func(list string, args []any) error {
		rows, err := q.Rows(ctx, fmt.Sprintf(ownQueries[r], list), args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		part, err := sumRows(rows)
		maps.Copy(sums, part)
		return err
	})
	for _, id := range ids {
		now := out[id]
		now[r] = sums[id]
		out[id] = now
	}
	return err
}

// sumRows makes one number of all rows of each owner.
func sumRows(rows *sql.Rows) (map[int64]uint32, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, engine.Translate(err)
	}
	var owner int64
	texts := make([]sql.RawBytes, len(names)-1)
	dest := []any{&owner}
	for i := range texts {
		dest = append(dest, &texts[i])
	}
	sums := map[int64]uint32{}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, engine.Translate(err)
		}
		h := fnv.New32a()
		for _, text := range texts {
			_, _ = h.Write(text)
			_, _ = h.Write([]byte{0, byte(min(len(text), 1))})
		}
		sums[owner] = sums[owner]*16777619 + h.Sum32()
	}
	return sums, engine.Translate(rows.Err())
}
