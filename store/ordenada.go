package store

import (
	"cmp"
	"context"
	"slices"

	"example.com/monitor/store/engine"
)

// ordenacao is another order than the list's own: by a key, then by id in the same
// direction, so that one index serves both directions; rows without a key last in either.
// Engines sort text each in its own way, so keys are made to be compared byte by byte.
type ordenacao struct {
	nome  string                // as it is asked for; a cursor belongs to one order
	cols  []string              // expressions that give texts
	chave func([]string) string // makes the key of them
	index string                // the column that holds keys, less "monitor_"; "" for none
	desce bool
}

// firstKey is before every key; what sorts before it is none.
const firstKey = " "

// chaveada is a row by its key.
type chaveada struct {
	chave string
	id    int64
}

func (k chaveada) valued() bool { return k.chave >= firstKey }

func (o *ordenacao) compara(a, b chaveada) int {
	if a.valued() != b.valued() {
		return cmp.Compare(b.chave, a.chave)
	}
	c := cmp.Or(cmp.Compare(a.chave, b.chave), cmp.Compare(a.id, b.id))
	if o.desce {
		return -c
	}
	return c
}

// keySource are the rows of a selection by their keys.
type keySource interface {
	total(ctx context.Context) (int, error)
	// read gives up to n rows behind a place or, with Antes, before it and the nearest
	// first, leaving out the first skip.
	read(ctx context.Context, at posicao, skip, n int) ([]chaveada, error)
}

// ordenada is list for a selection in another order. Where an index holds the keys, and
// the filter needs nothing that is tested here, only the window is read; else the key of
// every row is.
func (s *selecao[T]) ordenada(ctx context.Context, q engine.Q, j janela, page Pagina[T]) (Pagina[T], error) {
	at, err := j.inicioEm(s.ordem)
	if err != nil {
		return page, err
	}
	src, err := s.keys(ctx, q)
	if err != nil {
		return page, err
	}
	if !j.SemTotal {
		if page.Total, err = src.total(ctx); err != nil {
			return page, err
		}
	}
	var window []chaveada
	switch skip := j.pular(); {
	case !j.numerada():
		window, err = src.read(ctx, at, 0, j.PorPagina+1)
	case skip > page.Total/2 && !j.SemTotal: // from the nearer end
		n := min(j.PorPagina, page.Total-skip)
		if n > 0 {
			window, err = src.read(ctx, posicao{Antes: true}, page.Total-skip-n, n)
		}
		slices.Reverse(window)
	default:
		window, err = src.read(ctx, posicao{}, skip, j.PorPagina+1)
	}
	if err != nil {
		return page, err
	}
	list, err := s.withKeys(ctx, q, window)
	if err != nil {
		return page, err
	}
	if j.numerada() {
		more := len(list) > j.PorPagina || page.Total > j.Pagina*j.PorPagina
		return comItens(page, list[:min(len(list), j.PorPagina)], j.Pagina > 1, more), nil
	}
	return recorta(page, list, at.Antes, j.ponta()), nil
}

// withKeys reads the rows of a window, each with its place in the order.
func (s *selecao[T]) withKeys(ctx context.Context, q engine.Q, window []chaveada) ([]posto[T], error) {
	found := make([]achado, len(window))
	keys := make(map[int64]string, len(window))
	for i, k := range window {
		found[i].ID, keys[k.id] = k.id, k.chave
	}
	list, err := s.l.porID(ctx, q, found)
	for i := range list {
		id := list[i].lugar.ID
		list[i].lugar = posicao{ID: id, Chave: keys[id], Ordem: s.ordem.nome}
	}
	return list, err
}

// keys chooses where the keys come from.
func (s *selecao[T]) keys(ctx context.Context, q engine.Q) (keySource, error) {
	if s.peneira == nil && s.ordem.index != "" && (q.Kind() != engine.SQLite || s.docs != nil) {
		return s.indexedKeys(q), nil
	}
	all, err := s.chaveadas(ctx, q)
	slices.SortFunc(all, s.ordem.compara)
	return &keysRead{s.ordem, all}, err
}

// chaveadas reads the keys of all rows, through the sieve if there is one.
func (s *selecao[T]) chaveadas(ctx context.Context, q engine.Q) ([]chaveada, error) {
	sieve := peneira{passa: func([]string) bool { return true }}
	if s.peneira != nil {
		sieve = *s.peneira
	}
	n, key := len(sieve.cols), ""
	walk := *s
	walk.peneira = &peneira{cols: append(slices.Clone(sieve.cols), s.ordem.cols...), passa: func(v []string) bool {
		if !sieve.passa(v[:n]) {
			return false
		}
		key = s.ordem.chave(v[n:])
		return true
	}}
	var all []chaveada
	err := walk.anda(ctx, q, posicao{}, func(a achado) bool {
		all = append(all, chaveada{key, a.ID})
		return true
	})
	return all, err
}

// keysRead are the keys of all rows, in order.
type keysRead struct {
	o   *ordenacao
	all []chaveada
}

func (k *keysRead) total(context.Context) (int, error) { return len(k.all), nil }

func (k *keysRead) read(_ context.Context, at posicao, skip, n int) ([]chaveada, error) {
	place, there := len(k.all), false
	if at.ID > 0 {
		place, there = slices.BinarySearchFunc(k.all, chaveada{at.Chave, at.ID}, k.o.compara)
	}
	if at.Antes {
		before := slices.Clone(k.all[:place])
		slices.Reverse(before)
		return cutKeys(before, skip, n), nil
	}
	switch {
	case at.ID == 0:
		place = 0
	case there:
		place++
	}
	return cutKeys(k.all[place:], skip, n), nil
}

func cutKeys(list []chaveada, skip, n int) []chaveada {
	skip = min(skip, len(list))
	return list[skip:min(skip+n, len(list))]
}
