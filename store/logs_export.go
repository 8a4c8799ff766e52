package store

import (
	"context"
	"io"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/list"
	"example.com/monitor/store/record"
)

// The formats of an export.
const (
	FormatoCSV    = "csv"
	FormatoNDJSON = "ndjson"
)

// ExportacaoLogs is an export that has been granted and audited.
type ExportacaoLogs struct {
	call    *call
	sel     *list.Selection[Log]
	formato string
}

// Export prepares an export of the audit rows that f selects, whatever window f
// asks for, and audits it. Admins and moderadores. Nothing is read before Write.
func (l Logs) Export(ctx context.Context, f LogFiltro, formato string) (*ExportacaoLogs, error) {
	sel, err := l.seleciona(ctx, f)
	if err != nil {
		return nil, err
	}
	if formato != FormatoCSV && formato != FormatoNDJSON {
		return nil, fault.Invalid("formato", "O formato deve ser csv ou ndjson")
	}
	err = l.write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, entry{acao: actLogsExported, text: "Trilha de auditoria exportada em " + formato, depois: f.pedido()})
	})
	return &ExportacaoLogs{l.call, sel, formato}, err
}

// pedido says which rows were asked for.
func (f LogFiltro) pedido() map[string]any {
	out := map[string]any{}
	for k, v := range map[string]string{"busca": f.Busca, "acao": f.Acao, "nivel": f.Nivel, "de": f.De, "ate": f.Ate} {
		if v != "" {
			out[k] = v
		}
	}
	if f.ClienteID != 0 {
		out["cliente_id"] = f.ClienteID
	}
	return out
}

// Write writes the rows, newest first, in the memory of one window, and returns
// how many they were. progress, which may be nil, is told after each window. Rows
// that come while it runs are not in it. A call of w may be slow; the database is
// not held meanwhile.
func (e *ExportacaoLogs) Write(ctx context.Context, w io.Writer, progress func(n int)) (n int, err error) {
	j := list.Window{Pagina: 1, PorPagina: list.MaxPerPage, SemTotal: true}
	line := record.LogWriter(w, e.formato == FormatoCSV)
	if err := line(nil); err != nil {
		return 0, err
	}
	for {
		var page Pagina[Log]
		err := e.call.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
			page, err = e.sel.List(ctx, q, j)
			return err
		})
		if err != nil {
			return n, err
		}
		if err := line(page.Itens); err != nil {
			return n, err
		}
		n += len(page.Itens)
		if progress != nil {
			progress(n)
		}
		if j.Cursor = page.Proximo; j.Cursor == "" {
			return n, nil
		}
	}
}
