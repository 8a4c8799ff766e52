package store

import (
	"context"

	"example.com/monitor/store/clients"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/list"
)

// listNarrow is the list for a filter that is isNarrow.
func (c Clientes) listNarrow(ctx context.Context, f ClienteFiltro, t list.Terms) (Pagina[Cliente], error) {
	s, err := clients.Narrow(c.s.db.Kind, f, t, func(terms [][]string) (bool, error) { return c.columnOutside(ctx, terms) })
	if err != nil {
		return Pagina[Cliente]{}, err
	}
	if s.Docs == nil {
		return readPage(ctx, c.call, s, f.Window())
	}
	ctx, cancel := c.s.deadline(ctx)
	defer cancel()
	if long, err := c.s.index.Shorten(ctx); err != nil {
		return Pagina[Cliente]{}, err
	} else if long { // the rows themselves are as quickly read as such a queue
		s.Docs, s.Sieve = nil, &list.Sieve{Cols: list.TermCols, Keeps: t.Keeps}
		return readPage(ctx, c.call, s, f.Window())
	}
	var page Pagina[Cliente]
	err = c.s.db.Snapshot(ctx, func(q engine.Q) error {
		err := s.WithQueue(ctx, q)
		if err == nil {
			page, err = s.List(ctx, q, f.Window())
		}
		return err
	})
	if err != nil {
		return list.Empty[Cliente](f.Window()), err
	}
	return page, nil
}
