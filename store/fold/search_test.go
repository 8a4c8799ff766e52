package fold

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestClientTerms(t *testing.T) {
	for search, want := range map[string][][]string{
		"":                   {},
		"-":                  {},
		"' ( – ”":            {},
		"João  SILVA":        {{"joao"}, {"silva"}},
		"D'Ávila":            {{"davila"}},
		"D’Ávila d`avila":    {{"davila"}, {"davila"}},
		"S.A.":               {{"sa"}},
		"João‑Pedro":         {{"joaopedro"}},
		"a\u200bb\u00ad":     {{"ab"}},
		"100% a_b":           {{"100%"}, {"a_b"}},
		"12.345.678/0":       {{"123456780"}},
		"12.ABC.345/01DE-3":  {{"12abc34501de3"}},
		"529.982.247-25":     {{"52998224725"}},
		"+55":                {{"+55", "55"}},
		"(21) 5555-6666":     {{"21"}, {"55556666"}}, // no mobile telephone: there is no ninth digit
		"+55 21 5555-6666":   {{"+55", "55", "2155556666"}, {"21", "2155556666"}, {"55556666", "2155556666"}},
		"+55 21 99876-5432":  {{"+55", "55", "21998765432", "2198765432"}, {"21", "21998765432", "2198765432"}, {"998765432", "21998765432", "2198765432"}},
		"+5521998765432":     {{"+5521998765432", "5521998765432", "21998765432", "2198765432"}},
		"005521998765432":    {{"005521998765432", "21998765432", "2198765432"}},
		"5521998765432":      {{"5521998765432", "21998765432", "2198765432"}},
		"5598765432":         {{"5598765432", "55998765432"}}, // an area code, not the country
		"021 99876 5432":     {{"021", "21998765432", "2198765432"}, {"99876", "21998765432", "2198765432"}, {"5432", "21998765432", "2198765432"}},
		"(021) 9987":         {{"021", "219987"}, {"9987", "219987"}},
		"0 15 21 99876-5432": {{"0", "21998765432", "2198765432"}, {"15", "21998765432", "2198765432"}, {"21", "21998765432", "2198765432"}, {"998765432", "21998765432", "2198765432"}},
		"21 - 9876 - 5432":   {{"21", "21998765432"}, {"9876", "21998765432"}, {"5432", "21998765432"}},
		"99876-5432":         {{"998765432", "98765432"}},
		"9876-5432":          {{"98765432"}},
		"0800 123 4567":      {{"0800"}, {"123"}, {"4567"}},
		"+1 555 0100":        {{"+1", "1"}, {"555"}, {"0100"}},
		"ana 21 9987":        {{"ana"}, {"21"}, {"9987"}},
	} {
		require.Equalf(t, want, ClientTerms(search), "%q", search)
	}
}

// TestPunctuationAtItsPlaces: the ranges are in order and do not meet, for isUncounted
// looks them up by halves; and nothing that stays becomes what does not count.
func TestPunctuationAtItsPlaces(t *testing.T) {
	for i, block := range uncounted {
		require.LessOrEqual(t, block[0], block[1])
		require.True(t, i == 0 || uncounted[i-1][1] < block[0], "%U", block[0])
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		plain := slices.ContainsFunc(uncounted, func(b [2]rune) bool { return b[0] <= r && r <= b[1] })
		require.Equal(t, plain, isUncounted(r), "%U", r)
		require.False(
			t,
			plain &&
				(unicode.IsLetter(r) && !unicode.Is(unicode.Lm, r) || unicode.IsDigit(r) || strings.ContainsRune("@%_&+#*$=~<>^|\\[]{}", r)),
			"%U",
			r,
		)
	}
	for _, r := range "'’‘`´ʼ′＇-‐‑‒–—―−﹣－.·…,;:/()\u00ad\u200b\ufeff" {
		require.True(t, isUncounted(r), "%U", r)
	}
}

