package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

const canary = "SELECT senha_hash FROM /var/lib/segredo: dial tcp 10.0.0.1"

func TestEveryErrorHasItsAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err              error
		status           int
		codigo, sentence string
		header, campos   string
		quiet            bool // the access log and the figures tell
	}{
		{err: &store.InvalidError{Campos: map[string]string{"nome": "Nome é obrigatório"}}, status: 400, codigo: "dados_invalidos", sentence: "Nome é obrigatório", campos: "nome"},
		{err: store.ErrUnauthenticated, status: 401, codigo: "credencial_invalida", sentence: "Credencial inválida ou expirada", header: "WWW-Authenticate"},
		{err: store.ErrForbidden, status: 403, codigo: "sem_permissao", sentence: "Você não tem permissão para isso"},
		{err: store.ErrReadOnly, status: 403, codigo: "somente_leitura", sentence: "O sistema está aberto somente para leitura"},
		{err: store.ErrNotFound, status: 404, codigo: "nao_encontrado", sentence: "Cliente não encontrado"},
		{err: store.ErrConflict, status: 409, codigo: "conflito", sentence: "O registro foi alterado por outra pessoa; confira os dados atuais e tente de novo"},
		{err: &store.RuleError{Kind: store.ErrConflict, Codigo: "email_em_uso", Frase: "Email já cadastrado"}, status: 409, codigo: "email_em_uso", sentence: "Email já cadastrado"},
		{err: store.ErrIdempotency, status: 422, codigo: "idempotencia", sentence: "Esta Idempotency-Key já foi usada com outro conteúdo"},
		{err: &store.BloqueioError{Wait: 61 * time.Second}, status: 429, codigo: "muitas_tentativas", sentence: "Muitas tentativas com senha errada: aguarde 2 minutos e tente de novo", header: "Retry-After"},
		{err: store.ErrSobrecarga, status: 503, codigo: "sobrecarregado", sentence: "O servidor recebeu pedidos demais; tente de novo em instantes", header: "Retry-After", quiet: true},
		{err: fmt.Errorf("%s: %w", canary, store.ErrUnavailable), status: 503, codigo: "indisponivel", sentence: "O banco de dados não está disponível; tente de novo em instantes", header: "Retry-After"},
		{err: fmt.Errorf("%s: %w", canary, context.DeadlineExceeded), status: 503, codigo: "tempo_esgotado", sentence: "O pedido demorou demais; tente de novo em instantes", header: "Retry-After"},
		{err: context.Canceled, status: 503, codigo: "cancelado", sentence: "O pedido foi cancelado antes de terminar", header: "Retry-After"},
		{err: errors.New(canary), status: 500, codigo: "erro_interno", sentence: "Erro interno"},
	} {
		log := &lockedBuffer{}
		got := answerOf(t, log, c.err)
		requireFailure(t, got, c.status, c.codigo)
		require.Equal(t, c.sentence, got.json["error"])
		require.NotContains(t, got.text, "SELECT")
		if c.header != "" {
			require.NotEmpty(t, got.header.Get(c.header))
		}
		if c.campos != "" {
			require.Contains(t, got.json["campos"], c.campos)
		}
		require.Equal(
			t,
			c.quiet,
			c.status >= 500 && !strings.Contains(log.String(), "requisição falhou") && !errors.Is(c.err, context.Canceled),
		)
		if c.status >= 500 && !c.quiet && !errors.Is(c.err, context.Canceled) {
			require.Contains(t, log.String(), canary, "the log must say what the answer hides")
			require.Contains(t, log.String(), got.json["request_id"])
		}
	}
}

// answerOf lets a real operation fail with err.
func answerOf(t *testing.T, log *lockedBuffer, err error) reply {
	t.Helper()
	s := bareServer(t, log)
	s.register(route{"GET", api + "/clientes/x/falha", grants{all, all, all, all, all, all, all}, operation(
		func(context.Context, *struct{}) (*doneAnswer, error) { return nil, err }), "Falha", anonymous})
	ts := httptest.NewServer(s.Handler())
	defer ts.Close()
	return send(t, ts.URL, request{method: "GET", path: api + "/clientes/x/falha"})
}

