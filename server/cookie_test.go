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

// enter logs ana@x.com in as a page does and returns the cookie.
func (h *house) enter() *http.Cookie {
	h.t.Helper()
	got := h.do(request{
		method: "POST", path: "/entrar", header: http.Header{"Sec-Fetch-Site": {"same-origin"}},
		body: map[string]any{"email": "ana@x.com", "senha": userSenha},
	})
	require.Equal(h.t, 200, got.status, got.text)
	require.NotContains(h.t, got.json, "token")
	require.Contains(h.t, got.json, "cliente")
	cookie, err := http.ParseSetCookie(got.header.Get("Set-Cookie"))
	require.NoError(h.t, err)
	return cookie
}

func TestCookieAttributes(t *testing.T) {
	t.Parallel()
	for _, useTLS := range []bool{false, true} {
		h := houseOf(t, storetest.New(t), useTLS)
		h.newPerson("ana@x.com", store.Usuario)
		c := h.enter()
		require.Equal(t, map[bool]string{false: "monitor_sessao", true: "__Host-monitor_sessao"}[useTLS], c.Name)
		require.True(t, c.HttpOnly)
		require.Equal(t, useTLS, c.Secure)
		require.Equal(t, http.SameSiteStrictMode, c.SameSite)
		require.Equal(t, "/", c.Path)
		require.Empty(t, c.Domain)
		require.Positive(t, c.MaxAge)
	}
}

// TestBrowsersComeByTLS: under TLS every answer says so, except under the names that
// all programs of a machine share.
func TestBrowsersComeByTLS(t *testing.T) {
	t.Parallel()
	const name, want = "Strict-Transport-Security", "max-age=31536000"
	ask := func(s *Server, host, path string, header http.Header) string {
		r := httptest.NewRequest(http.MethodGet, "http://"+host+path, nil)
		r.RemoteAddr = "10.0.0.1:4000"
		r.Header = header
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w.Header().Get(name)
	}
	s := bareServer(t, &lockedBuffer{})
	full := crowded(t, &lockedBuffer{})
	full.admission.hold = time.Nanosecond
	for _, path := range []string{"/entrar", "/api/db/clientes", "/inexistente", "/livez", "/estatico/inexistente"} {
		require.Empty(t, ask(s, "monitor.example", path, http.Header{"X-Forwarded-Proto": {"https"}}), path)
		s.cfg.TLS, full.cfg.TLS = true, true
		require.Equal(t, want, ask(s, "monitor.example:5000", path, http.Header{}), path)
		require.Empty(t, ask(s, "localhost:5000", path, http.Header{}), path)
		require.Equal(t, want, ask(full, "monitor.example:5000", path, http.Header{}), path)
		s.cfg.TLS = false
	}
	behind := proxied(t, "")
	require.Equal(t, want, ask(behind, "monitor.example", "/livez", http.Header{"X-Forwarded-Proto": {"https"}}))
	require.Empty(t, ask(behind, "monitor.example", "/livez", http.Header{"X-Forwarded-Proto": {"http"}}))
}

// TestCookieNeedsItsOwnOrigin walks every unsafe route with every combination of
// the headers that a browser adds.
func TestCookieNeedsItsOwnOrigin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("ana@x.com", store.Usuario)
	cookie := h.enter()
	for _, c := range []struct {
		name         string
		origin, site string
		refused      bool
	}{
		{"nenhum cabeçalho", "", "", true},
		{"outro site", "", "cross-site", true},
		{"mesmo site, outra origem", "", "same-site", true},
		{"mesma origem", "", "same-origin", false},
		{"digitado pela pessoa", "", "none", false},
		{"Origin daqui", "<aqui>", "", false},
		{"Origin de fora", "https://mal.example", "", true},
		{"Origin nulo", "null", "", true},
		{"Origin daqui, mas cross-site", "<aqui>", "cross-site", true},
	} {
		for _, r := range h.srv.routes() {
			if r.method == http.MethodGet || r.path == "/entrar" {
				continue
			}
			header := http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}}
			if c.origin != "" {
				header.Set("Origin", strings.Replace(c.origin, "<aqui>", h.url, 1))
			}
			if c.site != "" {
				header.Set("Sec-Fetch-Site", c.site)
			}
			got := h.do(request{method: r.method, path: strings.Replace(r.path, "{id}", "1", 1), header: header, body: map[string]any{}})
			if c.refused {
				requireFailure(t, got, 403, "origem_recusada")
				continue
			}
			require.NotEqual(t, "origem_recusada", got.json["codigo"], "%s: %s %s", c.name, r.method, r.path)
			if r.is(lenient) { // it ended the session
				cookie = h.enter()
			}
		}
		reading := h.do(request{method: "GET", path: "/api/db/clientes", header: http.Header{
			"Cookie": {cookie.Name + "=" + cookie.Value}, "Sec-Fetch-Site": {"cross-site"},
		}})
		require.Equal(t, 200, reading.status, "reading changes nothing")
	}
}

