package list

import (
	"context"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// Selection is which rows of a list are asked for.
type Selection[T any] struct {
	l     *Listing[T]
	where string
	args  []any
	// Counter is a cheaper way to count than walking an index; nil where there is none.
	Counter  func(ctx context.Context, q engine.Q) (int, error)
	Searched bool // where holds a search
	// Sieve is what SQL would not answer alike on every engine; nil: nothing.
	Sieve *Sieve
	Order *Ordering  // nil: the list's own
	Docs  *DocFilter // what SQLite's documents of the search are asked, beside where
}

// AnyRow is the condition that leaves nothing out.
const AnyRow = "1 = 1"

// Select narrows a listing to the rows for which where holds.
func Select[T any](l *Listing[T], where string, args ...any) *Selection[T] {
	return &Selection[T]{l: l, where: where, args: args}
}

// And narrows it further.
func (s *Selection[T]) And(cond string, args ...any) {
	s.where += " AND " + cond
	s.args = append(s.args, args...)
}

// List reads the window that j asks for.
func (s *Selection[T]) List(ctx context.Context, q engine.Q, j Window) (Pagina[T], error) {
	page := Empty[T](j)
	if s.Order != nil {
		return s.ordered(ctx, q, j, page)
	}
	if s.Sieve != nil {
		return s.sift(ctx, q, j, page)
	}
	if q.Kind() != engine.SQLite && !j.SemTotal && j.isNumbered() {
		switch {
		case s.Searched && q.Kind() == engine.MySQL:
			return s.found(ctx, q, j, page)
		case !s.Searched && j.Pagina == 1:
			return s.first(ctx, q, j, page)
		}
	}
	// A page deep in the list is reached from the end that is nearer.
	counted := !j.SemTotal || (j.isNumbered() && j.Pagina > 1)
	var err error
	if counted {
		if page.Total, err = s.count(ctx, q); err != nil {
			return page, err
		}
	}
	if counted && j.isNumbered() {
		page, err = s.offset(ctx, q, j, page)
	} else {
		page, err = s.keyset(ctx, q, j, page)
	}
	if j.SemTotal {
		page.Total = -1
	}
	return page, err
}

// count is exact.
func (s *Selection[T]) count(ctx context.Context, q engine.Q) (n int, err error) {
	if s.Counter != nil && q.Kind() == engine.SQLite {
		return s.Counter(ctx, q)
	}
	err = q.Get(ctx, []any{&n}, "SELECT count(*) FROM "+s.l.Table+" WHERE "+s.where, s.args...)
	return n, err
}

// few matches are better found and sorted than met on a walk down the list.
const few = 2000

// offset reads page j.Pagina. It walks a covering index to the page, from the
// nearer end of the list, and fetches only the rows of the page.
func (s *Selection[T]) offset(ctx context.Context, q engine.Q, j Window, page Pagina[T]) (Pagina[T], error) {
	skip, n := j.Skip(), j.PorPagina
	if skip >= page.Total {
		return page, nil
	}
	n = min(n, page.Total-skip)
	order, reversed := s.l.order(), false
	if inverse := page.Total - skip - n; inverse < skip {
		order, skip, reversed = s.l.reverse(), inverse, true
	}
	from := s.l.Table + " WHERE " + s.where + order + " LIMIT ? OFFSET ?"
	if s.Searched && q.Kind() == engine.Postgres && page.Total <= few {
		// PostgreSQL cannot guess how few they are and would walk the whole list for
		// them; OFFSET 0 makes it find them first.
		from = "(SELECT " + s.l.keyCols() + " FROM " + s.l.Table + " WHERE " + s.where + " OFFSET 0) " + s.l.alias() + order + " LIMIT ? OFFSET ?"
	}
	deep := skip > 0 || s.Searched || s.l.Joins != ""
	if deep {
		from = s.l.after("SELECT " + s.l.ID + " AS pid FROM " + from)
	}
	list, err := s.l.Read(ctx, q, "-1", from, append(slices.Clone(s.args), n, skip)...)
	if reversed && !deep {
		slices.Reverse(list)
	}
	return withItems(page, list, j.Pagina > 1, j.Pagina*j.PorPagina < page.Total), err
}

// keyset reads the window after or before a cursor, or at an end.
func (s *Selection[T]) keyset(ctx context.Context, q engine.Q, j Window, page Pagina[T]) (Pagina[T], error) {
	at, err := j.Start(q.Kind())
	if err != nil {
		return page, err
	}
	var list []Placed[T]
	for _, seg := range at.spans(q.Kind(), s.l.Time, s.l.ID) {
		missing := j.PorPagina + 1 - len(list)
		if missing == 0 {
			break
		}
		more, err := s.l.Read(ctx, q, "-1", s.l.Source()+" WHERE "+s.where+" AND "+seg.cond+s.l.direction(at)+" LIMIT ?",
			append(append(slices.Clone(s.args), seg.args...), missing)...)
		if err != nil {
			return page, err
		}
		list = append(list, more...)
	}
	return trim(page, list, at.Before, j.atEdge()), nil
}

// first reads the first page and the total in one round trip.
func (s *Selection[T]) first(ctx context.Context, q engine.Q, j Window, page Pagina[T]) (Pagina[T], error) {
	return s.withTotal(
		ctx,
		q,
		j,
		page,
		"(SELECT count(*) FROM "+s.l.Table+" WHERE "+s.where+")",
		s.l.Source()+" WHERE "+s.where+s.l.order()+" LIMIT ?",
		append(append(slices.Clone(s.args), s.args...), j.PorPagina),
	)
}

// withTotal reads a page whose every row also tells the total.
func (s *Selection[T]) withTotal(
	ctx context.Context,
	q engine.Q,
	j Window,
	page Pagina[T],
	total, from string,
	args []any,
) (Pagina[T], error) {
	list, err := s.l.Read(ctx, q, total, from, args...)
	switch {
	case err != nil:
		return page, err
	case len(list) > 0:
		page.Total = list[0].Total
	case j.Pagina == 1:
		page.Total = 0
	default: // behind the last page
		page.Total, err = s.count(ctx, q)
	}
	return withItems(page, list, j.Pagina > 1, j.Pagina*j.PorPagina < page.Total), err
}

// Within narrows to rows whose time lies within; rows without one do not.
func (s *Selection[T]) Within(start, end when.Hora) {
	if !start.IsZero() {
		s.And(s.l.Time+" >= ?", start)
	}
	if !end.IsZero() {
		s.And(s.l.Time+" < ?", end)
	}
}

// ColumnHas asks a column of ours for one of a few texts.
func ColumnHas(kind engine.Kind, col string, alternatives []string) (cond string, args []any) {
	one := "instr(" + col + ", ?) > 0"
	argument := func(s string) any { return []byte(s) } // bytes meet bytes: no collation
	if kind == engine.Postgres {
		one = col + " LIKE ?"
		argument = func(s string) any { return "%" + likeLiteral.Replace(s) + "%" }
	}
	conds := make([]string, len(alternatives))
	for i, a := range alternatives {
		conds[i], args = one, append(args, argument(a))
	}
	return "(" + strings.Join(conds, " OR ") + ")", args
}

// found reads a page of matches and how many there are in all, walking MySQL's
// index once.
func (s *Selection[T]) found(ctx context.Context, q engine.Q, j Window, page Pagina[T]) (Pagina[T], error) {
	return s.withTotal(ctx, q, j, page, "p.total", "(SELECT "+s.l.ID+" AS pid, count(*) OVER () AS total FROM "+s.l.Table+" WHERE "+
		s.where+s.l.order()+" LIMIT ? OFFSET ?) p JOIN "+s.l.Table+" ON "+s.l.ID+" = p.pid"+s.l.order(),
		append(slices.Clone(s.args), j.PorPagina, j.Skip()))
}

var likeLiteral = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
