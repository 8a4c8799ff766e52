package record

import (
	"database/sql/driver"
	"encoding/json"
	"strings"

	"example.com/monitor/store/brasil"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// column is a column of clientes, and what every floor of the store makes of it.
type column struct {
	Field                     // its name and, of a text, where a record holds it
	edited bool               // a text among ClienteFields
	sql    string             // how it is read; its name when empty
	dest   func(*Cliente) any // where it is read to; a text is read to Ref
	json   func(*Cliente) any // what the API is given; as dest when nil
	fresh  func(*Cliente) any // what a new row is given; nil: nothing
	secret bool               // is not the API's
}

// columns are those of a client, in the order of the table and of the API.
var columns = []column{
	{Field: Field{Column: "id"}, dest: func(c *Cliente) any { return &c.ID }},
	person(Field{"nome", 100, true, func(c *Cliente) *string { return &c.Nome }, nil}),
	textOf("email", func(c *Cliente) *string { return &c.Email }),
	secret(textOf("senha_hash", func(c *Cliente) *string { return &c.SenhaHash })),
	person(Field{"telefone", 20, true, func(c *Cliente) *string { return &c.Telefone }, brasil.Telefone}),
	person(Field{"empresa", 100, true, func(c *Cliente) *string { return &c.Empresa }, nil}),
	person(Field{"cargo", 50, true, func(c *Cliente) *string { return &c.Cargo }, nil}),
	person(Field{"endereco", 0, false, func(c *Cliente) *string { return &c.Endereco }, nil}),
	person(Field{"cidade", 50, true, func(c *Cliente) *string { return &c.Cidade }, nil}),
	person(Field{"estado", 50, true, func(c *Cliente) *string { return &c.Estado }, nil}),
	person(Field{"pais", 50, true, func(c *Cliente) *string { return &c.Pais }, nil}),
	person(Field{"cep", 15, true, func(c *Cliente) *string { return &c.CEP }, nil}),
	person(Field{"cpf_cnpj", 20, true, func(c *Cliente) *string { return &c.CPFCNPJ }, brasil.CPFCNPJ}),
	{
		Field: Field{Column: "ativo"}, dest: func(c *Cliente) any { return &lenientBool{&c.Ativo} },
		json: func(c *Cliente) any { return c.Ativo }, fresh: func(c *Cliente) any { return c.IsActive() },
	},
	person(Field{"nivel_acesso", 20, true, func(c *Cliente) *string { return &c.NivelAcesso }, checkNivel}),
	{
		Field: Field{
			Column: "data_cadastro",
		}, sql: "AS_TEXT(c.data_cadastro)", dest: func(c *Cliente) any { return &textTime{&c.DataCadastro, &c.cadastro} },
		json: func(c *Cliente) any { return c.DataCadastro }, fresh: func(c *Cliente) any { return c.DataCadastro },
	},
	{Field: Field{Column: "ultimo_acesso"}, sql: "AS_TEXT(c.ultimo_acesso)", dest: func(c *Cliente) any { return &c.UltimoAcesso }},
	person(Field{"observacoes", 0, false, func(c *Cliente) *string { return &c.Observacoes }, nil}),
	{
		Field: Field{Column: "dados_extras"},
		dest:  func(c *Cliente) any { return &c.DadosExtras },
		fresh: func(c *Cliente) any { return c.DadosExtras },
	},
	{
		Field: Field{Column: "total_dispositivos"}, sql: "(SELECT count(*) FROM dispositivos d WHERE d.cliente_id = c.id)",
		dest: func(c *Cliente) any { return &c.TotalDispositivos },
	},
}

// textOf is a column of a text, NULL and null when empty; it has its own operation.
func textOf(name string, ref func(*Cliente) *string) column {
	value := func(c *Cliente) any {
		if s := *ref(c); s != "" {
			return s
		}
		return nil
	}
	return column{
		Field: Field{Column: name, Ref: ref}, dest: func(c *Cliente) any { return engine.AsText(ref(c)) }, json: value, fresh: value,
	}
}

// person is a column of a text that people edit with all the others.
func person(f Field) column {
	c := textOf(f.Column, f.Ref)
	c.Field, c.edited = f, true
	return c
}

func secret(c column) column {
	c.secret = true
	return c
}

// ClienteFields are the editable text columns; email has its own operation.
var ClienteFields = func() (list []Field) {
	for _, c := range columns {
		if c.edited {
			list = append(list, c.Field)
		}
	}
	return list
}()

// ClienteCols are the columns of a client, in the order of Dest.
var ClienteCols = func() string {
	list := make([]string, len(columns))
	for i, c := range columns {
		if list[i] = c.sql; c.sql == "" {
			list[i] = "c." + c.Column
		}
	}
	return strings.Join(list, ", ")
}()

// Dest lists where the columns of ClienteCols go.
func (c *Cliente) Dest() []any {
	list := make([]any, len(columns), len(columns)+1) // a list's total comes after them
	for i := range columns {
		list[i] = columns[i].dest(c)
	}
	return list
}

// Fresh lists the columns that a new row is given, and what.
func (c *Cliente) Fresh() (names []string, values []any) {
	for i := range columns {
		if columns[i].fresh != nil {
			names, values = append(names, columns[i].Column), append(values, columns[i].fresh(c))
		}
	}
	return names, values
}

// MarshalJSON gives the API's form; it has no place for secrets.
func (c Cliente) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, 512)
	for i := range columns {
		col := &columns[i]
		if col.secret {
			continue
		}
		give := col.json
		if give == nil {
			give = col.dest
		}
		value, err := json.Marshal(give(&c))
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, `,"`...), col.Column...), `":`...)
		out = append(out, value...)
	}
	out[0] = '{'
	return append(out, '}'), nil
}

// textTime scans a date-time that AS_TEXT gave, and keeps the text.
type textTime struct {
	at   *when.Hora
	text *string
}

// Scan implements sql.Scanner.
func (h *textTime) Scan(src any) error {
	if err := (*engine.NullText)(h.text).Scan(src); err != nil {
		return err
	}
	return h.at.Parse(*h.text)
}

// lenientBool reads what is no boolean as NULL, as the engine does for other records.
type lenientBool struct{ dst **bool }

// Scan implements sql.Scanner.
func (b *lenientBool) Scan(src any) error {
	*b.dst = nil
	if v, err := driver.Bool.ConvertValue(src); err == nil {
		is := v.(bool) //nolint:forcetypeassert // what Bool converts to
		*b.dst = &is
	}
	return nil
}
