package tui

import "example.com/monitor/store"

// clienteField is a column of clientes that people may edit. Column and label are used
// by form, conflict and detail alike.
type clienteField struct {
	entrySpec
	onlyNew bool // Change leaves it alone
	at      func(*store.Cliente) *string
}

func clienteFields() []clienteField {
	return []clienteField{
		{entrySpec: entrySpec{column: "nome", label: "Nome *"}, at: func(c *store.Cliente) *string { return &c.Nome }},
		{entrySpec: entrySpec{column: "email", label: "E-mail *", hint: "ex.: pessoa@empresa.com.br"}, onlyNew: true, at: func(c *store.Cliente) *string { return &c.Email }},
		{entrySpec: entrySpec{column: "telefone", label: "Telefone", hint: "ex.: (11) 98765-4321"}, at: func(c *store.Cliente) *string { return &c.Telefone }},
		{entrySpec: entrySpec{column: "empresa", label: "Empresa"}, at: func(c *store.Cliente) *string { return &c.Empresa }},
		{entrySpec: entrySpec{column: "cargo", label: "Cargo"}, at: func(c *store.Cliente) *string { return &c.Cargo }},
		{entrySpec: entrySpec{column: "cpf_cnpj", label: "CPF/CNPJ", hint: "com ou sem pontos"}, at: func(c *store.Cliente) *string { return &c.CPFCNPJ }},
		{entrySpec: entrySpec{column: "endereco", label: "Endereço"}, at: func(c *store.Cliente) *string { return &c.Endereco }},
		{entrySpec: entrySpec{column: "cidade", label: "Cidade"}, at: func(c *store.Cliente) *string { return &c.Cidade }},
		{entrySpec: entrySpec{column: "estado", label: "Estado", hint: "ex.: SP"}, at: func(c *store.Cliente) *string { return &c.Estado }},
		{entrySpec: entrySpec{column: "cep", label: "CEP", hint: "ex.: 01310-100"}, at: func(c *store.Cliente) *string { return &c.CEP }},
		{entrySpec: entrySpec{column: "pais", label: "País", hint: "ex.: Brasil"}, at: func(c *store.Cliente) *string { return &c.Pais }},
		{entrySpec: entrySpec{column: "nivel_acesso", label: "Nível de acesso", options: []string{store.Usuario, store.Moderador, store.Admin}, name: accessName}, at: func(c *store.Cliente) *string { return &c.NivelAcesso }},
		{entrySpec: entrySpec{column: "senha", label: "Senha", hint: "opcional; sem ela a pessoa não entra no sistema", secret: true}, onlyNew: true, at: func(c *store.Cliente) *string { return &c.Senha }},
		{entrySpec: entrySpec{column: "observacoes", label: "Observações"}, at: func(c *store.Cliente) *string { return &c.Observacoes }},
	}
}

// applyTo sets the given columns of a client.
func applyTo(c *store.Cliente, values map[string]string) {
	for _, f := range clienteFields() {
		if v, ok := values[f.column]; ok {
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
