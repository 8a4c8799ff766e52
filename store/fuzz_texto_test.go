package store

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"example.com/monitor/store/brasil"
	"example.com/monitor/store/internal/chars"
)

// foldSimples is the fold, rune by rune and by the table that was written by hand.
func foldSimples(s string, hand map[rune]string) string {
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
	for _, e := range foldTable { // ligatures and the like, which the table by hand leaves out
		if r, _ := utf8.DecodeRuneInString(e.From); hand[r] == "" {
			hand[r] = e.To
		}
	}
	f.Fuzz(func(t *testing.T, texto, busca string) {
		folded := fold(texto)
		require.Equal(t, foldSimples(texto, hand), folded)
		require.Equal(t, folded, fold(folded), "folding twice changes nothing")
		require.True(t, utf8.ValidString(folded))
		require.NotContains(t, folded, "\n")

		doc := searchText(texto, "", busca, "", "")
		require.True(t, finds(texto, doc), "what is there is found")
		require.True(t, finds(norm.NFD.String(busca), doc))
		all := true
		for w := range strings.FieldsSeq(fold(busca)) {
			w = squeeze(w)
			alternative := strings.Contains(squeeze(folded), w) || isNumber(w) // numbers: TestTelephonesAreFound
			all = all && alternative
		}
		if !strings.ContainsFunc(busca, chars.Digit) {
			require.Equal(t, all, finds(busca, searchText(texto, "", "", "", "")))
		}
		for _, terms := range [][][]string{searchTerms(busca), clientTerms(busca), squeezedTerms(busca)} {
			for _, term := range terms {
				require.NotEmpty(t, term)
				require.LessOrEqual(t, len(term), 4)
				for _, alternative := range term {
					require.False(t, strings.ContainsFunc(alternative, unicode.IsSpace) || alternative == "", "%q", alternative)
				}
			}
		}
		key := cityKey(texto, busca)
		require.LessOrEqual(t, len(key), cityLength)
		require.False(t, strings.ContainsFunc(key, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }), "%q", key)
	})
}

// onzeDigitos is a CPF as it is written down.
var onzeDigitos = regexp.MustCompile(`^\d{11}$`)

// cpfSimples is the rule as the Receita words it: the sum times ten, modulo 11.
func cpfSimples(s string) bool {
	for end := 9; end <= 10; end++ {
		sum := 0
		for i := range end {
			sum += int(s[i]-'0') * (end + 1 - i)
		}
		if byte(sum*10%11%10) != s[end]-'0' {
			return false
		}
	}
	return strings.Count(s, s[:1]) < 11
}

// FuzzValida gives the checks of what people type anything: each says nothing or one
// sentence, and what passes is what the columns of every engine hold.
func FuzzValida(f *testing.F) {
	for _, s := range []string{
		"", "52998224725", "529.982.247-25", "11111111111", "12.ABC.345/01DE-35", "(21) 99999-8888", "+55 (021) 5555.6666 ramal 12", "0800 123 4567", "+1 555 0100",
		"24020-000", "24.020-000", "a@b.c", "ana@x.com, bia@x.com", "ana@x..com", "\xff", "a\x00", "\u200b@\u202e", "５２９９８２２４７２５", "1\n2",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for nome, check := range map[string]func(string) string{
			"cpf_cnpj": brasil.CPFCNPJ, "telefone": brasil.Telefone, "cep": brasil.CEP, "email": brasil.Email, "nivel": checkNivel,
			"linha": func(s string) string { return textProblem(s, 100, true) }, "texto": func(s string) string { return textProblem(s, 0, false) },
			"senha": func(s string) string { return checkSenha(Admin, s) },
		} {
			msg := check(s)
			require.NotContains(t, msg, "\n")
			require.True(t, utf8.ValidString(msg), nome)
			switch nome {
			case "cpf_cnpj", "telefone", "cep", "linha":
				if msg == "" {
					require.Empty(t, textProblem(s, 0, true), "%s lets %q pass", nome, s)
				}
			case "email":
				if msg == "" {
					require.Equal(t, 1, strings.Count(s, "@"))
					require.Empty(t, emailProblem(s))
				}
			}
		}
		if onzeDigitos.MatchString(s) {
			require.Equal(t, cpfSimples(s), brasil.CPFCNPJ(s) == "", s)
		}
		o := Objeto(s)
		if objectProblem(o) == "" && s != "" {
			require.LessOrEqual(t, jsonDepth(o), profundidadeMaxima)
			text, err := o.MarshalJSON()
			require.NoError(t, err)
			require.True(t, len(text) >= 2 && text[0] == '{')
		}
	})
}
