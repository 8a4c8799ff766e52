package fold

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"example.com/monitor/store/internal/hostile"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// foldByHand is written apart from table on purpose: the rune-by-rune test
// must not believe the table it tests.
const foldByHand = `ª=a µ=μ º=o ßẞ=ss Ææ=ae Ðð=d Øø=o Þþ=th Đđ=d Ħħ=h ı=i Ĳĳ=ij ĸ=q Ŀŀ=l Łł=l ŉ=n Ŋŋ=n
Œœ=oe Ŧŧ=t ſẜẝ=s ƀƁ=b Ƃƃ=b Ɔ=o Ƈƈ=c ƉƊ=d Ƌƌ=d Ǝǝ=e Ə=e Ɛ=e Ƒƒ=f Ɠ=g ƕǶ=hv Ɩ=i Ɨ=i Ƙƙ=k ƚȽ=l Ɲ=n ƞȠ=n Ɵ=o
Ƣƣ=oi Ƥƥ=p Ʀ=r ƫ=t Ƭƭ=t Ʈ=t Ʊ=u Ʋ=v Ƴƴ=y Ƶƶ=z Ǆǅǆ=dz Ǉǈǉ=lj Ǌǋǌ=nj Ǥǥ=g Ǳǲǳ=dz ȡ=d Ȣȣ=ou Ȥȥ=z ȴ=l ȵ=n ȶ=t ȷ=j
ȸ=db ȹ=qp Ⱥ=a Ȼȼ=c Ⱦ=t ȿ=s ɀ=z Ƀ=b Ʉ=u Ɇɇ=e Ɉɉ=j Ɋɋ=q Ɍɍ=r Ɏɏ=y Ǽǽ=ae Ǣǣ=ae Ǿǿ=o ẚ=a ẛ=s Ỻỻ=ll Ỽỽ=v Ỿỿ=y`

// foldLeftAlone are the letters of the tested blocks that have no Latin
// counterpart: they only lose their case and accents.
const foldLeftAlone = "ƄƅƍƔƛƜƧƨƩƪƷƸƹƺƻƼƽƾƿǀǁǂǃǮǯǷȜȝɁɂɅẟ"

func byHand() map[rune]string {
	m := map[rune]string{}
	for pair := range strings.FieldsSeq(foldByHand) {
		from, to, _ := strings.Cut(pair, "=")
		for _, r := range from {
			m[r] = to
		}
	}
	return m
}

// expectedFold says what one rune must become, without using fold.
func expectedFold(r rune, hand map[rune]string) string {
	if unicode.IsControl(r) {
		return " "
	}
	if to, ok := hand[r]; ok {
		return to
	}
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	return string(unicode.ToLower(base))
}

func TestFoldRuneByRune(t *testing.T) {
	hand := byHand()
	seen := 0
	check := func(from, to rune) {
		for r := from; r <= to; r++ {
			got := Text(string(r))
			require.Equalf(t, expectedFold(r, hand), got, "%U %q", r, r)
			if unicode.IsLetter(r) && got[0] >= utf8.RuneSelf && r != 'µ' {
				require.Containsf(
					t,
					foldLeftAlone,
					string(r),
					"%U %q folds to %q: give it a place in foldTable or among the letters left alone",
					r,
					r,
					got,
				)
				seen++
			}
		}
	}
	check(0, 0x24F)
	check(0x1E00, 0x1EFF)
	require.Equal(t, utf8.RuneCountInString(foldLeftAlone), seen, "foldLeftAlone names a letter that does fold")
}

func TestFoldTableFitsSQL(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Table {
		require.Equalf(t, 1, utf8.RuneCountInString(e.From), "%q", e.From)
		require.Falsef(t, seen[e.From], "%q twice", e.From)
		seen[e.From] = true
		require.Equalf(t, strings.ToLower(e.From), e.From, "%q is compared after lower()", e.From)
		require.Equalf(t, norm.NFD.String(e.From), e.From, "%q is compared after NFD", e.From)
		require.Equalf(t, e.To, Text(e.From), "%q", e.From)
		for _, other := range Table {
			require.NotContainsf(t, e.To, other.From, "order would matter for %q", e.From)
		}
	}
}

