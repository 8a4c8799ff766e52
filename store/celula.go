package store

import "strings"

// brancos is what spreadsheets and JavaScript take for white space; the pages
// neutralise cells by the same rule (server/web/static/js/csv.js).
const brancos = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

// CelulaCSV neutralises what a spreadsheet would run as a formula: a text that
// begins with = + - or @, also behind white space, or has a tab or a carriage
// return before its first letter, gets an apostrophe before it.
func CelulaCSV(s string) string {
	rest := strings.TrimLeft(s, brancos)
	lead := s[:len(s)-len(rest)]
	if strings.ContainsAny(lead, "\t\r") || rest != "" && strings.IndexByte("=+-@", rest[0]) >= 0 {
		return "'" + s
	}
	return s
}
