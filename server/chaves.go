package server

import (
	"context"
	"time"

	"example.com/monitor/store"
)

// chave documents the JSON of store.Chave.
type chave struct {
	ID          int64      `json:"id" example:"2"`
	Nome        string     `json:"nome" example:"painel"`
	Nivel       string     `json:"nivel" enum:"admin,leitura,agente" example:"leitura"`
	Inicio      string     `json:"inicio" doc:"Os primeiros caracteres, para reconhecê-la" example:"mon_8fKq"`
	CriadaEm    store.Hora `json:"criada_em"`
	CriadaPor   string     `json:"criada_por"`
	ExpiraEm    store.Hora `json:"expira_em" doc:"null: não expira"`
	UsosMaximos *int64     `json:"usos_maximos" doc:"null: sem limite; um uso registra um dispositivo"`
	Usos        int64      `json:"usos"`
	RevogadaEm  store.Hora `json:"revogada_em"`
	UltimoUso   store.Hora `json:"ultimo_uso"`
}

type chaveList struct {
	Window
	PorPagina int `query:"por_pagina" default:"100" doc:"No máximo 100"`
}

type chaveListAnswer struct{ Body chavesBody }

type chavesBody struct {
	Success bool          `json:"success" example:"true"`
	Chaves  []store.Chave `json:"chaves" nullable:"false"`
	Paging
}

func (s *Server) listChaves(ctx context.Context, in *chaveList) (*chaveListAnswer, error) {
	p, err := s.as(ctx).Chaves.List(ctx, store.ChaveFiltro{
		Cursor: in.Cursor, SemTotal: in.SemTotal, Pagina: pageNumber(in.Pagina), PorPagina: pageSize(in.PorPagina, 100),
	})
	if err != nil {
		return nil, err
	}
	return &chaveListAnswer{chavesBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type chaveInput struct {
	IdempotencyKey
	Body struct {
		Nome        field[string] `json:"nome" doc:"Para que serve" example:"painel"`
		Nivel       field[string] `json:"nivel" enum:"admin,leitura,agente" example:"leitura"`
		ExpiraEm    field[string] `json:"expira_em,omitzero" doc:"Instante em RFC 3339; sem ele não expira" example:"2027-01-01T00:00:00Z"`
		UsosMaximos field[int64]  `json:"usos_maximos,omitzero" doc:"Quantos dispositivos uma chave de agente pode registrar"`
	}
}

type chaveAnswer struct{ Body chaveBody }

type chaveBody struct {
	Success  bool        `json:"success" example:"true"`
	Message  string      `json:"message,omitempty" doc:"Só quando o pedido repete outro"`
	Segredo  *string     `json:"segredo" doc:"Mostrado só agora; envie em X-API-Key. null quando a Idempotency-Key repete um pedido: ele não fica guardado"`
	Registro store.Chave `json:"chave"`
}

func (s *Server) createChave(ctx context.Context, in *chaveInput) (*chaveAnswer, error) {
	b := &in.Body
	nova := store.ChaveNova{Nome: b.Nome.value, Nivel: b.Nivel.value, UsosMaximos: b.UsosMaximos.value}
	if b.ExpiraEm.value != "" {
		at, err := time.Parse(time.RFC3339, b.ExpiraEm.value)
		if err != nil {
			return nil, &store.InvalidError{Campos: map[string]string{"expira_em": "Use um instante como 2027-01-01T00:00:00Z"}}
		}
		nova.ExpiraEm = at
	}
	segredo, c, err := s.as(ctx).Chaves.Create(ctx, nova, in.options()...)
	if err != nil {
		return nil, err
	}
	if segredo == "" {
		return &chaveAnswer{
			chaveBody{
				true,
				"Um pedido igual já criou esta chave, e o segredo só foi mostrado naquela vez: se ele se perdeu, revogue-a e crie outra",
				nil,
				c,
			},
		}, nil
	}
	return &chaveAnswer{chaveBody{true, "", &segredo, c}}, nil
}

type chaveByID struct {
	ID int64 `path:"id" doc:"Número da chave" example:"2"`
}

func (s *Server) revokeChave(ctx context.Context, in *chaveByID) (*doneAnswer, error) {
	if _, err := s.as(ctx).Chaves.Revoke(ctx, in.ID); err != nil {
		return nil, err
	}
	return done("Chave revogada"), nil
}
