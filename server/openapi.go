package server

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.com/monitor/store"
)

// publishedSchemas are the names that schemas have in openapi.json, where programs that
// are made from it got theirs, by those that huma makes of our types.
var publishedSchemas = map[string]string{
	"BloqueiosBody":         "BloqueiosResposta",
	"ChangedCliente":        "MudancaDeCliente",
	"Chave":                 "ChaveDeAPI",
	"ChaveBody":             "ChaveResposta",
	"ChavesBody":            "ChavesResposta",
	"ClienteBody":           "ClienteResposta",
	"ClientesBody":          "ClientesResposta",
	"ConexoesBody":          "ConexoesResposta",
	"DispositivoBody":       "DispositivoResposta",
	"DispositivoChangeBody": "DispositivoMudancaBody",
	"DispositivosBody":      "DispositivosResposta",
	"DoneBody":              "Feito",
	"EntrarBody":            "EntrarResposta",
	"EstatisticasBody":      "EstatisticasResposta",
	"HistoryBody":           "HistoricoResposta",
	"ItensBody":             "OperacaoItensResposta",
	"Failure":               "Falha",
	"LogBody":               "LogResposta",
	"LogRecord":             "RegistroLog",
	"LoginBody":             "Credenciais",
	"LogsBody":              "LogsResposta",
	"MensagemBody":          "MensagemResposta",
	"MensagensBody":         "MensagensResposta",
	"NewCliente":            "NovoCliente",
	"NewMensagem":           "NovaMensagem",
	"NewOperacao":           "NovaOperacao",
	"OpenSessao":            "SessaoAberta",
	"OperacaoBody":          "OperacaoResposta",
	"OperacoesBody":         "OperacoesResposta",
	"PlanBody":              "PlanoResposta",
	"Point":                 "Ponto",
	"RegistrationBody":      "RegistroResposta",
	"ReportBody":            "RelatoResposta",
	"ResumoBody":            "ResumoResposta",
	"SalasBody":             "SalasResposta",
	"SenhaBody":             "TrocaDeSenha",
	"SerieBody":             "SerieResposta",
	"SessaoBody":            "SessaoResposta",
	"SessoesBody":           "SessoesResposta",
	"ValidarBody":           "ValidarResposta",
}

func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	return cmp.Or(publishedSchemas[name], name)
}

// newAPI prepares huma: no routes of its own, no content negotiation, no decoder.
func (s *Server) newAPI() huma.API {
	speakPortuguese()
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[store.Cliente](), reflect.TypeFor[cliente]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.Dispositivo](), reflect.TypeFor[dispositivo]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.Mensagem](), reflect.TypeFor[mensagem]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.Log](), reflect.TypeFor[logRecord]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.SessaoAberta](), reflect.TypeFor[openSessao]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.Chave](), reflect.TypeFor[chave]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.Ponto](), reflect.TypeFor[point]())
	documentOperacoes(registry)
	registry.RegisterTypeAlias(reflect.TypeFor[store.Bloqueio](), reflect.TypeFor[bloqueio]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.Hora](), reflect.TypeFor[instant]())
	// The store keeps its texts and ids that may be null to itself.
	registry.RegisterTypeAlias(reflect.TypeOf(store.Conexao{}.Processo), reflect.TypeFor[*string]())
	registry.RegisterTypeAlias(reflect.TypeOf(store.Conexao{}.ClienteID), reflect.TypeFor[*int64]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.Objeto](), reflect.TypeFor[map[string]any]())
	asJSON := huma.Format{
		Marshal: func(w io.Writer, v any) error {
			_, err := w.Write(v.([]byte))
			return err
		},
		Unmarshal: func([]byte, any) error { return nil }, // see decode.go
	}
	a := humago.New(s.mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "monitor", Version: s.cfg.Version,
				Description: "Clientes, dispositivos e sessões. Datas em UTC, no formato RFC 3339. Toda resposta traz success; as de falha trazem também error, codigo e request_id.",
			},
			Components: &huma.Components{Schemas: registry, SecuritySchemes: s.securitySchemes()},
		},
		Formats:       map[string]huma.Format{"application/json": asJSON},
		DefaultFormat: "application/json",
		// Encoding before the status is sent lets a mistake still become a 500.
		Transformers: []huma.Transformer{func(_ huma.Context, _ string, v any) (any, error) { return encode(v), nil }},
	})
	a.UseMiddleware(s.authenticate, s.readBody)
	return a
}

