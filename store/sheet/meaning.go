package sheet

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/monitor/store/brasil"
	"example.com/monitor/store/fault"
)

// unclear is a sentence about a value, for one who reads the row.
func unclear(format string, args ...any) error {
	return fault.Invalid("valor", fmt.Sprintf(format, args...))
}

// wrong refuses what the sheet itself calls an error.
func (c Cell) wrong() error {
	switch {
	case c.Kind != Wrong:
		return nil
	case strings.HasPrefix(c.Text, "="):
		return unclear("A fórmula desta célula ainda não foi calculada: abra o arquivo no Excel, salve e envie de novo")
	default:
		return unclear("A célula mostra o erro %s: corrija a fórmula ou digite o valor", c.Text)
	}
}

var (
	scientific = regexp.MustCompile(`(?i)^[-+]?\d+[.,]\d+E[-+]?\d+$|^[-+]?\d+E[-+]\d+$|^\dE\d{1,3}$`)
	newCNPJ    = regexp.MustCompile(`^[0-9A-Z]{12}[0-9]{2}$`)
	mask       = strings.NewReplacer(".", "", "-", "", "/", "", " ", "", "(", "", ")", "", "+", "", "\u00a0", "", "–", "", "—", "", "\u2011", "")
)

// Digits are those of a CPF, a CNPJ, a CEP or a telephone, without the mask; of a CNPJ also its
// letters. A spreadsheet drops zeros on the left: they are put back where one of lengths alone is
// possible, or where check digits tell a CPF from a CNPJ. What a spreadsheet has rounded
// (1,23E+13, more than fifteen digits) is refused, since nobody can know it. Empty stays empty.
func (c Cell) Digits(lengths ...int) (string, error) {
	if err := c.wrong(); err != nil {
		return "", err
	}
	s := c.String()
	switch {
	case s == "":
		return "", nil
	case c.Kind == Date:
		return "", unclear("A célula tem uma data (%s) onde se espera um número: formate a coluna como Texto e digite o valor de novo", brazilian(s))
	case c.Kind == Bool:
		return "", unclear("A célula tem verdadeiro ou falso onde se espera um número: digite o valor de novo")
	case scientific.MatchString(s):
		return "", rounded(s, lengths)
	}
	digits := strings.ToUpper(mask.Replace(strings.TrimFunc(s, blank)))
	digits = strings.TrimPrefix(digits, "'")
	switch {
	case c.Kind == Number && strings.HasPrefix(s, "-"):
		return "", unclear("O número é negativo (%s): digite-o de novo, com a coluna formatada como Texto", clip(s))
	case c.Kind == Number && strings.Contains(s, "."):
		return "", unclear("O número tem casas decimais (%s): digite-o de novo, com a coluna formatada como Texto", clip(s))
	case c.Kind == Number && len(strings.Trim(digits, "0")) > 15, c.Kind == Number && len(digits) > 15 && !slices.Contains(lengths, len(digits)):
		return "", rounded(s, lengths)
	case digits == "":
		return "", unclear("%q não tem nenhum algarismo: confira o valor", clip(s))
	case slices.Contains(lengths, 14) && newCNPJ.MatchString(digits) && strings.ContainsFunc(digits, letter):
		return digits, nil
	case strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }):
		return "", unclear("%q tem mais do que algarismos: confira o valor", clip(s))
	}
	return padded(digits, lengths)
}

func rounded(s string, lengths []int) error {
	if slices.Contains(lengths, 14) {
		return unclear("O Excel guardou %s no lugar do número e os últimos algarismos se perderam (um CNPJ com a letra E também vira número): formate a coluna como Texto e digite o valor de novo", clip(s))
	}
	return unclear("O Excel guardou %s no lugar do número e os últimos algarismos se perderam: formate a coluna como Texto e digite o valor de novo", clip(s))
}

// padded puts zeros back.
func padded(digits string, lengths []int) (string, error) {
	if len(lengths) == 0 {
		return digits, nil
	}
	var possible, right []string
	for _, n := range slices.Sorted(slices.Values(lengths)) {
		if n < len(digits) {
			continue
		}
		p := strings.Repeat("0", n-len(digits)) + digits
		possible = append(possible, p)
		if (n == 11 || n == 14) && brasil.CPFCNPJ(p) == "" {
			right = append(right, p)
		}
	}
	switch {
	case len(right) == 1 && len(possible) > 1:
		return right[0], nil
	case slices.Contains(lengths, len(digits)):
		return digits, nil
	case len(possible) == 1:
		return possible[0], nil
	case len(possible) == 0:
		return "", unclear("%s tem %d algarismos, e aqui se esperam %s: confira o valor", clip(digits), len(digits), either(lengths))
	default:
		return "", unclear("%s tem %d algarismos: faltam zeros à esquerda e não dá para saber quantos; digite o número inteiro, com a coluna formatada como Texto", clip(digits), len(digits))
	}
}

