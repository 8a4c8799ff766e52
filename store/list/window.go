package list

import (
	"slices"
	"strings"

	"example.com/monitor/store/engine"
)

// Window is which window of a list a filter asks for; every filter has these
// fields, so that a caller that walks one list can walk them all.
type Window struct {
	Pagina    int
	PorPagina int
	Cursor    string
	Ultima    bool
	SemTotal  bool
}

// MaxPerPage bounds every window.
const MaxPerPage = 1000

// NewWindow is the window that a filter asks for; usual is how many rows a page has where
// it does not say.
func NewWindow(usual, page, perPage int, cursor string, last, noTotal bool) Window {
	return Window{Pagina: page, PorPagina: perPage, Cursor: cursor, Ultima: last, SemTotal: noTotal}.WithDefault(usual)
}

// WithDefault puts usual for a size that was not said and keeps it within bounds.
func (j Window) WithDefault(usual int) Window {
	if j.PorPagina <= 0 {
		j.PorPagina = usual
	}
	j.PorPagina, j.Pagina = min(j.PorPagina, MaxPerPage), max(j.Pagina, 1)
	return j
}

// isNumbered says that a page is asked for by its number.
func (j Window) isNumbered() bool { return j.Cursor == "" && !j.Ultima }

// atEdge says that the window begins at an end of the list.
func (j Window) atEdge() bool { return j.Cursor == "" && (j.Ultima || j.Pagina == 1) }

// Skip is how many rows come before the page.
func (j Window) Skip() int { return (j.Pagina - 1) * j.PorPagina }

// Start is where the window begins.
func (j Window) Start(kind engine.Kind) (Position, error) {
	if j.Cursor == "" {
		return Position{Before: j.Ultima}, nil
	}
	p, err := parseCursor(j.Cursor)
	if err == nil && (p.Order != "" || !p.Comparable(kind)) {
		err = errCursor
	}
	return p, err
}

// startIn is inicio in another order than the list's own.
func (j Window) startIn(o *Ordering) (Position, error) {
	if j.Cursor == "" {
		return Position{Before: j.Ultima}, nil
	}
	p, err := parseCursor(j.Cursor)
	if err == nil && (p.Order != o.Name || strings.ContainsRune(p.Key, 0)) {
		err = errCursor // NUL: no text of PostgreSQL holds it
	}
	return p, err
}

// Placed is a record with its place in the list, and the total where it was read
// together with the rows.
type Placed[T any] struct {
	Item  T
	At    Position
	Total int
}

// Empty is the page that j asks for before anything is known of it.
func Empty[T any](j Window) Pagina[T] {
	p := Pagina[T]{Itens: []T{}, Total: -1, PorPagina: j.PorPagina}
	if j.isNumbered() {
		p.Pagina = j.Pagina
	}
	return p
}

// withItems puts records into a page, with the cursors around them.
func withItems[T any](p Pagina[T], list []Placed[T], before, after bool) Pagina[T] {
	p.Itens = make([]T, len(list))
	for i := range list {
		p.Itens[i] = list[i].Item
	}
	if len(list) == 0 {
		return p
	}
	if before {
		at := list[0].At
		at.Before = true
		p.Anterior = at.String()
	}
	if after {
		p.Proximo = list[len(list)-1].At.String()
	}
	return p
}

// trim turns up to PorPagina+1 records, read from a place on, into a page.
// edge says that the place is an end of the list.
func trim[T any](p Pagina[T], list []Placed[T], before, edge bool) Pagina[T] {
	more := len(list) > p.PorPagina
	if more {
		list = list[:p.PorPagina]
	}
	if !before {
		return withItems(p, list, !edge, more)
	}
	slices.Reverse(list)
	return withItems(p, list, more, !edge)
}

// Pagina is one window of a list.
type Pagina[T any] struct {
	Itens     []T
	Total     int // -1 when it was not asked for
	Pagina    int // from 1; 0 when a cursor was used
	PorPagina int
	// Proximo and Anterior are cursors for the windows after and before this
	// one; "" at the ends of the list.
	Proximo  string
	Anterior string
}

// Paginas is how many pages Total makes.
func (p Pagina[T]) Paginas() int {
	if p.Total <= 0 || p.PorPagina <= 0 {
		return 0
	}
	return (p.Total + p.PorPagina - 1) / p.PorPagina
}
