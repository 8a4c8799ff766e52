package server

import (
	"strconv"

	"example.com/monitor/store"
)

// Window is how a caller asks for a window of a list. It is exported only because
// huma documents no other embedded structs.
type Window struct {
	Pagina   int    `query:"pagina" default:"1" doc:"A partir de 1; depois do fim vem uma lista vazia"`
	Cursor   string `query:"cursor" doc:"proximo_cursor ou anterior_cursor de outra resposta; pagina é então ignorada"`
	SemTotal bool   `query:"sem_total" doc:"true poupa a contagem: total e paginas vêm null"`
}

// Period bounds a list in time.
type Period struct {
	De  string `query:"de" doc:"Desde este dia, na hora local do sistema, ou deste instante em RFC 3339" example:"2026-11-01"`
	Ate string `query:"ate" doc:"Até este dia, inclusive, ou este instante" example:"24/11/2026"`
}

// maxLimite is the largest page of logs and of messages.
const maxLimite = 500

// Paging says where in its list a window lies.
type Paging struct {
	Total          *int    `json:"total" doc:"null com sem_total=true"`
	Paginas        *int    `json:"paginas" doc:"null com sem_total=true"`
	PaginaAtual    *int    `json:"pagina_atual" doc:"null com cursor"`
	TemProxima     bool    `json:"tem_proxima"`
	TemAnterior    bool    `json:"tem_anterior"`
	ProximoCursor  *string `json:"proximo_cursor" doc:"null no fim da lista"`
	AnteriorCursor *string `json:"anterior_cursor" doc:"null no começo da lista"`
}

func pagingOf[T any](p store.Pagina[T]) Paging {
	return Paging{
		Total: counted(p.Total, p.Total), Paginas: counted(p.Total, p.Paginas()), PaginaAtual: given(p.Pagina),
		TemProxima: hasNext(p), TemAnterior: hasPrevious(p), ProximoCursor: given(p.Proximo), AnteriorCursor: given(p.Anterior),
	}
}

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
