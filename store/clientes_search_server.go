package store

import (
	"context"

	"example.com/monitor/store/clients"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
)

// On servers a search is a condition on the generated column monitor_busca; list,
// pages and cursors are those of the plain list.

// searchServer answers a list with terms.
func (c Clientes) searchServer(ctx context.Context, f ClienteFiltro, terms [][]string) (Pagina[Cliente], error) {
	s := clients.Select(f)
	outside, err := c.columnOutside(ctx, terms)
	if err != nil {
		return Pagina[Cliente]{}, err
	}
	if outside {
		s.Sieve = clients.SieveOf(terms)
		return readPage(ctx, c.call, s, f.Window())
	}
	s.Searched = true
	for _, alternatives := range terms {
		cond, args := clients.TermCondition(c.s.db.Kind, alternatives)
		s.And(cond, args...)
	}
	return readPage(ctx, c.call, s, f.Window())
}

// columnOutside says that the server's column may lack what a term looks for, or have it
// where fold does not.
func (c *call) columnOutside(ctx context.Context, terms [][]string) (bool, error) {
	var outside map[rune]bool
	switch {
	case c.s.db.Kind == engine.SQLite:
		return false, nil // its index is written by fold
	case c.s.db.Kind == engine.MySQL:
		outside = fold.OutsideMySQL()
	case !fold.BeyondASCII(terms):
		return false, nil // what becomes ASCII does so in every Unicode, or by the expression itself
	default:
		ctx, cancel := c.s.deadline(ctx)
		defer cancel()
		var err error
		if outside, err = c.s.dobra.Ask(ctx, c.s.db.Reader()); err != nil {
			return false, err
		}
	}
	return fold.HoldsAny(terms, outside), nil
}
