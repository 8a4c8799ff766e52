package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"example.com/monitor/store"
)

// failure is the body of every failure.
type failure struct {
	Success   bool              `json:"success" example:"false" doc:"Sempre false"`
	Erro      string            `json:"error" example:"Cliente não encontrado" doc:"O que houve, em uma frase"`
	Codigo    string            `json:"codigo" example:"nao_encontrado" doc:"Código estável, para máquinas"`
	Campos    map[string]string `json:"campos,omitempty" doc:"Campos recusados e o motivo de cada um"`
	Atual     any               `json:"atual,omitempty" doc:"Em conflitos: o registro como está agora"`
	RequestID string            `json:"request_id" example:"4ZQ7D2NXKJ5T3MBA6WEYUCRFHG" doc:"Identifica a requisição no registro do servidor"`

	statusCode int
	headers    http.Header
	wait       int // seconds until it is worth trying again; 0: not said
}

// Error implements error.
func (f *failure) Error() string { return f.Erro }

// GetStatus implements huma.StatusError.
func (f *failure) GetStatus() int { return f.statusCode }

// GetHeaders implements huma.HeadersError.
func (f *failure) GetHeaders() http.Header { return f.headers }

func refusal(status int, code, sentence string) *failure {
	return &failure{statusCode: status, Codigo: code, Erro: sentence}
}

// What the door itself refuses.
var (
	errInternal    = refusal(http.StatusInternalServerError, "erro_interno", "Erro interno")
	errNoRoute     = refusal(http.StatusNotFound, "rota_desconhecida", "Rota não encontrada")
	errMethod      = refusal(http.StatusMethodNotAllowed, "metodo_nao_permitido", "Método não permitido nesta rota")
	errHeaderSize  = refusal(http.StatusRequestHeaderFieldsTooLarge, "cabecalhos_grandes", "Os cabeçalhos da requisição passam de 16 KiB")
	errBodyTimeout = refusal(http.StatusRequestTimeout, "tempo_esgotado", "O corpo da requisição demorou demais para chegar")
	errBodyBroken  = refusal(http.StatusBadRequest, "corpo_incompleto", "O corpo da requisição não chegou inteiro")
	errMediaType   = refusal(http.StatusUnsupportedMediaType, "tipo_nao_suportado", "Envie o corpo como application/json em UTF-8")
	errBodyMissing = refusal(http.StatusBadRequest, "corpo_vazio", "Envie um objeto JSON no corpo da requisição")
	errBodySyntax  = refusal(http.StatusBadRequest, "json_invalido", "O corpo da requisição não é JSON válido em UTF-8")
	errBodyObject  = refusal(http.StatusBadRequest, "json_invalido", "O corpo da requisição deve ser um objeto JSON")
	errBodyDepth   = refusal(http.StatusBadRequest, "json_profundo", "O JSON tem mais de 32 níveis")
	errBodyFields  = refusal(http.StatusBadRequest, "json_campos", "O JSON tem mais de 1.000 campos")
	errOrigin      = refusal(http.StatusForbidden, "origem_recusada", "A requisição parece vir de outro site e foi recusada")
	errHost        = refusal(
		http.StatusForbidden,
		"host_recusado",
		"Sem credencial, as medidas são pedidas desta máquina a 127.0.0.1 ou localhost; por outro nome, envie uma chave de leitura em X-API-Key",
	)
	errMustChange = refusal(http.StatusForbidden, "trocar_senha", "Troque sua senha antes de continuar")
	errIfMatch    = refusal(http.StatusBadRequest, "if_match_invalido", "If-Match deve trazer uma única versão, como veio em ETag")
	errWaiting    = refusal(
		http.StatusServiceUnavailable,
		"indisponivel",
		"O servidor ainda espera pelo banco de dados; tente de novo em instantes",
	)
	errNoPassword = refusal(http.StatusForbidden, "sem_permissao", "Esta credencial não é de uma pessoa e não tem senha")
)

// bodyTooLarge names the limit, in bytes, that a body has passed.
func bodyTooLarge(limit int64) *failure {
	size := fmt.Sprintf("%d MiB", limit>>20)
	if limit < 1<<20 {
		size = fmt.Sprintf("%d KiB", limit>>10)
	}
	return refusal(http.StatusRequestEntityTooLarge, "corpo_grande", "O corpo da requisição passa de "+size)
}

// unauthenticated chooses the sentence of a 401: what the store said of a
// credential that failed, unless old clients expect to read of their session.
func unauthenticated(row route, given shown, cause error) error {
	rule := &store.RuleError{Kind: store.ErrUnauthenticated, Codigo: "sem_credencial"}
	switch {
	case row.is(sessionOnly) && given.empty():
		rule.Frase = "Token não fornecido"
	case given.empty():
		rule.Frase = "Credencial não fornecida: envie Authorization: Bearer ou X-API-Key"
	case row.is(sessionOnly):
		return errSession
	default:
		return cause
	}
	return rule
}

