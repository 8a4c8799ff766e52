package tui

import (
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

func clienteFields() []clienteField {
	return []clienteField{
		{EntrySpec: kit.EntrySpec{Column: "nome", Label: "Nome *"}, at: func(c *store.Cliente) *string { return &c.Nome }},
		{EntrySpec: kit.EntrySpec{Column: "email", Label: "E-mail *", Hint: "ex.: pessoa@empresa.com.br"}, onlyNew: true, at: func(c *store.Cliente) *string { return &c.Email }},
		{EntrySpec: kit.EntrySpec{Column: "telefone", Label: "Telefone", Hint: "ex.: (11) 98765-4321"}, at: func(c *store.Cliente) *string { return &c.Telefone }},
		{EntrySpec: kit.EntrySpec{Column: "empresa", Label: "Empresa"}, at: func(c *store.Cliente) *string { return &c.Empresa }},
		{EntrySpec: kit.EntrySpec{Column: "cargo", Label: "Cargo"}, at: func(c *store.Cliente) *string { return &c.Cargo }},
		{EntrySpec: kit.EntrySpec{Column: "cpf_cnpj", Label: "CPF/CNPJ", Hint: "com ou sem pontos"}, at: func(c *store.Cliente) *string { return &c.CPFCNPJ }},
		{EntrySpec: kit.EntrySpec{Column: "endereco", Label: "Endereço"}, at: func(c *store.Cliente) *string { return &c.Endereco }},
		{EntrySpec: kit.EntrySpec{Column: "cidade", Label: "Cidade"}, at: func(c *store.Cliente) *string { return &c.Cidade }},
		{EntrySpec: kit.EntrySpec{Column: "estado", Label: "Estado", Hint: "ex.: SP"}, at: func(c *store.Cliente) *string { return &c.Estado }},
		{EntrySpec: kit.EntrySpec{Column: "cep", Label: "CEP", Hint: "ex.: 01310-100"}, at: func(c *store.Cliente) *string { return &c.CEP }},
		{EntrySpec: kit.EntrySpec{Column: "pais", Label: "País", Hint: "ex.: Brasil"}, at: func(c *store.Cliente) *string { return &c.Pais }},
		{EntrySpec: kit.EntrySpec{Column: "nivel_acesso", Label: "Nível de acesso", Options: []string{store.Usuario, store.Moderador, store.Admin}, Name: accessName}, at: func(c *store.Cliente) *string { return &c.NivelAcesso }},
		{EntrySpec: kit.EntrySpec{Column: "senha", Label: "Senha", Hint: "opcional; sem ela a pessoa não entra no sistema", Secret: true}, onlyNew: true, at: func(c *store.Cliente) *string { return &c.Senha }},
		{EntrySpec: kit.EntrySpec{Column: "observacoes", Label: "Observações"}, at: func(c *store.Cliente) *string { return &c.Observacoes }},
	}
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
