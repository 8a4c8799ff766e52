package server

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// paramsOf reads from the document which query parameters a route takes.
func paramsOf(t testing.TB, spec []byte) map[string][]string {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	require.NoError(t, json.Unmarshal(spec, &doc))
	params := map[string][]string{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			for _, p := range op.Parameters {
				if p.In == "query" {
					key := strings.ToUpper(method) + " " + path
					params[key] = append(params[key], p.Name)
				}
			}
		}
	}
	require.NotEmpty(t, params)
	return params
}

// examples are the bodies that the document shows for a route.
func examples(t testing.TB, r route) []string {
	t.Helper()
	c, err := theContract()
	require.NoError(t, err)
	item, _ := c.paths[r.path].(map[string]any)
	op, _ := item[strings.ToLower(r.method)].(map[string]any)
	body, _ := op["requestBody"].(map[string]any)
	content, _ := body["content"].(map[string]any)
	media, _ := content["application/json"].(map[string]any)
	values := []any{media["example"]}
	named, _ := media["examples"].(map[string]any)
	for _, e := range named {
		values = append(values, e.(map[string]any)["value"])
	}
	var texts []string
	for _, v := range values {
		if v != nil {
			text, err := json.Marshal(v)
			require.NoError(t, err)
			texts = append(texts, string(text))
		}
	}
	return texts
}

// fuzzHouse serves the requests of a target: the small ones a world of their own,
// where nobody gives them what is another's.
type fuzzHouse struct {
	d             *mold
	small, strong world
}

func newFuzzHouse(f *testing.F) *fuzzHouse {
	d := moldOf(f)
	h := &fuzzHouse{d: d, small: world{d: d}, strong: world{d: d}}
	f.Cleanup(func() {
		h.small.close(f)
		h.strong.close(f)
	})
	return h
}

// rota is the route that a text like "POST /api/db/clientes" names; the method may be
// one that the path does not have.
func (d *mold) rota(text string) (r route, method string) {
	r = pick(d.routes, text, func(r route) string { return r.method + " " + r.path })
	if method, path, _ := strings.Cut(text, " "); isToken(method) {
		if i := slices.IndexFunc(d.routes, func(r route) bool { return r.path == path }); i >= 0 {
			return d.routes[i], method
		}
	}
	return r, r.method
}

func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

// request is what net/http would hand on; false for what it refuses itself.
func (d *mold) request(r route, method, id, query, head string, body []byte) (*http.Request, bool) {
	target := strings.ReplaceAll(r.path, "{$}", "")
	if !strings.Contains(id, "%") {
		id = url.PathEscape(id)
	}
	if target = strings.Replace(target, "{id}", id, 1); query != "" {
		target += "?" + query
	}
	u, err := url.ParseRequestURI(target)
	if err != nil || strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, false
	}
	req := httptest.NewRequest(method, "http://x/", bytes.NewReader(body))
	req.URL, req.RequestURI = u, target
	for line := range strings.SplitSeq(head, "\n") {
		name, value, ok := strings.Cut(line, ": ")
		if !ok || !isToken(name) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			continue
		}
		req.Header.Add(name, strings.TrimSpace(value))
	}
	return req, true
}

func callerName(c caller) string { return c.name }

// as shows the caller's credential.
func (c caller) as(r *http.Request) {
	for name, values := range c.with.header {
		if r.Header[name] == nil {
			r.Header[name] = values
		}
	}
	if c.with.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.with.bearer)
	}
	if c.with.key != "" {
		r.Header.Set("X-API-Key", c.with.key)
	}
}

// hashes says that a request may cost a computation that is slow on purpose.
func hashes(r *http.Request, body []byte) bool {
	var fields map[string]json.RawMessage
	if r.Method == http.MethodGet || json.Unmarshal(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), &fields) != nil {
		return false
	}
	for name := range fields {
		if strings.HasPrefix(name, "senha") {
			return true
		}
	}
	return false
}

// sampled lets one in many of the slow ones through, always the same.
func sampled(body []byte) bool {
	h := fnv.New32a()
	_, _ = h.Write(body)
	return h.Sum32()%256 == 0
}

// answerTo is an answer as it is recorded; a stream ends with its first block.
type answerTo struct {
	*httptest.ResponseRecorder
	enough func()
}

func (a answerTo) Flush() {
	a.ResponseRecorder.Flush()
	if strings.HasPrefix(a.Header().Get("Content-Type"), "text/event-stream") {
		a.enough()
	}
}

// The bounds of an answer, with room for a busy machine.
const (
	fuzzWait = time.Minute
	fuzzSize = 8 << 20
)

