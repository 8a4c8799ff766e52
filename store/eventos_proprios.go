package store

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"maps"

	"example.com/monitor/store/engine"
)

// proprios are the rows of people, their owner first. Of connections, which are
// many, only how many there are and which is the newest.
var proprios = map[recurso]string{
	rClientes:     "SELECT t.id AS dono, t.* FROM clientes t WHERE t.id IN %s ORDER BY t.id",
	rDispositivos: "SELECT t.cliente_id AS dono, t.* FROM dispositivos t WHERE t.cliente_id IN %s ORDER BY t.id",
	rSessoes:      "SELECT t.cliente_id AS dono, t.* FROM sessoes t WHERE t.cliente_id IN %s ORDER BY t.id",
	rConexoes:     "SELECT t.cliente_id AS dono, count(*), max(t.id) FROM conexoes t WHERE t.cliente_id IN %s GROUP BY t.cliente_id",
}

// readOwn reads the digitais of those who hear only of their own, as far as
// something of the noun changed at all.
func (d *difusao) readOwn(ctx context.Context, q engine.Q, o *olhada, all []*Escuta) error {
	o.digitais.proprias = map[int64]digitais{}
	var stale [nRecursos][]int64
	for _, e := range all {
		id, ok := e.ator.Pessoa()
		if _, done := o.digitais.proprias[id]; done || !ok {
			continue
		}
		known, there := d.digitais.proprias[id]
		o.digitais.proprias[id] = known
		for r, scope := range visoes[e.ator.nivel] {
			if scope == alcanceProprio && (!there || o.digitais.gerais[r] != d.digitais.gerais[r]) {
				stale[r] = append(stale[r], id)
			}
		}
	}
	for r, ids := range stale {
		if err := ownRows(ctx, q, recurso(r), ids, o.digitais.proprias); err != nil {
			return err
		}
	}
	return nil
}

// ownRows puts the digital of each person's rows into out.
func ownRows(ctx context.Context, q engine.Q, r recurso, ids []int64, out map[int64]digitais) error {
	sums := map[int64]uint32{}
	err := engine.InLots(ids, func(list string, args []any) error {
		rows, err := q.Rows(ctx, fmt.Sprintf(proprios[r], list), args...)
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
	var dono int64
	texts := make([]sql.RawBytes, len(names)-1)
	dest := []any{&dono}
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
		sums[dono] = sums[dono]*16777619 + h.Sum32()
	}
	return sums, engine.Translate(rows.Err())
}
