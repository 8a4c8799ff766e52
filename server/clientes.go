package server

import (
	"context"

	"example.com/monitor/store"
)

// cliente documents the JSON of store.Cliente.
type cliente struct {
	ID                int64          `json:"id" example:"7"`
	Nome              string         `json:"nome" example:"João Silva"`
	Email             string         `json:"email" example:"joao@empresa.com"`
	Telefone          *string        `json:"telefone" example:"(11) 99999-9999"`
	Empresa           *string        `json:"empresa" example:"Empresa XYZ"`
	Cargo             *string        `json:"cargo" example:"Gerente"`
	Endereco          *string        `json:"endereco" example:"Rua das Acácias, 100"`
	Cidade            *string        `json:"cidade" example:"Niterói"`
	Estado            *string        `json:"estado" example:"RJ"`
	Pais              *string        `json:"pais" example:"Brasil"`
	CEP               *string        `json:"cep" example:"24020-000"`
	CPFCNPJ           *string        `json:"cpf_cnpj" example:"529.982.247-25"`
	Ativo             *bool          `json:"ativo" example:"true"`
	NivelAcesso       *string        `json:"nivel_acesso" enum:"usuario,moderador,admin" example:"usuario"`
	DataCadastro      store.Hora     `json:"data_cadastro"`
	UltimoAcesso      store.Hora     `json:"ultimo_acesso"`
	Observacoes       *string        `json:"observacoes"`
	DadosExtras       map[string]any `json:"dados_extras" doc:"Objeto livre"`
	TotalDispositivos int            `json:"total_dispositivos" example:"2"`
}

// Profile is what both creating and changing a client take. It is exported only
// because huma documents no other embedded structs.
type Profile struct {
	Nome        field[string]       `json:"nome,omitzero" doc:"Obrigatório ao criar" example:"João Silva"`
	Telefone    field[string]       `json:"telefone,omitzero" example:"(11) 99999-9999"`
	Empresa     field[string]       `json:"empresa,omitzero" example:"Empresa XYZ"`
	Cargo       field[string]       `json:"cargo,omitzero" example:"Gerente"`
	Endereco    field[string]       `json:"endereco,omitzero" example:"Rua das Acácias, 100"`
	Cidade      field[string]       `json:"cidade,omitzero" example:"Niterói"`
	Estado      field[string]       `json:"estado,omitzero" example:"RJ"`
	Pais        field[string]       `json:"pais,omitzero" doc:"Brasil, quando não vier" example:"Brasil"`
	CEP         field[string]       `json:"cep,omitzero" example:"24020-000"`
	CPFCNPJ     field[string]       `json:"cpf_cnpj,omitzero" doc:"Com ou sem pontuação; CNPJ também alfanumérico" example:"529.982.247-25"`
	NivelAcesso field[string]       `json:"nivel_acesso,omitzero" enum:"usuario,moderador,admin" example:"usuario"`
	Observacoes field[string]       `json:"observacoes,omitzero"`
	DadosExtras field[store.Objeto] `json:"dados_extras,omitzero" doc:"Objeto livre"`
	Senha       field[string]       `json:"senha,omitzero" doc:"Nunca volta em respostas"`
}

type newCliente struct {
	Email field[string] `json:"email,omitzero" doc:"Obrigatório" example:"joao@empresa.com"`
	Profile
	Ignorados ignored `json:"-"`
}

type changedCliente struct {
	Ativo field[bool] `json:"ativo,omitzero" doc:"false desativa, true reativa" example:"true"`
	Profile
	Ignorados ignored `json:"-"`
}

// to copies what was given onto a client.
func (p *Profile) to(c *store.Cliente) {
	p.Nome.to(&c.Nome)
	p.Telefone.to(&c.Telefone)
	p.Empresa.to(&c.Empresa)
	p.Cargo.to(&c.Cargo)
	p.Endereco.to(&c.Endereco)
	p.Cidade.to(&c.Cidade)
	p.Estado.to(&c.Estado)
	p.Pais.to(&c.Pais)
	p.CEP.to(&c.CEP)
	p.CPFCNPJ.to(&c.CPFCNPJ)
	p.NivelAcesso.to(&c.NivelAcesso)
	p.Observacoes.to(&c.Observacoes)
	p.DadosExtras.to(&c.DadosExtras)
	p.Senha.to(&c.Senha)
}

