package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Overlap{M: m}.Run()) }

// house is a real server over a fresh real database.
type house struct {
	t     testing.TB
	store *store.Store
	srv   *Server
	url   string
	key   string // of an administrator
	log   *lockedBuffer
}

// lockedBuffer lets handlers log while a test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// errors are the lines that tell of failures of the server.
func (l *lockedBuffer) errors() string {
	var b strings.Builder
	for line := range strings.Lines(l.String()) {
		if strings.Contains(line, "level=ERROR") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return houseOf(t, storetest.New(t), false)
}

func houseOf(t testing.TB, st *store.Store, useTLS bool) *house {
	t.Helper()
	h := &house{t: t, store: st, log: &lockedBuffer{}}
	srv, err := New(
		Config{Store: st, Version: "teste", TLS: useTLS, Patience: 2 * time.Minute, Log: slog.New(slog.NewTextHandler(h.log, nil))},
	)
	require.NoError(t, err)
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	h.srv, h.url, h.key = srv, ts.URL, h.newKey(store.Admin)
	return h
}

// local is the operator at the machine, who may do everything.
func (h *house) local() *store.Handle {
	return h.store.As(store.Local("teste", "maquina", store.CanalCLI))
}

func (h *house) newKey(nivel string) string {
	h.t.Helper()
	secret, _, err := h.local().Chaves.Create(context.Background(), store.ChaveNova{Nome: "teste " + nivel, Nivel: nivel})
	require.NoError(h.t, err)
	return secret
}

const (
	userSenha   = "senha123"
	strongSenha = "Cavalo-Bateria-Grampo-9"
	givenSenha  = "Provisoria-Cavalo-Grampo-1"
)

func senhaDe(nivel string) string {
	if nivel == store.Usuario {
		return userSenha
	}
	return strongSenha
}

func (h *house) newPerson(email, nivel string) store.Cliente {
	h.t.Helper()
	given := senhaDe(nivel)
	if nivel != store.Usuario {
		given = givenSenha
	}
	c, err := h.local().Clientes.Create(context.Background(), store.ClienteNovo{
		Nome: "Pessoa " + email, Email: email, Senha: given, NivelAcesso: nivel,
	})
	require.NoError(h.t, err)
	if nivel != store.Usuario {
		h.chooseSenha(c)
	}
	return c
}

// chooseSenha is the first login of somebody of the team, who must choose a password.
func (h *house) chooseSenha(c store.Cliente) {
	h.t.Helper()
	ctx := context.Background()
	token, _, err := h.store.As(store.Stranger(store.Origem{})).Sessoes.Login(ctx, c.Email, givenSenha)
	require.NoError(h.t, err)
	me, err := h.store.Authenticate(ctx, store.Credencial{Bearer: token}, store.Origem{})
	require.NoError(h.t, err)
	require.True(h.t, me.MustChangePassword())
	require.NoError(h.t, h.store.As(me).Clientes.SetSenha(ctx, c.ID, givenSenha, strongSenha))
	require.NoError(h.t, h.store.As(me).Sessoes.Logout(ctx))
}

func (h *house) login(email, senha string) string {
	h.t.Helper()
	got := h.do(request{method: "POST", path: "/api/db/auth/login", body: map[string]any{"email": email, "senha": senha}})
	require.Equal(h.t, 200, got.status, got.text)
	return got.json["token"].(string)
}

// request is one call; a string body is sent as it is, anything else as JSON.
type request struct {
	method, path string
	body         any
	header       http.Header
	bearer, key  string
}

type reply struct {
	status int
	header http.Header
	text   string
	json   map[string]any
}

// plain follows no redirects and keeps no cookies.
var plain = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (h *house) do(q request) reply {
	h.t.Helper()
	return h.doIn(h.t, q)
}

// doIn is do inside a subtest. Every answer is judged by the OpenAPI document.
func (h *house) doIn(t testing.TB, q request) reply {
	t.Helper()
	got := send(t, h.url, q)
	requireContract(t, q, got)
	return got
}

// admin makes the call with the administrator's key.
func (h *house) admin(method, path string, body any) reply {
	h.t.Helper()
	return h.do(request{method: method, path: path, body: body, key: h.key})
}

func send(t testing.TB, base string, q request) reply {
	t.Helper()
	var body io.Reader
	switch b := q.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		require.NoError(t, err)
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(t.Context(), q.method, base+q.path, body)
	require.NoError(t, err)
	if q.header != nil {
		r.Header = q.header.Clone()
	}
	if _, text := q.body.(string); q.body != nil && !text {
		r.Header.Set("Content-Type", "application/json")
	}
	if q.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+q.bearer)
	}
	if q.key != "" {
		r.Header.Set("X-API-Key", q.key)
	}
	resp, err := plain.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		return reply{status: resp.StatusCode, header: resp.Header} // it does not end
	}
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	got := reply{status: resp.StatusCode, header: resp.Header, text: string(text)}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") && len(text) > 0 {
		require.NoError(t, json.Unmarshal(text, &got.json), got.text)
	}
	return got
}

// requireFailure checks the whole envelope of a failure.
func requireFailure(t *testing.T, got reply, status int, code string) {
	t.Helper()
	require.Equal(t, status, got.status, got.text)
	require.Equal(t, "application/json", got.header.Get("Content-Type"))
	require.Equal(t, false, got.json["success"])
	require.Equal(t, code, got.json["codigo"], got.text)
	require.NotEmpty(t, got.json["error"])
	require.Len(t, got.json["request_id"], 26)
	require.Equal(t, got.header.Get("X-Request-Id"), got.json["request_id"])
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
}
