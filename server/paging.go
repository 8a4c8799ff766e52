package server

import (
	"strconv"

	"example.com/monitor/store"
)

// maxPage keeps page times size far from overflowing; it lies past the end of any list.
const maxPage = 1_000_000_000

// pageNumber takes what is below the first page for the first, as the Flask system did.
func pageNumber(n int) int { return min(max(n, 1), maxPage) }

// pageSize cuts to the API's maximum. Nobody gets the store's "no limit" here.
func pageSize(n, usual int) int {
	if n < 1 {
		return usual
	}
	return min(n, 100)
}

// counted is nil when the total was not asked for.
func counted(total, n int) *int {
	if total < 0 {
		return nil
	}
	return &n
}

// given is nil for the zero value, which JSON shows as null.
func given[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

// nonNil keeps an empty list from becoming null.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func hasNext[T any](p store.Pagina[T]) bool {
	if p.Pagina > 0 && p.Total >= 0 {
		return p.Pagina < p.Paginas()
	}
	return p.Proximo != ""
}

func hasPrevious[T any](p store.Pagina[T]) bool {
	return p.Pagina > 1 || p.Anterior != ""
}

// optionalBool reads a filter that may be absent. Python's True is understood.
func optionalBool(name, text string) (*bool, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // an absent filter is no error
	}
	v, err := strconv.ParseBool(text)
	if err != nil {
		return nil, &store.InvalidError{Campos: map[string]string{name: name + " deve ser true ou false"}}
	}
	return &v, nil
}
