package store

import (
	"context"
	"slices"

	"example.com/monitor/store/engine"
)

// selecao is which rows of a list are asked for.
type selecao[T any] struct {
	l     *lista[T]
	where string
	args  []any
	// conta is a cheaper way to count than walking an index; nil where there is none.
	conta func(ctx context.Context, q engine.Q) (int, error)
	busca bool // where holds a search
	// peneira is what SQL would not answer alike on every engine; nil: nothing.
	peneira *peneira
	ordem   *ordenacao // nil: the list's own
	docs    *docFilter // what SQLite's documents of the search are asked, beside where
}

// todos is the condition that leaves nothing out.
const todos = "1 = 1"

func seleciona[T any](l *lista[T], where string, args ...any) *selecao[T] {
	return &selecao[T]{l: l, where: where, args: args}
}

func (s *selecao[T]) and(cond string, args ...any) {
	s.where += " AND " + cond
	s.args = append(s.args, args...)
}

// list reads the window that j asks for.
func (s *selecao[T]) list(ctx context.Context, q engine.Q, j janela) (Pagina[T], error) {
	page := vazia[T](j)
	if s.ordem != nil {
		return s.ordenada(ctx, q, j, page)
	}
	if s.peneira != nil {
		return s.garimpa(ctx, q, j, page)
	}
	if q.Kind() != engine.SQLite && !j.SemTotal && j.numerada() {
		switch {
		case s.busca && q.Kind() == engine.MySQL:
			return s.found(ctx, q, j, page)
		case !s.busca && j.Pagina == 1:
			return s.first(ctx, q, j, page)
		}
	}
	// A page deep in the list is reached from the end that is nearer.
	counted := !j.SemTotal || (j.numerada() && j.Pagina > 1)
	var err error
	if counted {
		if page.Total, err = s.count(ctx, q); err != nil {
			return page, err
		}
	}
	if counted && j.numerada() {
		page, err = s.offset(ctx, q, j, page)
	} else {
		page, err = s.keyset(ctx, q, j, page)
	}
	if j.SemTotal {
		page.Total = -1
	}
	return page, err
}

// listar reads a window for a caller of the store.
func listar[T any](ctx context.Context, c *call, s *selecao[T], j janela) (Pagina[T], error) {
	page := vazia[T](j)
	err := c.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		page, err = s.list(ctx, q, j)
		return err
	})
	return page, err
}

// count is exact.
func (s *selecao[T]) count(ctx context.Context, q engine.Q) (n int, err error) {
	if s.conta != nil && q.Kind() == engine.SQLite {
		return s.conta(ctx, q)
	}
	err = q.Get(ctx, []any{&n}, "SELECT count(*) FROM "+s.l.de+" WHERE "+s.where, s.args...)
	return n, err
}

// poucos matches are better found and sorted than met on a walk down the list.
const poucos = 2000

// offset reads page j.Pagina. It walks a covering index to the page, from the
// nearer end of the list, and fetches only the rows of the page.
func (s *selecao[T]) offset(ctx context.Context, q engine.Q, j janela, page Pagina[T]) (Pagina[T], error) {
	skip, n := j.pular(), j.PorPagina
	if skip >= page.Total {
		return page, nil
	}
	n = min(n, page.Total-skip)
	order, reversed := s.l.ordem(), false
	if inverse := page.Total - skip - n; inverse < skip {
		order, skip, reversed = s.l.inversa(), inverse, true
	}
	from := s.l.de + " WHERE " + s.where + order + " LIMIT ? OFFSET ?"
	if s.busca && q.Kind() == engine.Postgres && page.Total <= poucos {
		// PostgreSQL cannot guess how few they are and would walk the whole list for
		// them; OFFSET 0 makes it find them first.
		from = "(SELECT " + s.l.chaves() + " FROM " + s.l.de + " WHERE " + s.where + " OFFSET 0) " + s.l.apelido() + order + " LIMIT ? OFFSET ?"
	}
	deep := skip > 0 || s.busca || s.l.junto != ""
	if deep {
		from = s.l.apos("SELECT " + s.l.id + " AS pid FROM " + from)
	}
	list, err := s.l.ler(ctx, q, "-1", from, append(slices.Clone(s.args), n, skip)...)
	if reversed && !deep {
		slices.Reverse(list)
	}
	return comItens(page, list, j.Pagina > 1, j.Pagina*j.PorPagina < page.Total), err
}

// keyset reads the window after or before a cursor, or at an end.
func (s *selecao[T]) keyset(ctx context.Context, q engine.Q, j janela, page Pagina[T]) (Pagina[T], error) {
	at, err := j.inicio(q.Kind())
	if err != nil {
		return page, err
	}
	var list []posto[T]
	for _, seg := range at.segmentos(q.Kind(), s.l.hora, s.l.id) {
		missing := j.PorPagina + 1 - len(list)
		if missing == 0 {
			break
		}
		more, err := s.l.ler(ctx, q, "-1", s.l.tudo()+" WHERE "+s.where+" AND "+seg.cond+s.l.rumo(at)+" LIMIT ?",
			append(append(slices.Clone(s.args), seg.args...), missing)...)
		if err != nil {
			return page, err
		}
		list = append(list, more...)
	}
	return recorta(page, list, at.Antes, j.ponta()), nil
}

// first reads the first page and the total in one round trip.
func (s *selecao[T]) first(ctx context.Context, q engine.Q, j janela, page Pagina[T]) (Pagina[T], error) {
	return s.withTotal(ctx, q, j, page, "(SELECT count(*) FROM "+s.l.de+" WHERE "+s.where+")", s.l.tudo()+" WHERE "+s.where+s.l.ordem()+" LIMIT ?",
		append(append(slices.Clone(s.args), s.args...), j.PorPagina))
}

// withTotal reads a page whose every row also tells the total.
func (s *selecao[T]) withTotal(ctx context.Context, q engine.Q, j janela, page Pagina[T], total, from string, args []any) (Pagina[T], error) {
	list, err := s.l.ler(ctx, q, total, from, args...)
	switch {
	case err != nil:
		return page, err
	case len(list) > 0:
		page.Total = list[0].total
	case j.Pagina == 1:
		page.Total = 0
	default: // behind the last page
		page.Total, err = s.count(ctx, q)
	}
	return comItens(page, list, j.Pagina > 1, j.Pagina*j.PorPagina < page.Total), err
}

// noPeriodo narrows to rows whose time lies within; rows without one do not.
func (s *selecao[T]) noPeriodo(inicio, fim Hora) {
	if !inicio.IsZero() {
		s.and(s.l.hora+" >= ?", inicio)
	}
	if !fim.IsZero() {
		s.and(s.l.hora+" < ?", fim)
	}
}
