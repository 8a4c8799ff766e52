package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// blanks is what spreadsheets take for white space.
const blanks = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

// formulas begin what a spreadsheet computes, also in the widths of East Asian
// keyboards, or runs (DDE).
const formulas = "=+-@|＝＋－＠﹦﹢﹣﹫"

// unseen is what stands before a first letter without being one: white space, and what
// is not shown at all.
func unseen(r rune) bool {
	return strings.ContainsRune(blanks, r) || unicode.In(r, unicode.Cc, unicode.Cf)
}

// SafeCell neutralises what a spreadsheet would run as a formula: a text that
// begins with one of formulas, also behind what is not seen, or has a tab or a
// carriage return before its first letter, gets an apostrophe before it.
func SafeCell(s string) string {
	rest := strings.TrimLeftFunc(s, unseen)
	first, _ := utf8.DecodeRuneInString(rest)
	if strings.ContainsAny(s[:len(s)-len(rest)], "\t\r") || rest != "" && strings.ContainsRune(formulas, first) {
		return "'" + s
	}
	return s
}
