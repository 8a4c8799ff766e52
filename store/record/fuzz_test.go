package record

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/brasil"
	"example.com/monitor/store/password"
)

// cpfShape is a CPF as it is written down.
var cpfShape = regexp.MustCompile(`^\d{11}$`)

// plainCPF is the rule as the Receita words it: the sum times ten, modulo 11.
func plainCPF(s string) bool {
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

// FuzzChecks gives the checks of what people type anything: each says nothing or one
// sentence, and what passes is what the columns of every engine hold.
func FuzzChecks(f *testing.F) {
	for _, s := range []string{
		"", "52998224725", "529.982.247-25", "11111111111", "12.ABC.345/01DE-35", "(21) 99999-8888", "+55 (021) 5555.6666 ramal 12", "0800 123 4567", "+1 555 0100",
		"24020-000", "24.020-000", "a@b.c", "ana@x.com, bia@x.com", "ana@x..com", "\xff", "a\x00", "\u200b@\u202e", "５２９９８２２４７２５", "1\n2",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, check := range map[string]func(string) string{
			"cpf_cnpj": brasil.CPFCNPJ, "telefone": brasil.Telefone, "cep": brasil.CEP, "email": brasil.Email, "nivel": checkNivel,
			"linha": func(s string) string { return TextProblem(s, 100, true) }, "texto": func(s string) string { return TextProblem(s, 0, false) },
			"senha": func(s string) string { return password.Check(Admin, s) },
		} {
			msg := check(s)
			require.NotContains(t, msg, "\n")
			require.True(t, utf8.ValidString(msg), name)
			switch name {
			case "cpf_cnpj", "telefone", "cep", "linha":
				if msg == "" {
					require.Empty(t, TextProblem(s, 0, true), "%s lets %q pass", name, s)
				}
			case "email":
				if msg == "" {
					require.Equal(t, 1, strings.Count(s, "@"))
					require.Empty(t, emailProblem(s))
				}
			}
		}
		if cpfShape.MatchString(s) {
			require.Equal(t, plainCPF(s), brasil.CPFCNPJ(s) == "", s)
		}
		o := Objeto(s)
		if ObjectProblem(o) == "" && s != "" {
			require.LessOrEqual(t, jsonDepth(o), maxDepth)
			text, err := o.MarshalJSON()
			require.NoError(t, err)
			require.True(t, len(text) >= 2 && text[0] == '{')
		}
	})
}
