package store

import (
	"context"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/list"
)

// OrdensClientes are what ClienteFiltro.Ordem may be.
var OrdensClientes = []string{"nome", "-nome", "empresa", "-empresa", "cidade", "-cidade", "acesso", "-acesso", "cadastro", "-cadastro"}

// ordensClientes gives the key of each order; "-cadastro" is the list's own.
var ordensClientes = map[string]list.Ordering{
	"nome":     {Cols: []string{"c.nome"}, Key: nameKey, Index: "nome"},
	"empresa":  {Cols: []string{"c.empresa"}, Key: nameKey, Index: "empresa"},
	"cidade":   {Cols: fold.CityCols("c."), Key: func(v []string) string { return fold.CityKey(v[0], v[1]) }, Index: "cidade"},
	"acesso":   {Cols: []string{"AS_TEXT(c.ultimo_acesso)"}, Key: asItIs},
	"cadastro": {Cols: []string{"AS_TEXT(c.data_cadastro)"}, Key: asItIs},
}

func nameKey(v []string) string { return fold.OrderKey(v[0]) }

func asItIs(v []string) string { return v[0] }

var errOrdem = &InvalidError{Campos: map[string]string{"ordem": "Use uma destas: " + strings.Join(OrdensClientes, ", ")}}

// parseOrder reads ClienteFiltro.Ordem; nil is the list's own order.
func parseOrder(text string) (*list.Ordering, error) {
	if text == "" || text == "-cadastro" {
		return nil, nil //nolint:nilnil // the usual order is no error
	}
	name, down := strings.CutPrefix(text, "-")
	o, known := ordensClientes[name]
	if !known {
		return nil, errOrdem
	}
	o.Name, o.Descending = text, down
	return &o, nil
}

// isNarrow says that the filter asks for more than the plain list and its search
// know.
func (f ClienteFiltro) isNarrow() bool {
	return f.Nivel != "" || f.Cidade != "" || f.Empresa != "" || (f.Ordem != "" && f.Ordem != "-cadastro")
}

func (f ClienteFiltro) termos() (t list.Terms, err error) {
	for _, part := range []struct {
		to    *[][]string
		terms [][]string
	}{{&t.Search, fold.ClientTerms(f.Busca)}, {&t.City, fold.SqueezedTerms(f.Cidade)}, {&t.Company, fold.SqueezedTerms(f.Empresa)}} {
		if *part.to, err = bounded(part.terms); err != nil {
			return t, err
		}
	}
	return t, nil
}

// listNarrow is the list for a filter that is isNarrow.
func (c Clientes) listNarrow(ctx context.Context, f ClienteFiltro, t list.Terms) (Pagina[Cliente], error) {
	s, err := c.narrowSelection(ctx, f, t)
	if err != nil {
		return Pagina[Cliente]{}, err
	}
	if s.Docs == nil {
		return readPage(ctx, c.call, s, f.janela())
	}
	ctx, cancel := c.s.deadline(ctx)
	defer cancel()
	if long, err := c.s.index.Shorten(ctx); err != nil {
		return Pagina[Cliente]{}, err
	} else if long { // the rows themselves are as quickly read as such a queue
		s.Docs, s.Sieve = nil, &list.Sieve{Cols: list.TermCols, Keeps: t.Keeps}
		return readPage(ctx, c.call, s, f.janela())
	}
	var page Pagina[Cliente]
	err = c.s.db.Snapshot(ctx, func(q engine.Q) error {
		err := s.WithQueue(ctx, q)
		if err == nil {
			page, err = s.List(ctx, q, f.janela())
		}
		return err
	})
	if err != nil {
		return list.Empty[Cliente](f.janela()), err
	}
	return page, nil
}

func (c Clientes) narrowSelection(ctx context.Context, f ClienteFiltro, t list.Terms) (*list.Selection[Cliente], error) {
	s := selecionaClientes(f)
	if f.Nivel != "" || f.Cidade != "" || f.Empresa != "" || len(t.Search) > 0 {
		s.Counter = nil
	}
	var err error
	if s.Order, err = parseOrder(f.Ordem); err != nil {
		return nil, err
	}
	if f.Nivel != "" {
		withLevel(s, f.Nivel)
	}
	outside, err := c.columnOutside(ctx, t.Search)
	if err != nil {
		return nil, err
	}
	kind := c.s.db.Kind
	exact := !outside && len(t.Company) == 0 && fold.PlainCity(t.City)
	if kind == engine.SQLite && exact {
		if len(t.Search) > 0 || len(t.City) > 0 || s.Order != nil && s.Order.Index != "" {
			s.Docs = list.NewDocFilter(&t)
		}
		return s, nil
	}
	if !outside {
		candidates(s, kind, t.Search)
	}
	if outside, err = c.columnOutside(ctx, t.Company); err != nil {
		return nil, err
	} else if !outside {
		candidates(s, kind, t.Company)
	}
	if fold.PlainCity(t.City) && kind != engine.SQLite {
		s.InCity(kind, t.City)
	}
	if !exact {
		s.Sieve = &list.Sieve{Cols: list.TermCols, Keeps: t.Keeps}
	}
	return s, nil
}

// withLevel takes a missing level for usuario, which is what such a person may do.
func withLevel(s *list.Selection[Cliente], nivel string) {
	if nivel == Usuario {
		s.And("(EXACT(c.nivel_acesso, ?) OR c.nivel_acesso IS NULL)", nivel)
		return
	}
	s.And("EXACT(c.nivel_acesso, ?)", nivel)
}

// candidates leaves out most of what cannot match, by the index of the search; the
// sieve decides about the rest.
func candidates(s *list.Selection[Cliente], kind engine.Kind, terms [][]string) {
	if len(terms) == 0 {
		return
	}
	if kind == engine.SQLite {
		c := list.NewQuery(terms, nil, false) // those that wait in the queue, too
		s.And("(c.id IN (SELECT d.cliente_id FROM "+c.From+" WHERE "+c.Where+") OR c.id IN (SELECT cliente_id FROM monitor_busca_fila))", c.Args...)
		return
	}
	s.Searched = true
	for _, alternatives := range terms {
		cond, args := termCondition(kind, alternatives)
		s.And(cond, args...)
	}
}