var errSession = &store.RuleError{Kind: store.ErrUnauthenticated, Codigo: "sessao_invalida", Frase: "Sessão inválida ou expirada"}

// conflict carries the record as it is now beside the store's ErrConflict.
type conflict struct {
	error
	atual any
}

func (c conflict) Unwrap() error { return c.error }

// kind is what an error of the store becomes.
type kind struct {
	kind             error
	status           int
	codigo, sentence string
}

// kinds maps what the store returns to an answer, most telling first.
var kinds = []kind{
	{store.ErrUnauthenticated, http.StatusUnauthorized, "credencial_invalida", "Credencial inválida ou expirada"},
	{store.ErrForbidden, http.StatusForbidden, "sem_permissao", "Você não tem permissão para isso"},
	{store.ErrReadOnly, http.StatusForbidden, "somente_leitura", "O sistema está aberto somente para leitura"},
	{store.ErrNotFound, http.StatusNotFound, "nao_encontrado", "Registro não encontrado"},
	{
		store.ErrConflict,
		http.StatusConflict,
		"conflito",
		"O registro foi alterado por outra pessoa; confira os dados atuais e tente de novo",
	},
	{store.ErrIdempotency, http.StatusUnprocessableEntity, "idempotencia", "Esta Idempotency-Key já foi usada com outro conteúdo"},
	{store.ErrTooMany, http.StatusTooManyRequests, "muitos_pedidos", "Há pedidos demais abertos ao mesmo tempo"},
	{store.ErrBloqueado, http.StatusTooManyRequests, "muitas_tentativas", "Muitas tentativas com senha errada: aguarde e tente de novo"},
	{store.ErrSobrecarga, http.StatusServiceUnavailable, errOverload.Codigo, errOverload.Erro},
	{
		store.ErrChaveAuditoria,
		http.StatusServiceUnavailable,
		"chave_auditoria",
		"O servidor não tem a chave que assina a trilha de auditoria: quem o administra precisa trazê-la com monitor auditoria chave trazer",
	},
	{
		store.ErrUnavailable,
		http.StatusServiceUnavailable,
		"indisponivel",
		"O banco de dados não está disponível; tente de novo em instantes",
	},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "tempo_esgotado", "O pedido demorou demais; tente de novo em instantes"},
	{context.Canceled, http.StatusServiceUnavailable, "cancelado", "O pedido foi cancelado antes de terminar"},
}

// notFound is what each noun of the API says when a record is not there.
var notFound = map[string]string{
	"clientes":     "Cliente não encontrado",
	"dispositivos": "Dispositivo não encontrado",
	"conexoes":     "Dispositivo não encontrado",
	"chat":         "Mensagem não encontrada",
	"sessoes":      "Sessão não encontrada",
	"chaves":       "Chave não encontrada",
	"bloqueios":    "Não há tentativas contadas para isso",
	"operacoes":    "Não há operação com este número",
	"logs":         "Registro de auditoria não encontrado",
}

// nounOf is "clientes" for /api/db/clientes/7.
func nounOf(path string) string {
	noun, _, _ := strings.Cut(strings.TrimPrefix(path, api+"/"), "/")
	return noun
}

// failureOf is the one place where an error becomes an answer. What it does not
// know becomes a 500 that says nothing.
func failureOf(err error, noun string) *failure {
	if ready, ok := errors.AsType[*failure](err); ok {
		own := *ready
		return &own
	}
	if h, ok := errors.AsType[halfway](err); ok {
		return h.describe(failureOf(h.error, noun))
	}
	if invalid, ok := errors.AsType[*store.InvalidError](err); ok {
		f := refusal(http.StatusBadRequest, "dados_invalidos", invalid.Error())
		f.Campos = invalid.Campos
		return f
	}
	for _, k := range kinds {
		if errors.Is(err, k.kind) {
			return ruled(refusal(k.status, k.codigo, k.sentence), err, noun)
		}
	}
	own := *errInternal
	return &own
}

// ruled fills in what the store says about the case.
func ruled(f *failure, err error, noun string) *failure {
	if sentence := notFound[noun]; sentence != "" && f.statusCode == http.StatusNotFound {
		f.Erro = sentence
	}
	if rule, ok := errors.AsType[*store.RuleError](err); ok {
		f.Erro, f.Codigo = rule.Frase, rule.Codigo
	}
	if cause := store.CausaPublica(err); cause != "" && f.statusCode == http.StatusServiceUnavailable {
		f.Erro = cause
	}
	if c, ok := errors.AsType[conflict](err); ok {
		f.Atual = c.atual
	}
	if b, ok := errors.AsType[*store.BloqueioError](err); ok {
		f.Erro = b.Error()
	}
	return f
}