func either(lengths []int) string {
	parts := make([]string, len(lengths))
	for i, n := range slices.Sorted(slices.Values(lengths)) {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, " ou ")
}

var (
	dayFirst = regexp.MustCompile(`^(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{4}|\d{2})$`)
	dayNamed = regexp.MustCompile(`^(\d{1,2})º?(?:[/.-]| de | )([a-zç]{3,9})\.?(?:[/.-]| de | )(\d{4}|\d{2})$`)
	yearLast = regexp.MustCompile(`^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$`)
	timeOf   = regexp.MustCompile(`^(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?$`)
	months   = []string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"}
)

// Date is a date cell, the number of a day in Excel, or a text: 31/12/2026, 31/12/26,
// 1-3-2026, 2026-12-31, 31/dez/2026, each with or without 14:05 or 14:05:59. The day always
// stands first: 12/31/2026 is refused and not guessed at. Two digits are a year up to 2029, as in
// Excel. The time is in UTC; a text with a zone has its own. Empty is the zero time.
func (c Cell) Date() (time.Time, error) {
	if err := c.wrong(); err != nil {
		return time.Time{}, err
	}
	s := strings.Trim(c.String(), "'")
	switch {
	case s == "":
		return time.Time{}, nil
	case c.Kind == Number:
		return c.serialDate(s)
	case c.Kind == Bool:
		return time.Time{}, unclear("A célula tem verdadeiro ou falso onde se espera uma data: digite-a como dd/mm/aaaa")
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, nil
	}
	day, clock := s, ""
	if i := strings.IndexAny(s, "T"); i == 10 || i == 8 {
		day, clock = s[:i], s[i+1:]
	} else if i := strings.LastIndexByte(s, ' '); i > 0 && timeOf.MatchString(s[i+1:]) {
		day, clock = strings.TrimRight(s[:i], " ,"), s[i+1:]
		day = strings.TrimSuffix(day, " às")
	}
	y, m, d, ok := dayOf(strings.ToLower(day))
	hour, minute, second, okTime := clockOf(clock)
	if !ok || !okTime {
		return time.Time{}, unclear("%q não é uma data que se reconheça: escreva-a como dd/mm/aaaa", clip(s))
	}
	at := time.Date(y, time.Month(m), d, hour, minute, second, 0, time.UTC)
	switch {
	case m < 1 || m > 12:
		return time.Time{}, unclear("A data %s não existe, pois o mês seria %d: escreva-a como dd/mm/aaaa", clip(s), m)
	case at.Day() != d || int(at.Month()) != m:
		return time.Time{}, unclear("A data %s não existe no calendário: confira o dia", clip(s))
	case y < 1000:
		return time.Time{}, unclear("A data %s tem um ano impossível: escreva-a como dd/mm/aaaa", clip(s))
	}
	return at, nil
}

// serialDate is a day of Excel; what is rather a year or written without bars is refused.
func (c Cell) serialDate(s string) (time.Time, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err == nil && v >= 1900 && v <= 2100 && !strings.Contains(s, ".") {
		return time.Time{}, unclear("%s parece ser só o ano: escreva a data inteira, como dd/mm/aaaa", s)
	}
	at, ok := serial(v, c.since1904)
	if err != nil || !ok {
		return time.Time{}, unclear("O número %s não é uma data: escreva-a como dd/mm/aaaa", clip(s))
	}
	return at, nil
}

func dayOf(s string) (y, m, d int, ok bool) {
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // only digits
	year := func(s string) int {
		n := number(s)
		switch {
		case len(s) == 4:
			return n
		case n < 30:
			return 2000 + n
		default:
			return 1900 + n
		}
	}
	if g := dayFirst.FindStringSubmatch(s); g != nil && g[2] == g[4] {
		return year(g[5]), number(g[3]), number(g[1]), true
	}
	if g := yearLast.FindStringSubmatch(s); g != nil {
		return number(g[1]), number(g[2]), number(g[3]), true
	}
	if g := dayNamed.FindStringSubmatch(s); g != nil {
		for i, name := range months {
			if g[2] == name || g[2] == string([]rune(name)[:3]) || g[2] == "marco" && i == 2 {
				return year(g[3]), i + 1, number(g[1]), true
			}
		}
	}
	return 0, 0, 0, false
}

