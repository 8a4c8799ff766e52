package store

import (
	"context"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
)

// On servers a search is a condition on the generated column monitor_busca; list,
// pages and cursors are those of the plain list.

// searchServer answers a list with terms.
func (c Clientes) searchServer(ctx context.Context, f ClienteFiltro, terms [][]string) (Pagina[Cliente], error) {
	var page Pagina[Cliente]
	err := c.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		if q.Kind() == engine.MySQL && foraDaColuna(terms) {
			page, err = scanClientes(ctx, q, f, terms)
			return err
		}
		s := selecao{where: "1 = 1", busca: true}
		for _, alternatives := range terms {
			s.and(condicaoTermo(q.Kind(), alternatives))
		}
		page, err = s.list(ctx, q, f)
		return err
	})
	return page, err
}

// condicaoTermo asks for one of the texts.
func condicaoTermo(kind engine.Kind, alternatives []string) (cond string, args []any) {
	one := "instr(c.monitor_busca, ?) > 0"
	argument := func(s string) any { return []byte(s) } // bytes meet bytes: no collation
	if kind == engine.Postgres {
		one = "c.monitor_busca LIKE ?"
		argument = func(s string) any { return "%" + likeLiteral.Replace(s) + "%" }
	}
	conds := make([]string, len(alternatives))
	for i, a := range alternatives {
		conds[i], args = one, append(args, argument(a))
	}
	return "(" + strings.Join(conds, " OR ") + ")", args
}

// found reads a page of matches and how many there are in all, walking MySQL's
// index once.
func (s *selecao) found(ctx context.Context, q engine.Q, f ClienteFiltro, page Pagina[Cliente]) (Pagina[Cliente], error) {
	return s.withTotal(ctx, q, f, page, "p.total", "(SELECT c.id AS pid, count(*) OVER () AS total FROM clientes c WHERE "+
		s.where+ordemLista+" LIMIT ? OFFSET ?) p JOIN clientes c ON c.id = p.pid"+ordemLista,
		append(slices.Clone(s.args), f.PorPagina, (f.Pagina-1)*f.PorPagina))
}

// first reads the first page and the total in one round trip.
func (s *selecao) first(ctx context.Context, q engine.Q, f ClienteFiltro, page Pagina[Cliente]) (Pagina[Cliente], error) {
	return s.withTotal(ctx, q, f, page, "(SELECT count(*) FROM clientes c WHERE "+s.where+")", "clientes c WHERE "+s.where+ordemLista+" LIMIT ?",
		append(append(slices.Clone(s.args), s.args...), f.PorPagina))
}

// withTotal reads a page whose every row also tells the total.
func (s *selecao) withTotal(ctx context.Context, q engine.Q, f ClienteFiltro, page Pagina[Cliente], total, from string, args []any) (Pagina[Cliente], error) {
	page.Pagina, page.Itens = f.Pagina, []Cliente{}
	rows, err := q.Rows(ctx, "SELECT "+clienteCols+", "+total+" FROM "+from, args...)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Cliente
		if err := rows.Scan(append(c.dest(), &page.Total)...); err != nil {
			return page, engine.Translate(err)
		}
		page.Itens = append(page.Itens, c)
	}
	if err := engine.Translate(rows.Err()); err != nil {
		return page, err
	}
	switch {
	case len(page.Itens) > 0:
	case f.Pagina == 1:
		page.Total = 0
	default: // behind the last page
		page.Total, err = s.count(ctx, q)
	}
	return withCursors(page, f.Pagina > 1, f.Pagina*f.PorPagina < page.Total), err
}

var likeLiteral = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// foraDaColuna says that MySQL's column may lack what a term looks for.
func foraDaColuna(terms [][]string) bool {
	outside := foraMySQL()
	for _, t := range terms {
		if strings.ContainsFunc(t[0], func(r rune) bool { return outside[r] }) {
			return true
		}
	}
	return false
}

// scanClientes reads every client and folds it here: slow, and right for the
// scripts that MySQL's column does not know.
func scanClientes(ctx context.Context, q engine.Q, f ClienteFiltro, terms [][]string) (Pagina[Cliente], error) {
	page := Pagina[Cliente]{Total: -1, PorPagina: f.PorPagina}
	var docs []clienteDoc
	err := q.All(ctx, &docs, "SELECT c.id, c.nome, c.email, c.empresa, c.telefone, c.cpf_cnpj, c.ativo, c.data_cadastro, AS_TEXT(c.data_cadastro) AS cadastro FROM clientes c")
	if err != nil {
		return page, err
	}
	cons := &consulta{terms: terms, ativo: f.Ativo}
	found := cons.queued(docs)
	if !f.SemTotal {
		page.Total = len(found)
	}
	return pageOf(ctx, q, f, page, found)
}

// pageOf cuts the window that f asks for out of all matches.
func pageOf(ctx context.Context, q engine.Q, f ClienteFiltro, page Pagina[Cliente], found []achado) (Pagina[Cliente], error) {
	at := posicao{Antes: f.Ultima}
	n := f.PorPagina + 1
	switch {
	case f.Cursor != "":
		var err error
		if at, err = parseCursor(f.Cursor); err != nil {
			return page, err
		}
		mark := achado{ID: at.ID, Cadastro: at.Hora}
		found = slices.DeleteFunc(found, func(a achado) bool {
			if at.Antes {
				return a.depois(mark) >= 0
			}
			return a.depois(mark) <= 0
		})
		found = cut(sortAchados(found, at.Antes), 0, n)
	case f.Ultima:
		found = cut(sortAchados(found, true), 0, n)
	default:
		page.Pagina = f.Pagina
		found = cut(found, (f.Pagina-1)*f.PorPagina, n)
	}
	return windowOf(ctx, q, f, page, found, at.Antes)
}

// windowOf reads up to PorPagina+1 matches as a page.
func windowOf(ctx context.Context, q engine.Q, f ClienteFiltro, page Pagina[Cliente], found []achado, antes bool) (Pagina[Cliente], error) {
	list, err := clientesByID(ctx, q, found)
	if err != nil {
		return page, err
	}
	end := f.Cursor == ""
	page = window(page, list, antes, end)
	if end && !f.Ultima && f.Pagina == 1 {
		page.Anterior = ""
	}
	return page, nil
}
