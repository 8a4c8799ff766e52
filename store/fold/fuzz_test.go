package fold

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"example.com/monitor/store/internal/chars"
)

// foldPlain is the fold, rune by rune and by the table that was written by hand.
func foldPlain(s string, hand map[rune]string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch to, ok := hand[unicode.ToLower(r)]; {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsControl(r):
			b.WriteByte(' ')
		case ok:
			b.WriteString(to)
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// FuzzFold compares the folding of texts and of searches with a simple one.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "João", "JOA\u0303O", "(21) 5555-6666", "12.ABC.345/01DE-35", "ß ŉ ı İ ǅ ª", "a\x00b\u2028c", "\xff\xed\xa0\x80", "e\u0301\u0302\u0303", "ﬁ ﷺ Ⅷ ①"} {
		f.Add(s, s)
	}
	hand := byHand()
	for _, e := range Table { // ligatures and the like, which the table by hand leaves out
		if r, _ := utf8.DecodeRuneInString(e.From); hand[r] == "" {
			hand[r] = e.To
		}
	}
	f.Fuzz(func(t *testing.T, texto, busca string) {
		folded := Text(texto)
		require.Equal(t, foldPlain(texto, hand), folded)
		require.Equal(t, folded, Text(folded), "folding twice changes nothing")
		require.True(t, utf8.ValidString(folded))
		require.NotContains(t, folded, "\n")

		doc := SearchText(texto, "", busca, "", "")
		require.True(t, finds(texto, doc), "what is there is found")
		require.True(t, finds(norm.NFD.String(busca), doc))
		all := true
		for w := range strings.FieldsSeq(Text(busca)) {
			w = Squeeze(w)
			alternative := strings.Contains(Squeeze(folded), w) || IsNumber(w) // numbers: TestTelephonesAreFound
			all = all && alternative
		}
		if !strings.ContainsFunc(busca, chars.Digit) {
			require.Equal(t, all, finds(busca, SearchText(texto, "", "", "", "")))
		}
		for _, terms := range [][][]string{Terms(busca), ClientTerms(busca), SqueezedTerms(busca)} {
			for _, term := range terms {
				require.NotEmpty(t, term)
				require.LessOrEqual(t, len(term), 4)
				for _, alternative := range term {
					require.False(t, strings.ContainsFunc(alternative, unicode.IsSpace) || alternative == "", "%q", alternative)
				}
			}
		}
		key := CityKey(texto, busca)
		require.LessOrEqual(t, len(key), CityLength)
		require.False(t, strings.ContainsFunc(key, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }), "%q", key)
	})
}
