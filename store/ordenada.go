package store

import (
	"cmp"
	"context"
	"slices"

	"example.com/monitor/store/engine"
)

// ordenacao is another order than the list's own. Engines sort text each in its
// own way, so the keys are read, folded and sorted here.
type ordenacao struct {
	col   string // an expression that gives text
	chave func(string) string
	desce bool
}

// chaveada is a row by its key.
type chaveada struct {
	chave string
	id    int64
}

var errCursorOrdem = &InvalidError{Campos: map[string]string{"cursor": "Com ordem, use pagina em vez de cursor"}}

// ordenada is list for a selection in another order: rows without a value last,
// equal ones in the list's own order. It reads the key of every row.
func (s *selecao[T]) ordenada(ctx context.Context, q engine.Q, j janela, page Pagina[T]) (Pagina[T], error) {
	if !j.numerada() {
		return page, errCursorOrdem
	}
	all, err := s.chaveadas(ctx, q)
	if err != nil {
		return page, err
	}
	slices.SortStableFunc(all, s.ordem.compara)
	if !j.SemTotal {
		page.Total = len(all)
	}
	from := min(j.pular(), len(all))
	window := all[from:min(from+j.PorPagina, len(all))]
	found := make([]achado, len(window))
	for i, k := range window {
		found[i].ID = k.id
	}
	list, err := s.l.porID(ctx, q, found)
	return comItens(page, list, false, false), err
}

// chaveadas reads the keys in the list's own order, through the sieve if there is one.
func (s *selecao[T]) chaveadas(ctx context.Context, q engine.Q) ([]chaveada, error) {
	sieve := peneira{passa: func([]string) bool { return true }}
	if s.peneira != nil {
		sieve = *s.peneira
	}
	n, key := len(sieve.cols), ""
	walk := *s
	walk.peneira = &peneira{cols: append(slices.Clone(sieve.cols), s.ordem.col), passa: func(v []string) bool {
		key = v[n]
		return sieve.passa(v[:n])
	}}
	var all []chaveada
	err := walk.anda(ctx, q, posicao{}, func(a achado) bool {
		all = append(all, chaveada{s.ordem.chave(key), a.ID})
		return true
	})
	return all, err
}

func (o *ordenacao) compara(a, b chaveada) int {
	switch {
	case a.chave == b.chave:
		return 0
	case a.chave == "":
		return 1
	case b.chave == "":
		return -1
	case o.desce:
		return cmp.Compare(b.chave, a.chave)
	default:
		return cmp.Compare(a.chave, b.chave)
	}
}
