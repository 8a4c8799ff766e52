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

// Filtro selects audit rows, for the list and for the export.
type Filtro struct {
	Periodo
	Busca     string `query:"busca" doc:"Cada palavra deve ocorrer na ação, na descrição ou nos dados (quem, de onde, valores), sem contar maiúsculas e acentos" example:"joao"`
	ClienteID int64  `query:"cliente_id" doc:"Só os que tratam deste cliente"`
	Acao      string `query:"acao" doc:"Só esta ação" example:"login"`
	Nivel     string `query:"nivel" doc:"Só este nível" example:"warning"`
}

func (f Filtro) store() store.LogFiltro {
	return store.LogFiltro{Busca: f.Busca, ClienteID: f.ClienteID, Acao: f.Acao, Nivel: f.Nivel, De: f.De, Ate: f.Ate}
}

type logList struct {
	Janela
	Limite int `query:"limite" default:"100" doc:"No máximo 500"`
	Filtro
}

type logListAnswer struct{ Body logsResposta }

type logsResposta struct {
	Success bool        `json:"success" example:"true"`
	Logs    []store.Log `json:"logs" nullable:"false"`
	Paginacao
}

func (s *Server) listLogs(ctx context.Context, in *logList) (*logListAnswer, error) {
	f := in.store()
	f.Cursor, f.SemTotal, f.Pagina, f.PorPagina = in.Cursor, in.SemTotal, pageNumber(in.Pagina), min(in.Limite, maxLimite)
	p, err := s.as(ctx).Logs.List(ctx, f)
	if err != nil {
		return nil, err
	}
	return &logListAnswer{logsResposta{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type logByID struct {
	ID int64 `path:"id" doc:"Número do registro" example:"120"`
}

type logAnswer struct{ Body logResposta }

type logResposta struct {
	Success bool      `json:"success" example:"true"`
	Log     store.Log `json:"log"`
}

func (s *Server) getLog(ctx context.Context, in *logByID) (*logAnswer, error) {
	l, err := s.as(ctx).Logs.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &logAnswer{logResposta{true, l}}, nil
}
