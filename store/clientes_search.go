package store

import (
	"context"

	"example.com/monitor/store/clients"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/list"
)

// search answers a list with terms.
func (c Clientes) search(ctx context.Context, f ClienteFiltro, terms [][]string) (Pagina[Cliente], error) {
	if c.s.db.Kind != engine.SQLite {
		return c.searchServer(ctx, f, terms)
	}
	return c.searchIndex(ctx, f, terms)
}

// searchIndex answers from SQLite's index and queue.
func (c Clientes) searchIndex(ctx context.Context, f ClienteFiltro, terms [][]string) (Pagina[Cliente], error) {
	ctx, cancel := c.s.deadline(ctx)
	defer cancel()
	var page Pagina[Cliente]
	run := func(ctx context.Context, q engine.Q, queue []list.Doc) (err error) {
		page, err = clients.Search(ctx, q, f, f.Window(), terms, queue)
		return err
	}
	long, err := c.s.index.Shorten(ctx)
	if err != nil {
		return page, err
	}
	if long {
		err = c.s.index.Together(ctx, run)
	} else {
		err = c.s.db.Snapshot(ctx, func(q engine.Q) error {
			queue, err := list.ReadQueue(ctx, q)
			if err != nil {
				return err
			}
			return run(ctx, q, queue)
		})
	}
	if err != nil {
		return Pagina[Cliente]{}, err
	}
	return page, nil
}
