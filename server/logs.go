package server

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.com/monitor/store"
)

// logRecord documents the JSON of store.Log.
type logRecord struct {
	ID        int64          `json:"id" example:"120"`
	ClienteID *int64         `json:"cliente_id" doc:"De que cliente trata"`
	Acao      string         `json:"acao" example:"cliente_criado"`
	Descricao string         `json:"descricao" example:"Cliente João Silva criado"`
	IPAddress *string        `json:"ip_address"`
	UserAgent *string        `json:"user_agent"`
	Dados     map[string]any `json:"dados" doc:"Quem fez, por onde, e os valores de antes e depois; versao é a do registro depois da mudança, operacao a de muitos registros de que faz parte, desfaz a mudança que desfez"`
	DataHora  store.Hora     `json:"data_hora"`
	Nivel     string         `json:"nivel" example:"info"`

	Ator           *string `json:"ator" doc:"Quem fez" example:"pessoa:7 Ana Souza"`
	Canal          *string `json:"canal" doc:"Por onde: cli, tui, api ou web" example:"web"`
	IP             *string `json:"ip" doc:"De que endereço; ip_address fica como foi gravado" example:"203.0.113.9"`
	EmailInformado *string `json:"email_informado" doc:"Em uma entrada recusada, o e-mail digitado"`
}

// LogFilter selects audit rows, for the list and for the export.
type LogFilter struct {
	Period
	Busca     string `query:"busca" doc:"Cada palavra deve ocorrer na ação, na descrição ou nos dados (quem, de onde, valores), sem contar maiúsculas e acentos" example:"joao"`
	ClienteID int64  `query:"cliente_id" doc:"Só os que tratam deste cliente"`
	Acao      string `query:"acao" doc:"Só esta ação" example:"login"`
	Nivel     string `query:"nivel" doc:"Só este nível" example:"warning"`
}

func (f LogFilter) store() store.LogFiltro {
	return store.LogFiltro{Busca: f.Busca, ClienteID: f.ClienteID, Acao: f.Acao, Nivel: f.Nivel, De: f.De, Ate: f.Ate}
}

type logList struct {
	Window
	Limite int `query:"limite" default:"100" doc:"No máximo 500"`
	LogFilter
}

type logListAnswer struct{ Body logsBody }

type logsBody struct {
	Success bool        `json:"success" example:"true"`
	Logs    []store.Log `json:"logs" nullable:"false"`
	Paging
}

func (s *Server) listLogs(ctx context.Context, in *logList) (*logListAnswer, error) {
	f := in.store()
	f.Cursor, f.SemTotal, f.Pagina, f.PorPagina = in.Cursor, in.SemTotal, pageNumber(in.Pagina), min(in.Limite, maxLimite)
	p, err := s.as(ctx).Logs.List(ctx, f)
	if err != nil {
		return nil, err
	}
	return &logListAnswer{logsBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type logByID struct {
	ID int64 `path:"id" doc:"Número do registro" example:"120"`
}

type logAnswer struct{ Body logBody }

type logBody struct {
	Success bool      `json:"success" example:"true"`
	Log     store.Log `json:"log"`
}

func (s *Server) getLog(ctx context.Context, in *logByID) (*logAnswer, error) {
	l, err := s.as(ctx).Logs.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &logAnswer{logBody{true, l}}, nil
}

type logExport struct {
	LogFilter
	Formato string `query:"formato" default:"csv" enum:"csv,ndjson" doc:"csv, com as células que uma planilha executaria neutralizadas, ou ndjson"`
}

type download struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        func(huma.Context)
}

// exportTypes are the media types of an export.
var exportTypes = map[string]string{store.FormatoCSV: "text/csv; charset=utf-8", store.FormatoNDJSON: "application/x-ndjson"}

// exportLogs streams. What keeps it from beginning is an ordinary answer; what
// breaks it later breaks the connection, so that half does not look whole.
func (s *Server) exportLogs(ctx context.Context, in *logExport) (*download, error) {
	e, err := s.as(ctx).Logs.Export(ctx, in.store(), in.Formato)
	if err != nil {
		return nil, err
	}
	return s.sendFile(exportTypes[in.Formato], "auditoria."+in.Formato, e), nil
}

// export writes a file in windows, and tells progress of each.
type export interface {
	Write(ctx context.Context, w io.Writer, progress func(n int)) (int, error)
}

// sendFile answers with a file while it is written.
func (s *Server) sendFile(contentType, name string, e export) *download {
	return &download{
		ContentType: contentType, Disposition: `attachment; filename="` + name + `"`,
		Body: func(c huma.Context) {
			r, w := humago.Unwrap(c)
			if r.Method == http.MethodHead {
				return
			}
			ctx, cancel := s.untilStop(r.Context())
			defer cancel()
			patience := patienceFor(w)
			patience()
			if _, err := e.Write(ctx, w, func(int) { patience() }); err != nil {
				s.breakOff(r.Context(), err)
			}
		},
	}
}

// exportWait is the patience with a caller that reads slowly, for each window.
const exportWait = 60 * time.Second

// patienceFor lets an answer take long, as long as its caller goes on reading: each
// call gives it another while for what is written next.
func patienceFor(w http.ResponseWriter) func() {
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Time{})
	return func() { _ = rc.SetWriteDeadline(time.Now().Add(exportWait)) }
}

// breakOff ends an answer that has begun, so that it does not look whole.
func (s *Server) breakOff(ctx context.Context, err error) {
	s.log.LogAttrs(
		ctx,
		slog.LevelWarn,
		"resposta interrompida",
		slog.String("causa", err.Error()),
		slog.String("request_id", callFrom(ctx).id),
	)
	panic(http.ErrAbortHandler)
}

// documentExport describes the answer of an export, which has no Go type.
func documentExport(op *huma.Operation) {
	text := &huma.Schema{Type: huma.TypeString}
	op.Responses["200"] = &huma.Response{
		Description: "Os registros, do mais novo ao mais antigo; uma falha no meio corta a conexão",
		Headers:     op.Responses["200"].Headers,
		Content: map[string]*huma.MediaType{
			"text/csv": {
				Schema:  text,
				Example: "id,cliente_id,acao,descricao,ip_address,user_agent,dados,data_hora,nivel,ator,canal,ip,email_informado\r\n",
			},
			"application/x-ndjson": {Schema: text, Example: `{"id":120,"acao":"login"}` + "\n"},
		},
	}
}
