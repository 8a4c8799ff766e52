package server

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// proxied is a server that trusts a network of proxies, and reads header.
func proxied(t testing.TB, header string) *Server {
	t.Helper()
	s := bareServer(t, &lockedBuffer{})
	s.cfg.Proxies = []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("fd00::/8"),
		netip.MustParsePrefix("127.0.0.0/8"),
	}
	s.cfg.ProxyHeader = header
	return s
}

// TestForwarded gives connections and headers, and what may be believed of them.
func TestForwarded(t *testing.T) {
	t.Parallel()
	servers := map[string]*Server{
		"":                  proxied(t, ""),
		HeaderXForwardedFor: proxied(t, HeaderXForwardedFor),
		HeaderForwarded:     proxied(t, HeaderForwarded),
	}
	many := strings.Repeat("1.1.1.1, ", 10_000)
	for _, c := range []struct {
		read  string // the header that is configured
		conn  string
		head  string // name: value, separated by |
		addr  string
		https bool
	}{
		{"", "192.0.2.9:1", "", "192.0.2.9", false},
		{"", "192.0.2.9:1", "X-Forwarded-For: 198.51.100.1|X-Forwarded-Proto: https|Forwarded: for=198.51.100.1;proto=https", "192.0.2.9", false},
		{"", "10.0.0.1:1", "", "10.0.0.1", false},
		{"", "[::ffff:10.0.0.1]:1", "X-Forwarded-For: 198.51.100.1", "198.51.100.1", false},
		{"", "10.0.0.1:1", "X-Forwarded-For: 198.51.100.1|X-Forwarded-Proto: https", "198.51.100.1", true},
		{"", "10.0.0.1:1", "X-Forwarded-For: 203.0.113.7, 198.51.100.1", "198.51.100.1", false},
		{"", "10.0.0.1:1", "X-Forwarded-For: 203.0.113.7|X-Forwarded-For: 198.51.100.1", "198.51.100.1", false},
		{"", "10.0.0.1:1", "X-Forwarded-For: 203.0.113.7, 198.51.100.1, 10.0.0.2", "198.51.100.1", false},
		{"", "10.0.0.1:1", "X-Forwarded-For: 10.9.9.9, 10.0.0.2", "10.9.9.9", false},
		{"", "10.0.0.1:1", "X-Forwarded-For: 203.0.113.7, lixo", "10.0.0.1", false},
		{"", "10.0.0.1:1", "X-Forwarded-For: 203.0.113.7, lixo, 10.0.0.2", "10.0.0.2", false},
		{"", "[fd00::1]:1", "X-Forwarded-For: 2001:db8::5|X-Forwarded-Proto: https, http", "2001:db8::5", false},
		{"", "@", "X-Forwarded-For: 198.51.100.1", "invalid IP", false},

		// What the caller adds beside what the proxy says.
		{"", "127.0.0.1:1", "Forwarded: for=1.1.1.1|X-Forwarded-For: 198.51.100.1", "198.51.100.1", false},
		{"", "127.0.0.1:1", "Forwarded: for=1.1.1.1;proto=https|X-Forwarded-For: 198.51.100.1|X-Forwarded-Proto: http", "198.51.100.1", false},
		{"", "127.0.0.1:1", "Forwarded: for=_hidden|Forwarded: lixo|X-Forwarded-For: 198.51.100.1", "198.51.100.1", false},
		{"", "127.0.0.1:1", "X-Real-IP: 1.1.1.1|True-Client-IP: 1.1.1.2|X-Client-IP: 1.1.1.3|CF-Connecting-IP: 1.1.1.4|X-Forwarded-For: 198.51.100.1", "198.51.100.1", false},
		{"", "127.0.0.1:1", "X-Real-IP: 1.1.1.1|Forwarded: for=1.1.1.1;proto=https", "127.0.0.1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For: " + many + "198.51.100.1", "198.51.100.1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For: \"|X-Forwarded-For: \", \\\", lixo ,,, 198.51.100.1 , ", "198.51.100.1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For:   198.51.100.1:4711\t", "198.51.100.1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For: [2001:db8::1]:80", "2001:db8::1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For: [2001:db8::1]", "2001:db8::1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For: ::ffff:198.51.100.1", "198.51.100.1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For: 2001:db8::1%eth0", "2001:db8::1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For: [[198.51.100.1]]", "127.0.0.1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For: unknown", "127.0.0.1", false},
		{"", "127.0.0.1:1", "X-Forwarded-For: ", "127.0.0.1", false},
		// Nobody at a distance is this machine, for whose address guesses are not counted.
		{"", "10.0.0.1:1", "X-Forwarded-For: 127.0.0.1", "10.0.0.1", false},
		{"", "10.0.0.1:1", "X-Forwarded-For: ::1, 10.5.5.5", "10.5.5.5", false},
		{"", "10.0.0.1:1", "X-Forwarded-For: 0.0.0.0", "10.0.0.1", false},

		{HeaderXForwardedFor, "127.0.0.1:1", "Forwarded: for=1.1.1.1|X-Forwarded-For: 198.51.100.1", "198.51.100.1", false},
		{HeaderForwarded, "10.0.0.1:1", `Forwarded: for=203.0.113.7, for="[2001:db8::1]:4711";proto=https`, "2001:db8::1", true},
		{HeaderForwarded, "10.0.0.1:1", "Forwarded: for=unknown", "10.0.0.1", false},
		{HeaderForwarded, "127.0.0.1:1", "Forwarded: for=198.51.100.1|X-Forwarded-For: 1.1.1.1|X-Forwarded-Proto: https", "198.51.100.1", false},
		{HeaderForwarded, "127.0.0.1:1", "X-Forwarded-For: 1.1.1.1", "127.0.0.1", false},
		{HeaderForwarded, "127.0.0.1:1", "Forwarded: for=1.1.1.1;proto=https|Forwarded:  For = lixo ; FOR=198.51.100.1", "198.51.100.1", false},
		{HeaderForwarded, "127.0.0.1:1", `Forwarded: by=10.0.0.1;FOR="198.51.100.1:_porta";host="x,for=1.1.1.1;for=1.1.1.1";Proto="HTTPS"`, "198.51.100.1", true},
		{HeaderForwarded, "127.0.0.1:1", `Forwarded: for="1.1.1.1\", for="[2001:db8::1]"`, "2001:db8::1", false},
		{HeaderForwarded, "127.0.0.1:1", `Forwarded: for="1.1.1.1, for=198.51.100.1`, "198.51.100.1", false},
		{HeaderForwarded, "127.0.0.1:1", "Forwarded: for=1.1.1.1;for=198.51.100.1", "127.0.0.1", false},
		{HeaderForwarded, "127.0.0.1:1", "Forwarded: for=_hidden, for=198.51.100.1", "198.51.100.1", false},
		{HeaderForwarded, "127.0.0.1:1", "Forwarded: " + strings.Repeat("for=1.1.1.1,", 10_000) + "for=198.51.100.1", "198.51.100.1", false},
	} {
		r := &http.Request{RemoteAddr: c.conn, Header: http.Header{}}
		for line := range strings.SplitSeq(c.head, "|") {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Add(name, value)
		}
		got := servers[c.read].peerOf(r)
		require.Equal(t, c.addr, got.addr.String(), "%q %s %.200s", c.read, c.conn, c.head)
		require.Equal(t, c.https, got.https, "%q %s %.200s", c.read, c.conn, c.head)
	}
}

