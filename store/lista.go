package store

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
)

// lista says how the rows of one table are listed: by a time, newest first and
// rows without one last, then by id, descending; without a time by id alone. The
// order is total, so a cursor meets every row once, whatever else is equal.
type lista[T any] struct {
	de    string // the table with its alias
	junto string // joins that the columns need
	hora  string // "" orders by id alone
	id    string
	ler   extrator[T]
}

// extrator reads the columns of T, each row's place and an expression for the total.
type extrator[T any] func(ctx context.Context, q engine.Q, total, from string, args ...any) ([]posto[T], error)

// linha is how bun scans a record with its place.
type linha[T any] struct {
	Registro T      `bun:"embed:"`
	Lugar    int64  `bun:"lugar_id"`
	Hora     string `bun:"lugar_hora"`
	Total    int    `bun:"lugar_total"`
}

// novaLista describes a list whose records bun scans.
func novaLista[T any](de, junto, hora, id, cols string) *lista[T] {
	at := "''"
	if hora != "" {
		at = "AS_TEXT(" + hora + ")"
	}
	head := "SELECT " + cols + ", " + id + " AS lugar_id, " + at + " AS lugar_hora, "
	return &lista[T]{de: de, junto: junto, hora: hora, id: id, ler: func(ctx context.Context, q engine.Q, total, from string, args ...any) ([]posto[T], error) {
		var rows []linha[T]
		err := q.All(ctx, &rows, head+total+" AS lugar_total FROM "+from, args...)
		list := make([]posto[T], len(rows))
		for i := range rows {
			list[i] = posto[T]{rows[i].Registro, posicao{Hora: rows[i].Hora, ID: rows[i].Lugar}, rows[i].Total}
		}
		return list, err
	}}
}

func (l *lista[T]) ordem() string {
	if l.hora == "" {
		return " ORDER BY " + l.id + " DESC"
	}
	return " ORDER BY NEWEST(" + l.hora + "), " + l.id + " DESC"
}

func (l *lista[T]) inversa() string {
	if l.hora == "" {
		return " ORDER BY " + l.id + " ASC"
	}
	return " ORDER BY OLDEST(" + l.hora + "), " + l.id + " ASC"
}

// rumo is the order in which a window is read from a place.
func (l *lista[T]) rumo(at posicao) string {
	if at.Antes {
		return l.inversa()
	}
	return l.ordem()
}

// tudo is what rows are read from.
func (l *lista[T]) tudo() string {
	if l.junto == "" {
		return l.de
	}
	return l.de + " " + l.junto
}

// apelido is the table's alias.
func (l *lista[T]) apelido() string { return l.de[strings.LastIndexByte(l.de, ' ')+1:] }

// chaves are the columns that order the list.
func (l *lista[T]) chaves() string {
	if l.hora == "" {
		return l.id
	}
	return l.id + ", " + l.hora
}

// apos fetches, in order, the rows whose ids a query gives as pid.
func (l *lista[T]) apos(ids string) string {
	return "(" + ids + ") p JOIN " + l.de + " ON " + l.id + " = p.pid " + l.junto + l.ordem()
}

// porID reads the rows of matches, in their order.
func (l *lista[T]) porID(ctx context.Context, q engine.Q, found []achado) ([]posto[T], error) {
	if len(found) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(found))
	place := make(map[int64]int, len(found))
	for i, a := range found {
		ids[i], place[a.ID] = a.ID, i
	}
	cond, arg := l.id+" IN (?)", any(bun.List(ids))
	if q.Kind() == engine.SQLite { // one prepared statement for any number
		cond, arg = l.id+" IN (SELECT value FROM json_each(?))", jsonIDs(ids)
	}
	list, err := l.ler(ctx, q, "-1", l.tudo()+" WHERE "+cond, arg)
	slices.SortFunc(list, func(a, b posto[T]) int { return place[a.lugar.ID] - place[b.lugar.ID] })
	return list, err
}

// janelaDe reads up to PorPagina+1 matches as a page.
func (l *lista[T]) janelaDe(ctx context.Context, q engine.Q, j janela, page Pagina[T], found []achado, antes bool) (Pagina[T], error) {
	list, err := l.porID(ctx, q, found)
	if err != nil {
		return page, err
	}
	return recorta(page, list, antes, j.ponta()), nil
}