func (s *Server) securitySchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"sessao": {Type: "http", Scheme: "bearer", Description: "Token de auth/login, ou o segredo de um dispositivo"},
		"chave":  {Type: "apiKey", In: "header", Name: "X-API-Key", Description: "Chave feita com monitor chaves create"},
		"cookie": {
			Type:        "apiKey",
			In:          "cookie",
			Name:        s.cookieName(s.cfg.TLS),
			Description: "Sessão da web; alterações exigem a mesma origem",
		},
	}
}

const rowKey = "rota"

func rowOf(op *huma.Operation) route { return op.Metadata[rowKey].(route) }

// describe turns a row into what huma documents and serves.
func (s *Server) describe(r route) huma.Operation {
	op := huma.Operation{
		Method: r.method, Path: r.path, Summary: r.summary, OperationID: operationID(r),
		Hidden: r.is(hidden), Metadata: map[string]any{rowKey: r},
		// The limits are kept by readBody; these only keep huma out of the way.
		MaxBodyBytes: -1, BodyReadTimeout: -1, SkipValidateBody: true, SkipValidateParams: true,
		Extensions: map[string]any{"x-quem-pode": r.grants.document()},
	}
	if noun := nounOf(r.path); !strings.HasPrefix(noun, "/") && noun != "" {
		op.Tags = []string{noun}
	}
	if r.is(creates) {
		op.DefaultStatus = http.StatusCreated
	}
	op.Security = []map[string][]string{{"sessao": {}}, {"chave": {}}, {"cookie": {}}}
	if r.grants.nobody != no {
		op.Security = []map[string][]string{}
	}
	return op
}

// operationID is "get-clientes-id" for GET /api/db/clientes/{id}.
func operationID(r route) string {
	words := strings.FieldsFunc(strings.TrimPrefix(r.path, api), func(c rune) bool { return strings.ContainsRune("/{}.", c) })
	return strings.ToLower(r.method) + "-" + strings.Join(words, "-")
}

// document names the columns of a row as people read them.
func (g grants) document() map[string]grant {
	return map[string]grant{
		"ninguem": g.nobody, "usuario": g.usuario, "moderador": g.moderador, "admin": g.admin,
		"chave_leitura": g.leitura, "chave_agente": g.agente, "dispositivo": g.dispositivo,
	}
}

// finishSpec completes what huma wrote by itself and keeps the document as text.
func (s *Server) finishSpec() error {
	doc := s.api.OpenAPI()
	examples := exampler{doc.Components.Schemas}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if rowOf(op).is(streams) {
				documentStream(op)
			}
			if r := rowOf(op); r.is(downloads) && nounOf(r.path) == "clientes" {
				documentSheet(op)
			} else if r.is(downloads) {
				documentExport(op)
			}
			if rowOf(op).is(file) {
				documentFile(op)
				documentImport(op)
			} else if rowOf(op).is(single) {
				documentVerification(op)
			}
			for code, resp := range op.Responses {
				status, _ := strconv.Atoi(code)
				resp.Description = cmp.Or(answers[status], resp.Description)
			}
			s.documentFailures(op)
			examples.document(op)
		}
	}
	spec, err := json.Marshal(doc)
	s.spec = spec
	return err
}

type documentAnswer struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (s *Server) openapi(context.Context, *struct{}) (*documentAnswer, error) {
	return &documentAnswer{ContentType: "application/json", Body: s.spec}, nil
}

// instant documents store.Hora.
type instant struct{}

// Schema implements huma.SchemaProvider.
func (instant) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true, Examples: []any{"2026-11-23T16:53:52.626293+00:00"}}
}