func clockOf(s string) (hour, minute, second int, ok bool) {
	if s == "" {
		return 0, 0, 0, true
	}
	g := timeOf.FindStringSubmatch(strings.TrimSuffix(s, "Z"))
	if g == nil {
		return 0, 0, 0, false
	}
	hour, _ = strconv.Atoi(g[1])
	minute, _ = strconv.Atoi(g[2])
	second, _ = strconv.Atoi(g[3]) // none is 0
	return hour, minute, second, hour < 24 && minute < 60 && second < 60
}

// brazilian is the text of a date cell as people write it.
func brazilian(s string) string {
	for from, to := range map[string]string{time.DateOnly: "02/01/2006", dateTime: "02/01/2006 15:04:05"} {
		if at, err := time.Parse(from, s); err == nil {
			return strings.TrimSuffix(at.Format(to), ":00")
		}
	}
	return s
}

var (
	plainForm  = regexp.MustCompile(`^\d+$`)
	thousands  = regexp.MustCompile(`^\d{1,3}(\.\d{3})+(,\d+)?$`)
	commaForm  = regexp.MustCompile(`^\d*,\d+$`)
	pointForm  = regexp.MustCompile(`^\d*\.\d+$`)
	commaFirst = regexp.MustCompile(`^\d{1,3}(,\d{3})+\.\d+$|^\d{1,3}(,\d{3}){2,}$`)
)

// Decimal is a number with a point as decimal: "1.234,56", "1234,56", "1,234.56" and "R$ 1.234,56"
// are 1234.56. "1.234" is read as Brazilians write it, 1234, in a text; a number cell of 1.234 is
// what it is. "1,234" is 1.234. Empty stays empty.
func (c Cell) Decimal() (string, error) {
	if err := c.wrong(); err != nil {
		return "", err
	}
	s := c.String()
	switch c.Kind {
	case Number:
		sign, rest := "", s
		if strings.HasPrefix(s, "-") {
			sign, rest = "-", s[1:]
		}
		if rest = strings.TrimLeft(rest, "0"); rest == "" || rest[0] == '.' {
			rest = "0" + rest
		}
		return sign + rest, nil
	case Date, Bool:
		return "", unclear("A célula não tem um número: digite-o de novo, como 1234,56")
	}
	if scientific.MatchString(s) {
		return "", unclear("O número %s está abreviado e perdeu algarismos: formate a coluna como Número e digite o valor de novo", clip(s))
	}
	n := strings.Map(func(r rune) rune {
		if blank(r) {
			return -1
		}
		return r
	}, strings.TrimPrefix(s, "'"))
	sign := ""
	switch {
	case strings.HasPrefix(n, "-"), strings.HasPrefix(n, "−"):
		sign, n = "-", strings.TrimPrefix(strings.TrimPrefix(n, "-"), "−")
	case strings.HasPrefix(n, "(") && strings.HasSuffix(n, ")"):
		sign, n = "-", n[1:len(n)-1]
	}
	n = strings.TrimPrefix(n, "R$")
	if sign == "" && strings.HasPrefix(n, "-") {
		sign, n = "-", n[1:]
	}
	switch n = strings.TrimPrefix(n, "+"); {
	case s == "":
		return "", nil
	case plainForm.MatchString(n):
	case thousands.MatchString(n):
		n = strings.Replace(strings.ReplaceAll(n, ".", ""), ",", ".", 1)
	case commaForm.MatchString(n):
		n = strings.Replace(n, ",", ".", 1)
	case pointForm.MatchString(n):
	case commaFirst.MatchString(n):
		n = strings.ReplaceAll(n, ",", "")
	default:
		return "", unclear("%q não é um número: escreva-o como 1234,56", clip(s))
	}
	if n = strings.TrimLeft(n, "0"); n == "" || n[0] == '.' {
		n = "0" + n
	}
	if strings.Trim(n, "0.") == "" {
		sign = ""
	}
	return sign + n, nil
}

var truths = map[string]bool{
	"sim": true, "s": true, "ativo": true, "ativa": true, "verdadeiro": true, "true": true, "1": true, "x": true, "yes": true, "y": true, "v": true,
	"não": false, "nao": false, "n": false, "inativo": false, "inativa": false, "falso": false, "false": false, "0": false, "no": false, "f": false,
}

// Bool reads sim, não, s, n, ativo, inativo, verdadeiro, falso, true, false, 1, 0, x. Empty is
// refused: who knows the column knows what it stands for.
func (c Cell) Bool() (bool, error) {
	if err := c.wrong(); err != nil {
		return false, err
	}
	v, ok := truths[strings.ToLower(c.String())]
	switch {
	case ok:
		return v, nil
	case c.String() == "":
		return false, unclear("A célula está vazia: escreva sim ou não")
	default:
		return false, unclear("%q não é sim nem não: escreva sim ou não", clip(c.String()))
	}
}
