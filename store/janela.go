package store

import (
	"slices"
	"strings"

	"example.com/monitor/store/engine"
)

// janela is which window of a list a filter asks for; every filter has these
// fields, so that a caller that walks one list can walk them all.
type janela struct {
	Pagina    int
	PorPagina int
	Cursor    string
	Ultima    bool
	SemTotal  bool
}

// maxPorPagina bounds every window.
const maxPorPagina = 1000

// comum puts usual for a size that was not said and keeps it within bounds.
func (j janela) comum(usual int) janela {
	if j.PorPagina <= 0 {
		j.PorPagina = usual
	}
	j.PorPagina, j.Pagina = min(j.PorPagina, maxPorPagina), max(j.Pagina, 1)
	return j
}

// numerada says that a page is asked for by its number.
func (j janela) numerada() bool { return j.Cursor == "" && !j.Ultima }

// ponta says that the window begins at an end of the list.
func (j janela) ponta() bool { return j.Cursor == "" && (j.Ultima || j.Pagina == 1) }

func (j janela) pular() int { return (j.Pagina - 1) * j.PorPagina }

// inicio is where the window begins.
func (j janela) inicio(kind engine.Kind) (posicao, error) {
	if j.Cursor == "" {
		return posicao{Antes: j.Ultima}, nil
	}
	p, err := parseCursor(j.Cursor)
	if err == nil && (p.Ordem != "" || !p.comparavel(kind)) {
		err = errCursor
	}
	return p, err
}

// inicioEm is inicio in another order than the list's own.
func (j janela) inicioEm(o *ordenacao) (posicao, error) {
	if j.Cursor == "" {
		return posicao{Antes: j.Ultima}, nil
	}
	p, err := parseCursor(j.Cursor)
	if err == nil && (p.Ordem != o.nome || strings.ContainsRune(p.Chave, 0)) {
		err = errCursor // NUL: no text of PostgreSQL holds it
	}
	return p, err
}

// posto is a record with its place in the list, and the total where it was read
// together with the rows.
type posto[T any] struct {
	item  T
	lugar posicao
	total int
}

// vazia is the page that j asks for before anything is known of it.
func vazia[T any](j janela) Pagina[T] {
	p := Pagina[T]{Itens: []T{}, Total: -1, PorPagina: j.PorPagina}
	if j.numerada() {
		p.Pagina = j.Pagina
	}
	return p
}

// comItens puts records into a page, with the cursors around them.
func comItens[T any](p Pagina[T], list []posto[T], before, after bool) Pagina[T] {
	p.Itens = make([]T, len(list))
	for i := range list {
		p.Itens[i] = list[i].item
	}
	if len(list) == 0 {
		return p
	}
	if before {
		at := list[0].lugar
		at.Antes = true
		p.Anterior = at.String()
	}
	if after {
		p.Proximo = list[len(list)-1].lugar.String()
	}
	return p
}

// recorta turns up to PorPagina+1 records, read from a place on, into a page.
// ponta says that the place is an end of the list.
func recorta[T any](p Pagina[T], list []posto[T], antes, ponta bool) Pagina[T] {
	more := len(list) > p.PorPagina
	if more {
		list = list[:p.PorPagina]
	}
	if !antes {
		return comItens(p, list, !ponta, more)
	}
	slices.Reverse(list)
	return comItens(p, list, more, !ponta)
}