func TestRoutesThatDoNotExist(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, c := range []struct {
		method, path  string
		status        int
		codigo, allow string
	}{
		{"GET", "/nada", 404, "rota_desconhecida", ""},
		{"GET", "/api/db/nada", 404, "rota_desconhecida", ""},
		{"GET", "/api/db/clientes/", 404, "rota_desconhecida", ""},
		{"GET", "/api/db//clientes", 404, "rota_desconhecida", ""},
		{"GET", "/api/db/../db/clientes", 404, "rota_desconhecida", ""},
		{"GET", "/estatico", 404, "rota_desconhecida", ""},
		{"GET", "/documentos", 404, "rota_desconhecida", ""},
		{"GET", "/api/db/openapi.yaml", 404, "rota_desconhecida", ""},
		{"DELETE", "/api/db/clientes", 405, "metodo_nao_permitido", "GET, HEAD, POST"},
		{"POST", "/api/db/clientes/1", 405, "metodo_nao_permitido", "GET, HEAD, PUT, PATCH, DELETE"},
		{"OPTIONS", "/api/db/clientes", 405, "metodo_nao_permitido", "GET, HEAD, POST"},
		{"TRACE", "/livez", 405, "metodo_nao_permitido", "GET, HEAD"},
		{"INVENTADO", "/livez", 405, "metodo_nao_permitido", "GET, HEAD"},
	} {
		got := h.do(request{method: c.method, path: c.path, key: h.key})
		requireFailure(t, got, c.status, c.codigo)
		require.Equal(t, c.allow, got.header.Get("Allow"), c.path)
	}
}

func TestIdsThatNameNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, id := range []string{"abc", "0", "-1", "1.5", "99999999999999999999999", "1%00", "%27%20OR%201=1"} {
		got := h.admin("GET", "/api/db/clientes/"+id, nil)
		requireFailure(t, got, 404, "nao_encontrado")
		require.Equal(t, "Cliente não encontrado", got.json["error"])
		got = h.admin("POST", "/api/db/dispositivos/"+id+"/heartbeat", nil)
		requireFailure(t, got, 404, "nao_encontrado")
		require.Equal(t, "Dispositivo não encontrado", got.json["error"])
	}
}

func TestPanicsAreAnswered(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	s := bareServer(t, log)
	boom := func(context.Context, *struct{}) (*doneAnswer, error) { panic(canary) }
	unencodable := func(context.Context, *struct{}) (*struct{ Body map[string]any }, error) {
		return &struct{ Body map[string]any }{map[string]any{"x": make(chan int)}}, nil
	}
	public := grants{all, all, all, all, all, all, all}
	s.register(route{"GET", "/panico", public, operation(boom), "Pânico", anonymous})
	s.register(route{"GET", "/sem-json", public, operation(unencodable), "Sem JSON", anonymous | hidden})
	ts := httptest.NewServer(s.Handler())
	defer ts.Close()
	for _, path := range []string{"/panico", "/sem-json"} {
		got := send(t, ts.URL, request{method: "GET", path: path})
		requireFailure(t, got, 500, "erro_interno")
		require.NotContains(t, got.text, "SELECT")
		require.Contains(t, log.String(), got.json["request_id"])
	}
	require.Contains(t, log.String(), canary)
}

func TestHumaHasNoWordsOfItsOwn(t *testing.T) {
	t.Parallel()
	bareServer(t, &lockedBuffer{})
	for _, status := range []int{400, 404, 422, 500, 503} {
		err := huma.NewError(status, "unexpected error occurred", errors.New(canary))
		require.NotContains(t, string(encode(err)), "SELECT")
		require.NotContains(t, string(encode(err)), "unexpected")
	}
}

func TestReadinessAsksTheDatabase(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), store.Config{URL: storetest.URL(filepath.Join(t.TempDir(), "clientes.db")), Create: true})
	require.NoError(t, err)
	h := houseOf(t, st, false)
	require.Equal(t, 200, h.do(request{method: "GET", path: "/readyz"}).status)
	require.Equal(t, 200, h.do(request{method: "HEAD", path: "/livez"}).status)
	require.NoError(t, h.store.Close())
	got := h.do(request{method: "GET", path: "/readyz"})
	requireFailure(t, got, 503, "indisponivel")
	require.NotEmpty(t, got.header.Get("Retry-After"))
	require.Equal(t, 200, h.do(request{method: "GET", path: "/livez"}).status)
}

func TestRootLeadsToTheClients(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	got := h.do(request{method: "GET", path: "/"})
	require.Equal(t, http.StatusSeeOther, got.status)
	require.Equal(t, "/clientes", got.header.Get("Location"))
	for _, page := range []string{"/entrar", "/clientes", "/clientes/7"} {
		got := h.do(request{method: "GET", path: page})
		require.Equal(t, 200, got.status)
		require.True(t, strings.HasPrefix(got.header.Get("Content-Type"), "text/html"), page)
	}
}
