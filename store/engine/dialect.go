package engine

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// The engines differ in a few expressions. Shared SQL names them by words that
// look like functions; expand writes what each engine has for them:
//
//	AS_TEXT(col)    a date-time as 2006-01-02 15:04:05.000000, '' for NULL
//	NEWEST(col)     an ORDER BY term: descending, NULL last
//	OLDEST(col)     the reverse of NEWEST
//	NON_ASCII(col)  whether a text has letters outside ASCII
//	EXACT(col, ?)   equality that letter case, accents and trailing spaces count in
//	FOR_UPDATE      what locks the rows read until the transaction ends
var macro = regexp.MustCompile(`\b(AS_TEXT|NEWEST|OLDEST|NON_ASCII|EXACT)\(([a-z_.]+)(, \?)?\)| FOR_UPDATE\b`)

var macros = map[Kind]map[string]string{
	SQLite: {
		// Text as stored: the driver would guess at its form for every row.
		"AS_TEXT": "coalesce(%[1]s || '', '')",
		"NEWEST":  "%[1]s DESC", "OLDEST": "%[1]s ASC",
		"NON_ASCII": "%[1]s GLOB '*[^ -~]*'",
		"EXACT":     "%[1]s = ?", "FOR_UPDATE": "",
	},
	Postgres: {
		"AS_TEXT": "coalesce(to_char(%[1]s, 'YYYY-MM-DD HH24:MI:SS.US'), '')",
		"NEWEST":  "%[1]s DESC NULLS LAST", "OLDEST": "%[1]s ASC NULLS FIRST",
		"NON_ASCII": "octet_length(%[1]s) <> char_length(%[1]s)",
		"EXACT":     "%[1]s = ?", "FOR_UPDATE": " FOR UPDATE",
	},
	MySQL: {
		"AS_TEXT": "coalesce(date_format(%[1]s, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), '')",
		"NEWEST":  "%[1]s DESC", "OLDEST": "%[1]s ASC",
		"NON_ASCII": "length(%[1]s) <> char_length(%[1]s)",
		// The column's own collation finds candidates by index; ?N names the argument again.
		"EXACT": "(%[1]s = ?%[2]d AND CAST(%[1]s AS BINARY) = CAST(? AS BINARY))", "FOR_UPDATE": " FOR UPDATE",
	},
}

// expansions keeps expanded texts: those of the store and, up to a bound, those that
// searches are put together from.
type expansions struct {
	m sync.Map
	n atomic.Int32
}

// maxExpansions bounds what searches of many shapes can make us keep.
const maxExpansions = 2000

func (e *expansions) get(kind Kind, query string) string {
	if text, ok := e.m.Load(query); ok {
		return text.(string) //nolint:forcetypeassert // put in below
	}
	text := expand(kind, query)
	if e.n.Add(1) <= maxExpansions {
		e.m.Store(query, text)
	}
	return text
}

func expand(kind Kind, query string) string {
	var b strings.Builder
	last := 0
	for _, m := range macro.FindAllStringSubmatchIndex(query, -1) {
		b.WriteString(query[last:m[0]])
		word, col := strings.TrimSpace(query[m[0]:m[1]]), ""
		if m[2] >= 0 {
			word, col = query[m[2]:m[3]], query[m[4]:m[5]]
		}
		b.WriteString(fill(macros[kind][word], col, strings.Count(query[:m[0]], "?")))
		last = m[1]
	}
	b.WriteString(query[last:])
	return b.String()
}

// fill puts a column and the number of the argument into an expression.
func fill(expr, col string, arg int) string {
	if !strings.Contains(expr, "%[2]d") {
		return strings.ReplaceAll(strings.ReplaceAll(expr, "%[1]s", col), "%%", "%")
	}
	return fmt.Sprintf(expr, col, arg)
}

// cleanArgs makes texts safe to be written into a statement: a NUL would end it
// or be dropped silently, and bytes that are no UTF-8 are refused by servers.
// What people write is validated long before; this is for what they look up.
func cleanArgs(args []any) []any {
	for i, a := range args {
		s, ok := a.(string)
		if !ok || (utf8.ValidString(s) && !strings.Contains(s, "\x00")) {
			continue
		}
		clean := append([]any{}, args...)
		clean[i] = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
		return cleanArgs(clean)
	}
	return args
}
