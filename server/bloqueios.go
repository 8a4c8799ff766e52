package server

import (
	"context"

	"example.com/monitor/store"
)

// bloqueio documents the JSON of store.Bloqueio.
type bloqueio struct {
	ID     int64      `json:"id" example:"4"`
	Tipo   string     `json:"tipo" enum:"conta,conhecida,endereco,sessao" doc:"O que é contado: uma conta, a mesma conta vista de onde a pessoa costuma entrar, um endereço de rede ou uma sessão"`
	Alvo   string     `json:"alvo" example:"joao@empresa.com"`
	Falhas int        `json:"falhas" doc:"As que ainda contam" example:"4"`
	Ultima store.Hora `json:"ultima"`
	Ate    store.Hora `json:"ate" doc:"Até quando nenhuma tentativa é aceita; null: são aceitas"`
}

type bloqueioListAnswer struct{ Body bloqueiosBody }

type bloqueiosBody struct {
	Success   bool             `json:"success" example:"true"`
	Bloqueios []store.Bloqueio `json:"bloqueios" nullable:"false"`
}

func (s *Server) listBloqueios(ctx context.Context, _ *struct{}) (*bloqueioListAnswer, error) {
	list, err := s.as(ctx).Bloqueios.List(ctx)
	if err != nil {
		return nil, err
	}
	return &bloqueioListAnswer{bloqueiosBody{true, nonNil(list)}}, nil
}

type bloqueioByID struct {
	ID int64 `path:"id" doc:"Número do contador" example:"4"`
}

func (s *Server) liftBloqueio(ctx context.Context, in *bloqueioByID) (*doneAnswer, error) {
	if err := s.as(ctx).Bloqueios.Lift(ctx, in.ID); err != nil {
		return nil, err
	}
	return done("Tentativas esquecidas"), nil
}
