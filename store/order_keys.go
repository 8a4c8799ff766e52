package store

import (
	"context"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
)

// What clients are ordered by, and their cities found by, is a small key that every
// engine makes alike, so that an index holds it: the folded text in ASCII. Letters
// beyond, of which each server knows another Unicode, become one '~' for all that
// follow one another; so names in other scripts come behind those in ours, and an
// upgrade of a server moves nobody. Keys are compared byte by byte, and are cut: in names
// that agree for so long the id decides.

const (
	keyLength  = 60
	cityLength = 120 // city and state, from columns of 50 letters each
)

// otherLetters stands for what is not ASCII.
const otherLetters = '~'

// orderKey is the key of a name.
func orderKey(s string) string { return cutKey(squeeze(fold(s)), keyLength) }

// cityKey is the key of a city and, on a line of its own, its state. A key that begins
// with the line break has no city.
func cityKey(cidade, estado string) string {
	return cutKey(squeeze(fold(cidade))+"\n"+squeeze(fold(estado)), cityLength)
}

// cutKey makes a folded text ASCII.
func cutKey(folded string, length int) string {
	var b strings.Builder
	other := false
	for _, r := range strings.TrimLeft(folded, " ") {
		if b.Len() == length {
			break
		}
		plain := r == '\n' || r >= ' ' && r <= '~'
		switch {
		case plain:
			b.WriteRune(r)
		case !other:
			b.WriteByte(otherLetters)
		}
		other = !plain
	}
	return b.String()
}

// cidadeEstadoDe are the columns of a city's key.
func cidadeEstadoDe(prefix string) []string { return []string{prefix + "cidade", prefix + "estado"} }

// plainCity says that the keys of cities tell all about the terms.
func plainCity(terms [][]string) bool {
	for _, t := range terms {
		if strings.ContainsFunc(t[0], func(r rune) bool { return r >= otherLetters }) {
			return false
		}
	}
	return true
}

// cityMatches looks for terms in a city with its state: in the key, which is what an index
// is asked, and for letters that it does not have in the texts.
func cityMatches(cidade, estado string, terms [][]string) bool {
	if len(terms) == 0 {
		return true
	}
	key, text := cityKey(cidade, estado), ""
	for _, t := range terms {
		if plainCity([][]string{t}) {
			if !strings.Contains(key, t[0]) {
				return false
			}
			continue
		}
		if text == "" {
			text = squeeze(fold(cidade)) + "\n" + squeeze(fold(estado))
		}
		if !strings.Contains(text, t[0]) {
			return false
		}
	}
	return true
}

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
