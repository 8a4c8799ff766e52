package store

import (
	"context"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
)

// On servers a search is a condition on the generated column monitor_busca; list,
// pages and cursors are those of the plain list.

// searchServer answers a list with terms.
func (c Clientes) searchServer(ctx context.Context, f ClienteFiltro, terms [][]string) (Pagina[Cliente], error) {
	s := selecionaClientes(f)
	outside, err := c.columnOutside(ctx, terms)
	if err != nil {
		return Pagina[Cliente]{}, err
	}
	if outside {
		s.peneira = peneiraClientes(terms)
		return listar(ctx, c.call, s, f.janela())
	}
	s.busca = true
	for _, alternatives := range terms {
		cond, args := condicaoTermo(c.s.db.Kind, alternatives)
		s.and(cond, args...)
	}
	return listar(ctx, c.call, s, f.janela())
}

// condicaoTermo asks for one of the texts.
func condicaoTermo(kind engine.Kind, alternatives []string) (cond string, args []any) {
	return columnHas(kind, "c.monitor_busca", alternatives)
}

// columnHas asks a column of ours for one of a few texts.
func columnHas(kind engine.Kind, col string, alternatives []string) (cond string, args []any) {
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
func (s *selecao[T]) found(ctx context.Context, q engine.Q, j janela, page Pagina[T]) (Pagina[T], error) {
	return s.withTotal(ctx, q, j, page, "p.total", "(SELECT "+s.l.id+" AS pid, count(*) OVER () AS total FROM "+s.l.de+" WHERE "+
		s.where+s.l.ordem()+" LIMIT ? OFFSET ?) p JOIN "+s.l.de+" ON "+s.l.id+" = p.pid"+s.l.ordem(),
		append(slices.Clone(s.args), j.PorPagina, j.pular()))
}

var likeLiteral = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// peneiraClientes folds every client here: slow, and right for the scripts that
// the server's column does not know.
func peneiraClientes(terms [][]string) *peneira {
	return &peneira{cols: []string{"c.nome", "c.email", "c.empresa", "c.telefone", "c.cpf_cnpj"}, passa: func(v []string) bool {
		return contemTermos(fold.SearchText(v[0], v[1], v[2], v[3], v[4]), terms)
	}}
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
