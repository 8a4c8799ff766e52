package store

import (
	"context"
	"slices"

	"example.com/monitor/store/engine"
)

// naCidade asks a server's column of keys.
func (s *selecao[T]) naCidade(kind engine.Kind, terms [][]string) {
	for _, t := range terms {
		cond, args := columnHas(kind, "c.monitor_cidade", t)
		s.and(cond, args...)
	}
	s.busca = s.busca || len(terms) > 0
}

// docFilter is what is asked of SQLite's documents, and which clients in the queue, whose
// documents are old, answer to it.
type docFilter struct {
	from, where string
	args        []any
	terms       *termosCliente
	waiting     bool         // there is a queue
	queue       []clienteDoc // those of it that match
}

func newDocFilter(t *termosCliente) *docFilter {
	c := newConsulta(t.busca, nil, false)
	for _, term := range t.cidade {
		c.and("instr(d.cidade, ?) > 0", []any{term[0]})
	}
	return &docFilter{from: c.from, where: c.where, args: c.args, terms: t}
}

// withQueue reads who waits in the queue, in the state that the list is read from.
func (s *selecao[T]) withQueue(ctx context.Context, q engine.Q) error {
	d := s.docs
	if err := q.Get(ctx, []any{&d.waiting}, "SELECT EXISTS (SELECT 1 FROM monitor_busca_fila)"); err != nil {
		return err
	}
	if d.waiting {
		if err := q.All(ctx, &d.queue, filaClientes+"WHERE "+s.where, s.args...); err != nil {
			return err
		}
		d.queue = slices.DeleteFunc(d.queue, func(c clienteDoc) bool { return !d.terms.passa(c.texts()) })
		d.where += " AND d.cliente_id NOT IN (SELECT cliente_id FROM monitor_busca_fila)"
	}
	if s.ordem != nil && s.ordem.index != "" {
		return nil // indexedKeys puts them together
	}
	ids := make([]int64, len(d.queue))
	for i := range d.queue {
		ids[i] = d.queue[i].ID
	}
	s.and("("+s.l.id+" IN (SELECT d.cliente_id FROM "+d.from+" WHERE "+d.where+") OR "+s.l.id+" IN (SELECT value FROM json_each(?)))",
		append(slices.Clone(d.args), jsonIDs(ids))...)
	s.docs = nil
	return nil
}

// texts are what termosCliente.passa looks at.
func (d *clienteDoc) texts() []string {
	return []string{d.Nome, d.Email, d.Empresa, d.Telefone, d.CPFCNPJ, d.Cidade, d.Estado}
}

// textsOf are what the key of an order is made of.
func (d *clienteDoc) textsOf(index string) []string {
	switch index {
	case "nome":
		return []string{d.Nome}
	case "empresa":
		return []string{d.Empresa}
	default:
		return []string{d.Cidade, d.Estado}
	}
}
