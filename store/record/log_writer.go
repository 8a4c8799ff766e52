package record

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"

	"example.com/monitor/store/sheet"
)

// LogWriter writes rows to w as CSV, or else as a line of JSON each; the first call, without
// any, writes what stands above them.
func LogWriter(w io.Writer, asCSV bool) func([]Log) error {
	if !asCSV {
		var buf bytes.Buffer
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
		cells[i] = sheet.SafeCell(cells[i])
	}
	return cells
}
