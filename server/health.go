package server

import (
	"context"
	"errors"
	"time"

	"example.com/monitor/store"
)

// readyWait is how long the database has to answer a readiness probe.
const readyWait = 2 * time.Second

// livez says only that the process answers: a restart would not mend a database.
func (s *Server) livez(context.Context, *struct{}) (*doneAnswer, error) {
	return done("O servidor está no ar"), nil
}

func (s *Server) readyz(ctx context.Context, _ *struct{}) (*doneAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	if err := s.cfg.Store.Ready(ctx); err != nil {
		return nil, errors.Join(store.ErrUnavailable, err)
	}
	return done("O banco de dados responde"), nil
}

type estatisticasAnswer struct{ Body estatisticasBody }

type estatisticasBody struct {
	Success      bool               `json:"success" example:"true"`
	Estatisticas store.Estatisticas `json:"estatisticas"`
	Timestamp    store.Hora         `json:"timestamp"`
}

func (s *Server) estatisticas(ctx context.Context, _ *struct{}) (*estatisticasAnswer, error) {
	n, err := s.as(ctx).Estatisticas(ctx)
	if err != nil {
		return nil, err
	}
	now := store.Hora{Time: s.cfg.Store.Config().Now()}
	return &estatisticasAnswer{estatisticasBody{true, n, now}}, nil
}
