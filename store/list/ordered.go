package list

import (
	"cmp"
	"context"
	"slices"

	"example.com/monitor/store/engine"
)

// Ordering is another order than the list's own: by a key, then by id in the same
// direction, so that one index serves both directions; rows without a key last in either.
// Engines sort text each in its own way, so keys are made to be compared byte by byte.
type Ordering struct {
	Name       string                // as it is asked for; a cursor belongs to one order
	Cols       []string              // expressions that give texts
	Key        func([]string) string // makes the key of them
	Index      string                // the column that holds keys, less "monitor_"; "" for none
	Descending bool
}

// firstKey is before every key; what sorts before it is none.
const firstKey = " "

// keyed is a row by its key.
type keyed struct {
	Key string
	id  int64
}

func (k keyed) valued() bool { return k.Key >= firstKey }

func (o *Ordering) compare(a, b keyed) int {
	if a.valued() != b.valued() {
		return cmp.Compare(b.Key, a.Key)
	}
	c := cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.id, b.id))
	if o.Descending {
		return -c
	}
	return c
}

// keySource are the rows of a selection by their keys.
type keySource interface {
	total(ctx context.Context) (int, error)
	// read gives up to n rows behind a place or, with Antes, before it and the nearest
	// first, leaving out the first skip.
	read(ctx context.Context, at Position, skip, n int) ([]keyed, error)
}

// ordered is list for a selection in another order. Where an index holds the keys, and
// the filter needs nothing that is tested here, only the window is read; else the key of
// every row is.
func (s *Selection[T]) ordered(ctx context.Context, q engine.Q, j Window, page Pagina[T]) (Pagina[T], error) {
	at, err := j.startIn(s.Order)
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
	var window []keyed
	switch skip := j.Skip(); {
	case !j.isNumbered():
		window, err = src.read(ctx, at, 0, j.PorPagina+1)
	case skip > page.Total/2 && !j.SemTotal: // from the nearer end
		n := min(j.PorPagina, page.Total-skip)
		if n > 0 {
			window, err = src.read(ctx, Position{Before: true}, page.Total-skip-n, n)
		}
		slices.Reverse(window)
	default:
		window, err = src.read(ctx, Position{}, skip, j.PorPagina+1)
	}
	if err != nil {
		return page, err
	}
	list, err := s.withKeys(ctx, q, window)
	if err != nil {
		return page, err
	}
	if j.isNumbered() {
		more := len(list) > j.PorPagina || page.Total > j.Pagina*j.PorPagina
		return withItems(page, list[:min(len(list), j.PorPagina)], j.Pagina > 1, more), nil
	}
	return trim(page, list, at.Before, j.atEdge()), nil
}

// withKeys reads the rows of a window, each with its place in the order.
func (s *Selection[T]) withKeys(ctx context.Context, q engine.Q, window []keyed) ([]Placed[T], error) {
	found := make([]Match, len(window))
	keys := make(map[int64]string, len(window))
	for i, k := range window {
		found[i].ID, keys[k.id] = k.id, k.Key
	}
	list, err := s.l.byID(ctx, q, found)
	for i := range list {
		id := list[i].At.ID
		list[i].At = Position{ID: id, Key: keys[id], Order: s.Order.Name}
	}
	return list, err
}

// keys chooses where the keys come from.
func (s *Selection[T]) keys(ctx context.Context, q engine.Q) (keySource, error) {
	if s.Sieve == nil && s.Order.Index != "" && (q.Kind() != engine.SQLite || s.Docs != nil) {
		return s.indexedKeys(q), nil
	}
	all, err := s.readKeys(ctx, q)
	slices.SortFunc(all, s.Order.compare)
	return &keysRead{s.Order, all}, err
}

// readKeys reads the keys of all rows, through the sieve if there is one.
func (s *Selection[T]) readKeys(ctx context.Context, q engine.Q) ([]keyed, error) {
	sieve := Sieve{Keeps: func([]string) bool { return true }}
	if s.Sieve != nil {
		sieve = *s.Sieve
	}
	n, key := len(sieve.Cols), ""
	walk := *s
	walk.Sieve = &Sieve{Cols: append(slices.Clone(sieve.Cols), s.Order.Cols...), Keeps: func(v []string) bool {
		if !sieve.Keeps(v[:n]) {
			return false
		}
		key = s.Order.Key(v[n:])
		return true
	}}
	var all []keyed
	err := walk.walk(ctx, q, Position{}, func(a Match) bool {
		all = append(all, keyed{key, a.ID})
		return true
	})
	return all, err
}

// keysRead are the keys of all rows, in order.
type keysRead struct {
	o   *Ordering
	all []keyed
}

func (k *keysRead) total(context.Context) (int, error) { return len(k.all), nil }

func (k *keysRead) read(_ context.Context, at Position, skip, n int) ([]keyed, error) {
	place, there := len(k.all), false
	if at.ID > 0 {
		place, there = slices.BinarySearchFunc(k.all, keyed{at.Key, at.ID}, k.o.compare)
	}
	if at.Before {
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

func cutKeys(list []keyed, skip, n int) []keyed {
	skip = min(skip, len(list))
	return list[skip:min(skip+n, len(list))]
}
