package imports

import (
	"io"
	"slices"
	"strconv"
	"time"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/record"
	"example.com/monitor/store/sheet"
	"example.com/monitor/store/when"
)

// ExportOptions say what a file of clients is to be.
type ExportOptions struct {
	Format   sheet.Format
	Audience sheet.Audience
	Zone     *time.Location // of its times, for Excel; nil is UTC
}

// Check refuses a format or an audience that there is not.
func (o *ExportOptions) Check() error {
	if !slices.Contains([]sheet.Format{sheet.XLSX, sheet.CSV, sheet.NDJSON}, o.Format) {
		return fault.Invalid("formato", "Use um destes: xlsx, csv, ndjson")
	}
	if o.Audience != sheet.Excel && o.Audience != sheet.Programs {
		return fault.Invalid("para", "Use um destes: excel, programas")
	}
	return nil
}

// noted are the columns that are written and not read: the program keeps them.
var noted = []sheet.Column{
	{Key: "nivel_acesso", Title: "Nível de acesso", Kind: sheet.Text, Width: 16},
	{Key: "data_cadastro", Title: "Cadastro", Kind: sheet.Date, Width: 18},
	{Key: "ultimo_acesso", Title: "Último acesso", Kind: sheet.Date, Width: 18},
	{Key: "total_dispositivos", Title: "Dispositivos", Kind: sheet.Number, Width: 12},
	{Key: "dados_extras", Title: "Dados extras", Kind: sheet.Text, Width: 30},
}

// Writer writes clients as rows; what it writes can be imported again.
type Writer struct {
	out *sheet.Writer
	o   ExportOptions
}

// NewWriter begins a file of clients.
func NewWriter(w io.Writer, o ExportOptions) (*Writer, error) {
	columns := make([]sheet.Column, 0, len(fields)+len(noted))
	for _, f := range fields {
		columns = append(columns, sheet.Column{Key: f.column, Title: f.title, Kind: f.kind, Width: f.width})
	}
	out, err := sheet.NewWriter(w, o.Format, o.Audience, append(columns, noted...))
	return &Writer{out, o}, err
}

// Client writes one.
func (w *Writer) Client(c *record.Cliente) error {
	row := make([]sheet.Cell, 0, len(fields)+len(noted))
	row = append(row, number(c.ID))
	for _, f := range fields[1:] {
		value, _ := c.Column(f.column)
		row = append(row, cellOf(value))
	}
	return w.out.Row(append(row, text(c.Level()), w.time(c.DataCadastro), w.time(c.UltimoAcesso), number(int64(c.TotalDispositivos)), text(string(c.DadosExtras))))
}

// Close ends the file.
func (w *Writer) Close() error { return w.out.Close() }

func number(n int64) sheet.Cell {
	return sheet.Cell{Kind: sheet.Number, Text: strconv.FormatInt(n, 10)}
}

func text(s string) sheet.Cell {
	if s == "" {
		return sheet.Cell{}
	}
	return sheet.Cell{Kind: sheet.Text, Text: s}
}

func cellOf(value any) sheet.Cell {
	switch v := value.(type) {
	case record.Text:
		return text(string(v))
	case string:
		return text(v)
	case *bool:
		if v != nil {
			return sheet.Cell{Kind: sheet.Bool, Text: strconv.FormatBool(*v)}
		}
	}
	return sheet.Cell{}
}

// time is an instant as people of the zone read it, or as programs do.
func (w *Writer) time(h when.Hora) sheet.Cell {
	if h.IsZero() {
		return sheet.Cell{}
	}
	if w.o.Audience == sheet.Programs {
		return text(h.UTC().Format(time.RFC3339Nano))
	}
	zone := w.o.Zone
	if zone == nil {
		zone = time.UTC
	}
	return sheet.Cell{Kind: sheet.Date, Text: h.In(zone).Format("2006-01-02T15:04:05")}
}
