package store

import "example.com/monitor/store/imports"

type (
	// ImportPlan is imports.Plan.
	ImportPlan = imports.Plan
	// ImportRow is imports.Row.
	ImportRow = imports.Row
	// ImportColumn is imports.Column.
	ImportColumn = imports.Column
	// ImportOptions is imports.Options.
	ImportOptions = imports.Options
	// ExportOptions is imports.ExportOptions.
	ExportOptions = imports.ExportOptions
)

var (
	// ImportTemplate is imports.Template.
	ImportTemplate = imports.Template
	// ImportColumns is imports.Names.
	ImportColumns = imports.Names
	// MatchColumns is imports.Columns.
	MatchColumns = imports.Columns
	// OpenSheetFile is imports.OpenFile.
	OpenSheetFile = imports.OpenFile
	// WriteSheetFile is imports.WriteFile.
	WriteSheetFile = imports.WriteFile
	// SheetFormatOf is imports.FormatOf.
	SheetFormatOf = imports.FormatOf
)
