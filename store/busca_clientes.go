package store

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
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
	run := func(ctx context.Context, q engine.Q, fila []clienteDoc) (err error) {
		page, err = searchClientes(ctx, q, f, terms, fila)
		return err
	}
	long, err := c.s.indice.shorten(ctx)
	if err != nil {
		return page, err
	}
	if long {
		err = c.s.indice.juntos(ctx, run)
	} else {
		err = c.s.db.Snapshot(ctx, func(q engine.Q) error {
			fila, err := readFila(ctx, q)
			if err != nil {
				return err
			}
			return run(ctx, q, fila)
		})
	}
	if err != nil {
		return Pagina[Cliente]{}, err
	}
	return page, nil
}

// shorten works on a long queue before a search reads what is left of it, and
// says whether that is still long. Where nothing may be written it stays so.
func (x *indice) shorten(ctx context.Context) (bool, error) {
	long, err := x.long(ctx)
	if err != nil || !long || x.s.cfg.SomenteLeitura {
		return long, err
	}
	if err := x.help(ctx); err != nil {
		return false, err
	}
	return x.long(ctx)
}

func searchClientes(ctx context.Context, q engine.Q, f ClienteFiltro, terms [][]string, fila []clienteDoc) (Pagina[Cliente], error) {
	page := Pagina[Cliente]{Total: -1, PorPagina: f.PorPagina}
	// Deleted clients are in the queue too, so it may hide documents though no row came of it.
	var waiting bool
	if err := q.Get(ctx, []any{&waiting}, "SELECT EXISTS (SELECT 1 FROM monitor_busca_fila)"); err != nil {
		return page, err
	}
	cons := newConsulta(terms, f.Ativo, waiting)
	queue := cons.queued(fila)
	if !f.SemTotal {
		var err error
		if page.Total, err = cons.count(ctx, q); err != nil {
			return page, err
		}
		page.Total += len(queue)
	}
	return cons.page(ctx, q, queue, f, page)
}

// page reads the window of matches that f asks for.
func (c *consulta) page(ctx context.Context, q engine.Q, queue []achado, f ClienteFiltro, page Pagina[Cliente]) (Pagina[Cliente], error) {
	n := f.PorPagina + 1
	var found []achado
	var at posicao
	var err error
	switch {
	case f.Cursor != "":
		if at, err = parseCursor(f.Cursor); err != nil {
			return page, err
		}
		found, err = c.beyond(ctx, q, queue, achado{ID: at.ID, Cadastro: at.Hora}, at.Antes, n)
	case f.Ultima:
		at.Antes = true
		found, err = c.last(ctx, q, queue, n)
	default:
		page.Pagina = f.Pagina
		found, err = c.atOffset(ctx, q, queue, (f.Pagina-1)*f.PorPagina, n)
	}
	if err != nil {
		return page, err
	}
	return windowOf(ctx, q, f, page, found, at.Antes)
}

// clientesByID reads the rows of matches, in their order.
func clientesByID(ctx context.Context, q engine.Q, found []achado) ([]Cliente, error) {
	ids := make([]int64, len(found))
	place := make(map[int64]int, len(found))
	for i, a := range found {
		ids[i], place[a.ID] = a.ID, i
	}
	cond, arg := "c.id IN (?)", any(bun.List(ids))
	if q.Kind() == engine.SQLite { // one prepared statement for any number
		cond, arg = "c.id IN (SELECT value FROM json_each(?))", jsonIDs(ids)
	}
	list, err := selectClientes(ctx, q, "clientes c WHERE "+cond, arg)
	slices.SortFunc(list, func(a, b Cliente) int { return place[a.ID] - place[b.ID] })
	return list, err
}

func jsonIDs(ids []int64) string {
	if len(ids) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(ids) //nolint:errchkjson // numbers only
	return string(b)
}
