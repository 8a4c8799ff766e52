package imports

import (
	"regexp"
	"strings"

	"example.com/monitor/store/brasil"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
	"example.com/monitor/store/sheet"
)

// values are what a row says, by column; only what it says.
type values struct {
	id    int64
	email string
	ativo *bool
	texts map[string]string
}

var (
	rounded = regexp.MustCompile(`^[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+$`)
	digits  = regexp.MustCompile(`^\d+$`)
)

// read says what the cells of a row mean.
func (p *Plan) read(cells []sheet.Cell) (values, error) {
	v := values{texts: map[string]string{}}
	var bad fault.InvalidError
	for i, c := range p.Colunas {
		if c.Campo == "" || i >= len(cells) || cells[i].String() == "" {
			continue
		}
		bad.Add(c.Campo, v.put(c, cells[i]))
	}
	return v, bad.OrNil()
}

// put notes one cell and returns what is wrong with it.
func (v *values) put(c Column, cell sheet.Cell) (problem string) {
	text := cell.String()
	if cell.Kind == sheet.Wrong {
		return "A célula tem um erro (" + text + "): corrija a fórmula, ou deixe-a vazia"
	}
	switch c.Campo {
	case "id":
		return v.putID(text)
	case "email":
		v.email = text
	case "ativo":
		yes, err := cell.Bool()
		if err != nil {
			return err.Error()
		}
		v.ativo = &yes
	case "cpf_cnpj":
		return v.putDocument(c.Cabecalho, text)
	case "cep":
		v.texts["cep"], problem = whole(text, 8)
		return problem
	case "telefone":
		v.texts["telefone"], problem = whole(text, 0)
		return problem
	default:
		v.texts[c.Campo] = text
	}
	return ""
}

func (v *values) putID(text string) (problem string) {
	if !digits.MatchString(text) || len(text) > 18 {
		return "O id é um número inteiro, como 7; se é o código de outro sistema, deixe esta coluna de fora"
	}
	for _, d := range text {
		v.id = v.id*10 + int64(d-'0')
	}
	return ""
}

// whole is a number that is a name: leading zeros that a spreadsheet ate come back, up to length,
// and what it rounded is refused.
func whole(text string, length int) (out, problem string) {
	if rounded.MatchString(text) {
		return "", "A planilha arredondou este número (" + text + ") e os algarismos se perderam: formate a coluna como texto e digite-o de novo"
	}
	if digits.MatchString(text) && len(text) < length && len(text) >= length-3 {
		text = strings.Repeat("0", length-len(text)) + text
	}
	return text, ""
}

// putDocument gives a CPF or CNPJ its lost zeros where only one of the two can be meant.
func (v *values) putDocument(header, text string) (problem string) {
	if rounded.MatchString(text) {
		_, problem = whole(text, 0)
		return problem
	}
	if other := v.texts["cpf_cnpj"]; other != "" && !samePlain(other, text) {
		return "A linha tem um CPF e um CNPJ, e o cadastro guarda um só: apague um deles, ou deixe uma das colunas de fora"
	}
	v.texts["cpf_cnpj"] = text
	if !digits.MatchString(text) || len(text) == 11 || len(text) >= 14 {
		return ""
	}
	var fits []string
	for _, length := range lengthsFor(header) {
		if len(text) < length && len(text) >= length-6 {
			full := strings.Repeat("0", length-len(text)) + text
			if brasil.CPFCNPJ(full) == "" {
				fits = append(fits, full)
			}
		}
	}
	switch len(fits) {
	case 0:
		return ""
	case 1:
		v.texts["cpf_cnpj"] = fits[0]
		return ""
	default:
		return "O número perdeu zeros à esquerda e pode ser o CPF " + fits[0] + " ou o CNPJ " + fits[1] + ": escreva-o inteiro"
	}
}

// lengthsFor are the digits that a document under header may have.
func lengthsFor(header string) []int {
	switch key := headerKey(header); key {
	case "cpf":
		return []int{11}
	case "cnpj":
		return []int{14}
	default:
		return []int{11, 14}
	}
}

// plainOnly are columns in which punctuation means nothing.
var plainOnly = map[string]bool{"telefone": true, "cep": true, "cpf_cnpj": true}

func samePlain(a, b string) bool { return plain(a) == plain(b) }

// plain are the characters of a number that count.
func plain(s string) string { return chars.Keep(strings.ToLower(s), chars.Alnum) }

// edit puts the values into a client; what is only punctuated otherwise stays as it is.
func (v *values) edit(c *record.Cliente) {
	for _, f := range record.ClienteFields {
		value, given := v.texts[f.Column]
		if have := f.Ref(c); given && (!plainOnly[f.Column] || plain(value) == "" || !samePlain(*have, value)) {
			*have = value
		}
	}
	if v.ativo != nil && record.BoolText(c.Ativo) != record.BoolText(v.ativo) {
		yes := *v.ativo
		c.Ativo = &yes
	}
}
