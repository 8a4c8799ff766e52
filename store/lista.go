package store

import (
	"context"
	"slices"

	"example.com/monitor/store/engine"
)

// ClienteFiltro selects clients. The zero value is the first 20, newest first.
type ClienteFiltro struct {
	// Busca holds terms split at spaces; each must occur in nome, email, empresa,
	// telefone or cpf_cnpj, whatever its case, accents or mask.
	Busca     string
	Ativo     *bool
	Pagina    int    // from 1; ignored when Cursor is set
	PorPagina int    // 0 means 20; at most 1000
	Cursor    string // Proximo or Anterior of another window
	// Ultima asks for the last window of the list instead of the first.
	Ultima bool
	// SemTotal leaves Total at -1 and saves counting.
	SemTotal bool
}

func (f ClienteFiltro) withDefaults() ClienteFiltro {
	if f.PorPagina <= 0 {
		f.PorPagina = 20
	}
	f.PorPagina = min(f.PorPagina, 1000)
	f.Pagina = max(f.Pagina, 1)
	return f
}

// maxTermos bounds a search; nobody types more.
const maxTermos = 32

var errMuitosTermos = &InvalidError{Campos: map[string]string{"busca": "Use no máximo 32 termos na busca"}}

// List returns the clients that the actor may see, data_cadastro descending
// (NULL last), then id descending. A usuario sees only itself.
func (c Clientes) List(ctx context.Context, f ClienteFiltro) (Pagina[Cliente], error) {
	if err := c.require(Admin, Moderador, Leitura, Usuario); err != nil {
		return Pagina[Cliente]{}, err
	}
	f = f.withDefaults()
	terms := searchTerms(f.Busca)
	if len(terms) > maxTermos {
		return Pagina[Cliente]{}, errMuitosTermos
	}
	if c.actor.nivel == Usuario {
		return c.listSelf(ctx, f, terms)
	}
	if len(terms) > 0 {
		return c.search(ctx, f, terms)
	}
	var page Pagina[Cliente]
	err := c.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		page, err = listClientes(ctx, q, f)
		return err
	})
	return page, err
}

// listSelf is the list of somebody who sees only its own record.
func (c Clientes) listSelf(ctx context.Context, f ClienteFiltro, terms [][]string) (Pagina[Cliente], error) {
	page := Pagina[Cliente]{Itens: []Cliente{}, Pagina: f.Pagina, PorPagina: f.PorPagina}
	self, err := c.Get(ctx, c.actor.id)
	if err != nil {
		return page, err
	}
	doc := clienteDoc{Nome: self.Nome, Email: self.Email, Empresa: self.Empresa, Telefone: self.Telefone, CPFCNPJ: self.CPFCNPJ, Ativo: self.Ativo}
	if (&consulta{terms: terms, ativo: f.Ativo}).matches(&doc) {
		page.Total = 1
		if f.Pagina == 1 && f.Cursor == "" {
			page.Itens = append(page.Itens, self)
		}
	}
	return page, nil
}

// selecao is which clients a list is about.
type selecao struct {
	where string
	args  []any
	ativo *bool
	busca bool // where holds a search
}

func (s *selecao) and(cond string, args []any) {
	s.where += " AND " + cond
	s.args = append(s.args, args...)
}

// listClientes is the list without a search.
func listClientes(ctx context.Context, q engine.Q, f ClienteFiltro) (Pagina[Cliente], error) {
	s := selecao{where: "1 = 1"}
	return s.list(ctx, q, f)
}

// list reads the window that f asks for.
func (s *selecao) list(ctx context.Context, q engine.Q, f ClienteFiltro) (Pagina[Cliente], error) {
	page := Pagina[Cliente]{Total: -1, PorPagina: f.PorPagina}
	if s.ativo = f.Ativo; f.Ativo != nil {
		s.and("c.ativo = ?", []any{*f.Ativo})
	}
	if q.Kind() != engine.SQLite && !f.SemTotal && f.Cursor == "" && !f.Ultima {
		switch {
		case s.busca && q.Kind() == engine.MySQL:
			return s.found(ctx, q, f, page)
		case !s.busca && f.Pagina == 1:
			return s.first(ctx, q, f, page)
		}
	}
	var err error
	if !f.SemTotal || (f.Cursor == "" && !f.Ultima) {
		if page.Total, err = s.count(ctx, q); err != nil {
			return page, err
		}
	}
	if f.Cursor != "" || f.Ultima {
		page, err = s.keyset(ctx, q, f, page)
	} else {
		page, err = s.offset(ctx, q, f, page)
	}
	if f.SemTotal {
		page.Total = -1
	}
	return page, err
}

