package store

import (
	"context"
	"strings"

	"example.com/monitor/store/engine"
)

// OrdensClientes are what ClienteFiltro.Ordem may be.
var OrdensClientes = []string{"nome", "-nome", "empresa", "-empresa", "cidade", "-cidade", "acesso", "-acesso", "cadastro", "-cadastro"}

// ordensClientes gives the column of each order; "-cadastro" is the list's own.
var ordensClientes = map[string]ordenacao{
	"nome":     {col: "c.nome", chave: fold},
	"empresa":  {col: "c.empresa", chave: fold},
	"cidade":   {col: "c.cidade", chave: fold},
	"acesso":   {col: "AS_TEXT(c.ultimo_acesso)", chave: comoEsta},
	"cadastro": {col: "AS_TEXT(c.data_cadastro)", chave: comoEsta},
}

func comoEsta(s string) string { return s }

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
	o.desce = down
	return &o, nil
}

// estreito says that the filter asks for more than the plain list and its search
// know.
func (f ClienteFiltro) estreito() bool {
	return f.Nivel != "" || f.Cidade != "" || f.Empresa != "" || (f.Ordem != "" && f.Ordem != "-cadastro")
}

// passa tests what is folded here: cidade (with the state), empresa and the terms
// of a search over its five texts.
func (f ClienteFiltro) passa(terms [][]string) (func(v []string) bool, error) {
	cidade, err := bounded(squeezedTerms(f.Cidade))
	if err != nil {
		return nil, err
	}
	empresa, err := bounded(squeezedTerms(f.Empresa))
	return func(v []string) bool {
		return contemTermos(squeeze(fold(v[5]))+"\n"+squeeze(fold(v[6])), cidade) && contemTermos(squeeze(fold(v[2])), empresa) &&
			(len(terms) == 0 || contemTermos(searchText(v[0], v[1], v[2], v[3], v[4]), terms))
	}, err
}

// textosCliente are the columns that passa reads.
var textosCliente = []string{"c.nome", "c.email", "c.empresa", "c.telefone", "c.cpf_cnpj", "c.cidade", "c.estado"}

// selecionaEstreito is the list for a filter that is estreito.
func (c Clientes) selecionaEstreito(ctx context.Context, f ClienteFiltro, terms [][]string) (*selecao[Cliente], error) {
	s := selecionaClientes(f)
	s.conta = nil
	var err error
	if s.ordem, err = ordemDe(f.Ordem); err != nil {
		return nil, err
	}
	if f.Nivel != "" {
		s.comNivel(f.Nivel)
	}
	if outside, err := c.columnOutside(ctx, terms); err != nil {
		return nil, err
	} else if !outside {
		s.candidatos(c.s.db.Kind, terms)
	}
	if f.Cidade != "" || f.Empresa != "" || len(terms) > 0 {
		passa, err := f.passa(terms)
		if err != nil {
			return nil, err
		}
		s.peneira = &peneira{cols: textosCliente, passa: passa}
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
		c := newConsulta(terms, nil, false)
		s.and("(c.id IN (SELECT d.cliente_id FROM "+c.from+" WHERE "+c.where+") OR c.id IN (SELECT cliente_id FROM monitor_busca_fila))", c.args...)
		return
	}
	for _, alternatives := range terms {
		cond, args := condicaoTermo(kind, alternatives)
		s.and(cond, args...)
	}
}
