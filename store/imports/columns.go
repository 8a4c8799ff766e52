package imports

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/sheet"
)

// field is a column of clientes that a file may bring.
type field struct {
	column string
	title  string // of the column in files that are made here
	width  int    // in characters
	kind   sheet.Kind
	other  []string // what it is called elsewhere, folded
	sample string   // in the template
}

// fields are in the order of a file that is made here.
var fields = []field{
	{"id", "ID", 8, sheet.Number, nil, ""},
	{"nome", "Nome", 30, sheet.Text, []string{"nome completo", "nome do cliente", "nome do contato", "cliente", "contato", "responsavel"}, "Maria da Silva"},
	{"email", "E-mail", 30, sheet.Text, []string{"e mail", "mail", "correio eletronico", "endereco de e mail", "endereco eletronico"}, "maria@padariaestrela.com.br"},
	{"telefone", "Telefone", 18, sheet.Text, []string{"fone", "tel", "celular", "whatsapp", "telefone celular", "telefone 1", "fone 1", "telefone fixo", "tel celular", "numero de telefone", "telefone whatsapp"}, "(21) 99876-5432"},
	{"empresa", "Empresa", 28, sheet.Text, []string{"razao social", "nome fantasia", "fantasia", "companhia", "organizacao", "nome da empresa"}, "Padaria Estrela Ltda."},
	{"cargo", "Cargo", 18, sheet.Text, []string{"funcao", "profissao"}, "Gerente"},
	{"endereco", "Endereço", 34, sheet.Text, []string{"logradouro", "rua", "endereco completo"}, "Rua das Flores, 12"},
	{"cidade", "Cidade", 20, sheet.Text, []string{"municipio", "localidade"}, "Niterói"},
	{"estado", "Estado", 8, sheet.Text, []string{"uf", "estado uf"}, "RJ"},
	{"pais", "País", 12, sheet.Text, nil, "Brasil"},
	{"cep", "CEP", 11, sheet.Text, []string{"codigo postal", "c e p"}, "24020-000"},
	{"cpf_cnpj", "CPF/CNPJ", 20, sheet.Text, []string{"cpf", "cnpj", "cnpj cpf", "cpf ou cnpj", "cnpj ou cpf", "documento", "cpf e cnpj", "inscricao federal"}, "04.252.011/0001-10"},
	{"ativo", "Ativo", 8, sheet.Bool, []string{"situacao", "status"}, "sim"},
	{"observacoes", "Observações", 40, sheet.Text, []string{"observacao", "obs", "anotacoes", "notas", "comentarios"}, ""},
}

// stays are columns of a client that no file changes, and why; also what Rejects adds.
var stays = map[string]string{
	"nivel acesso": "o nível de acesso se muda no cadastro", "nivel": "o nível de acesso se muda no cadastro", "nivel de acesso": "o nível de acesso se muda no cadastro",
	"senha": "senhas não vêm de planilhas", "data cadastro": "é o sistema que anota", "cadastrado em": "é o sistema que anota", "cadastro": "é o sistema que anota",
	"ultimo acesso": "é o sistema que anota", "total dispositivos": "é o sistema que conta", "dispositivos": "é o sistema que conta",
	"dados extras": "os dados extras se mudam pela API", "motivo": "é de uma importação anterior",
}

// Column says what a column of a file is to us.
type Column struct {
	Cabecalho string `json:"cabecalho"`
	Campo     string `json:"campo"`  // "" where it is not imported
	Motivo    string `json:"motivo"` // why not
}

// Nothing is the choice that leaves a column of the file out.
const Nothing = "-"

// Columns recognises the headers of a file; chosen says of headers which column they are, or
// Nothing, and wins.
func Columns(header []string, chosen map[string]string) ([]Column, error) {
	given, err := choices(header, chosen)
	if err != nil {
		return nil, err
	}
	out, taken := make([]Column, len(header)), map[string]string{}
	put := func(i int, campo string) {
		out[i].Campo = campo
		taken[campo] = header[i]
	}
	for i, h := range header {
		out[i].Cabecalho = h
		if campo, ok := given[headerKey(h)]; ok && campo != Nothing {
			put(i, campo)
		}
	}
	for i, h := range header {
		key := headerKey(h)
		campo, sure := recognise(key)
		_, decided := given[key]
		switch {
		case given[key] == Nothing:
			out[i].Motivo = "foi deixada de fora"
		case decided || sure && taken[campo] == "":
			put(i, cmp.Or(out[i].Campo, campo))
		case sure && campo == "cpf_cnpj" && key != headerKey(taken[campo]):
			put(i, campo) // CPF in one column and CNPJ in another
		case sure:
			out[i].Motivo = "“" + taken[campo] + "” já é " + titleOf(campo)
		case h == "":
			out[i].Motivo = "não tem cabeçalho"
		default:
			out[i].Motivo = cmp.Or(stays[key], "não há campo com este nome")
		}
	}
	return out, missing(taken)
}

// recognise is the column that a header names; sure only where all of it does.
func recognise(key string) (campo string, sure bool) {
	for _, f := range fields {
		if key == headerKey(f.column) || key == headerKey(f.title) || slices.Contains(f.other, key) {
			return f.column, true
		}
	}
	return "", false
}

// missing refuses a file in which no row can be somebody.
func missing(taken map[string]string) error {
	if taken["email"] != "" || taken["id"] != "" || taken["cpf_cnpj"] != "" {
		return nil
	}
	return fault.Invalid("colunas", "Nenhuma coluna diz quem é cada linha: é preciso o e-mail, o CPF/CNPJ ou o id; se há uma com outro nome, diga qual é")
}

// choices judges what somebody chose.
func choices(header []string, chosen map[string]string) (map[string]string, error) {
	bad, out, seen := fault.InvalidError{}, map[string]string{}, map[string]string{}
	there := map[string]bool{}
	for _, h := range header {
		there[headerKey(h)] = true
	}
	for _, h := range slices.Sorted(maps.Keys(chosen)) {
		campo, key := chosen[h], headerKey(h)
		known := campo == Nothing || slices.ContainsFunc(fields, func(f field) bool { return f.column == campo })
		switch {
		case !there[key]:
			bad.Add("colunas", fmt.Sprintf("O arquivo não tem a coluna “%s”; tem: %s", h, strings.Join(header, ", ")))
		case !known:
			bad.Add("colunas", fmt.Sprintf("“%s” não é um campo; use um destes: %s, ou %s para deixar de fora", campo, strings.Join(Names(), ", "), Nothing))
		case campo != Nothing && seen[campo] != "" && campo != "cpf_cnpj":
			bad.Add("colunas", fmt.Sprintf("“%s” e “%s” não podem ser as duas %s", seen[campo], h, campo))
		}
		out[key], seen[campo] = campo, h
	}
	return out, bad.OrNil()
}

// Names are the columns that a file may bring.
func Names() []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.column
	}
	return out
}

func titleOf(column string) string {
	for _, f := range fields {
		if f.column == column {
			return f.title
		}
	}
	return column
}

func sampleOf(column string) string {
	for _, f := range fields {
		if f.column == column {
			return f.sample
		}
	}
	return ""
}

// headerKey is a header without case, accents, and what is no letter or digit.
func headerKey(h string) string {
	words := strings.FieldsFunc(fold.Text(h), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, " ")
}
