// Package brasil checks what Brazilians type: CPF, CNPJ, CEP, telephone and e-mail. Each
// check returns "" when the value is fine, else one sentence in Portuguese that says what
// to do. None changes a value: it is stored as it was typed, and the fold makes the mask
// irrelevant to searches. Callers trim first; an optional field that is empty is fine.
package brasil

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/monitor/store/internal/chars"
)

// Between the groups of a document one separator may stand, whichever it is:
// old papers write 123.456.789/09, spreadsheets write spaces.
var (
	cpfShape  = regexp.MustCompile(`^\d{3}[-./ ]?\d{3}[-./ ]?\d{3}[-./ ]?\d{2}$`)
	cnpjShape = regexp.MustCompile(`^[0-9A-Za-z]{2}[-./ ]?[0-9A-Za-z]{3}[-./ ]?[0-9A-Za-z]{3}[-./ ]?[0-9A-Za-z]{4}[-./ ]?\d{2}$`)
	cepShape  = regexp.MustCompile(`^\d{2}\.?\d{3}-?\d{3}$`)
)

// The weights of modulo 11. The first check digit leaves out the first weight.
var (
	cpfWeights  = []int{11, 10, 9, 8, 7, 6, 5, 4, 3, 2}
	cnpjWeights = []int{6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}
)

// CPFCNPJ accepts a CPF, and a CNPJ in the form in force since July 2026,
// whose first twelve characters may be letters; numeric ones remain valid.
func CPFCNPJ(s string) string {
	switch {
	case s == "":
		return ""
	case cpfShape.MatchString(s):
		if !checkDigitsMatch(documentChars(s), cpfWeights) {
			return "CPF inválido: os dígitos verificadores não conferem; revise o número digitado."
		}
	case cnpjShape.MatchString(s):
		if !checkDigitsMatch(documentChars(s), cnpjWeights) {
			return "CNPJ inválido: os dígitos verificadores não conferem; revise o número digitado."
		}
	default:
		return "CPF ou CNPJ inválido: informe os 11 dígitos do CPF ou os 14 caracteres do CNPJ, com ou sem pontuação."
	}
	return ""
}

// documentChars gives the characters that count, capitals as the Receita counts them.
func documentChars(s string) string {
	return strings.ToUpper(chars.Keep(strings.ToLower(s), chars.Alnum))
}

// checkDigitsMatch verifies the two check digits at the end of chars. Repeated
// digits (111.111.111-11) satisfy the sum and are nobody's.
func checkDigitsMatch(chars string, weights []int) bool {
	n := len(chars) - 2
	if strings.Count(chars, chars[:1]) == len(chars) {
		return false
	}
	return chars[n] == checkDigit(chars[:n], weights[1:]) && chars[n+1] == checkDigit(chars[:n+1], weights)
}

// checkDigit is modulo 11; a character is worth its ASCII code minus 48, so that
// digits keep their value and A is 17.
func checkDigit(chars string, weights []int) byte {
	sum := 0
	for i, w := range weights {
		sum += w * int(chars[i]-'0')
	}
	if rest := sum % 11; rest >= 2 {
		return byte('0' + 11 - rest)
	}
	return '0'
}

// CEP accepts a postal code of eight digits, masked or not.
func CEP(s string) string {
	if s == "" || cepShape.MatchString(s) {
		return ""
	}
	return "CEP inválido: informe 8 dígitos, por exemplo 24020-000."
}

// AreaCodes are the area codes in use.
var AreaCodes = strings.Fields(`11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38
	41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 64 65 66 67 68 69 71 73 74 75 77 79
	81 82 83 84 85 86 87 88 89 91 92 93 94 95 96 97 98 99`)

