package imports

import (
	"cmp"
	"io"
	"slices"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/sheet"
)

// Rejects is how many rows were left out.
func (p *Plan) Rejects() int { return len(p.rejects) }

// WriteRejects writes the rows that were left out as they came, and why: mended, the file can be
// imported again.
func (p *Plan) WriteRejects(w io.Writer) error {
	columns := make([]sheet.Column, 0, len(p.header)+1)
	for i, h := range p.header {
		columns = append(columns, sheet.Column{Key: h, Title: h, Kind: sheet.Text, Width: p.widthOf(i)})
	}
	columns = append(columns, sheet.Column{Key: "motivo", Title: "Motivo", Kind: sheet.Text, Width: 60})
	out, err := sheet.NewWriter(w, p.format, sheet.Excel, columns)
	if err != nil {
		return err
	}
	slices.SortStableFunc(p.rejects, func(a, b reject) int { return cmp.Compare(a.number, b.number) })
	for _, r := range p.rejects {
		row := make([]sheet.Cell, 0, len(columns))
		for _, c := range r.cells.cells() {
			row = append(row, sheet.Cell{Kind: sheet.Text, Text: c.Text})
		}
		for len(row) < len(p.header) { // a row that could not be read
			row = append(row, sheet.Cell{})
		}
		if err := out.Row(append(row, sheet.Cell{Kind: sheet.Text, Text: r.why})); err != nil {
			return err
		}
	}
	return out.Close()
}

func (p *Plan) widthOf(i int) int {
	for _, f := range fields {
		if f.column == p.Colunas[i].Campo {
			return f.width
		}
	}
	return 0
}

// Template writes a file to fill in, with one row to show how.
func Template(w io.Writer, format sheet.Format) error {
	if format != sheet.XLSX && format != sheet.CSV {
		return fault.Invalid("formato", "O modelo é xlsx ou csv")
	}
	var columns []sheet.Column
	var row []sheet.Cell
	for _, f := range fields {
		if f.column == "id" {
			continue // new clients have none
		}
		columns = append(columns, sheet.Column{Key: f.column, Title: f.title, Kind: sheet.Text, Width: f.width})
		row = append(row, sheet.Cell{Kind: sheet.Text, Text: f.sample})
	}
	out, err := sheet.NewWriter(w, format, sheet.Excel, columns)
	if err != nil {
		return err
	}
	if err := out.Row(row); err != nil {
		return err
	}
	return out.Close()
}
