package store

import "example.com/monitor/store/sheet"

type (
	// Sheet is sheet.Table.
	Sheet = sheet.Table
	// SheetOptions is sheet.Options.
	SheetOptions = sheet.Options
	// SheetFormat is sheet.Format.
	SheetFormat = sheet.Format
	// SheetAudience is sheet.Audience.
	SheetAudience = sheet.Audience
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
	SheetXLSX     = sheet.XLSX
	SheetCSV      = sheet.CSV
	SheetNDJSON   = sheet.NDJSON
	SheetExcel    = sheet.Excel
	SheetPrograms = sheet.Programs
)

var (
	// OpenSheet is sheet.Open.
	OpenSheet = sheet.Open
	// NewSheetWriter is sheet.NewWriter.
	NewSheetWriter = sheet.NewWriter
	// SafeCell is sheet.SafeCell.
	SafeCell = sheet.SafeCell
)
