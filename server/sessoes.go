package server

import (
	"context"

	"example.com/monitor/store"
)

// openSessao documents the JSON of store.SessaoAberta.
type openSessao struct {
	ID              int64      `json:"id" example:"31"`
	ClienteID       *int64     `json:"cliente_id" example:"7"`
	ClienteNome     *string    `json:"cliente_nome" example:"João Silva"`
	IPAddress       *string    `json:"ip_address" example:"10.0.0.7"`
	UserAgent       *string    `json:"user_agent"`
	DataInicio      store.Hora `json:"data_inicio"`
	DataExpiracao   store.Hora `json:"data_expiracao"`
	UltimaAtividade store.Hora `json:"ultima_atividade"`
	Atual           bool       `json:"atual" doc:"true: é a sessão desta chamada"`
}

type sessaoList struct {
	Window
	PorPagina int   `query:"por_pagina" default:"100" doc:"No máximo 100"`
	ClienteID int64 `query:"cliente_id" doc:"Só as desta pessoa; vale para administradores"`
}

type sessaoListAnswer struct{ Body sessoesBody }

type sessoesBody struct {
	Success bool                 `json:"success" example:"true"`
	Sessoes []store.SessaoAberta `json:"sessoes" nullable:"false"`
	Paging
}

func (s *Server) listSessoes(ctx context.Context, in *sessaoList) (*sessaoListAnswer, error) {
	p, err := s.as(ctx).Sessoes.List(ctx, store.SessaoFiltro{
		ClienteID: in.ClienteID, Cursor: in.Cursor, SemTotal: in.SemTotal, Pagina: pageNumber(in.Pagina), PorPagina: pageSize(in.PorPagina, 100),
	})
	if err != nil {
		return nil, err
	}
	return &sessaoListAnswer{sessoesBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type sessaoByID struct {
	ID int64 `path:"id" doc:"Número da sessão" example:"31"`
}

func (s *Server) revokeSessao(ctx context.Context, in *sessaoByID) (*doneAnswer, error) {
	if err := s.as(ctx).Sessoes.Revoke(ctx, in.ID); err != nil {
		return nil, err
	}
	return done("Sessão encerrada"), nil
}
