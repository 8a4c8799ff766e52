package record

import (
	"bytes"
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
	var columns []sheet.Column
	for _, key := range []string{"id", "cliente_id", "acao", "descricao", "ip_address", "user_agent", "dados", "data_hora", "nivel", "ator", "canal", "ip", "email_informado"} {
		columns = append(columns, sheet.Column{Key: key, Kind: sheet.Text})
	}
	out, err := sheet.NewWriter(w, sheet.CSV, sheet.Archive, columns)
	return func(rows []Log) error {
		if err != nil {
			return err
		}
		for i := range rows {
			_ = out.Row(logCells(&rows[i])) // Flush tells
		}
		return out.Flush()
	}
}

// logCells are the columns of a row.
func logCells(l *Log) []sheet.Cell {
	cliente := ""
	if l.ClienteID != 0 {
		cliente = strconv.FormatInt(int64(l.ClienteID), 10)
	}
	texts := []string{strconv.FormatInt(l.ID, 10), cliente, l.Acao, l.Descricao, string(l.IPAddress), string(l.UserAgent), string(l.Dados), l.DataHora.String(), l.Nivel}
	a := l.Autoria()
	texts = append(texts, a.Ator, a.Canal, a.IP, a.EmailInformado)
	cells := make([]sheet.Cell, len(texts))
	for i, s := range texts {
		cells[i] = sheet.Cell{Kind: sheet.Text, Text: s}
	}
	return cells
}
