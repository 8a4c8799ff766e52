package server

import (
	"context"

	"example.com/monitor/store"
)

// registroLog documents the JSON of store.Log.
type registroLog struct {
	ID        int64          `json:"id" example:"120"`
	ClienteID *int64         `json:"cliente_id" doc:"De que cliente trata"`
	Acao      string         `json:"acao" example:"cliente_criado"`
	Descricao string         `json:"descricao" example:"Cliente João Silva criado"`
	IPAddress *string        `json:"ip_address"`
	UserAgent *string        `json:"user_agent"`
	Dados     map[string]any `json:"dados" doc:"Quem fez, por onde, e os valores de antes e depois"`
	DataHora  store.Hora     `json:"data_hora"`
	Nivel     string         `json:"nivel" example:"info"`
}

type logList struct {
	ClienteID int64  `query:"cliente_id" doc:"Só os que tratam deste cliente"`
	Acao      string `query:"acao" doc:"Só esta ação" example:"login"`
	Nivel     string `query:"nivel" doc:"Só este nível" example:"warning"`
	Limite    int    `query:"limite" default:"100" doc:"No máximo 500"`
}

type logListAnswer struct{ Body logsResposta }

type logsResposta struct {
	Success bool        `json:"success" example:"true"`
	Logs    []store.Log `json:"logs" nullable:"false"`
}

func (s *Server) listLogs(ctx context.Context, in *logList) (*logListAnswer, error) {
	list, err := s.as(ctx).Logs.List(ctx, store.LogFiltro{ClienteID: in.ClienteID, Acao: in.Acao, Nivel: in.Nivel, Limite: in.Limite})
	if err != nil {
		return nil, err
	}
	return &logListAnswer{logsResposta{true, nonNil(list)}}, nil
}
