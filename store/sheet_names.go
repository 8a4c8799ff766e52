package store

import "example.com/monitor/store/sheet"

// SafeCell is sheet.SafeCell.
func SafeCell(s string) string { return sheet.SafeCell(s) }
