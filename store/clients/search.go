package clients

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/list"
	"example.com/monitor/store/record"
)

// Search answers terms from SQLite's index; queue are the documents that wait.
func Search(ctx context.Context, q engine.Q, f Filter, j list.Window, terms [][]string, queue []list.Doc) (list.Pagina[record.Cliente], error) {
	page := list.Empty[record.Cliente](j)
	// Deleted clients are in the queue too, so it may hide documents though no row came of it.
	var waiting bool
	if err := q.Get(ctx, []any{&waiting}, "SELECT EXISTS (SELECT 1 FROM monitor_busca_fila)"); err != nil {
		return page, err
	}
	query := list.NewQuery(terms, f.Ativo, waiting)
	matches := query.Queued(queue)
	if !f.SemTotal {
		var err error
		if page.Total, err = query.Count(ctx, q); err != nil {
			return page, err
		}
		page.Total += len(matches)
	}
	return pageOf(ctx, q, query, matches, j, page)
}

// pageOf reads the window of matches that j asks for.
func pageOf(ctx context.Context, q engine.Q, c *list.Query, queue []list.Match, j list.Window, page list.Pagina[record.Cliente]) (list.Pagina[record.Cliente], error) {
	at, err := j.Start(q.Kind())
	if err != nil {
		return page, err
	}
	var found []list.Match
	switch n := j.PorPagina + 1; {
	case j.Cursor != "":
		found, err = c.Beyond(ctx, q, queue, list.Match{ID: at.ID, Cadastro: at.Time}, at.Before, n)
	case j.Ultima:
		found, err = c.Last(ctx, q, queue, n)
	default:
		found, err = c.AtOffset(ctx, q, queue, j.Skip(), n)
	}
	if err != nil {
		return page, err
	}
	return Listing.WindowOf(ctx, q, j, page, found, at.Before)
}

// TermCondition asks for one of the texts.
func TermCondition(kind engine.Kind, alternatives []string) (cond string, args []any) {
	return list.ColumnHas(kind, "c.monitor_busca", alternatives)
}

// SieveOf folds every client here: slow, and right for the scripts that
// the server's column does not know.
func SieveOf(terms [][]string) *list.Sieve {
	return &list.Sieve{Cols: []string{"c.nome", "c.email", "c.empresa", "c.telefone", "c.cpf_cnpj"}, Keeps: func(v []string) bool {
		return list.ContainsTerms(fold.SearchText(v[0], v[1], v[2], v[3], v[4]), terms)
	}}
}
