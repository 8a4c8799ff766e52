package store

import (
	"io"

	"example.com/monitor/store/sheet"
)

type (
	// SheetCell is sheet.Cell.
	SheetCell = sheet.Cell
	// SheetColumn is sheet.Column.
	SheetColumn = sheet.Column
	// SheetWriter is sheet.Writer.
	SheetWriter = sheet.Writer
)

// What doors know of package sheet.
const (
	SheetText     = sheet.Text
	SheetNumber   = sheet.Number
	SheetBool     = sheet.Bool
	SheetCSV      = sheet.CSV
	SheetPrograms = sheet.Programs
)

// NewSheetWriter is sheet.NewWriter.
func NewSheetWriter(w io.Writer, f sheet.Format, a sheet.Audience, columns []SheetColumn) (*SheetWriter, error) {
	return sheet.NewWriter(w, f, a, columns)
}

// SafeCell is sheet.SafeCell.
func SafeCell(s string) string { return sheet.SafeCell(s) }
