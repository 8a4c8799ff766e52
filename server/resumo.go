package server

import (
	"context"

	"example.com/monitor/store"
)

type serieInput struct {
	Periodo string `query:"periodo" default:"24h" enum:"24h,7d,30d" doc:"As últimas 24 horas, ou os últimos 7 ou 30 dias, no fuso do servidor"`
}

type serieAnswer struct{ Body serieBody }

type serieBody struct {
	Success bool          `json:"success" example:"true"`
	Periodo string        `json:"periodo" example:"24h"`
	Passo   string        `json:"passo" enum:"hora,dia" example:"hora"`
	Pontos  []store.Ponto `json:"pontos" nullable:"false" doc:"Do mais antigo ao mais novo; o último ainda não terminou"`
}

// point documents the JSON of store.Ponto.
type point struct {
	Inicio             store.Hora `json:"inicio"`
	Conexoes           int64      `json:"conexoes" example:"1840"`
	Mensagens          int64      `json:"mensagens" example:"12"`
	Logins             int64      `json:"logins" example:"7"`
	LoginsRecusados    int64      `json:"logins_recusados" example:"1"`
	DispositivosOnline *int64     `json:"dispositivos_online" example:"23" doc:"Média das contagens, feitas a cada 5 minutos enquanto chegam sinais de vida; null: não houve contagem"`
}

func (s *Server) serie(ctx context.Context, in *serieInput) (*serieAnswer, error) {
	got, err := s.as(ctx).Serie(ctx, in.Periodo)
	if err != nil {
		return nil, err
	}
	return &serieAnswer{serieBody{true, got.Periodo, got.Passo, got.Pontos}}, nil
}

type resumoInput struct {
	Desde string `query:"desde" doc:"Um dia, no fuso do servidor, ou um instante em RFC 3339; o começo de ontem, quando não vier" example:"2026-11-23"`
}

type resumoAnswer struct{ Body resumoBody }

type resumoBody struct {
	Success bool         `json:"success" example:"true"`
	Resumo  store.Resumo `json:"resumo" doc:"Cada lista traz no máximo 20 itens, os mais novos do que o número ao lado conta. Para uma chave de leitura, contas, enderecos e as chaves vêm null"`
}

func (s *Server) resumo(ctx context.Context, in *resumoInput) (*resumoAnswer, error) {
	r, err := s.as(ctx).Resumo(ctx, in.Desde)
	if err != nil {
		return nil, err
	}
	return &resumoAnswer{resumoBody{true, r}}, nil
}
