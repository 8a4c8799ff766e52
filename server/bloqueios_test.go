package server

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// sameBytes is an answer without what differs from one request to the next.
func (r reply) sameBytes() string {
	h := r.header.Clone()
	for _, name := range []string{"X-Request-Id", "Date"} {
		h.Del(name)
	}
	text := r.text
	if id, ok := r.json["request_id"].(string); ok {
		text = fmt.Sprint(r.status, h, text[:len(text)-len(id)-3])
	}
	return text
}

// TestLockIsTold with 429, Retry-After and a sentence that does not say whether
// there is such an account, at both doors; it is seen and lifted by administrators.
func TestLockIsTold(t *testing.T) {
	t.Parallel()
	now := time.Now()
	h := houseOf(t, storetest.New(t, storetest.Now(func() time.Time { return now })), false)
	h.newPerson("ana@x.com", store.Usuario)
	open := h.login("ana@x.com", userSenha)
	try := func(path, email, senha string) reply {
		return h.do(
			request{
				method: "POST",
				path:   path,
				header: http.Header{"Origin": {h.url}},
				body:   map[string]any{"email": email, "senha": senha},
			},
		)
	}
	for range 4 {
		require.Equal(t, 401, try("/api/db/auth/login", "ana@x.com", "errada").status)
		require.Equal(t, 401, try("/api/db/auth/login", "ninguem@x.com", "errada").status)
	}
	want := ""
	for _, path := range []string{"/api/db/auth/login", "/entrar"} {
		for _, email := range []string{"ana@x.com", "ninguem@x.com"} {
			for _, senha := range []string{userSenha, "errada"} {
				got := try(path, email, senha)
				requireFailure(t, got, 429, "muitas_tentativas")
				require.Equal(t, "300", got.header.Get("Retry-After"))
				require.Equal(t, "Muitas tentativas com senha errada: aguarde 5 minutos e tente de novo", got.json["error"])
				require.Empty(t, got.header.Get("Set-Cookie"))
				if want == "" {
					want = got.sameBytes()
				}
				require.Equal(t, want, got.sameBytes())
			}
		}
	}
	require.Equal(t, 200, h.do(request{method: "GET", path: "/api/db/auth/validar", bearer: open}).status)
	own := h.do(
		request{
			method: "POST",
			path:   "/api/db/auth/senha",
			bearer: open,
			body:   map[string]any{"senha_atual": userSenha, "senha_nova": "outra-senha-1"},
		},
	)
	require.Equal(t, 200, own.status, own.text)

	list := h.admin("GET", "/api/db/bloqueios", nil)
	require.Len(t, list.json["bloqueios"], 2, list.text)
	for _, row := range list.json["bloqueios"].([]any) {
		id := strconv.Itoa(int(row.(map[string]any)["id"].(float64)))
		require.Equal(t, 200, h.admin("DELETE", "/api/db/bloqueios/"+id, nil).status)
		require.Equal(t, 404, h.admin("DELETE", "/api/db/bloqueios/"+id, nil).status)
	}
	require.Equal(t, 200, try("/api/db/auth/login", "ana@x.com", "outra-senha-1").status)
}

// TestFailedLoginsHaveEqualBytes at both doors, whatever it was that failed.
func TestFailedLoginsHaveEqualBytes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("errada@x.com", store.Usuario)
	inactive := h.newPerson("inativa@x.com", store.Usuario)
	_, err := h.local().Clientes.Deactivate(t.Context(), inactive.ID)
	require.NoError(t, err)
	_, err = h.local().Clientes.Create(t.Context(), store.ClienteNovo{Nome: "S", Email: "sem-senha@x.com"})
	require.NoError(t, err)
	for _, path := range []string{"/api/db/auth/login", "/entrar"} {
		want := ""
		for email, senha := range map[string]string{"errada@x.com": "errada", "inativa@x.com": userSenha, "sem-senha@x.com": userSenha, "desconhecida@x.com": userSenha} {
			got := h.do(
				request{
					method: "POST",
					path:   path,
					header: http.Header{"Origin": {h.url}},
					body:   map[string]any{"email": email, "senha": senha},
				},
			)
			requireFailure(t, got, 401, "credenciais_invalidas")
			if want == "" {
				want = got.sameBytes()
			}
			require.Equal(t, want, got.sameBytes(), "%s %s", path, email)
		}
	}
}
