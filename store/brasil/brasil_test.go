package brasil

import (
	"strconv"
	"strings"
	"testing"

	"example.com/monitor/store/internal/hostile"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// requireAccepted and requireRefused also hold the messages to their form.
func requireAccepted(t require.TestingT, check func(string) string, values ...string) {
	for _, v := range values {
		require.Emptyf(t, check(v), "%q", v)
	}
}

func requireRefused(t require.TestingT, check func(string) string, want string, values ...string) {
	for _, v := range values {
		require.Containsf(t, check(v), want, "%q", v)
	}
}

func TestCPFCNPJ(t *testing.T) {
	requireAccepted(t, CPFCNPJ,
		"",
		"52998224725", "529.982.247-25", "529982247-25", "529 982 247 25", "529.982.247/25",
		"11144477735", "123.456.789-09", "012.345.678-90", "00000000191",
		"11222333000181", "11.222.333/0001-81", "11222333/0001-81", "11 222 333 0001 81",
		"00.000.000/0001-91", "33.000.167/0001-01", "60.746.948/0001-12",
		"12ABC34501DE35", "12.ABC.345/01DE-35", "12abc34501de35", "12.aBc.345/01dE-35",
	)
	requireRefused(t, CPFCNPJ, "CPF inválido: os dígitos",
		"52998224726", "52998224735", "529.982.247-52", "11111111111", "000.000.000-00", "999.999.999-99", "12345678900")
	requireRefused(t, CPFCNPJ, "CNPJ inválido: os dígitos",
		"LBNXQOB5000163", "12ABC34501DE36", "12ABC34501DE45", "21ABC34501DE35", "11222333000182", "00000000000000", "11.111.111/1111-11")
	requireRefused(t, CPFCNPJ, "CPF ou CNPJ inválido: informe",
		" ", "-", "1234567890", "123456789012", "1122233300018", "112223330001811", "5299822472A",
		"529..982.247-25", "52.998.224.725", ".52998224725", "52998224725-", " 52998224725", "529.982.247 - 25",
		"12ABC34501DE3A", "12ABC34501DEAB", "12ÁBC34501DE35", "ſ2ABC34501DE35", "12_ABC34501DE35", "529.982.247-25\n",
		"５２９９８２２４７２５", "٥٢٩٩٨٢٢٤٧٢٥", "529\u00a0982\u00a0247\u00a025", "não tem", "\xff",
	)
}

// withCheckDigit computes the way the Receita's own examples do it, from right
// to left, so that it shares nothing with checkDigit.
func withCheckDigit(body string, lastWeight int) string {
	sum, weight := 0, 2
	for i := len(body) - 1; i >= 0; i-- {
		sum += weight * (int(body[i]) - 48)
		if weight++; weight > lastWeight {
			weight = 2
		}
	}
	digit := 11 - sum%11
	if digit > 9 {
		digit = 0
	}
	return body + strconv.Itoa(digit)
}

func TestCPFCNPJProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[0-9]{9}`).Filter(notRepeated).Draw(t, "cpf")
		n := withCheckDigit(withCheckDigit(body, 11), 11)
		requireAccepted(t, CPFCNPJ, n, n[:3]+"."+n[3:6]+"."+n[6:9]+"-"+n[9:])
		requireCheckDigitsMatter(t, n, 11)
	})
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[0-9A-Z]{12}|[0-9]{12}`).Filter(notRepeated).Draw(t, "cnpj")
		n := withCheckDigit(withCheckDigit(body, 9), 9)
		requireAccepted(t, CPFCNPJ, n, strings.ToLower(n), n[:2]+"."+n[2:5]+"."+n[5:8]+"/"+n[8:12]+"-"+n[12:])
		requireCheckDigitsMatter(t, n, 9)
	})
	rapid.Check(t, func(t *rapid.T) { CPFCNPJ(hostile.Text().Draw(t, "s")) })
}

func notRepeated(s string) bool { return strings.Count(s, s[:1]) < len(s) }