func TestTelephonesAreFound(t *testing.T) {
	stored := []string{
		"(21) 99876-5432",
		"21998765432",
		"+55 (21) 99876-5432",
		"021 99876 5432",
		"(21) 9876-5432",
		"55 21 99876.5432",
		"+55219876-5432",
		"21 9 9876 5432",
	}
	typed := append(
		[]string{
			"+55 21 99876-5432",
			"+55 21 9876-5432",
			"0055 21 99876 5432",
			"0 41 21 99876-5432",
			"(021)99876-5432",
			"5521 99876-5432",
			"9876-5432",
			"99876-5432",
			"+55 (021) 9 9876-5432",
		},
		stored...)
	for _, phone := range stored {
		text := SearchText("Ana", "a@x.com", "", phone, "")
		for _, search := range typed {
			require.True(t, finds(search, text), "%q in %q", search, phone)
		}
		for _, search := range []string{"+55 22 99876-5432", "22 99876-5432", "+55 21 5876-5432", "21 89876-5432"} {
			require.False(t, finds(search, text), "%q in %q", search, phone)
		}
	}
	// What does not begin with 6 to 9 has no ninth digit.
	require.False(t, finds("21 95555-6666", SearchText("", "", "", "(21) 5555-6666", "")))
	require.False(t, finds("2155556666", SearchText("", "", "", "(21) 95555-6666", "")))
}

// TestShortNumbersAreNoTelephones: what is left of a prefix alone is anywhere.
func TestShortNumbersAreNoTelephones(t *testing.T) {
	for _, search := range []string{"000", "00", "0", "0055", "+55", "+55 2", "00 7", "0 21"} {
		require.False(t, finds(search, SearchText("Loja 7", "", "", "(11) 2222-7777", "")), search)
	}
}

// TestPunctuationDoesNotCount puts any punctuation anywhere, in what is stored and in what
// is looked for.
func TestPunctuationDoesNotCount(t *testing.T) {
	var marks []rune
	for _, block := range uncounted {
		for r := block[0]; r <= block[1]; r++ {
			marks = append(marks, r)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zA-ZáçÃ0-9]{1,8}`)
		w, other := word.Draw(t, "w"), word.Draw(t, "other")
		strew := func(name string) string {
			var b strings.Builder
			for _, r := range w {
				b.WriteString(string(rapid.SliceOfN(rapid.SampledFrom(marks), 0, 2).Draw(t, name)))
				b.WriteRune(r)
			}
			return b.String()
		}
		require.True(t, finds(strew("typed"), SearchText(strew("stored")+" "+other, "", "", "", "")))
		require.True(t, finds(strew("typed"), SearchText("", "", "", "", strew("stored"))))
		found, there := finds(w, SearchText(other, "", "", "", "")), strings.Contains(Squeeze(Text(other)), Squeeze(Text(w)))
		if IsNumber(Squeeze(Text(w))) { // it may be a telephone, too: TestTelephonesAreFound
			require.True(t, found || !there)
			return
		}
		require.Equal(t, there, found)
	})
}

func TestKeys(t *testing.T) {
	for name, want := range map[string]string{
		"":                      "",
		"  Álvaro  D'Ávila":     "alvaro  davila",
		"S.A. & Cia":            "sa & cia",
		"Иван Lima":             "~ lima",
		"日本":                    "~",
		"ß" + "x":               "ssx",
		"\u00a0":                "~",
		strings.Repeat("a", 99): strings.Repeat("a", keyLength),
		strings.Repeat("ﬃ", 30): strings.Repeat("ffi", keyLength/3),
		"\n\tAna\n":             "ana ",
	} {
		require.Equal(t, want, OrderKey(name), "%q", name)
	}
	require.Equal(t, "sao paulo\nsp", CityKey("São Paulo", "SP"))
	require.Equal(t, "\nrj", CityKey(" ", "RJ"))
	require.Equal(t, "\n", CityKey("", ""))
	require.Len(t, CityKey(strings.Repeat("x", 200), "RJ"), CityLength)
}
