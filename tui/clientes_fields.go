package tui

import "example.com/monitor/store"

// campo is a column of clientes that people may edit. Column and label are used
// by form, conflict and detail alike.
type campo struct {
	entrySpec
	onlyNew bool // Change leaves it alone
	at      func(*store.Cliente) *string
}

func clienteCampos() []campo {
	return []campo{
		{entrySpec: entrySpec{coluna: "nome", rotulo: "Nome *"}, at: func(c *store.Cliente) *string { return &c.Nome }},
		{entrySpec: entrySpec{coluna: "email", rotulo: "E-mail *", dica: "ex.: pessoa@empresa.com.br"}, onlyNew: true, at: func(c *store.Cliente) *string { return &c.Email }},
		{entrySpec: entrySpec{coluna: "telefone", rotulo: "Telefone", dica: "ex.: (11) 98765-4321"}, at: func(c *store.Cliente) *string { return &c.Telefone }},
		{entrySpec: entrySpec{coluna: "empresa", rotulo: "Empresa"}, at: func(c *store.Cliente) *string { return &c.Empresa }},
		{entrySpec: entrySpec{coluna: "cargo", rotulo: "Cargo"}, at: func(c *store.Cliente) *string { return &c.Cargo }},
		{entrySpec: entrySpec{coluna: "cpf_cnpj", rotulo: "CPF/CNPJ", dica: "com ou sem pontos"}, at: func(c *store.Cliente) *string { return &c.CPFCNPJ }},
		{entrySpec: entrySpec{coluna: "endereco", rotulo: "Endereço"}, at: func(c *store.Cliente) *string { return &c.Endereco }},
		{entrySpec: entrySpec{coluna: "cidade", rotulo: "Cidade"}, at: func(c *store.Cliente) *string { return &c.Cidade }},
		{entrySpec: entrySpec{coluna: "estado", rotulo: "Estado", dica: "ex.: SP"}, at: func(c *store.Cliente) *string { return &c.Estado }},
		{entrySpec: entrySpec{coluna: "cep", rotulo: "CEP", dica: "ex.: 01310-100"}, at: func(c *store.Cliente) *string { return &c.CEP }},
		{entrySpec: entrySpec{coluna: "pais", rotulo: "País", dica: "ex.: Brasil"}, at: func(c *store.Cliente) *string { return &c.Pais }},
		{entrySpec: entrySpec{coluna: "nivel_acesso", rotulo: "Nível de acesso", opcoes: []string{store.Usuario, store.Moderador, store.Admin}, nome: nivelNome}, at: func(c *store.Cliente) *string { return &c.NivelAcesso }},
		{entrySpec: entrySpec{coluna: "senha", rotulo: "Senha", dica: "opcional; sem ela a pessoa não entra no sistema", segredo: true}, onlyNew: true, at: func(c *store.Cliente) *string { return &c.Senha }},
		{entrySpec: entrySpec{coluna: "observacoes", rotulo: "Observações"}, at: func(c *store.Cliente) *string { return &c.Observacoes }},
	}
}

// applyTo sets the given columns of a client.
func applyTo(c *store.Cliente, values map[string]string) {
	for _, f := range clienteCampos() {
		if v, ok := values[f.coluna]; ok {
			*f.at(c) = v
		}
	}
}

// nivelNome is a level of access for people.
func nivelNome(nivel string) string {
	switch nivel {
	case store.Admin:
		return "administrador"
	case store.Moderador:
		return "moderador"
	case store.Usuario:
		return "usuário"
	case "":
		return "não definido"
	default:
		return nivel
	}
}
