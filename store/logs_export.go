package store

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/list"
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
	line := e.linhas(w)
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

// linhas writes rows in the export's format; the first call, without any, writes
// what stands above them.
func (e *ExportacaoLogs) linhas(w io.Writer) func([]Log) error {
	var buf bytes.Buffer
	if e.formato == FormatoNDJSON {
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		return func(rows []Log) error {
			buf.Reset()
			for i := range rows {
				if err := enc.Encode(&rows[i]); err != nil {
					return err
				}
			}
			_, err := w.Write(buf.Bytes())
			return err
		}
	}
	cells := csv.NewWriter(w)
	cells.UseCRLF = true
	head := []string{"id", "cliente_id", "acao", "descricao", "ip_address", "user_agent", "dados", "data_hora", "nivel", "ator", "canal", "ip", "email_informado"}
	return func(rows []Log) error {
		if rows == nil {
			_ = cells.Write(head) // Error tells
		}
		for i := range rows {
			_ = cells.Write(logCells(&rows[i]))
		}
		cells.Flush()
		return cells.Error()
	}
}

// logCells are the columns of a row, safe for a spreadsheet.
func logCells(l *Log) []string {
	cliente := ""
	if l.ClienteID != 0 {
		cliente = strconv.FormatInt(int64(l.ClienteID), 10)
	}
	cells := []string{strconv.FormatInt(l.ID, 10), cliente, l.Acao, l.Descricao, string(l.IPAddress), string(l.UserAgent), string(l.Dados), l.DataHora.String(), l.Nivel}
	a := l.Autoria()
	cells = append(cells, a.Ator, a.Canal, a.IP, a.EmailInformado)
	for i := range cells {
		cells[i] = CelulaCSV(cells[i])
	}
	return cells
}