var (
	// phoneShape is a number in any usual mask: +55 (21) 5555-6666, (021) 5555.6666.
	phoneShape     = regexp.MustCompile(`^(?:\+|\(\+\d{1,3}\))?[\d .-]*(?:\(\d{2,3}\))?[\d ./-]*$`)
	extensionShape = regexp.MustCompile(`^(.*\d)[ ,/-]*(?:[Rr](?:\.|amal|AMAL)?|[Ee]xt\.?)[ .:]*\d{1,6}$`)
	// serviceShape are numbers without area code: 0800 and its kin (old ones are a
	// digit shorter), 4004, 3003 and the like.
	serviceShape = regexp.MustCompile(`^(?:0(?:300|303|500|800|900)\d{6,7}|[34]00\d{5}|4020\d{4})$`)
)

// Telefone accepts Brazilian numbers with area code, service numbers, and
// numbers of other countries in international form.
func Telefone(s string) string {
	if s == "" {
		return ""
	}
	if m := extensionShape.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if !phoneShape.MatchString(s) {
		return "Telefone inválido: use apenas números com DDD, por exemplo (21) 99999-8888, e se preciso “ramal 12” no fim."
	}
	digits := chars.Keep(s, chars.Digit)
	switch {
	case strings.HasPrefix(digits, "55") && (strings.Contains(s, "+") || len(digits) >= 12):
		// Without + only a longer number begins with the country's code: 55 is an area code too.
		return checkBrazilian(digits[2:])
	case strings.Contains(s, "+"):
		return checkForeign(digits)
	default:
		return checkBrazilian(digits)
	}
}

// checkForeign follows E.164, which ends at 15 digits.
func checkForeign(digits string) string {
	if len(digits) < 8 || len(digits) > 15 {
		return "Telefone inválido: número de outro país deve ter de 8 a 15 dígitos depois do +, contando o código do país."
	}
	return ""
}

// checkBrazilian looks at a number without the country's code.
func checkBrazilian(digits string) string {
	if serviceShape.MatchString(digits) {
		return ""
	}
	if len(digits) > 10 {
		// The trunk prefix of long-distance calls, as in (021).
		digits = strings.TrimPrefix(digits, "0")
	}
	switch {
	case len(digits) == 8 || len(digits) == 9 && digits[0] == '9':
		return "Telefone inválido: falta o DDD; informe, por exemplo, (21) 99999-8888."
	case len(digits) != 10 && len(digits) != 11:
		return "Telefone inválido: informe o DDD e mais 8 ou 9 dígitos, por exemplo (21) 99999-8888; número de outro país começa com +."
	case !slices.Contains(AreaCodes, digits[:2]):
		return "Telefone inválido: o DDD " + digits[:2] + " não existe; revise o número digitado."
	case len(digits) == 11 && digits[2] != '9':
		return "Telefone inválido: celular com 9 dígitos começa com 9; revise o número digitado."
	}
	return ""
}

// maxEmail is the width of clientes.email in every existing installation.
const maxEmail = 120

// Email refuses what can be no address or is more than one. It asks for no
// dot in the domain (admin@sistema.local, root@servidor) and lets accents pass.
func Email(s string) string {
	if s == "" {
		return "Email é obrigatório"
	}
	if utf8.RuneCountInString(s) > maxEmail {
		return "Email inválido: use no máximo 120 caracteres."
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, notInEmail) {
		return "Email inválido: retire espaços, vírgulas e outros caracteres que não fazem parte de um endereço."
	}
	local, domain, _ := strings.Cut(s, "@")
	if local == "" || domain == "" || strings.Contains(domain, "@") {
		return "Email inválido: informe um endereço como nome@empresa.com.br, com um único @."
	}
	if strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, ".") || strings.Contains(domain, "..") {
		return "Email inválido: revise os pontos depois do @, como em nome@empresa.com.br."
	}
	return ""
}

// notInEmail also catches invisible characters, by which one address could pass
// for another, and the punctuation of lists and display names.
func notInEmail(r rune) bool {
	return r == ' ' || !unicode.IsPrint(r) || strings.ContainsRune(`,;<>()`, r)
}
