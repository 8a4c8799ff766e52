package server

import (
	"context"

	"example.com/monitor/store"
)

type serieInput struct {
	Periodo string `query:"periodo" default:"24h" enum:"24h,7d,30d" doc:"As últimas 24 horas, ou os últimos 7 ou 30 dias, no fuso do servidor"`
}

type serieAnswer struct{ Body serieResposta }

type serieResposta struct {
	Success bool          `json:"success" example:"true"`
	Periodo string        `json:"periodo" example:"24h"`
	Passo   string        `json:"passo" enum:"hora,dia" example:"hora"`
	Pontos  []store.Ponto `json:"pontos" nullable:"false" doc:"Do mais antigo ao mais novo; o último ainda não terminou"`
}

// ponto documents the JSON of store.Ponto.
type ponto struct {
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
	return &serieAnswer{serieResposta{true, got.Periodo, got.Passo, got.Pontos}}, nil
}
