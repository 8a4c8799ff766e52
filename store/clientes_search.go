package store

import (
	"context"

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
		page, err = searchClientes(ctx, q, f, f.janela(), terms, queue)
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

func searchClientes(ctx context.Context, q engine.Q, f ClienteFiltro, j list.Window, terms [][]string, queue []list.Doc) (Pagina[Cliente], error) {
	page := list.Empty[Cliente](j)
	// Deleted clients are in the queue too, so it may hide documents though no row came of it.
	var waiting bool
	if err := q.Get(ctx, []any{&waiting}, "SELECT EXISTS (SELECT 1 FROM monitor_busca_fila)"); err != nil {
		return page, err
	}
	cons := list.NewQuery(terms, f.Ativo, waiting)
	matches := cons.Queued(queue)
	if !f.SemTotal {
		var err error
		if page.Total, err = cons.Count(ctx, q); err != nil {
			return page, err
		}
		page.Total += len(matches)
	}
	return pageOf(ctx, q, cons, matches, j, page)
}

// pageOf reads the window of matches that j asks for.
func pageOf(ctx context.Context, q engine.Q, c *list.Query, queue []list.Match, j list.Window, page Pagina[Cliente]) (Pagina[Cliente], error) {
	at, err := j.Start(q.Kind())
	if err != nil {
		return page, err
	}
	var found []list.Match
	switch n := j.PorPagina + 1; {
	case j.Cursor != "":
		found, err = c.Beyond(ctx, q, queue, list.Match{ID: at.ID, Cadastro: at.Time}, at.Before, n)
	case j.Ultima:
		found, err = c.Last(ctx, q, queue, n)
	default:
		found, err = c.AtOffset(ctx, q, queue, j.Skip(), n)
	}
	if err != nil {
		return page, err
	}
	return listaClientes.WindowOf(ctx, q, j, page, found, at.Before)
}
