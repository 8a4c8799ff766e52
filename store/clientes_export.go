package store

import (
	"context"
	"io"

	"example.com/monitor/store/imports"
	"example.com/monitor/store/list"
)

// ExportacaoClientes is an export that has been granted and audited.
type ExportacaoClientes struct {
	clientes Clientes
	filtro   ClienteFiltro
	como     ExportOptions
}

// Export prepares an export of the clients that f selects, whatever window f asks for, and
// audits it. Admins, moderadores and reading keys. Nothing is read before Write.
func (c Clientes) Export(ctx context.Context, f ClienteFiltro, como ExportOptions) (*ExportacaoClientes, error) {
	if err := c.require(Admin, Moderador, Leitura); err != nil {
		return nil, err
	}
	if err := como.Check(); err != nil {
		return nil, err
	}
	f.Pagina, f.PorPagina, f.Cursor, f.SemTotal = 1, 1, "", false
	found, err := c.List(ctx, f) // what is wrong with f is said before anything is written
	if err != nil {
		return nil, err
	}
	f.PorPagina, f.SemTotal, como.Zone = list.MaxPerPage, true, c.s.cfg.Fuso
	err = c.write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, entry{acao: actClientesExported, text: "Clientes exportados em " + string(como.Format), depois: f.Asked(found.Total)})
	})
	return &ExportacaoClientes{c, f, como}, err
}

// Write writes the clients in the memory of one window, and returns how many they were. progress,
// which may be nil, is told after each window. A call of w may be slow; the database is not held
// meanwhile.
func (e *ExportacaoClientes) Write(ctx context.Context, w io.Writer, progress func(n int)) (n int, err error) {
	out, err := imports.NewWriter(w, e.como)
	if err != nil {
		return 0, err
	}
	for f := e.filtro; ; {
		page, err := e.clientes.List(ctx, f)
		if err != nil {
			return n, err
		}
		for i := range page.Itens {
			if err := out.Client(&page.Itens[i]); err != nil {
				return n, err
			}
		}
		n += len(page.Itens)
		if progress != nil {
			progress(n)
		}
		if f.Cursor = page.Proximo; f.Cursor == "" {
			return n, out.Close()
		}
	}
}