// TestFoldEveryRune walks all of Unicode: no panic, idempotent, equal for all
// letter cases and for all normal forms of one rune.
func TestFoldEveryRune(t *testing.T) {
	// Symbols and historic letters whose lower case is not that of their kin.
	const kept = "ϐϑϕϖϰϱϵᲀᲁᲂᲃᲄᲅᲆᲇᲈ"
	for r := rune(0); r <= unicode.MaxRune; r++ {
		s := string(r)
		f := Text(s)
		if Text(f) != f {
			t.Fatalf("%U: fold is not idempotent: %q, %q", r, f, Text(f))
		}
		if Text(norm.NFC.String(s)) != f || Text(norm.NFD.String(s)) != f {
			t.Fatalf("%U: the normal form counts", r)
		}
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			if strings.ContainsRune(kept, r) || strings.ContainsRune(kept, o) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mn, o) {
				continue
			}
			if Text(string(o)) != f {
				t.Fatalf("%U and %U differ only in case but fold to %q and %q", r, o, f, Text(string(o)))
			}
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"João":                    "joao",
		"JOÃO":                    "joao",
		"joa\u0303o":              "joao",
		"Antônia d'Ávila":         "antonia d'avila",
		"São Luís – 1ª Vara Nº":   "sao luis – 1a vara no",
		"Straße STRASSE STRAẞE":   "strasse strasse strasse",
		"İstanbul ISPARTA ısı":    "istanbul isparta isi",
		"Łódź Øresund Þór Æsir":   "lodz oresund thor aesir",
		"ΟΔΥΣΣΕΥΣ Οδυσσεύς":       "οδυσσευσ οδυσσευσ",
		"ИВАН Иван":               "иван иван",
		"100%_\\'":                "100%_\\'",
		"a\x00b\nc\td\x7fe\u0085": "a b c d e ",
		"\xff\xfeA\xc3":           "\ufffd\ufffda\ufffd",
		"日本 😀":                    "日本 😀",
	} {
		require.Equalf(t, want, Text(in), "%q", in)
	}
	require.Equal(t, "x", Text("x"+strings.Repeat("\u0301", 100)), "marks beyond the stream-safe limit")
}

func TestFoldDoesNotAllocateWhenFolded(t *testing.T) {
	s := "maria.silva+teste@empresa.com.br (21) 5555-6666"
	require.Zero(t, testing.AllocsPerRun(100, func() { Text(s) }))
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile.Text().Draw(t, "s")
		f := Text(s)
		require.Equal(t, f, Text(f))
		require.True(t, utf8.ValidString(f))
		require.False(t, strings.ContainsFunc(f, unicode.IsControl))
		require.False(t, strings.ContainsFunc(f, func(r rune) bool { return unicode.Is(unicode.Mn, r) }))
	})
	rapid.Check(t, func(t *rapid.T) {
		letters := []rune("aáàâãäbcçdeéêfghiíjklmnñoóôõpqrstuúüvwxyz ")
		s := rapid.StringOf(rapid.SampledFrom(letters)).Draw(t, "nome")
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			require.Equal(t, Text(s), Text(form.String(strings.ToUpper(s))))
			require.Equal(t, Text(s), Text(form.String(s)))
		}
	})
}

func TestSearchTerms(t *testing.T) {
	for search, want := range map[string][][]string{
		"":                      {},
		" \t\n\u00a0\u3000":     {},
		"João  SILVA":           {{"joao"}, {"silva"}},
		"joão\u00a0silva":       {{"joao"}, {"silva"}},
		"a\x00b":                {{"a"}, {"b"}},
		"\u0301 x":              {{"x"}},
		"-":                     {{"-"}},
		"()":                    {{"()"}},
		"100% a_b":              {{"100%"}, {"a_b"}},
		"(21) 5555-6666":        {{"(21)", "21"}, {"5555-6666", "55556666"}},
		"+55":                   {{"+55", "55"}},
		"2155556666":            {{"2155556666"}},
		"529.982.247-25":        {{"529.982.247-25", "52998224725"}},
		"12.345.678/0001-95":    {{"12.345.678/0001-95", "12345678000195"}},
		"12.ABC.345/01DE-35":    {{"12.abc.345/01de-35", "12abc34501de35"}},
		"12ABC34501DE35":        {{"12abc34501de35"}},
		"12.ABC.345":            {{"12.abc.345"}},
		"joao.silva-souza":      {{"joao.silva-souza"}},
		"maria@x.com.br":        {{"maria@x.com.br"}},
		"5555\u20116666":        {{"5555\u20116666"}},
		"12.345.678/0001-95abc": {{"12.345.678/0001-95abc"}},
	} {
		require.Equalf(t, want, Terms(search), "%q", search)
	}
}

