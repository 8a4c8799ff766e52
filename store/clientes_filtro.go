package store

import (
	"context"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
)

// OrdensClientes are what ClienteFiltro.Ordem may be.
var OrdensClientes = []string{"nome", "-nome", "empresa", "-empresa", "cidade", "-cidade", "acesso", "-acesso", "cadastro", "-cadastro"}

// ordensClientes gives the key of each order; "-cadastro" is the list's own.
var ordensClientes = map[string]ordenacao{
	"nome":     {cols: []string{"c.nome"}, chave: nameKey, index: "nome"},
	"empresa":  {cols: []string{"c.empresa"}, chave: nameKey, index: "empresa"},
	"cidade":   {cols: fold.CityCols("c."), chave: func(v []string) string { return fold.CityKey(v[0], v[1]) }, index: "cidade"},
	"acesso":   {cols: []string{"AS_TEXT(c.ultimo_acesso)"}, chave: comoEsta},
	"cadastro": {cols: []string{"AS_TEXT(c.data_cadastro)"}, chave: comoEsta},
}

func nameKey(v []string) string { return fold.OrderKey(v[0]) }

func comoEsta(v []string) string { return v[0] }

var errOrdem = &InvalidError{Campos: map[string]string{"ordem": "Use uma destas: " + strings.Join(OrdensClientes, ", ")}}

// ordemDe reads ClienteFiltro.Ordem; nil is the list's own order.
func ordemDe(text string) (*ordenacao, error) {
	if text == "" || text == "-cadastro" {
		return nil, nil //nolint:nilnil // the usual order is no error
	}
	name, down := strings.CutPrefix(text, "-")
	o, known := ordensClientes[name]
	if !known {
		return nil, errOrdem
	}
	o.nome, o.desce = text, down
	return &o, nil
}

// estreito says that the filter asks for more than the plain list and its search
// know.
func (f ClienteFiltro) estreito() bool {
	return f.Nivel != "" || f.Cidade != "" || f.Empresa != "" || (f.Ordem != "" && f.Ordem != "-cadastro")
}

// termosCliente are the terms of a filter.
type termosCliente struct{ busca, cidade, empresa [][]string }

func (f ClienteFiltro) termos() (t termosCliente, err error) {
	for _, part := range []struct {
		to    *[][]string
		terms [][]string
	}{{&t.busca, fold.ClientTerms(f.Busca)}, {&t.cidade, fold.SqueezedTerms(f.Cidade)}, {&t.empresa, fold.SqueezedTerms(f.Empresa)}} {
		if *part.to, err = bounded(part.terms); err != nil {
			return t, err
		}
	}
	return t, nil
}

// passa tests what is folded here: cidade (with the state), empresa and the terms of a
// search over its five texts.
func (t *termosCliente) passa(v []string) bool {
	return fold.CityMatches(v[5], v[6], t.cidade) && contemTermos(fold.Squeeze(fold.Text(v[2])), t.empresa) &&
		(len(t.busca) == 0 || contemTermos(fold.SearchText(v[0], v[1], v[2], v[3], v[4]), t.busca))
}

// textosCliente are the columns that passa reads.
var textosCliente = append([]string{"c.nome", "c.email", "c.empresa", "c.telefone", "c.cpf_cnpj"}, fold.CityCols("c.")...)

// listNarrow is the list for a filter that is estreito.
func (c Clientes) listNarrow(ctx context.Context, f ClienteFiltro, t termosCliente) (Pagina[Cliente], error) {
	s, err := c.selecionaEstreito(ctx, f, t)
	if err != nil {
		return Pagina[Cliente]{}, err
	}
	if s.docs == nil {
		return listar(ctx, c.call, s, f.janela())
	}
	ctx, cancel := c.s.deadline(ctx)
	defer cancel()
	if long, err := c.s.indice.shorten(ctx); err != nil {
		return Pagina[Cliente]{}, err
	} else if long { // the rows themselves are as quickly read as such a queue
		s.docs, s.peneira = nil, &peneira{cols: textosCliente, passa: t.passa}
		return listar(ctx, c.call, s, f.janela())
	}
	var page Pagina[Cliente]
	err = c.s.db.Snapshot(ctx, func(q engine.Q) error {
		err := s.withQueue(ctx, q)
		if err == nil {
			page, err = s.list(ctx, q, f.janela())
		}
		return err
	})
	if err != nil {
		return vazia[Cliente](f.janela()), err
	}
	return page, nil
}

func (c Clientes) selecionaEstreito(ctx context.Context, f ClienteFiltro, t termosCliente) (*selecao[Cliente], error) {
	s := selecionaClientes(f)
	if f.Nivel != "" || f.Cidade != "" || f.Empresa != "" || len(t.busca) > 0 {
		s.conta = nil
	}
	var err error
	if s.ordem, err = ordemDe(f.Ordem); err != nil {
		return nil, err
	}
	if f.Nivel != "" {
		s.comNivel(f.Nivel)
	}
	outside, err := c.columnOutside(ctx, t.busca)
	if err != nil {
		return nil, err
	}
	kind := c.s.db.Kind
	exact := !outside && len(t.empresa) == 0 && fold.PlainCity(t.cidade)
	if kind == engine.SQLite && exact {
		if len(t.busca) > 0 || len(t.cidade) > 0 || s.ordem != nil && s.ordem.index != "" {
			s.docs = newDocFilter(&t)
		}
		return s, nil
	}
	if !outside {
		s.candidatos(kind, t.busca)
	}
	if outside, err = c.columnOutside(ctx, t.empresa); err != nil {
		return nil, err
	} else if !outside {
		s.candidatos(kind, t.empresa)
	}
	if fold.PlainCity(t.cidade) && kind != engine.SQLite {
		s.naCidade(kind, t.cidade)
	}
	if !exact {
		s.peneira = &peneira{cols: textosCliente, passa: t.passa}
	}
	return s, nil
}

// comNivel takes a missing level for usuario, which is what such a person may do.
func (s *selecao[T]) comNivel(nivel string) {
	if nivel == Usuario {
		s.and("(EXACT(c.nivel_acesso, ?) OR c.nivel_acesso IS NULL)", nivel)
		return
	}
	s.and("EXACT(c.nivel_acesso, ?)", nivel)
}

// candidatos leaves out most of what cannot match, by the index of the search; the
// sieve decides about the rest.
func (s *selecao[T]) candidatos(kind engine.Kind, terms [][]string) {
	if len(terms) == 0 {
		return
	}
	if kind == engine.SQLite {
		c := newConsulta(terms, nil, false) // those that wait in the queue, too
		s.and("(c.id IN (SELECT d.cliente_id FROM "+c.from+" WHERE "+c.where+") OR c.id IN (SELECT cliente_id FROM monitor_busca_fila))", c.args...)
		return
	}
	s.busca = true
	for _, alternatives := range terms {
		cond, args := condicaoTermo(kind, alternatives)
		s.and(cond, args...)
	}
}
