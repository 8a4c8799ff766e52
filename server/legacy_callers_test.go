package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestTransition lets an old caller, with no key or with the one that everybody
// used, register, beat and report until the date, and nowhere else.
func TestTransition(t *testing.T) {
	t.Parallel()
	c := &clock{}
	h := houseOf(t, storetest.New(t, storetest.Now(c.now)), false)
	register := request{
		method: "POST",
		path:   "/api/db/dispositivos/registrar",
		body:   map[string]any{"system_info": map[string]any{"hostname": "VELHO"}},
	}
	require.Equal(t, 401, h.do(register).status, "closed unless opened")

	h.srv.cfg.LegacyUntil = c.now().Add(time.Hour)
	for _, key := range []string{"", "sua_chave_api_aqui"} {
		register.key = key
		got := h.do(register)
		require.Equal(t, 200, got.status, got.text)
		require.Equal(t, 200, h.do(request{method: "POST", path: "/api/db/dispositivos/1/heartbeat", key: key}).status)
		got = h.do(
			request{
				method: "POST",
				path:   "/api/db/conexoes/registrar",
				key:    key,
				body:   map[string]any{"dispositivo_id": 1, "conexoes": []any{map[string]any{"ip_local": "10.0.0.1"}}},
			},
		)
		require.Equal(t, 200, got.status, got.text)
		require.Equal(t, 401, h.do(request{method: "GET", path: "/api/db/dispositivos", key: key}).status)
		require.Equal(t, 401, h.do(request{method: "GET", path: "/api/db/clientes", key: key}).status)
	}
	register.key = "mon_revogada"
	require.Equal(t, 401, h.do(register).status, "a key of ours that counts no more is no old caller")
	register.key = ""
	register.bearer = "inventado"
	require.Equal(t, 401, h.do(register).status)

	register.bearer = ""
	c.offset.Store(int64(2 * time.Hour))
	require.Equal(t, 401, h.do(register).status, "it closes by itself")
}

// TestTransitionIsNotForPages: a page of elsewhere reaches what is open meanwhile
// neither by its own name nor, on this machine, by one that it gave to it.
func TestTransitionIsNotForPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.srv.cfg.LegacyUntil = time.Now().Add(time.Hour)
	ask := func(from, host string, header http.Header) int {
		r := httptest.NewRequest(
			http.MethodPost,
			"http://"+host+"/api/db/dispositivos/registrar",
			strings.NewReader(`{"hostname":"VELHO"}`),
		)
		r.RemoteAddr, r.Header = from, header
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.srv.Handler().ServeHTTP(w, r)
		return w.Code
	}
	const here, away = "127.0.0.1:4000", "192.0.2.1:4000"
	for _, c := range []struct {
		from, host string
		header     http.Header
		want       int
	}{
		{away, "monitor.example", http.Header{}, 200},
		{here, "monitor.example", http.Header{}, 200},
		{away, "monitor.example", http.Header{"Origin": {"http://monitor.example"}}, 200},
		{here, "localhost:5000", http.Header{"Origin": {"http://localhost:5000"}}, 200},
		{away, "monitor.example", http.Header{"Origin": {"http://mau.example"}}, 401},
		{away, "monitor.example", http.Header{"Origin": {"null"}}, 401},
		{away, "monitor.example", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 401},
		{here, "localhost:5000", http.Header{"Origin": {"http://mau.example"}}, 401},
		{here, "mau.example:5000", http.Header{"Origin": {"http://mau.example:5000"}}, 401},
		{here, "mau.example:5000", http.Header{"Origin": {"http://mau.example:5000"}, "X-Forwarded-For": {"192.0.2.1"}}, 401},
	} {
		require.Equal(t, c.want, ask(c.from, c.host, c.header), "%s %s %v", c.from, c.host, c.header)
	}
}

// TestNoTokenIsNoCredential: programs that have no token write null or undefined
// where it belongs. Such a call passes as it would without it.
func TestNoTokenIsNoCredential(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.srv.cfg.LegacyUntil = time.Now().Add(time.Hour)
	h.newPerson("ana@x.com", store.Usuario)
	cookie := h.enter()
	for _, nothing := range []string{"Bearer null", "Bearer undefined", "bearer NULL", "Bearer", "Bearer ", "Bearer  None", `Bearer "null"`, `Bearer ""`, "Bearer 'nil'", "Bearer `undefined`"} {
		with := func(key string) http.Header {
			header := http.Header{"Authorization": {nothing}}
			if key != "" {
				header.Set("X-API-Key", key)
			}
			return header
		}
		register := request{
			method: "POST",
			path:   "/api/db/dispositivos/registrar",
			header: with(""),
			body:   map[string]any{"hostname": "VELHO"},
		}
		require.Equal(t, 200, h.do(register).status, nothing)
		list := request{method: "GET", path: "/api/db/clientes", header: with(h.key)}
		require.Equal(t, 200, h.do(list).status, nothing)
		list.header, list.path = with(""), "/api/db/clientes?api_key="+h.key
		require.Equal(t, 200, h.do(list).status, nothing)
		list.path = "/api/db/clientes"
		got := h.do(list)
		require.Equal(t, 401, got.status, nothing)
		require.Contains(t, got.text, "Credencial não fornecida")
		list.header.Set("Cookie", cookie.Name+"="+cookie.Value)
		require.Equal(t, 401, h.do(list).status, "who sends the header does not mean the cookie")
		validar := h.do(request{method: "GET", path: "/api/db/auth/validar", header: with("")})
		require.Equal(t, "Token não fornecido", validar.json["error"], nothing)
	}
	for _, key := range []string{"null", "undefined"} {
		require.Equal(
			t,
			200,
			h.do(
				request{method: "POST", path: "/api/db/dispositivos/registrar", key: key, body: map[string]any{"hostname": "VELHO"}},
			).status,
		)
		require.Contains(t, h.do(request{method: "GET", path: "/api/db/clientes", key: key}).text, "Credencial não fornecida")
	}
	for _, meant := range []string{"Bearer nulo", "Bearer null null", "Bearer nullo"} {
		got := h.do(request{method: "GET", path: "/api/db/clientes", header: http.Header{"Authorization": {meant}, "X-Api-Key": {h.key}}})
		require.Equal(t, 401, got.status, meant)
	}
}
