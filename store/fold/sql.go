package fold

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"example.com/monitor/store/migrations"
)

// On servers the folded text of a client is a generated column, so that rows of
// other programs have it too. Its expression is written here from the same table
// that fold uses; the migrations hold what these functions gave, and a test
// compares the two and folds every Latin letter on each server.

// foldPostgres folds and squeezes a text expression. NFD comes first, so that lower()
// meets plain letters. The database's own locale may be C, whose lower() knows ASCII
// only; ICU's knows all.
func foldPostgres(expr string) string {
	escape := func(r rune) string {
		if r > 0xffff {
			return fmt.Sprintf(`\U%08x`, r)
		}
		return fmt.Sprintf(`\u%04x`, r)
	}
	expr = fmt.Sprintf(
		"lower(regexp_replace(normalize(%s, NFD), '[%s]', '', 'g')"+migrations.ICU+")",
		expr,
		runeClass(isUncounted, escape)+runeClass(isMark, escape),
	)
	var from, to strings.Builder
	type pair struct{ from, to string }
	var pairs []pair
	add := func(f, t string) {
		if utf8.RuneCountInString(t) == 1 {
			from.WriteString(f)
			to.WriteString(t)
			return
		}
		pairs = append(pairs, pair{f, t})
	}
	for _, e := range Table {
		add(e.From, e.To)
		// A collation like C lowers ASCII only.
		if r, _ := utf8.DecodeRuneInString(e.From); unicode.ToUpper(r) != r && Text(string(unicode.ToUpper(r))) == e.To && e.From != "ſ" &&
			e.From != "ı" &&
			e.From != "µ" &&
			e.From != "ς" {
			add(string(unicode.ToUpper(r)), e.To)
		}
	}
	add("ẞ", "ss")
	expr = fmt.Sprintf("translate(%s, '%s', '%s')", expr, from.String(), to.String())
	for _, p := range pairs {
		expr = fmt.Sprintf("replace(%s, '%s', '%s')", expr, p.from, p.to)
	}
	return fmt.Sprintf(`regexp_replace(%s, '[\u0001-\u0009\u000b-\u001f\u007f-\u009f]', ' ', 'g')`, expr)
}

// searchPostgres is SearchText in PostgreSQL's words.
func searchPostgres() string {
	campo := func(col string) string { return fmt.Sprintf(`replace(coalesce(%s, ''), E'\n', ' ')`, col) }
	all := make([]string, 0, 5)
	for _, col := range searchCols {
		all = append(all, campo(col))
	}
	return foldPostgres("("+strings.Join(all, ` || E'\n' || `)+")") +
		` || E'\n' || regexp_replace(coalesce(telefone, ''), '[^0-9]', '', 'g') || E'\n' || regexp_replace(` + foldPostgres(campo("cpf_cnpj")) + `, '[^0-9a-z]', '', 'g')`
}

// searchCols are the columns that a search looks into, in SearchText's order.
var searchCols = []string{"nome", "email", "empresa", "telefone", "cpf_cnpj"}

// isMark finds the nonspacing marks.
func isMark(r rune) bool { return r >= 0x80 && unicode.Is(unicode.Mn, r) }

// runeClass lists runes as ranges of a regular expression.
func runeClass(in func(rune) bool, escape func(rune) string) string {
	var b strings.Builder
	start, last := rune(-1), rune(-2)
	flush := func() {
		switch {
		case start < 0:
		case start == last:
			b.WriteString(escape(start))
		default:
			b.WriteString(escape(start) + "-" + escape(last))
		}
	}
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if !in(r) {
			continue
		}
		if r != last+1 {
			flush()
			start = r
		}
		last = r
	}
	flush()
	return b.String()
}

// foldMySQL folds a text expression where there is no normalize(): each letter
// that decomposes stands in the class of what it folds to. MariaDB 10.11 dies of
// 200 regular expressions inside one another, so only the scripts of the letters
// that Brazilians meet are here; see OutsideMySQL.
func foldMySQL(expr string) string {
	expr = fmt.Sprintf("lower(convert(%s using utf8mb4) collate utf8mb4_bin)", expr)
	classes := mysqlClasses()
	for _, to := range slices.Sorted(maps.Keys(classes)) {
		if to == "" {
			continue // with the marks, below
		}
		if from := classes[to]; len(from) == 1 {
			expr = fmt.Sprintf("replace(%s, '%c', '%s')", expr, from[0], to)
		} else {
			expr = fmt.Sprintf("regexp_replace(%s, '[%s]', '%s')", expr, string(from), to)
		}
	}
	gone := func(r rune) bool { return isUncounted(r) || slices.Contains(classes[""], r) }
	expr = fmt.Sprintf(
		`regexp_replace(%s, '[\\p{Mn}%s]', '')`,
		expr,
		runeClass(gone, func(r rune) string { return fmt.Sprintf(`\\x{%x}`, r) }),
	)
	return fmt.Sprintf(`regexp_replace(%s, '[\\x01-\\x09\\x0b-\\x1f\\x7f-\\x{9f}]', ' ')`, expr)
}