// finds is the contract between ClientTerms and SearchText, spelled out.
func finds(search, text string) bool {
	for _, term := range ClientTerms(search) {
		if !slices.ContainsFunc(term, func(alt string) bool { return strings.Contains(text, alt) }) {
			return false
		}
	}
	return true
}

func TestSearchText(t *testing.T) {
	require.Equal(t, "jose\nj@xcom\nacao ltda\n21 55556666\n12abc34501de35\n2155556666\n12abc34501de35",
		SearchText("José", "J@x.com", "Ação Ltda", "(21) 5555-6666", "12.ABC.345/01DE-35"))
	require.Equal(t, "\n\n\n\n\n\n", SearchText("", "", "", "", ""))

	text := SearchText("João\nda Silva", "joao_1@x.com", "100% Ação", "+55 (21) 5555-6666", "12.ABC.345/01de-35")
	for _, search := range []string{
		"", "joao", "JOÃO silva", "joa\u0303o", "da", "acao 100%", "o_1", "(21)", "5555-6666", "55556666",
		"(21) 5555-6666", "+55 21 5555", "552155556666", "12abc34501de35", "12.abc.345/01de-35", "12.ABC",
	} {
		require.Truef(t, finds(search, text), "%q", search)
	}
	for _, search := range []string{
		"joana", "joao%", "o%1", "oa_1", "silvajoao", "silva\njoao_1zzz", "6666-1212", "99998888", "joao maria", "(22)",
	} {
		require.Falsef(t, finds(search, text), "%q", search)
	}
}

func TestSearchProperties(t *testing.T) {
	t.Run("what a field contains is found, with and without accents and case", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			fields := rapid.SliceOfN(hostile.Text(), 5, 5).Draw(t, "fields")
			text := SearchText(fields[0], fields[1], fields[2], fields[3], fields[4])
			i := rapid.IntRange(0, 4).Draw(t, "i")
			require.True(t, finds(fields[i], text))
			require.True(t, finds(norm.NFD.String(fields[i]), text))
			require.True(t, finds(Text(fields[i]), text))
			require.Equal(t, 6, strings.Count(text, "\n"))
		})
	})
	t.Run("a term never spans two fields", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			word := rapid.StringMatching(`[g-z%_]{2,8}`)
			a, b := word.Draw(t, "a"), word.Draw(t, "b")
			text := SearchText(a, b, "", "", "")
			joined := a + rapid.SampledFrom([]string{"", "%", "_"}).Draw(t, "glue") + b
			require.Equal(t, strings.Contains(a, joined) || strings.Contains(b, joined), finds(joined, text))
		})
	})
	t.Run("the mask does not count on either side", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.StringMatching(`[0-9]{11}`).Draw(t, "digits")
			forms := []string{
				n, n[:3] + "." + n[3:6] + "." + n[6:9] + "-" + n[9:],
				"(" + n[:2] + ")" + n[2:7] + "-" + n[7:],
			}
			for _, stored := range forms {
				for _, typed := range forms {
					require.True(t, finds(typed, SearchText("x", "", "", stored, "")), "%s in telefone %s", typed, stored)
					require.True(t, finds(typed, SearchText("x", "", "", "", stored)), "%s in cpf_cnpj %s", typed, stored)
				}
			}
		})
	})
	t.Run("wildcards are literal", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			nome := rapid.StringMatching(`[a-z]{1,12}`).Draw(t, "nome")
			require.False(t, finds(nome[:1]+"%", SearchText(nome, "", "", "", "")))
			require.False(t, finds("_", SearchText(nome, "", "", "", "")))
			require.True(t, finds("%_", SearchText(nome+"%_", "", "", "", "")))
		})
	})
}

func BenchmarkFold(b *testing.B) {
	for _, s := range []string{"maria.silva@empresa.com.br", "Maria da Silva", "João Conceição d'Ávila"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Text(s)
			}
		})
	}
}
