package record

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/monitor/store/brasil"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/password"
)

// Field is a text column of clientes that people edit.
type Field struct {
	Column     string
	max        int // characters; 0: maxText bytes
	singleLine bool
	Ref        func(*Cliente) *string // where a record holds it
	check      func(string) string    // nil: anything goes
}

// maxText bounds the columns that have no length of their own.
const maxText = 64 << 10

func checkNivel(s string) string {
	switch s {
	case Admin, Moderador, Usuario:
		return ""
	default:
		return "O nível de acesso deve ser usuario, moderador ou admin"
	}
}

// Normalize trims what people type around a value; inside it nothing changes.
func (c *Cliente) Normalize() {
	for _, f := range ClienteFields {
		p := f.Ref(c)
		*p = strings.TrimSpace(*p)
	}
	c.Email = strings.TrimSpace(c.Email)
	if t := strings.TrimSpace(string(c.DadosExtras)); t == "null" || t == "{}" {
		c.DadosExtras = nil
	}
}

// Validate checks the columns in which c differs from was; a value that is
// already there never blocks another edit. was is zero for a new client.
func (c *Cliente) Validate(was *Cliente) error {
	var bad fault.InvalidError
	if c.Nome == "" {
		bad.Add("nome", "Nome é obrigatório")
	}
	for _, f := range ClienteFields {
		if v := *f.Ref(c); v != "" && v != *f.Ref(was) {
			bad.Add(f.Column, f.problem(v))
		}
	}
	if c.CEP != "" && c.CEP != was.CEP && isBrazil(c.Pais) {
		bad.Add("cep", brasil.CEP(c.CEP))
	}
	if c.Email != was.Email || was.ID == 0 {
		bad.Add("email", emailProblem(c.Email))
	}
	if string(c.DadosExtras) != string(was.DadosExtras) {
		bad.Add("dados_extras", ObjectProblem(c.DadosExtras))
	}
	if c.Senha != "" {
		bad.Add("senha", password.Check(c.Level(), c.Senha))
	}
	return bad.OrNil()
}

// Level is the level that NULL stands for.
func (c *Cliente) Level() string {
	if c.NivelAcesso == "" {
		return Usuario
	}
	return c.NivelAcesso
}

// isBrazil says whether the postal code must have the Brazilian form.
func isBrazil(pais string) bool {
	p := fold.Text(pais)
	return p == "" || p == "brasil" || p == "brazil" || p == "br"
}

func emailProblem(email string) string {
	if email == "" {
		return "Email é obrigatório"
	}
	if p := TextProblem(email, 120, true); p != "" {
		return p
	}
	return brasil.Email(email)
}

func (f *Field) problem(v string) string {
	if p := TextProblem(v, f.max, f.singleLine); p != "" {
		return p
	}
	if f.check == nil {
		return ""
	}
	return f.check(v)
}

// TextProblem refuses what a column cannot hold on every engine: text that is
// too long, invalid UTF-8, and control characters (MySQL drops NUL silently).
func TextProblem(v string, limit int, singleLine bool) string {
	switch {
	case !utf8.ValidString(v):
		return "O texto não está em UTF-8 válido"
	case limit > 0 && utf8.RuneCountInString(v) > limit:
		return fmt.Sprintf("Use no máximo %d caracteres (há %d)", limit, utf8.RuneCountInString(v))
	case len(v) > maxText:
		return fmt.Sprintf("Use no máximo %d KiB", maxText>>10)
	case strings.ContainsFunc(v, func(r rune) bool {
		return unicode.IsControl(r) && (singleLine || (r != '\n' && r != '\r' && r != '\t'))
	}):
		return "Retire os caracteres de controle (quebras de linha, tabulações, NUL)"
	default:
		return ""
	}
}

const maxDepth = 8

// ObjectProblem checks a JSON object that is kept whole.
func ObjectProblem(o Objeto) string {
	switch {
	case len(o) == 0:
		return ""
	case len(o) > maxText:
		return fmt.Sprintf("Use no máximo %d KiB", maxText>>10)
	case o[0] != '{' || !json.Valid(o):
		return `Informe um objeto JSON, por exemplo {"plano": "ouro"}`
	case strings.Contains(string(o), `\u0000`):
		return "Retire o caractere NUL"
	case jsonDepth(o) > maxDepth:
		return fmt.Sprintf("Use no máximo %d níveis de profundidade", maxDepth)
	default:
		return ""
	}
}

// jsonDepth counts the nesting of valid JSON.
func jsonDepth(o Objeto) (deepest int) {
	depth, quoted, escaped := 0, false, false
	for _, b := range o {
		switch {
		case escaped:
			escaped = false
		case quoted && b == '\\':
			escaped = true
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			depth++
			deepest = max(deepest, depth)
		case b == '}' || b == ']':
			depth--
		}
	}
	return deepest
}