// count is exact. SQLite reads the counters that triggers keep, also for other
// programs' writes; servers count, by an index that covers the question.
func (s *selecao) count(ctx context.Context, q engine.Q) (n int, err error) {
	if q.Kind() != engine.SQLite {
		err = q.Get(ctx, []any{&n}, "SELECT count(*) FROM clientes c WHERE "+s.where, s.args...)
		return n, err
	}
	col := "clientes"
	if s.ativo != nil && *s.ativo {
		col = "ativos"
	} else if s.ativo != nil {
		col = "inativos"
	}
	err = q.Get(ctx, []any{&n}, "SELECT "+col+" FROM monitor_contadores")
	return n, err
}

const (
	ordemLista   = " ORDER BY NEWEST(c.data_cadastro), c.id DESC"
	ordemInversa = " ORDER BY OLDEST(c.data_cadastro), c.id ASC"
)

// poucos matches are better found and sorted than met on a walk down the list.
const poucos = 2000

// offset reads page f.Pagina. It walks a covering index to the page, from the
// nearer end of the list, and fetches only the rows of the page.
func (s *selecao) offset(ctx context.Context, q engine.Q, f ClienteFiltro, page Pagina[Cliente]) (Pagina[Cliente], error) {
	page.Pagina = f.Pagina
	skip, n := (f.Pagina-1)*f.PorPagina, f.PorPagina
	if skip >= page.Total {
		page.Itens = []Cliente{}
		return page, nil
	}
	n = min(n, page.Total-skip)
	order := ordemLista
	if inverse := page.Total - skip - n; inverse < skip {
		order, skip = ordemInversa, inverse
	}
	from := "clientes c WHERE " + s.where + order + " LIMIT ? OFFSET ?"
	if s.busca && q.Kind() == engine.Postgres && page.Total <= poucos {
		// PostgreSQL cannot guess how few they are and would walk the whole list for
		// them; OFFSET 0 makes it find them first.
		from = "(SELECT c.id, c.data_cadastro FROM clientes c WHERE " + s.where + " OFFSET 0) c" + order + " LIMIT ? OFFSET ?"
	}
	if skip > 0 || s.busca {
		from = "(SELECT c.id AS pid FROM " + from + ") p JOIN clientes c ON c.id = p.pid" + ordemLista
	}
	list, err := selectClientes(ctx, q, from, append(slices.Clone(s.args), n, skip)...)
	if order == ordemInversa && skip == 0 && !s.busca {
		slices.Reverse(list)
	}
	page.Itens = list
	return withCursors(page, f.Pagina > 1, f.Pagina*f.PorPagina < page.Total), err
}

// withCursors sets the cursors around a window.
func withCursors(p Pagina[Cliente], before, after bool) Pagina[Cliente] {
	if len(p.Itens) == 0 {
		return p
	}
	at := func(c Cliente, antes bool) string {
		return posicao{Hora: c.cadastro, ID: c.ID, Antes: antes}.String()
	}
	if before {
		p.Anterior = at(p.Itens[0], true)
	}
	if after {
		p.Proximo = at(p.Itens[len(p.Itens)-1], false)
	}
	return p
}

// keyset reads the window after or before a cursor, or the last one.
func (s *selecao) keyset(ctx context.Context, q engine.Q, f ClienteFiltro, page Pagina[Cliente]) (Pagina[Cliente], error) {
	at := posicao{Antes: true}
	if f.Cursor != "" {
		var err error
		if at, err = parseCursor(f.Cursor); err != nil {
			return page, err
		}
	}
	order := ordemLista
	if at.Antes {
		order = ordemInversa
	}
	list := []Cliente{}
	for _, seg := range at.segmentos(q.Kind(), "c.data_cadastro") {
		missing := f.PorPagina + 1 - len(list)
		if missing == 0 {
			break
		}
		more, err := selectClientes(ctx, q, "clientes c WHERE "+s.where+" AND "+seg.cond+order+" LIMIT ?",
			append(append(slices.Clone(s.args), seg.args...), missing)...)
		if err != nil {
			return page, err
		}
		list = append(list, more...)
	}
	return window(page, list, at.Antes, f.Cursor == ""), nil
}

// window turns up to PorPagina+1 clients, read from a cursor, into a page.
func window(p Pagina[Cliente], list []Cliente, antes, end bool) Pagina[Cliente] {
	more := len(list) > p.PorPagina
	if more {
		list = list[:p.PorPagina]
	}
	p.Itens = list
	if !antes {
		return withCursors(p, true, more)
	}
	slices.Reverse(p.Itens)
	return withCursors(p, more, !end)
}
