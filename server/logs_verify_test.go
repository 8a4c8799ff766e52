package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestVerificationTellsItsProgress: the answer comes in lines, may take longer than
// other answers, keeps a second verification away, and ends with the outcome.
func TestVerificationTellsItsProgress(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "trilha.db")
	st := storetest.Open(t, path)
	h := houseOf(t, st, false)
	var writers sync.WaitGroup
	for range 50 { // who write together share a commit
		writers.Go(func() {
			for range 22 {
				_, err := h.local().Chat.Send(t.Context(), store.MensagemNova{Sala: "geral", Mensagem: "oi"})
				assert.NoError(t, err)
			}
		})
	}
	writers.Wait()
	lines := verification(t, h)
	require.GreaterOrEqual(t, len(lines), 4, "%v", lines)
	elos := 0.0
	for _, line := range lines[:len(lines)-1] {
		require.Greater(t, line["elos"], elos)
		elos = line["elos"].(float64)
	}
	last := lines[len(lines)-1]
	require.Equal(t, true, last["success"])
	require.Equal(t, true, last["verificacao"].(map[string]any)["integra"])
	require.GreaterOrEqual(t, last["verificacao"].(map[string]any)["elos"], 1100.0)

	storetest.Exec(t, storetest.Foreign(t, path), "UPDATE logs_auditoria SET descricao = 'nada' WHERE id = 700")
	lines = verification(t, h)
	last = lines[len(lines)-1]["verificacao"].(map[string]any)
	require.Equal(t, false, last["integra"])
	require.Contains(t, last["problemas"].([]any)[0], "700")
}

// TestOneVerificationAtATime: a second one is told to wait; one whose caller has gone
// makes room.
func TestOneVerificationAtATime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, leave := context.WithCancel(t.Context())
	_, err := h.local().Logs.Conferencia(ctx)
	require.NoError(t, err)
	q := request{method: "POST", path: "/api/db/logs/verificar", key: h.key}
	got := h.do(q)
	requireFailure(t, got, http.StatusTooManyRequests, "verificacao_em_curso")
	leave()
	require.Eventually(t, func() bool { return h.do(q).status == http.StatusOK }, time.Minute, 10*time.Millisecond)
	require.Equal(t, http.StatusOK, h.do(q).status)
}

// TestVerificationHasNoDeadline: what may take minutes is not cut as other work is.
func TestVerificationHasNoDeadline(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for traits, want := range map[trait]bool{0: true, single: false} {
		path := fmt.Sprintf("/prazo/%d", traits)
		var bounded bool
		h.srv.register(route{"POST", path, grants{all, all, all, all, all, all, all}, operation(
			func(ctx context.Context, _ *struct{}) (*doneAnswer, error) {
				_, bounded = ctx.Deadline()
				return done("Terminou"), nil
			}), "Prazo", anonymous | freeBody | traits})
		require.Equal(t, http.StatusOK, h.do(request{method: "POST", path: path}).status)
		require.Equal(t, want, bounded, traits)
	}
}

func verification(t *testing.T, h *house) []map[string]any {
	t.Helper()
	got := h.do(request{method: "POST", path: "/api/db/logs/verificar", key: h.key})
	require.Equal(t, http.StatusOK, got.status, got.text)
	require.Equal(t, "application/x-ndjson", got.header.Get("Content-Type"))
	var out []map[string]any
	for s := bufio.NewScanner(strings.NewReader(got.text)); s.Scan(); {
		var line map[string]any
		require.NoError(t, json.Unmarshal(s.Bytes(), &line))
		out = append(out, line)
	}
	return out
}

// TestTheTrailTellsWho: who, from where, and the address typed at a refused login are
// fields of every entry; the columns stay as they were recorded.
func TestTheTrailTellsWho(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.do(request{method: "POST", path: "/api/db/auth/login", body: map[string]any{"email": "ninguem@exemplo.com", "senha": "errada"}})
	got := h.do(request{method: "GET", path: "/api/db/logs?acao=login_falhou", key: h.key})
	require.Equal(t, http.StatusOK, got.status, got.text)
	entry := got.json["logs"].([]any)[0].(map[string]any)
	require.Equal(t, "desconhecido", entry["ator"])
	require.Equal(t, "api", entry["canal"])
	require.Equal(t, "127.0.0.1", entry["ip"])
	require.Equal(t, "ninguem@exemplo.com", entry["email_informado"])
	require.Nil(t, entry["ip_address"])
	got = h.do(request{method: "GET", path: "/api/db/logs?acao=chave_criada", key: h.key})
	entry = got.json["logs"].([]any)[0].(map[string]any)
	require.Equal(t, "local: teste@maquina", entry["ator"])
	require.Nil(t, entry["ip"])
	require.Nil(t, entry["email_informado"])
}

// TestAServerWithoutTheTrailsKey reads, writes nothing, says why, and does not call the
// trail tampered.
func TestAServerWithoutTheTrailsKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "trilha.db")
	st := storetest.Open(t, path)
	h := houseOf(t, st, false)
	other := storetest.Open(t, path, func(c *store.Config) { c.ChaveAuditoria = strings.Repeat("77", 32) })
	require.NoError(t, os.Rename(path+".auditoria", path+".longe"))
	srv, err := New(Config{Store: other, Version: "teste", Patience: 2 * time.Minute})
	require.NoError(t, err)
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	h.url = ts.URL
	got := h.do(request{method: "POST", path: "/api/db/clientes", key: h.key, body: map[string]any{"nome": "Ana", "email": "ana@exemplo.com"}})
	requireFailure(t, got, http.StatusServiceUnavailable, "chave_auditoria")
	require.NotContains(t, got.text, path)
	lines := verification(t, h)
	v := lines[len(lines)-1]["verificacao"].(map[string]any)
	require.Equal(t, "outra_chave", v["veredito"])
	require.Empty(t, v["problemas"])
	require.NoError(t, os.Rename(path+".longe", path+".auditoria"))
}