// describeError makes the answer for err and logs what the caller must not see.
func (s *Server) describeError(ctx context.Context, err error) *failure {
	c := callFrom(ctx)
	f := failureOf(err, c.noun)
	f.RequestID = c.id
	f.headers = http.Header{}
	switch f.statusCode {
	case http.StatusUnauthorized:
		f.headers.Set("WWW-Authenticate", `Bearer realm="monitor"`)
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		f.headers.Set("Retry-After", "2")
	}
	if b, ok := errors.AsType[*store.BloqueioError](err); ok {
		f.headers.Set("Retry-After", strconv.Itoa(int(math.Ceil(b.Wait.Seconds()))))
	}
	if f.wait > 0 {
		f.headers.Set("Retry-After", strconv.Itoa(f.wait))
	}
	s.noteRefusal(c, f)
	switch {
	case errors.Is(err, context.Canceled): // the caller left; nobody has to look into it
	case f.wait > 0, f.Codigo == errOverload.Codigo: // too much was asked for: the access log and the figures tell
	case f.statusCode >= http.StatusInternalServerError:
		s.log.LogAttrs(ctx, slog.LevelError, "requisição falhou", slog.String("causa", err.Error()),
			slog.Int("status", f.statusCode), slog.String("request_id", c.id))
	}
	return f
}

// noteRefusal lets the trail tell who was refused what. A wrong password has a row
// of its own; too much work is no refusal.
func (s *Server) noteRefusal(c *call, f *failure) {
	switch f.statusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		if c.rota != "" && f.wait == 0 && f.Codigo != "credenciais_invalidas" && f.Codigo != "muitos_pedidos" && s.cfg.Store != nil {
			s.cfg.Store.Refused(c.actor, c.rota, f.Codigo)
		}
	}
}

// fail is what operations return.
func (s *Server) fail(ctx context.Context, err error) error { return s.describeError(ctx, err) }

// answerError is what middleware writes.
func (s *Server) answerError(w http.ResponseWriter, r *http.Request, err error) {
	writeFailure(w, s.describeError(r.Context(), err))
}

func writeFailure(w http.ResponseWriter, f *failure) {
	maps.Copy(w.Header(), f.headers)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.statusCode)
	w.Write(encode(f))
}

// encode panics on values that cannot be JSON: only a mistake in this program
// can make one, and nothing has been sent yet when it shows.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return append(b, '\n')
}

// speakPortuguese replaces huma's error maker, a package variable, once for the process.
var speakPortuguese = sync.OnceFunc(func() {
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return humaFailure(nil, status, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return humaFailure(ctx, status, errs)
	}
})

// humaFailure says what huma found wrong. Only parameters are left for it to
// judge, since bodies are decoded here; its texts and the values it echoes are
// dropped.
func humaFailure(ctx huma.Context, status int, errs []error) *failure {
	f := refusal(status, "requisicao_invalida", "A requisição é inválida")
	if status >= http.StatusInternalServerError {
		own := *errInternal
		f = &own
	}
	if ctx == nil {
		return f
	}
	if len(errs) > 0 && status < http.StatusInternalServerError {
		f = paramFailure(ctx, errs)
	}
	f.RequestID = callFrom(ctx.Context()).id
	return f
}

func paramFailure(ctx huma.Context, errs []error) *failure {
	fields := map[string]string{}
	for _, err := range errs {
		d, ok := errors.AsType[*huma.ErrorDetail](err)
		if !ok {
			continue
		}
		place, name, _ := strings.Cut(d.Location, ".")
		if place == "path" {
			// An id that is no number names nothing, as in the Flask system.
			return failureOf(store.ErrNotFound, callFrom(ctx.Context()).noun)
		}
		fields[name] = wantedParam(ctx.Operation(), name)
	}
	return failureOf(&store.InvalidError{Campos: fields}, "")
}

// wantedParam says what a parameter should have been.
func wantedParam(op *huma.Operation, name string) string {
	for _, p := range op.Parameters {
		if p.Name == name && p.Schema != nil {
			return name + " " + wantedType(p.Schema.Type)
		}
	}
	return name + " tem um valor inválido"
}

func wantedType(kind string) string {
	switch kind {
	case huma.TypeInteger:
		return "deve ser um número inteiro"
	case huma.TypeBoolean:
		return "deve ser true ou false"
	default:
		return "tem um valor inválido"
	}
}