// requireCheckDigitsMatter changes one of the two, the first also with a second
// that fits the change.
func requireCheckDigitsMatter(t *rapid.T, n string, lastWeight int) {
	other := func(c byte) string {
		return string('0' + (c-'0'+byte(rapid.IntRange(1, 9).Draw(t, "shift")))%10)
	}
	first, second := n[:len(n)-2]+other(n[len(n)-2]), n[:len(n)-1]+other(n[len(n)-1])
	for _, changed := range []string{first + n[len(n)-1:], withCheckDigit(first, lastWeight), second} {
		require.Containsf(t, CPFCNPJ(changed), "os dígitos", "%s from %s", changed, n)
	}
}

func TestCEP(t *testing.T) {
	requireAccepted(t, CEP, "", "24020-000", "24020000", "24.020-000", "24.020000", "01001-000")
	requireRefused(t, CEP, "CEP inválido: informe 8 dígitos",
		" ", "2402000", "240200000", "24020-00", "24020_000", "24-020000", "24020--000", "A4020-000", "24020-000 ", "24020-000\n", "２４０２００００", "\xff")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.StringMatching(`[0-9]{8}`).Draw(t, "cep")
		requireAccepted(t, CEP, n, n[:5]+"-"+n[5:], n[:2]+"."+n[2:5]+"-"+n[5:])
		requireRefused(t, CEP, "CEP", n[1:], n+"0")
		CEP(hostile.Text().Draw(t, "s"))
	})
}

func TestTelefone(t *testing.T) {
	requireAccepted(t, Telefone,
		"",
		"(21) 5555-6666", "(21)5555-6666", "21 5555-6666", "2155556666", "21 5555 6666", "21.5555.6666", "(11) 1234-5678",
		"(11) 98765-4321", "(11) 9 8765-4321", "11987654321", "11 98765.4321", "11-98765-4321", "(11)98765/4321",
		"+55 (21) 5555-6666", "+55 21 98888-7777", "+5521988887777", "5521988887777", "552155556666", "(+55) 21 5555-6666", "+55 (021) 5555-6666",
		"(55) 3222-1111", "55 99999-8888", "5532221111", "55999998888", "+55 55 3222-1111", "5555999998888",
		"(021) 5555-6666", "021 5555-6666", "0 21 98888-7777",
		"0800 123 4567", "0800-123-4567", "08001234567", "0800 70 7070", "0300 123 4567", "0303 123 4567", "0500 123 4567", "0900 123 4567",
		"4004-1234", "40041234", "4003 1234", "3003-1234", "4020-1234", "+55 4004-1234", "+55 0800 123 4567",
		"+351 912 345 678", "+1 (415) 555-2671", "+1-415-555-2671", "+5491123456789", "+595 21 123 456", "(+351) 912 345 678", "+12345678", "+123456789012345",
		"(21) 5555-6666 ramal 12", "(21) 5555-6666, ramal 1234", "21 5555-6666 Ramal: 7", "2155556666 R. 12", "2155556666r12", "2155556666 ext 5", "4004-1234 RAMAL 1",
	)
	requireRefused(t, Telefone, "falta o DDD", "5555-6666", "+55 5555-6666", "98888-7777", "988887777", "1234-5678")
	requireRefused(t, Telefone, "não existe", "(20) 5555-6666", "(00) 5555-6666", "10 98888-7777", "+55 23 5555-6666", "(36) 98888-7777", "(90) 5555-6666", "0800 123 45678")
	requireRefused(t, Telefone, "começa com 9", "(21) 88888-7777", "+55 21 38888-7777", "11111111111")
	requireRefused(t, Telefone, "informe o DDD e mais 8 ou 9 dígitos",
		"1", "190", "-", " ", "(21)", "21 5555-666", "21 98888-77777", "(21) 5555-6666 5555-7777", "+55", "+55 21", "5521555566667777", "00351912345678")
	requireRefused(t, Telefone, "de 8 a 15 dígitos", "+", "+1", "+1234567", "+1234567890123456")
	requireRefused(t, Telefone, "use apenas números",
		"()", "não tem", "21 5555-6666 e 21 5555-7777", "((21) 5555-6666", "(21 5555-6666", "21) 5555-6666", "(21)(22) 5555", "21+5555-6666", "++552155556666",
		"ramal 12", "(21) 5555-6666 ramal", "(21) 5555-6666 ramal 1234567", "(21) 5555-6666 sala 12", "21 5555\u20116666", "２１５５５５６６６６", "21\u00a05555-6666", "2155556666\n", "\x00", "\xff")
}

func TestTelefoneProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ddd := rapid.SampledFrom(AreaCodes).Draw(t, "ddd")
		n := rapid.StringMatching(`[25][0-9]{7}|[34][1-9][0-9]{6}|9[0-9]{8}`).Draw(t, "n")
		cut := len(n) - 4
		for _, s := range []string{ddd + n, "55" + ddd + n, "+55" + ddd + n, "(" + ddd + ") " + n[:cut] + "-" + n[cut:], "+55 (" + ddd + ") " + n, "0" + ddd + n} {
			requireAccepted(t, Telefone, s, s+" ramal 12")
		}
		requireRefused(t, Telefone, "Telefone inválido", n, ddd+n[1:len(n)-1], "+55"+ddd+n+"000")
	})
	rapid.Check(t, func(t *rapid.T) { Telefone(hostile.Text().Draw(t, "s")) })
	require.Len(t, AreaCodes, 67, "Anatel's area codes")
}

func TestEmail(t *testing.T) {
	requireAccepted(t, Email,
		"admin@sistema.local", "chefe@empresa.com", "antonia@lojas.com.br", "c03@lote.com.br", "joao.silva+teste@x.com", "root@servidor",
		"josé@açaí.com.br", "JOSE@EMPRESA.COM", "o'neil@x.ie", "a@b", "1@2", "_x_@a-b.c_d", `"a"@x.com`, "用户@例子.公司", "a@[127.0.0.1]",
		strings.Repeat("á", 112)+"@abc.de2",
	)
	requireRefused(t, Email, "Email é obrigatório", "")
	requireRefused(t, Email, "com um único @", "joao", "@", "@x.com", "joao@", "a@b@c", "a@@b", "joao.x.com")
	requireRefused(t, Email, "revise os pontos", "a@.x.com", "a@x.com.", "a@.", "a@x..com")
	requireRefused(t, Email, "máximo 120", strings.Repeat("a", 112)+"@abc.de23", strings.Repeat("x", 1<<20))
	requireRefused(t, Email, "retire espaços",
		" ", "joão silva@x.com", "a@x .com", " a@x.com", "a@x.com ", "a@x\t.com", "a@x.com\n", "a\x00@x.com", "a@x\u00a0.com", "a@x\u200b.com", "a\u202e@x.com",
		"a@x.com,b@y.com", "a@x.com;", "Ana <a@x.com>", "a@x.com\x7f", "a\xff@x.com", "a@x\u0085.com")
	rapid.Check(t, func(t *rapid.T) {
		local := rapid.StringMatching(`[a-zà-ú0-9._+-]{1,40}`).Draw(t, "local")
		domain := rapid.StringMatching(`[a-zà-ú0-9-]{1,20}(\.[a-z]{2,10}){0,3}`).Draw(t, "domain")
		requireAccepted(t, Email, local+"@"+domain)
		requireRefused(t, Email, "Email inválido", local+domain, local+"@"+domain+".", local+" @"+domain)
		Email(hostile.Text().Draw(t, "s"))
	})
}

// TestChecksSpeakPortuguese holds every message to one sentence for people.
func TestChecksSpeakPortuguese(t *testing.T) {
	for name, check := range map[string]func(string) string{"CPF": CPFCNPJ, "CEP": CEP, "Telefone": Telefone, "Email": Email} {
		rapid.Check(t, func(t *rapid.T) {
			msg := check(hostile.Text().Draw(t, "s"))
			if msg == "" || msg == "Email é obrigatório" {
				return
			}
			require.Regexp(t, `^(`+name+`|CNPJ)[^\n]*\.$`, msg)
		})
	}
}
