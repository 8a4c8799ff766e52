// Package list reads windows of a list, by page or by cursor, in its own order or another,
// and through a sieve where the database cannot tell what matches; and it keeps and reads
// SQLite's search index of clients. Who may see which list is the store's.
package list

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
)

// Listing says how the rows of one table are listed: by a time, newest first and
// rows without one last, then by id, descending; without a time by id alone. The
// order is total, so a cursor meets every row once, whatever else is equal.
type Listing[T any] struct {
	Table string // the table with its alias
	Joins string // joins that the columns need
	Time  string // "" orders by id alone
	ID    string
	Read  Reader[T]
}

// Reader reads the columns of T, each row's place and an expression for the total.
type Reader[T any] func(ctx context.Context, q engine.Q, total, from string, args ...any) ([]Placed[T], error)

// scannedRow is how bun scans a record with its place.
type scannedRow[T any] struct {
	Registro T      `bun:"embed:"`
	Lugar    int64  `bun:"lugar_id"`
	Hora     string `bun:"lugar_hora"`
	Total    int    `bun:"lugar_total"`
}

// NewListing describes a list whose records bun scans.
func NewListing[T any](de, joins, hora, id, cols string) *Listing[T] {
	at := "''"
	if hora != "" {
		at = "AS_TEXT(" + hora + ")"
	}
	head := "SELECT " + cols + ", " + id + " AS lugar_id, " + at + " AS lugar_hora, "
	return &Listing[T]{
		Table: de,
		Joins: joins,
		Time:  hora,
		ID:    id,
		Read: func(ctx context.Context, q engine.Q, total, from string, args ...any) ([]Placed[T], error) {
			var rows []scannedRow[T]
			err := q.All(ctx, &rows, head+total+" AS lugar_total FROM "+from, args...)
			list := make([]Placed[T], len(rows))
			for i := range rows {
				list[i] = Placed[T]{rows[i].Registro, Position{Time: rows[i].Hora, ID: rows[i].Lugar}, rows[i].Total}
			}
			return list, err
		},
	}
}

func (l *Listing[T]) order() string {
	if l.Time == "" {
		return " ORDER BY " + l.ID + " DESC"
	}
	return " ORDER BY NEWEST(" + l.Time + "), " + l.ID + " DESC"
}

func (l *Listing[T]) reverse() string {
	if l.Time == "" {
		return " ORDER BY " + l.ID + " ASC"
	}
	return " ORDER BY OLDEST(" + l.Time + "), " + l.ID + " ASC"
}

// direction is the order in which a window is read from a place.
func (l *Listing[T]) direction(at Position) string {
	if at.Before {
		return l.reverse()
	}
	return l.order()
}

// Source is what rows are read from.
func (l *Listing[T]) Source() string {
	if l.Joins == "" {
		return l.Table
	}
	return l.Table + " " + l.Joins
}

// alias is the table's alias.
func (l *Listing[T]) alias() string { return l.Table[strings.LastIndexByte(l.Table, ' ')+1:] }

// keyCols are the columns that order the list.
func (l *Listing[T]) keyCols() string {
	if l.Time == "" {
		return l.ID
	}
	return l.ID + ", " + l.Time
}

// after fetches, in order, the rows whose ids a query gives as pid.
func (l *Listing[T]) after(ids string) string {
	return "(" + ids + ") p JOIN " + l.Table + " ON " + l.ID + " = p.pid " + l.Joins + l.order()
}

// byID reads the rows of matches, in their order.
func (l *Listing[T]) byID(ctx context.Context, q engine.Q, found []Match) ([]Placed[T], error) {
	if len(found) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(found))
	place := make(map[int64]int, len(found))
	for i, a := range found {
		ids[i], place[a.ID] = a.ID, i
	}
	cond, arg := l.ID+" IN (?)", any(bun.List(ids))
	if q.Kind() == engine.SQLite { // one prepared statement for any number
		cond, arg = l.ID+" IN (SELECT value FROM json_each(?))", engine.JSONIDs(ids)
	}
	list, err := l.Read(ctx, q, "-1", l.Source()+" WHERE "+cond, arg)
	slices.SortFunc(list, func(a, b Placed[T]) int { return place[a.At.ID] - place[b.At.ID] })
	return list, err
}

// WindowOf reads up to PorPagina+1 matches as a page.
func (l *Listing[T]) WindowOf(ctx context.Context, q engine.Q, j Window, page Pagina[T], found []Match, before bool) (Pagina[T], error) {
	list, err := l.byID(ctx, q, found)
	if err != nil {
		return page, err
	}
	return trim(page, list, before, j.atEdge()), nil
}