// try makes one request and judges the answer: no failure of the server, nothing that
// the OpenAPI document does not say, no secret, nothing of others.
func (h *fuzzHouse) try(t *testing.T, c caller, r *http.Request, body []byte) {
	t.Helper()
	if hashes(r, body) && !sampled(body) {
		return
	}
	w := &h.strong
	if slices.Contains(small, c.name) {
		w = &h.small
	}
	w.copied(t)
	c.as(r)
	q := request{method: r.Method, path: r.RequestURI} // handlers may change r
	ctx, cancel := context.WithTimeout(t.Context(), fuzzWait)
	defer cancel()
	rec := answerTo{httptest.NewRecorder(), cancel}
	begun := time.Now()
	cut := abandons(w.srv.Handler(), rec, r.WithContext(ctx))
	took := time.Since(begun)
	got := reply{status: rec.Code, header: rec.Header(), text: rec.Body.String()}
	told := fmt.Sprintf("%s %s as %s -> %d\n%.2000s\n%s", q.method, q.path, c.name, got.status, got.text, w.log.String())
	switch {
	case got.status >= http.StatusInternalServerError || cut:
		t.Fatal("a failure of the server: " + told)
	case took > fuzzWait || len(got.text) > fuzzSize:
		t.Fatalf("%v, %d bytes: %s", took, len(got.text), told)
	}
	h.judge(t, w, c, q, r, got, told)
}

func (h *fuzzHouse) judge(t *testing.T, w *world, c caller, q request, r *http.Request, got reply, told string) {
	t.Helper()
	doc, err := theContract()
	require.NoError(t, err)
	judge := doc.judge
	if strings.Contains(got.text, errNoRoute.Codigo) && !cleanPath(r.URL.Path) {
		judge = func(_ request, got reply) error { return doc.outside(got) } // no path of the document's
	}
	if err := judge(q, got); err != nil {
		t.Fatalf("differs from openapi.json: %v\n%s", err, told)
	}
	hidden := h.d.secrets
	if w == &h.small {
		hidden = slices.Concat(hidden, h.d.canaries)
	}
	for _, s := range hidden {
		if strings.Contains(got.text, s) || strings.Contains(fmt.Sprint(got.header), s) {
			t.Fatalf("shows %q: %s", s, told)
		}
	}
	if got.status == http.StatusUnauthorized && c.column != nil && c.name != "ninguem" {
		w.feito = -1 // somebody ended the credential: the next one gets a new world
	}
}

// FuzzAPI makes any request of anybody to any route, through the real handler: bodies,
// ids, queries and headers.
func FuzzAPI(f *testing.F) {
	h := newFuzzHouse(f)
	for _, r := range h.d.routes {
		pattern, bodies := r.method+" "+r.path, examples(f, r)
		if len(bodies) == 0 {
			bodies = []string{""}
		}
		for _, c := range h.d.callers {
			for _, body := range bodies {
				f.Add(pattern, c.name, "1", "", "", []byte(body))
			}
		}
		for _, head := range []string{
			"If-Match: \"0\"\nIdempotency-Key: a", "Content-Type: text/plain\nAccept: text/html", "X-Forwarded-For: 1.2.3.4\nForwarded: for=_x;proto=https\nX-Forwarded-Proto: https",
			"Last-Event-ID: AAAA\nCookie: monitor_sessao=x; monitor_sessao=y", "Authorization: Basic YTpi", "Origin: null\nSec-Fetch-Site: cross-site",
		} {
			f.Add(pattern, "chave admin", "2", "x=%00&y=%ff", head, []byte(bodies[0]))
		}
	}
	f.Add("TRACE /api/db/clientes", "usuario", "1", "", "", []byte(nil))
	f.Add("GET /api/db/clientes/{id}", "usuario", "..", "", "", []byte(nil))
	f.Add("GET /api/db/clientes/{id}", "usuario", "%2e%2e%2f", "", "", []byte(nil))
	f.Fuzz(func(t *testing.T, rota, who, id, query, head string, body []byte) {
		route, method := h.d.rota(rota)
		if r, ok := h.d.request(route, method, id, query, head, body); ok {
			h.try(t, pick(h.d.callers, who, callerName), r, body)
		}
	})
}

// FuzzQuery gives query parameters that a route documents values that nobody would
// type; quais has a bit for each parameter that is given.
func FuzzQuery(f *testing.F) {
	h := newFuzzHouse(f)
	lists := slices.Sorted(maps.Keys(h.d.params))
	n := 0
	for _, rota := range lists {
		for i := range h.d.params[rota] {
			for range 6 {
				n++
				f.Add(
					rota,
					[]string{"usuario", "admin", "moderador"}[n%3],
					uint16(1<<i),
					hostile[n%len(hostile)],
					hostile[(n+1)%len(hostile)],
				)
			}
		}
	}
	for _, cursor := range []string{`{"i":1}`, `{"h":"x","i":1}`, `{"h":"2026-11-24 10:00:00.000000","i":9223372036854775807,"a":true}`, `{"i":-1}`, `{"i":1e3}`} {
		f.Add("GET /api/db/dispositivos", "usuario", uint16(2), encodeCursor(cursor), "")
	}
	f.Fuzz(func(t *testing.T, rota, who string, which uint16, a, b string) {
		key := pick(lists, rota, func(s string) string { return s })
		query := url.Values{}
		for i, name := range h.d.params[key] {
			if which>>i&1 == 1 {
				query.Add(name, []string{a, b}[len(query)%2])
			}
		}
		method, path, _ := strings.Cut(key, " ")
		r, ok := h.d.request(route{method: method, path: path}, method, "1", query.Encode(), "", nil)
		require.True(t, ok)
		h.try(t, pick(h.d.callers, who, callerName), r, nil)
	})
}

// encodeCursor is how the store writes a place, so that fuzzing begins with forged ones.
func encodeCursor(place string) string { return base64.RawURLEncoding.EncodeToString([]byte(place)) }
