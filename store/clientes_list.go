package store

import (
	"context"
	"errors"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/list"
	"example.com/monitor/store/record"
)

// ClienteFiltro selects clients. The zero value is the first 20, newest first.
type ClienteFiltro struct {
	// Busca holds terms split at spaces; each must occur in nome, email, empresa,
	// telefone or cpf_cnpj, whatever its case, accents, punctuation or mask. A telephone
	// may be typed with its country, its trunk prefix, with or without the ninth digit.
	Busca string
	Ativo *bool
	// Nivel is exactly this level; people without one count as usuario.
	Nivel string
	// Cidade and Empresa hold terms as Busca does; a state counts as part of the city.
	Cidade  string
	Empresa string
	// Ordem is one of OrdensClientes; "" is -cadastro. A cursor belongs to its order.
	Ordem     string
	Pagina    int    // from 1; ignored when Cursor is set
	PorPagina int    // 0 means 20; at most 1000
	Cursor    string // Proximo or Anterior of another window
	// Ultima asks for the last window of the list instead of the first.
	Ultima bool
	// SemTotal leaves Total at -1 and saves counting.
	SemTotal bool
}

func (f ClienteFiltro) janela() list.Window {
	return list.NewWindow(20, f.Pagina, f.PorPagina, f.Cursor, f.Ultima, f.SemTotal)
}

// maxTermos bounds a search; nobody types more.
const maxTermos = 32

// parseTerms splits a search that is not unreasonably long.
func parseTerms(busca string) ([][]string, error) { return bounded(fold.Terms(busca)) }

func bounded(terms [][]string) ([][]string, error) {
	if len(terms) > maxTermos {
		return nil, errMuitosTermos
	}
	return terms, nil
}

var errMuitosTermos = &InvalidError{Campos: map[string]string{"busca": "Use no máximo 32 termos na busca"}}

// List returns the clients that the actor may see, data_cadastro descending
// (NULL last), then id descending. A usuario sees only itself.
func (c Clientes) List(ctx context.Context, f ClienteFiltro) (Pagina[Cliente], error) {
	if err := c.require(Admin, Moderador, Leitura, Usuario); err != nil {
		return Pagina[Cliente]{}, err
	}
	t, err := f.termos()
	if err != nil {
		return Pagina[Cliente]{}, err
	}
	if c.actor.nivel == Usuario {
		return c.listSelf(ctx, f, t)
	}
	if f.isNarrow() {
		return c.listNarrow(ctx, f, t)
	}
	if len(t.Search) > 0 {
		return c.search(ctx, f, t.Search)
	}
	return readPage(ctx, c.call, selecionaClientes(f), f.janela())
}

// listSelf is the list of somebody who sees only its own record.
func (c Clientes) listSelf(ctx context.Context, f ClienteFiltro, t list.Terms) (Pagina[Cliente], error) {
	j := f.janela()
	page := Pagina[Cliente]{Itens: []Cliente{}, Pagina: j.Pagina, PorPagina: j.PorPagina}
	self, err := c.Get(ctx, c.actor.id)
	if errors.Is(err, ErrNotFound) {
		return page, errSessao // removed since the session was looked at
	}
	if err != nil {
		return page, err
	}
	if _, err := parseOrder(f.Ordem); err != nil {
		return page, err
	}
	texts := []string{self.Nome, self.Email, self.Empresa, self.Telefone, self.CPFCNPJ, self.Cidade, self.Estado}
	if t.Keeps(texts) && (f.Ativo == nil || *f.Ativo == self.IsActive()) && (f.Nivel == "" || f.Nivel == orDefault(self.NivelAcesso, Usuario)) {
		page.Total = 1
		if j.Pagina == 1 && j.Cursor == "" {
			page.Itens = append(page.Itens, self)
		}
	}
	return page, nil
}

// listaClientes reads clients with dest, which is quicker than bun.
var listaClientes = &list.Listing[Cliente]{Table: "clientes c", Time: "c.data_cadastro", ID: "c.id", Read: lerClientes}

func lerClientes(ctx context.Context, q engine.Q, total, from string, args ...any) ([]list.Placed[Cliente], error) {
	rows, err := q.Rows(ctx, "SELECT "+record.ClienteCols+", "+total+" FROM "+from, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	placed := make([]list.Placed[Cliente], 0, 20)
	for rows.Next() {
		var p list.Placed[Cliente]
		if err := rows.Scan(append(p.Item.Dest(), &p.Total)...); err != nil {
			return nil, engine.Translate(err)
		}
		p.At = list.Position{Time: p.Item.Registered(), ID: p.Item.ID}
		placed = append(placed, p)
	}
	return placed, engine.Translate(rows.Err())
}

// selecionaClientes is the list without a search. SQLite reads the counters that
// triggers keep, also for other programs' writes; servers count, by an index that
// covers the question.
func selecionaClientes(f ClienteFiltro) *list.Selection[Cliente] {
	s, col := list.Select(listaClientes, list.AnyRow), "clientes"
	if f.Ativo != nil {
		s.And("c.ativo = ?", *f.Ativo)
		col = "inativos"
		if *f.Ativo {
			col = "ativos"
		}
	}
	s.Counter = counter(col)
	return s
}

// counter reads one of SQLite's counters.
func counter(col string) func(context.Context, engine.Q) (int, error) {
	return func(ctx context.Context, q engine.Q) (n int, err error) {
		err = q.Get(ctx, []any{&n}, "SELECT "+col+" FROM monitor_contadores")
		return n, err
	}
}