type clienteAnswer struct {
	ETag string `header:"ETag" doc:"Versão do cliente, para If-Match"`
	Body clienteBody
}

// clienteChanged is the answer to a change.
type clienteChanged struct {
	Change
	ETag string `header:"ETag" doc:"Versão do cliente, para If-Match"`
	Body clienteBody
}

type clienteBody struct {
	Success   bool          `json:"success" example:"true"`
	Message   string        `json:"message,omitempty" example:"Cliente criado com sucesso"`
	Cliente   store.Cliente `json:"cliente"`
	Ignorados ignored       `json:"ignorados,omitempty" doc:"Campos enviados que esta rota não altera"`
}

func answerCliente(c store.Cliente, message string, left ignored) *clienteAnswer {
	return &clienteAnswer{
		ETag: etag(c.Versao()),
		Body: clienteBody{Success: true, Message: message, Cliente: c, Ignorados: left},
	}
}

func changedTo(c store.Cliente, number int64, message string, left ignored) *clienteChanged {
	now := answerCliente(c, message, left)
	return &clienteChanged{changeOf(number), now.ETag, now.Body}
}

type clienteByID struct {
	ID int64 `path:"id" doc:"Número do cliente" example:"7"`
}

func (s *Server) getCliente(ctx context.Context, in *clienteByID) (*clienteAnswer, error) {
	c, err := s.as(ctx).Clientes.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answerCliente(c, "", nil), nil
}

type clienteCreate struct {
	IdempotencyKey
	Body newCliente
}

func (s *Server) createCliente(ctx context.Context, in *clienteCreate) (*clienteChanged, error) {
	fresh := store.ClienteNovo{Email: in.Body.Email.value}
	in.Body.to(&fresh)
	var number int64
	c, err := s.as(ctx).Clientes.Create(ctx, fresh, append(in.options(), store.WithOperacao(&number))...)
	if err != nil {
		return nil, err
	}
	return changedTo(c, number, "Cliente criado com sucesso", in.Body.Ignorados), nil
}

type clienteChange struct {
	IfMatch
	ID   int64 `path:"id" doc:"Número do cliente" example:"7"`
	Body changedCliente
}

func (s *Server) changeCliente(ctx context.Context, in *clienteChange) (*clienteChanged, error) {
	base, err := versionOf(in.IfMatch.IfMatch)
	if err != nil {
		return nil, err
	}
	var number int64
	c, err := s.as(ctx).Clientes.Change(ctx, in.ID, base, func(c *store.Cliente) {
		in.Body.to(c)
		if in.Body.Ativo.set {
			ativo := in.Body.Ativo.value
			c.Ativo = &ativo
		}
	}, store.WithOperacao(&number))
	if err != nil {
		return nil, stale(err, at(c))
	}
	return changedTo(c, number, "Cliente atualizado com sucesso", in.Body.Ignorados), nil
}

type clienteDelete struct {
	IfMatch
	ID   int64 `path:"id" doc:"Número do cliente" example:"7"`
	Hard bool  `query:"hard" doc:"true remove de vez, com dispositivos, conexões, mensagens e sessões; só administradores"`
}

type doneAnswer struct{ Body doneBody }

type doneBody struct {
	Success bool   `json:"success" example:"true"`
	Message string `json:"message,omitempty" doc:"O que foi feito, em uma frase"`
}

func done(message string) *doneAnswer { return &doneAnswer{doneBody{Success: true, Message: message}} }

type clienteDeleted struct {
	Change
	Body doneBody
}

