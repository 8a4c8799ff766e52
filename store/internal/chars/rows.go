package chars

import "strings"

// Rows is the text of n rows of placeholders.
func Rows(row string, n int) string { return strings.TrimSuffix(strings.Repeat(row+", ", n), ", ") }
