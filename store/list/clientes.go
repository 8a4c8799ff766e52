package list

import (
	"context"
	"slices"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
)

// InCity asks a server's column of keys.
func (s *Selection[T]) InCity(kind engine.Kind, terms [][]string) {
	for _, t := range terms {
		cond, args := ColumnHas(kind, "c.monitor_cidade", t)
		s.And(cond, args...)
	}
	s.Searched = s.Searched || len(terms) > 0
}

// DocFilter is what is asked of SQLite's documents, and which clients in the queue, whose
// documents are old, answer to it.
type DocFilter struct {
	from, where string
	args        []any
	terms       *Terms
	waiting     bool  // there is a queue
	queue       []Doc // those of it that match
}

// NewDocFilter asks SQLite's documents for the terms.
func NewDocFilter(t *Terms) *DocFilter {
	c := NewQuery(t.Search, nil, false)
	for _, term := range t.City {
		c.and("instr(d.cidade, ?) > 0", []any{term[0]})
	}
	return &DocFilter{from: c.From, where: c.Where, args: c.Args, terms: t}
}

// WithQueue reads who waits in the queue, in the state that the list is read from.
func (s *Selection[T]) WithQueue(ctx context.Context, q engine.Q) error {
	d := s.Docs
	if err := q.Get(ctx, []any{&d.waiting}, "SELECT EXISTS (SELECT 1 FROM monitor_busca_fila)"); err != nil {
		return err
	}
	if d.waiting {
		if err := q.All(ctx, &d.queue, queuedClientes+"WHERE "+s.where, s.args...); err != nil {
			return err
		}
		d.queue = slices.DeleteFunc(d.queue, func(c Doc) bool { return !d.terms.Keeps(c.texts()) })
		d.where += " AND d.cliente_id NOT IN (SELECT cliente_id FROM monitor_busca_fila)"
	}
	if s.Order != nil && s.Order.Index != "" {
		return nil // indexedKeys puts them together
	}
	ids := make([]int64, len(d.queue))
	for i := range d.queue {
		ids[i] = d.queue[i].ID
	}
	s.And("("+s.l.ID+" IN (SELECT d.cliente_id FROM "+d.from+" WHERE "+d.where+") OR "+s.l.ID+" IN (SELECT value FROM json_each(?)))",
		append(slices.Clone(d.args), engine.JSONIDs(ids))...)
	s.Docs = nil
	return nil
}

// texts are what Terms.Keeps looks at.
func (d *Doc) texts() []string {
	return []string{d.Nome, d.Email, d.Empresa, d.Telefone, d.CPFCNPJ, d.Cidade, d.Estado}
}

// textsOf are what the key of an order is made of.
func (d *Doc) textsOf(index string) []string {
	switch index {
	case "nome":
		return []string{d.Nome}
	case "empresa":
		return []string{d.Empresa}
	default:
		return []string{d.Cidade, d.Estado}
	}
}

// Terms are the terms of a filter.
type Terms struct{ Search, City, Company [][]string }

// Keeps tests what is folded here: cidade (with the state), empresa and the terms of a
// search over its five texts.
func (t *Terms) Keeps(v []string) bool {
	return fold.CityMatches(v[5], v[6], t.City) && ContainsTerms(fold.Squeeze(fold.Text(v[2])), t.Company) &&
		(len(t.Search) == 0 || ContainsTerms(fold.SearchText(v[0], v[1], v[2], v[3], v[4]), t.Search))
}

// TermCols are the columns that passa reads.
var TermCols = append([]string{"c.nome", "c.email", "c.empresa", "c.telefone", "c.cpf_cnpj"}, fold.CityCols("c.")...)
