package clients

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/list"
	"example.com/monitor/store/record"
)

// Listing is the list of clients. It reads them with Dest, which is quicker than bun.
var Listing = &list.Listing[record.Cliente]{Table: "clientes c", Time: "c.data_cadastro", ID: "c.id", Read: Read}

// Read reads clients, each with total.
func Read(ctx context.Context, q engine.Q, total, from string, args ...any) ([]list.Placed[record.Cliente], error) {
	rows, err := q.Rows(ctx, "SELECT "+record.ClienteCols+", "+total+" FROM "+from, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	placed := make([]list.Placed[record.Cliente], 0, 20)
	for rows.Next() {
		var p list.Placed[record.Cliente]
		if err := rows.Scan(append(p.Item.Dest(), &p.Total)...); err != nil {
			return nil, engine.Translate(err)
		}
		p.At = list.Position{Time: p.Item.Registered(), ID: p.Item.ID}
		placed = append(placed, p)
	}
	return placed, engine.Translate(rows.Err())
}

// Select is the list without a search. SQLite reads the counters that
// triggers keep, also for other programs' writes; servers count, by an index that
// covers the question.
func Select(f Filter) *list.Selection[record.Cliente] {
	s, col := list.Select(Listing, list.AnyRow), "clientes"
	if f.Ativo != nil {
		s.And("c.ativo = ?", *f.Ativo)
		col = "inativos"
		if *f.Ativo {
			col = "ativos"
		}
	}
	s.Counter = list.Counter(col)
	return s
}

// Narrow is the list for a filter that IsNarrow. outside returns whether the server's column may
// lack what terms look for.
func Narrow(kind engine.Kind, f Filter, t list.Terms, outside func(terms [][]string) (bool, error)) (*list.Selection[record.Cliente], error) {
	s := Select(f)
	if f.Nivel != "" || f.Cidade != "" || f.Empresa != "" || len(t.Search) > 0 {
		s.Counter = nil
	}
	var err error
	if s.Order, err = ParseOrder(f.Ordem); err != nil {
		return nil, err
	}
	if f.Nivel != "" {
		withLevel(s, f.Nivel)
	}
	beyond, err := outside(t.Search)
	if err != nil {
		return nil, err
	}
	exact := !beyond && len(t.Company) == 0 && fold.PlainCity(t.City)
	if kind == engine.SQLite && exact {
		if len(t.Search) > 0 || len(t.City) > 0 || s.Order != nil && s.Order.Index != "" {
			s.Docs = list.NewDocFilter(&t)
		}
		return s, nil
	}
	if !beyond {
		candidates(s, kind, t.Search)
	}
	if beyond, err = outside(t.Company); err != nil {
		return nil, err
	} else if !beyond {
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
func withLevel(s *list.Selection[record.Cliente], nivel string) {
	if nivel == record.Usuario {
		s.And("(EXACT(c.nivel_acesso, ?) OR c.nivel_acesso IS NULL)", nivel)
		return
	}
	s.And("EXACT(c.nivel_acesso, ?)", nivel)
}

// candidates leaves out most of what cannot match, by the index of the search; the
// sieve decides about the rest.
func candidates(s *list.Selection[record.Cliente], kind engine.Kind, terms [][]string) {
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
		cond, args := TermCondition(kind, alternatives)
		s.And(cond, args...)
	}
}
