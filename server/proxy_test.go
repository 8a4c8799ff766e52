package server

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestForwarded gives connections and headers, and what may be believed of them.
func TestForwarded(t *testing.T) {
	t.Parallel()
	s := &Server{cfg: Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	for _, c := range []struct {
		conn  string
		head  string // name: value, separated by |
		addr  string
		https bool
	}{
		{"192.0.2.9:1", "", "192.0.2.9", false},
		{"192.0.2.9:1", "X-Forwarded-For: 198.51.100.1|X-Forwarded-Proto: https|Forwarded: for=198.51.100.1;proto=https", "192.0.2.9", false},
		{"10.0.0.1:1", "", "10.0.0.1", false},
		{"[::ffff:10.0.0.1]:1", "X-Forwarded-For: 198.51.100.1", "198.51.100.1", false},
		{"10.0.0.1:1", "X-Forwarded-For: 198.51.100.1|X-Forwarded-Proto: https", "198.51.100.1", true},
		{"10.0.0.1:1", "X-Forwarded-For: 203.0.113.7, 198.51.100.1", "198.51.100.1", false},
		{"10.0.0.1:1", "X-Forwarded-For: 203.0.113.7|X-Forwarded-For: 198.51.100.1", "198.51.100.1", false},
		{"10.0.0.1:1", "X-Forwarded-For: 203.0.113.7, 198.51.100.1, 10.0.0.2", "198.51.100.1", false},
		{"10.0.0.1:1", "X-Forwarded-For: 10.9.9.9, 10.0.0.2", "10.9.9.9", false},
		{"10.0.0.1:1", "X-Forwarded-For: 203.0.113.7, lixo", "10.0.0.1", false},
		{"10.0.0.1:1", "X-Forwarded-For: 203.0.113.7, lixo, 10.0.0.2", "10.0.0.2", false},
		{"10.0.0.1:1", `Forwarded: for=203.0.113.7, for="[2001:db8::1]:4711";proto=https`, "2001:db8::1", true},
		{"10.0.0.1:1", "Forwarded: for=unknown", "10.0.0.1", false},
		{"10.0.0.1:1", "Forwarded: for=198.51.100.1|X-Forwarded-For: 203.0.113.7, 198.51.100.1|X-Forwarded-Proto: https", "198.51.100.1", true},
		{"10.0.0.1:1", "Forwarded: for=203.0.113.7;proto=https|X-Forwarded-For: 198.51.100.1", "10.0.0.1", false},
		{"[fd00::1]:1", "X-Forwarded-For: 2001:db8::5|X-Forwarded-Proto: https, http", "2001:db8::5", false},
		{"@", "X-Forwarded-For: 198.51.100.1", "invalid IP", false},
	} {
		r := &http.Request{RemoteAddr: c.conn, Header: http.Header{}}
		for line := range strings.SplitSeq(c.head, "|") {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Add(name, value)
		}
		got := s.peerOf(r)
		require.Equal(t, c.addr, got.addr.String(), "%s %s", c.conn, c.head)
		require.Equal(t, c.https, got.https, "%s %s", c.conn, c.head)
	}
}

// TestCookieBehindAProxy: only a proxy that is trusted decides whether the session
// cookie is bound to https, and whose address the audit trail shows.
func TestCookieBehindAProxy(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	newHouseOn := func(trusted bool) *house {
		h := houseOf(t, st, false)
		if trusted {
			h.srv.cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
		}
		return h
	}
	newHouseOn(false).newPerson("ana@x.com", store.Usuario)
	for trusted, name := range map[bool]string{true: "__Host-monitor_sessao", false: "monitor_sessao"} {
		h := newHouseOn(trusted)
		header := http.Header{
			"Sec-Fetch-Site": {"same-origin"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-For": {"198.51.100.7"},
		}
		got := h.do(request{method: "POST", path: "/entrar", header: header, body: map[string]any{"email": "ana@x.com", "senha": senhaUsuario}})
		require.Equal(t, 200, got.status, got.text)
		cookie, err := http.ParseSetCookie(got.header.Get("Set-Cookie"))
		require.NoError(t, err)
		require.Equal(t, name, cookie.Name)
		require.Equal(t, trusted, cookie.Secure)
		header.Set("Cookie", cookie.Name+"="+cookie.Value)
		require.Equal(t, 200, h.do(request{method: "GET", path: "/api/db/auth/validar", header: header}).status)
		newest := h.admin("GET", "/api/db/logs?acao=login", nil).json["logs"].([]any)[0].(map[string]any)
		require.Equal(t, map[bool]string{true: "198.51.100.7", false: "127.0.0.1"}[trusted], newest["dados"].(map[string]any)["ip"])
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add("198.51.100.1, 10.0.0.2", `for="[2001:db8::1]:4711";proto=https`, "https")
	f.Add("::ffff:10.0.0.1%eth0", "for=_hidden;for=unknown", ",")
	s := &Server{cfg: Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	f.Fuzz(func(t *testing.T, old, standard, proto string) {
		head := http.Header{"X-Forwarded-For": {old}, "Forwarded": {standard}, "X-Forwarded-Proto": {proto}}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header, r.RemoteAddr = head, "192.0.2.1:80"
		require.Equal(t, peer{addr: netip.MustParseAddr("192.0.2.1")}, s.peerOf(r), "a stranger is not believed")
		r.RemoteAddr = "10.0.0.1:80"
		require.True(t, s.peerOf(r).addr.IsValid())
	})
}
