package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// hostile are values that have broken programs before.
var hostile = []string{
	"", " ", "0", "-1", "1", "2", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e309", "NaN", "0x10", "١", "true", "null", "[]", "{}",
	"'", `"`, `\`, "' OR 1=1 --", "'; DROP TABLE clientes; --", "%", "_", "%%%", "$1", "?", ":x", "\x00", "a\x00b", "\xff\xfe", "\xed\xa0\x80", "é", "e\u0301", "ß", "\u202e", "\U0001F600",
	"\r\nX: y", "\x1b[31m", "../../etc/passwd", "%2e%2e%2f", "{{7*7}}", "${x}", "<script>alert(1)</script>", "=cmd|' /C calc'!A0",
	"2026-11-24", "24/11/2026", "31/02/2026", "9999-12-31T23:59:59.999999999Z", "0000-00-00", "-1-01-01", "2026-11-24T10:00:00-99:99", "10000-01-01", "0000-01-01", "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00",
	encodeCursor(
		`{"h":"x","i":1}`,
	), encodeCursor(`{"h":"0000-00-00 00:00:00.000000","i":1}`), encodeCursor(`{"i":9223372036854775807,"a":true}`),
	strings.Repeat(
		"a",
		300,
	), strings.Repeat("é", 5000), strings.Repeat("(", 200), "a@b.c", "ana@x.com", "joão@x.com", "(11) 98888-7777", "529.982.247-25", "AA:BB:CC:DD:EE:FF", "::1", "1.2.3.4",
}

// stranger makes requests out of what the OpenAPI document names.
type stranger struct {
	*rand.Rand
	routes []route
	fields []string            // of every body
	params map[string][]string // of each route
}

func newStranger(t *testing.T, h *house, round int) *stranger {
	e := &stranger{Rand: rand.New(rand.NewPCG(uint64(round), 2)), params: paramsOf(t, h.srv.spec)}
	for _, r := range h.srv.routes() {
		// Logins take their time on purpose, and a stream does not end.
		if !r.is(streams) && !strings.Contains(r.path, "/auth/login") && r.path != "/entrar" {
			e.routes = append(e.routes, r)
		}
	}
	var doc struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	require.NoError(t, json.Unmarshal(h.srv.spec, &doc))
	seen := map[string]bool{}
	for _, s := range doc.Components.Schemas {
		for name := range s.Properties {
			// New passwords are hashed, which is slow on purpose.
			if !seen[name] && !strings.HasPrefix(name, "senha") {
				seen[name] = true
				e.fields = append(e.fields, name)
			}
		}
	}
	require.Greater(t, len(e.fields), 30)
	return e
}

func (e *stranger) text() string {
	s := hostile[e.IntN(len(hostile))]
	if e.IntN(4) == 0 {
		s += hostile[e.IntN(len(hostile))]
	}
	return s
}

// value is anything that JSON can hold.
func (e *stranger) value(depth int) any {
	switch e.IntN(10) {
	case 0:
		return nil
	case 1:
		return e.IntN(2) == 0
	case 2:
		return e.Int64() - e.Int64()
	case 3:
		return e.NormFloat64() * 1e300
	case 4:
		if depth < 4 {
			return []any{e.value(depth + 1), e.object(depth + 1)}
		}
	case 5:
		if depth < 4 {
			return e.object(depth + 1)
		}
	}
	return strings.ToValidUTF8(e.text(), "?")
}

func (e *stranger) object(depth int) map[string]any {
	o := map[string]any{}
	for range e.IntN(6) {
		o[e.fields[e.IntN(len(e.fields))]] = e.value(depth)
	}
	return o
}

func (e *stranger) body() string {
	o := e.object(0)
	if e.IntN(3) == 0 { // right but for the rest
		o["nome"], o["email"] = "Ana", fmt.Sprintf("f%d@x.com", e.IntN(1e6))
		o["mensagem"], o["hostname"], o["dispositivo_id"] = e.value(0), "pc", 1
	}
	b, err := json.Marshal(o)
	if err != nil {
		return e.text()
	}
	switch e.IntN(8) {
	case 0:
		return string(b[:e.IntN(len(b)+1)])
	case 1:
		return e.text()
	case 2:
		i := e.IntN(len(b))
		return string(b[:i]) + e.text() + string(b[i:])
	default:
		return string(b)
	}
}

func (e *stranger) request(key string) *http.Request {
	r := e.routes[e.IntN(len(e.routes))]
	path := r.path
	if strings.Contains(path, "{") {
		id := "1"
		if e.IntN(3) == 0 || strings.Contains(path, "/chaves/") { // the key in use stays
			id = e.text()
		}
		if strings.Contains(path, "/chaves/") && id == "1" {
			id = "-1"
		}
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + url.PathEscape(id) + after
	}
	query := url.Values{}
	if names := e.params[r.method+" "+r.path]; len(names) > 0 {
		for range e.IntN(4) {
			query.Add(names[e.IntN(len(names))], e.text())
		}
	}
	target := strings.ReplaceAll(path, "{$}", "")
	if e.IntN(20) == 0 {
		target += "?" + url.PathEscape(e.text())
	} else if len(query) > 0 {
		target += "?" + query.Encode()
	}
	body := ""
	if r.method != http.MethodGet {
		body = e.body()
	}
	req := httptest.NewRequest(r.method, "http://x/", strings.NewReader(body))
	if u, err := url.Parse("http://x" + target); err == nil {
		req.URL, req.RequestURI = u, target
	}
	for _, name := range []string{"If-Match", "If-None-Match", "Idempotency-Key", "Last-Event-ID", "Accept", "Forwarded", "X-Forwarded-For", "User-Agent", "Cookie", "Content-Type"} {
		if e.IntN(12) == 0 {
			req.Header.Set(name, e.text())
		}
	}
	if e.IntN(20) != 0 {
		req.Header.Set("X-API-Key", key)
	} else {
		req.Header.Set([]string{"Authorization", "X-API-Key"}[e.IntN(2)], "Bearer "+e.text())
	}
	return req
}

// TestHostileRequests sends what nobody would send by mistake to every route, on every
// engine: no answer is a failure of the server. The full run makes a million requests
// on SQLite and a tenth on the others.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		n, rounds := 1_000, 1
		if e.Name == storetest.SQLite.Name {
			n = 5_000
		}
		if os.Getenv("MONITOR_ENSAIO") == "completo" {
			n, rounds = 10*n, 20 // each with other requests, on a database that is small again
		}
		for round := range rounds {
			hostileRequests(t, houseOf(t, e.New(t), false), n, 1+round)
		}
	})
}

// abandons says that the handler gave up in the middle of its answer.
func abandons(h http.Handler, w http.ResponseWriter, r *http.Request) (cut bool) {
	defer func() { cut = recover() != nil }()
	h.ServeHTTP(w, r)
	return false
}

func hostileRequests(t *testing.T, h *house, n, round int) {
	t.Helper()
	h.newPerson("ana@x.com", store.Usuario)
	require.Equal(t, 200, h.admin("POST", "/api/db/dispositivos/registrar", map[string]any{"hostname": "pc"}).status)
	e, handler := newStranger(t, h, round), h.srv.Handler()
	statuses := map[int]int{}
	var failures []string
	for range n {
		r := e.request(h.key)
		target := r.Method + " " + r.RequestURI
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		r.Body = io.NopCloser(bytes.NewReader(body))
		w := httptest.NewRecorder()
		cut := abandons(handler, w, r)
		statuses[w.Code]++
		if (w.Code >= 500 || cut) && len(failures) < 10 {
			failures = append(failures, fmt.Sprintf("%d %s %s: %s", w.Code, target, body, w.Body.String()))
		}
	}
	t.Logf("%d requests: %v", n, statuses)
	require.Empty(t, failures, h.log.errors())
	require.Greater(t, statuses[200], n/10, "most must reach the work behind the door")
	require.Positive(t, statuses[201])
	v, err := h.local().Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, v.Problemas)
}
