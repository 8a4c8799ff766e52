package store

import (
	"context"
	"encoding/json"

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
		page, err = searchClientes(ctx, q, f, f.janela(), terms, fila)
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

func searchClientes(ctx context.Context, q engine.Q, f ClienteFiltro, j janela, terms [][]string, fila []clienteDoc) (Pagina[Cliente], error) {
	page := vazia[Cliente](j)
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
	return cons.page(ctx, q, queue, j, page)
}

// page reads the window of matches that j asks for.
func (c *consulta) page(ctx context.Context, q engine.Q, queue []achado, j janela, page Pagina[Cliente]) (Pagina[Cliente], error) {
	at, err := j.inicio(q.Kind())
	if err != nil {
		return page, err
	}
	var found []achado
	switch n := j.PorPagina + 1; {
	case j.Cursor != "":
		found, err = c.beyond(ctx, q, queue, achado{ID: at.ID, Cadastro: at.Hora}, at.Antes, n)
	case j.Ultima:
		found, err = c.last(ctx, q, queue, n)
	default:
		found, err = c.atOffset(ctx, q, queue, j.pular(), n)
	}
	if err != nil {
		return page, err
	}
	return listaClientes.janelaDe(ctx, q, j, page, found, at.Antes)
}

func jsonIDs(ids []int64) string {
	if len(ids) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(ids) //nolint:errchkjson // numbers only
	return string(b)
}
