// Package fold gives the form in which texts are compared, searched for and ordered, in
// Go and as an expression of each server, so that every engine finds the same: letter
// case, accents, Unicode form and punctuation inside words do not count.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"example.com/monitor/store/internal/chars"
)

// Table is what the fold replaces after NFD, dropped marks and lower case:
// the letters that Unicode does not decompose but that people type without
// their stroke, hook or ligature. It follows CLDR's Latin-ASCII; letters without
// a Latin counterpart stay. Every From is one lower-case rune and no To contains
// a From, so that SQL may nest the replacements in any order. An engine whose
// lower() knows only ASCII must replace the capitals too.
var Table = []struct{ From, To string }{
	// Latin-1 Supplement.
	{"ª", "a"},
	{"µ", "μ"},
	{"º", "o"},
	{"ß", "ss"},
	{"æ", "ae"},
	{"ð", "d"},
	{"ø", "o"},
	{"þ", "th"},
	// Latin Extended-A.
	{"đ", "d"},
	{"ħ", "h"},
	{"ı", "i"},
	{"ĳ", "ij"},
	{"ĸ", "q"},
	{"ŀ", "l"},
	{"ł", "l"},
	{"ŉ", "n"},
	{"ŋ", "n"},
	{"œ", "oe"},
	{"ŧ", "t"},
	{"ſ", "s"},
	// Latin Extended-B.
	{"ƀ", "b"},
	{"ƃ", "b"},
	{"ƈ", "c"},
	{"ƌ", "d"},
	{"ƒ", "f"},
	{"ƕ", "hv"},
	{"ƙ", "k"},
	{"ƚ", "l"},
	{"ƞ", "n"},
	{"ƣ", "oi"},
	{"ƥ", "p"},
	{"ƫ", "t"},
	{"ƭ", "t"},
	{"ƴ", "y"},
	{"ƶ", "z"},
	{"ǆ", "dz"},
	{"ǉ", "lj"},
	{"ǌ", "nj"},
	{"ǝ", "e"},
	{"ǥ", "g"},
	{"ǳ", "dz"},
	{"ȡ", "d"},
	{"ȣ", "ou"},
	{"ȥ", "z"},
	{"ȴ", "l"},
	{"ȵ", "n"},
	{"ȶ", "t"},
	{"ȷ", "j"},
	{"ȸ", "db"},
	{"ȹ", "qp"},
	{"ȼ", "c"},
	{"ȿ", "s"},
	{"ɀ", "z"},
	{"ɇ", "e"},
	{"ɉ", "j"},
	{"ɋ", "q"},
	{"ɍ", "r"},
	{"ɏ", "y"},
	// Lower cases, in other blocks, of capitals in Latin Extended-B.
	{"ɓ", "b"},
	{"ɔ", "o"},
	{"ɖ", "d"},
	{"ɗ", "d"},
	{"ə", "e"},
	{"ɛ", "e"},
	{"ɠ", "g"},
	{"ɨ", "i"},
	{"ɩ", "i"},
	{"ɲ", "n"},
	{"ɵ", "o"},
	{"ʀ", "r"},
	{"ʈ", "t"},
	{"ʉ", "u"},
	{"ʊ", "u"},
	{"ʋ", "v"},
	{"ⱥ", "a"},
	{"ⱦ", "t"},
	// Greek: a word's last sigma has no capital of its own.
	{"ς", "σ"},
	// Latin Extended Additional.
	{"ẚ", "a"},
	{"ẜ", "s"},
	{"ẝ", "s"},
	{"ỻ", "ll"},
	{"ỽ", "v"},
	{"ỿ", "y"},
	// Ligatures that come with text copied from PDF files.
	{"ﬀ", "ff"},
	{"ﬁ", "fi"},
	{"ﬂ", "fl"},
	{"ﬃ", "ffi"},
	{"ﬄ", "ffl"},
	{"ﬅ", "st"},
	{"ﬆ", "st"},
}

// tableRunes is table by rune.
var tableRunes = func() map[rune]string {
	m := make(map[rune]string, len(Table))
	for _, e := range Table {
		r, _ := utf8.DecodeRuneInString(e.From)
		m[r] = e.To
	}
	return m
}()

// Text gives the form in which texts and search terms are compared: letter case,
// accents and Unicode form do not count. Control characters become spaces, which
// keeps '\n' free to separate fields; bytes that are no UTF-8 become U+FFFD.
// Folding twice changes nothing.
func Text(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(s) {
		foldRune(&b, r)
	}
	return b.String()
}

// isFolded recognises the common case cheaply: printable ASCII without capitals.
func isFolded(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

func foldRune(b *strings.Builder, r rune) {
	switch {
	case unicode.IsControl(r):
		b.WriteByte(' ')
		return
	case r < utf8.RuneSelf:
		b.WriteRune(unicode.ToLower(r))
		return
	case unicode.Is(unicode.Mn, r):
		return
	}
	r = unicode.ToLower(r)
	if to, ok := tableRunes[r]; ok {
		b.WriteString(to)
		return
	}
	b.WriteRune(r)
}

// Terms splits busca into folded terms, each as its alternatives: a text
// matches when, for every term, it contains at least one alternative. The second
// alternative, where there is one, is a number or CNPJ without its mask. Machines and
// the trail are searched so, where a dot tells addresses apart; see ClientTerms.
func Terms(search string) [][]string {
	// Folding comes first: it turns control characters into spaces, and a term
	// with a space inside would match nothing that people mean.
	words := strings.Fields(Text(search))
	terms := make([][]string, 0, len(words))
	for _, w := range words {
		term := []string{w}
		if bare := unmask(w); bare != "" && bare != w {
			term = append(term, bare)
		}
		terms = append(terms, term)
	}
	return terms
}

// unmask gives a folded term without its mask when it is a masked number or a
// whole masked CNPJ (which may have letters, but never in its check digits); "" otherwise.
func unmask(term string) string {
	masked := func(r rune) bool { return chars.Alnum(r) || strings.ContainsRune("()-./+", r) }
	if strings.ContainsFunc(term, func(r rune) bool { return !masked(r) }) {
		return ""
	}
	bare := chars.Keep(term, chars.Alnum)
	if !strings.ContainsFunc(bare, chars.Lower) {
		return bare
	}
	if len(bare) == 14 && chars.Digit(rune(bare[12])) && chars.Digit(rune(bare[13])) {
		return bare
	}
	return ""
}