func (s *Server) deleteCliente(ctx context.Context, in *clienteDelete) (*clienteDeleted, error) {
	base, err := versionOf(in.IfMatch.IfMatch)
	if err != nil {
		return nil, err
	}
	remove := deactivate
	if in.Hard {
		remove = erase
	}
	number, err := remove(ctx, s.as(ctx).Clientes, in.ID, base)
	if err != nil {
		return nil, err
	}
	return &clienteDeleted{changeOf(number), done("Cliente deletado com sucesso").Body}, nil
}

func deactivate(ctx context.Context, clientes store.Clientes, id int64, base string) (number int64, err error) {
	noted := store.WithOperacao(&number)
	if base == "" {
		_, err := clientes.Deactivate(ctx, id, noted)
		return number, err
	}
	inactive := false
	c, err := clientes.Change(ctx, id, base, func(c *store.Cliente) { c.Ativo = &inactive }, noted)
	return number, stale(err, at(c))
}

// erase removes for good, which has no number to take it back by.
func erase(ctx context.Context, clientes store.Clientes, id int64, base string) (int64, error) {
	return 0, stale(clientes.Delete(ctx, id, store.WithVersao(base)), func() (store.Cliente, error) { return clientes.Get(ctx, id) })
}

type clienteList struct {
	Window
	PorPagina int `query:"por_pagina" default:"20" doc:"No máximo 100"`
	ClienteQuery
}

// ClienteQuery says which clients. It is exported only because huma documents no other
// embedded structs.
type ClienteQuery struct {
	Busca   string `query:"busca" doc:"Cada palavra deve ocorrer em nome, email, empresa, telefone ou CPF/CNPJ, sem contar maiúsculas, acentos e pontuação" example:"joao"`
	Ativo   string `query:"ativo" enum:"true,false" doc:"Só ativos ou só inativos"`
	Nivel   string `query:"nivel" enum:"usuario,moderador,admin" doc:"Só os deste nível de acesso"`
	Cidade  string `query:"cidade" doc:"Palavras que devem ocorrer na cidade ou no estado" example:"niteroi"`
	Empresa string `query:"empresa" doc:"Palavras que devem ocorrer na empresa"`
	Ordem   string `query:"ordem" enum:"nome,-nome,empresa,-empresa,cidade,-cidade,acesso,-acesso,cadastro,-cadastro" doc:"Com - desce; sem ordem vale -cadastro. Um cursor vale só na ordem em que foi dado"`
}

func (f *ClienteQuery) store() (store.ClienteFiltro, error) {
	ativo, err := optionalBool("ativo", f.Ativo)
	return store.ClienteFiltro{Busca: f.Busca, Ativo: ativo, Nivel: f.Nivel, Cidade: f.Cidade, Empresa: f.Empresa, Ordem: f.Ordem}, err
}

type clienteListAnswer struct{ Body clientesBody }

type clientesBody struct {
	Success  bool            `json:"success" example:"true"`
	Clientes []store.Cliente `json:"clientes" nullable:"false"`
	Paging
}

func (s *Server) listClientes(ctx context.Context, in *clienteList) (*clienteListAnswer, error) {
	f, err := in.store()
	if err != nil {
		return nil, err
	}
	f.Cursor, f.SemTotal, f.Pagina, f.PorPagina = in.Cursor, in.SemTotal, pageNumber(in.Pagina), pageSize(in.PorPagina, 20)
	p, err := s.as(ctx).Clientes.List(ctx, f)
	if err != nil {
		return nil, err
	}
	return &clienteListAnswer{clientesBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type emailInput struct {
	ID   int64 `path:"id" doc:"Número do cliente" example:"7"`
	Body struct {
		Email field[string] `json:"email" example:"joao.silva@empresa.com"`
		Atual field[string] `json:"senha_atual,omitzero" doc:"A própria senha, quando o e-mail é o seu"`
	}
}

func (s *Server) changeEmail(ctx context.Context, in *emailInput) (*clienteChanged, error) {
	var number int64
	c, err := s.as(ctx).Clientes.SetEmail(ctx, in.ID, in.Body.Email.value, in.Body.Atual.value, store.WithOperacao(&number))
	if err != nil {
		return nil, err
	}
	return changedTo(c, number, "E-mail alterado com sucesso", nil), nil
}
