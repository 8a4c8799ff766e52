package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/list"
	"example.com/monitor/store/operation"
)

// History returns the changes of client id, there or removed, the newest first: who made each,
// when, from where, and what it changed. Admins and moderadores.
func (c Clientes) History(ctx context.Context, id int64, f OperacaoFiltro) (Pagina[ClienteVersao], error) {
	j := list.Window(f).WithDefault(50)
	s, err := Logs(c).seleciona(ctx, LogFiltro{ClienteID: id})
	if err != nil {
		return list.Empty[ClienteVersao](j), err
	}
	s.And(operation.IsChange)
	rows, err := readPage(ctx, c.call, s, j)
	page := list.Empty[ClienteVersao](j)
	page.Total, page.Proximo, page.Anterior = rows.Total, rows.Proximo, rows.Anterior
	if err != nil {
		return page, err
	}
	return page, c.read(ctx, func(ctx context.Context, q engine.Q) error {
		removed, err := operation.Removed(ctx, q, rows.Itens)
		for i := range rows.Itens {
			page.Itens = append(page.Itens, operation.VersionOf(&rows.Itens[i], removed[rows.Itens[i].ID]))
		}
		return err
	})
}