// mysqlClasses groups letters by what they fold to. lower() of every MySQL knows
// Greek and Cyrillic, but not all of Latin.
func mysqlClasses() map[string][]rune {
	classes := map[string][]rune{}
	for r := range changingRunes() {
		if to, changes := changed(r); changes && inMySQL(r, to) {
			classes[to] = append(classes[to], r)
		}
	}
	return classes
}

// changingRunes are the runes worth asking: what lies between them (Han, private
// use, the planes above) folds to itself, which a test makes sure of.
func changingRunes() iter.Seq[rune] {
	return func(yield func(rune) bool) {
		for _, block := range [][2]rune{{0x80, 0x33ff}, {0xa000, 0xd7ff}, {0xf900, 0x1ffff}, {0x2f800, 0x2fa1f}} {
			for r := block[0]; r <= block[1]; r++ {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// changed says what a rune of its own becomes, where that is another text.
func changed(r rune) (to string, changes bool) {
	if !utf8.ValidRune(r) || unicode.Is(unicode.Mn, r) || unicode.IsControl(r) {
		return "", false
	}
	to = Squeeze(Text(string(r)))
	return to, to != string(r)
}

// inMySQL says whether the expression folds r: the blocks of Latin, Greek and
// Cyrillic, whatever becomes a plain letter or sign, and what does not count.
func inMySQL(r rune, to string) bool {
	if to == "" || strings.ContainsFunc(to, func(r rune) bool { return r < utf8.RuneSelf }) {
		return true
	}
	switch {
	case r <= 0x24f, r >= 0x1e00 && r <= 0x1eff, r >= 0x2c60 && r <= 0x2c7f, r >= 0xfb00 && r <= 0xfb06:
		return true
	case r >= 0x370 && r <= 0x3ff, r >= 0x400 && r <= 0x4ff:
		return to != string(unicode.ToLower(r))
	default:
		return false
	}
}

// lowersMySQL says that lower() of every MySQL and MariaDB knows a capital: the
// alphabets of today's Greek and Russian. Their tables of the rest differ.
func lowersMySQL(r rune) bool {
	return (r >= 'Α' && r <= 'Ω') || (r >= 'Ѐ' && r <= 'Я') || r == 'Ґ'
}

// OutsideMySQL are the runes that the expression does not make of everything that
// fold makes them of: a search for one of them reads all rows instead.
var OutsideMySQL = sync.OnceValue(func() map[rune]bool {
	out := map[rune]bool{}
	for r := range changingRunes() {
		to, changes := changed(r)
		if !changes || inMySQL(r, to) || lowersMySQL(r) {
			continue
		}
		for _, t := range to {
			out[t] = true
		}
	}
	return out
})

// searchMySQL is SearchText in MySQL's words, as bytes: a comparison without a
// collation is several times faster.
func searchMySQL() string {
	campo := func(col string) string { return fmt.Sprintf(`replace(coalesce(%s, ''), '\n', ' ')`, col) }
	all := make([]string, 0, 5)
	for _, col := range searchCols {
		all = append(all, campo(col))
	}
	return fmt.Sprintf(
		`cast(concat(%s, '\n', regexp_replace(convert(coalesce(telefone, '') using utf8mb4) collate utf8mb4_bin, '[^0-9]', ''), '\n', regexp_replace(%s, '[^0-9a-z]', '')) as binary)`,
		foldMySQL("concat("+strings.Join(all, `, '\n', `)+")"),
		foldMySQL(campo("cpf_cnpj")),
	)
}

// keyPostgres is cutKey in PostgreSQL's words.
func keyPostgres(length int, cols ...string) string {
	all := make([]string, len(cols))
	for i, col := range cols {
		all[i] = fmt.Sprintf(`replace(coalesce(%s, ''), E'\n', ' ')`, col)
	}
	return fmt.Sprintf(`left(regexp_replace(ltrim(%s), '[^\u0020-\u007e\u000a]+', '%c', 'g'), %d)`,
		foldPostgres("("+strings.Join(all, ` || E'\n' || `)+")"), otherLetters, length)
}

// lineMySQL is the key of one line of monitor_busca, which has been folded already.
func lineMySQL(n int) string {
	return keyMySQL(fmt.Sprintf(`substring_index(substring_index(monitor_busca, '\n', %d), '\n', -1)`, n), keyLength)
}

// cityMySQL is CityKey in MySQL's words.
func cityMySQL() string {
	cols := CityCols("")
	all := make([]string, len(cols))
	for i, col := range cols {
		all[i] = fmt.Sprintf(`replace(coalesce(%s, ''), '\n', ' ')`, col)
	}
	return keyMySQL(foldMySQL("concat("+strings.Join(all, `, '\n', `)+")"), CityLength)
}

func keyMySQL(folded string, length int) string {
	return fmt.Sprintf(
		`cast(left(regexp_replace(ltrim(convert(%s using utf8mb4) collate utf8mb4_bin), '[^\\x20-\\x7e\\x0a]+', '%c'), %d) as binary)`,
		folded,
		otherLetters,
		length,
	)
}