func TestEnteringIsBoundToTheOrigin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("ana@x.com", store.Usuario)
	for _, header := range []http.Header{{}, {"Sec-Fetch-Site": {"cross-site"}}, {"Origin": {"https://mal.example"}}} {
		got := h.do(
			request{method: "POST", path: "/entrar", header: header, body: map[string]any{"email": "ana@x.com", "senha": userSenha}},
		)
		requireFailure(t, got, 403, "origem_recusada")
		require.Empty(t, got.header.Get("Set-Cookie"))
	}
	wrong := h.do(
		request{
			method: "POST",
			path:   "/entrar",
			header: http.Header{"Origin": {h.url}},
			body:   map[string]any{"email": "ana@x.com", "senha": "errada"},
		},
	)
	require.Equal(t, 401, wrong.status)
	require.Equal(t, "Credenciais inválidas", wrong.json["error"])
	require.Empty(t, wrong.header.Get("Set-Cookie"))
}

func TestHeaderCredentialsNeverLookAtTheCookie(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("ana@x.com", store.Usuario)
	cookie := h.enter()
	header := http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}}
	for _, q := range []request{
		{bearer: "errado"}, {key: "mon_errada"}, {path: "?api_key=mon_errada"},
	} {
		q.method, q.path, q.header = "GET", "/api/db/clientes"+q.path, header
		require.Equal(t, 401, h.do(q).status)
	}
	// A key needs no origin, cookie or not.
	got := h.do(
		request{
			method: "POST",
			path:   "/api/db/clientes",
			key:    h.key,
			header: header,
			body:   map[string]any{"nome": "B", "email": "b@x.com"},
		},
	)
	require.Equal(t, 201, got.status, got.text)
	empty := http.Header{"Cookie": header["Cookie"], "Authorization": {"Bearer "}}
	require.Equal(t, 401, h.do(request{method: "GET", path: "/api/db/clientes", header: empty}).status)
}

func TestLeavingEndsTheSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("ana@x.com", store.Usuario)
	cookie := h.enter()
	header := http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}, "Sec-Fetch-Site": {"same-origin"}}
	require.Equal(t, 200, h.do(request{method: "GET", path: "/api/db/auth/validar", header: header}).status)
	left := h.do(request{method: "POST", path: "/sair", header: header})
	require.Equal(t, 200, left.status, left.text)
	gone, err := http.ParseSetCookie(left.header.Get("Set-Cookie"))
	require.NoError(t, err)
	require.Equal(t, cookie.Name, gone.Name)
	require.Negative(t, gone.MaxAge)
	require.Equal(t, 401, h.do(request{method: "GET", path: "/api/db/auth/validar", header: header}).status)
	require.Equal(t, 200, h.do(request{method: "POST", path: "/sair", header: header}).status, "leaving twice is fine")
}

func TestUnderTLSThePlainCookieIsNotRead(t *testing.T) {
	t.Parallel()
	h := houseOf(t, storetest.New(t), true)
	h.newPerson("ana@x.com", store.Usuario)
	cookie := h.enter()
	got := h.do(request{method: "GET", path: "/api/db/clientes", header: http.Header{"Cookie": {"monitor_sessao=" + cookie.Value}}})
	require.Equal(t, 401, got.status)
}
