// Package chars knows the few characters that numbers and documents consist of.
package chars

import "slices"

// Keep drops the runes that are not wanted.
func Keep(s string, wanted func(rune) bool) string {
	return string(slices.DeleteFunc([]rune(s), func(r rune) bool { return !wanted(r) }))
}

// Digit returns whether r is one of 0 to 9.
func Digit(r rune) bool { return '0' <= r && r <= '9' }

// Lower returns whether r is one of a to z.
func Lower(r rune) bool { return 'a' <= r && r <= 'z' }

// Alnum returns whether r is a digit or one of a to z.
func Alnum(r rune) bool { return Digit(r) || Lower(r) }
