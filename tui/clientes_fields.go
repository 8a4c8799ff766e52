package tui

import "example.com/monitor/store"

// campo is a column of clientes that people may edit. Column and label are used
// by form, conflict and detail alike.
type campo struct {
	coluna, rotulo, dica string
	opcoes               []string
	nome                 func(string) string // a choice for people; nil for levels of access
	segredo              bool
	onlyNew              bool // Change leaves it alone
	at                   func(*store.Cliente) *string
}

func clienteCampos() []campo {
	return []campo{
		{coluna: "nome", rotulo: "Nome *", at: func(c *store.Cliente) *string { return &c.Nome }},
		{coluna: "email", rotulo: "E-mail *", dica: "ex.: pessoa@empresa.com.br", onlyNew: true, at: func(c *store.Cliente) *string { return &c.Email }},
		{coluna: "telefone", rotulo: "Telefone", dica: "ex.: (11) 98765-4321", at: func(c *store.Cliente) *string { return &c.Telefone }},
		{coluna: "empresa", rotulo: "Empresa", at: func(c *store.Cliente) *string { return &c.Empresa }},
		{coluna: "cargo", rotulo: "Cargo", at: func(c *store.Cliente) *string { return &c.Cargo }},
		{coluna: "cpf_cnpj", rotulo: "CPF/CNPJ", dica: "com ou sem pontos", at: func(c *store.Cliente) *string { return &c.CPFCNPJ }},
		{coluna: "endereco", rotulo: "Endereço", at: func(c *store.Cliente) *string { return &c.Endereco }},
		{coluna: "cidade", rotulo: "Cidade", at: func(c *store.Cliente) *string { return &c.Cidade }},
		{coluna: "estado", rotulo: "Estado", dica: "ex.: SP", at: func(c *store.Cliente) *string { return &c.Estado }},
		{coluna: "cep", rotulo: "CEP", dica: "ex.: 01310-100", at: func(c *store.Cliente) *string { return &c.CEP }},
		{coluna: "pais", rotulo: "País", dica: "ex.: Brasil", at: func(c *store.Cliente) *string { return &c.Pais }},
		{coluna: "nivel_acesso", rotulo: "Nível de acesso", opcoes: []string{store.Usuario, store.Moderador, store.Admin}, at: func(c *store.Cliente) *string { return &c.NivelAcesso }},
		{coluna: "senha", rotulo: "Senha", dica: "opcional; sem ela a pessoa não entra no sistema", segredo: true, onlyNew: true, at: func(c *store.Cliente) *string { return &c.Senha }},
		{coluna: "observacoes", rotulo: "Observações", at: func(c *store.Cliente) *string { return &c.Observacoes }},
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
