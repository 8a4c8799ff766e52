package tui

import (
	"slices"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

// clienteField is a column of clientes that people may edit. Column and label are used
// by form, conflict and detail alike.
type clienteField struct {
	kit.EntrySpec
	onlyNew bool // Change leaves it alone
	at      func(*store.Cliente) *string
}

// clienteSpecs are the columns in the order of the form. Where a client holds one is the
// store's to say, but of those that have their own operations.
var clienteSpecs = []clienteField{
	{EntrySpec: kit.EntrySpec{Column: "nome", Label: "Nome *"}},
	{
		EntrySpec: kit.EntrySpec{Column: "email", Label: "E-mail *", Hint: "ex.: pessoa@empresa.com.br"},
		onlyNew:   true,
		at:        func(c *store.Cliente) *string { return &c.Email },
	},
	{EntrySpec: kit.EntrySpec{Column: "telefone", Label: "Telefone", Hint: "ex.: (11) 98765-4321"}},
	{EntrySpec: kit.EntrySpec{Column: "empresa", Label: "Empresa"}},
	{EntrySpec: kit.EntrySpec{Column: "cargo", Label: "Cargo"}},
	{EntrySpec: kit.EntrySpec{Column: "cpf_cnpj", Label: "CPF/CNPJ", Hint: "com ou sem pontos"}},
	{EntrySpec: kit.EntrySpec{Column: "endereco", Label: "Endereço"}},
	{EntrySpec: kit.EntrySpec{Column: "cidade", Label: "Cidade"}},
	{EntrySpec: kit.EntrySpec{Column: "estado", Label: "Estado", Hint: "ex.: SP"}},
	{EntrySpec: kit.EntrySpec{Column: "cep", Label: "CEP", Hint: "ex.: 01310-100"}},
	{EntrySpec: kit.EntrySpec{Column: "pais", Label: "País", Hint: "ex.: Brasil"}},
	{
		EntrySpec: kit.EntrySpec{
			Column:  "nivel_acesso",
			Label:   "Nível de acesso",
			Options: []string{store.Usuario, store.Moderador, store.Admin},
			Name:    accessName,
		},
	},
	{
		EntrySpec: kit.EntrySpec{Column: "senha", Label: "Senha", Hint: "opcional; sem ela a pessoa não entra no sistema", Secret: true},
		onlyNew:   true,
		at:        func(c *store.Cliente) *string { return &c.Senha },
	},
	{EntrySpec: kit.EntrySpec{Column: "observacoes", Label: "Observações"}},
}

func clienteFields() []clienteField {
	list := slices.Clone(clienteSpecs)
	for i := range list {
		for _, f := range store.ClienteFields() {
			if f.Column == list[i].Column {
				list[i].at = f.Ref
			}
		}
	}
	return list
}

// applyTo sets the given columns of a client.
func applyTo(c *store.Cliente, values map[string]string) {
	for _, f := range clienteFields() {
		if v, ok := values[f.Column]; ok {
			*f.at(c) = v
		}
	}
}

// accessName is a level of access for people.
func accessName(level string) string {
	switch level {
	case store.Admin:
		return "administrador"
	case store.Moderador:
		return "moderador"
	case store.Usuario:
		return "usuário"
	case "":
		return "não definido"
	default:
		return level
	}
}