// TestIgnoredHeadersAreCounted: what a caller says of itself in vain is seen by
// whoever watches, and a proxy that was forgotten is hinted at once.
func TestIgnoredHeadersAreCounted(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	s := bareServer(t, log)
	ask := func(from string, head http.Header) {
		r := httptest.NewRequest(http.MethodGet, "/livez", nil)
		r.RemoteAddr, r.Header = from, head
		s.Handler().ServeHTTP(httptest.NewRecorder(), r)
	}
	ask("192.0.2.1:1", http.Header{"X-Forwarded-For": {"1.1.1.1"}, "X-Real-Ip": {"1.1.1.1"}})
	require.NotContains(t, log.String(), "proxies")
	for range 2 {
		ask("127.0.0.1:1", http.Header{"X-Forwarded-For": {"1.1.1.1"}})
	}
	require.Equal(t, 1, strings.Count(log.String(), "ponha o endereço dele em proxies"))
	s.cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	ask("127.0.0.1:1", http.Header{"X-Forwarded-For": {"192.0.2.1"}, "X-Forwarded-Proto": {"https"}, "Forwarded": {"for=1.1.1.1"}})
	ask("127.0.0.1:1", http.Header{"X-Forwarded-For": {"lixo"}})

	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "http://localhost/metrics", nil)
	r.RemoteAddr = "127.0.0.1:1"
	s.Handler().ServeHTTP(w, r)
	require.Equal(t, []string{
		`monitor_cabecalhos_ignorados_total{cabecalho="Forwarded",motivo="nao_e_o_lido"} 1`,
		`monitor_cabecalhos_ignorados_total{cabecalho="X-Forwarded-For",motivo="de_fora"} 3`,
		`monitor_cabecalhos_ignorados_total{cabecalho="X-Forwarded-For",motivo="ilegivel"} 1`,
		`monitor_cabecalhos_ignorados_total{cabecalho="X-Real-Ip",motivo="de_fora"} 1`,
	}, regexp.MustCompile(`(?m)^monitor_cabecalhos_.*$`).FindAllString(w.Body.String(), -1))
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
		got := h.do(
			request{method: "POST", path: "/entrar", header: header, body: map[string]any{"email": "ana@x.com", "senha": userSenha}},
		)
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
	servers := []*Server{proxied(f, ""), proxied(f, HeaderForwarded)}
	f.Fuzz(func(t *testing.T, old, standard, proto string) {
		head := http.Header{"X-Forwarded-For": {old}, "Forwarded": {standard}, "X-Forwarded-Proto": {proto}}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		for _, s := range servers {
			r.Header, r.RemoteAddr = head, "192.0.2.1:80"
			require.Equal(t, peer{addr: netip.MustParseAddr("192.0.2.1")}, s.peerOf(r), "a stranger is not believed")
			r.RemoteAddr = "10.0.0.1:80"
			require.True(t, s.peerOf(r).addr.IsValid())
			// What a proxy adds at the end counts, whatever stands before it.
			r.Header = http.Header{
				"X-Forwarded-For":   {old + ", 192.0.2.7"},
				"Forwarded":         {standard + ", for=192.0.2.7"},
				"X-Forwarded-Proto": {proto},
			}
			require.Equal(t, "192.0.2.7", s.peerOf(r).addr.String())
		}
	})
}
