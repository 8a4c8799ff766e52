package server

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// bodyOf is a valid client of exactly size bytes.
func bodyOf(size int) string {
	head, tail := `{"nome":"Ana","email":"ana@x.com","zzz":"`, `"}`
	return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
}

func nested(levels int) string {
	return `{"nome":"Ana","email":"ana@x.com","zzz":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + "}"
}

// The limits are written out here: they are promises, not settings.
const (
	bodyLimit   = 1048576
	headerLimit = 16384
	depthLimit  = 32
	fieldLimit  = 1000
	smallLimit  = 16384
)

func TestBodyLimits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	post := func(body string) reply {
		return h.do(request{method: "POST", path: "/api/db/clientes", key: h.key, body: body})
	}
	requireFailure(t, post(bodyOf(bodyLimit+1)), 413, "corpo_grande")
	requireFailure(t, post(nested(depthLimit+1)), 400, "json_profundo")
	require.Equal(t, 201, post(bodyOf(bodyLimit)).status)
	require.Equal(t, 409, post(nested(depthLimit)).status, "as deep as allowed, but the address is taken")

	requireFailure(t, h.do(request{
		method: "POST", path: "/api/db/dispositivos/1/heartbeat", key: h.key, body: strings.Repeat("x", bodyLimit+1),
	}), 413, "corpo_grande")
}

func TestReportsMayBeLarger(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	require.Equal(t, 200, h.admin("POST", "/api/db/dispositivos/registrar", map[string]any{"hostname": "pc"}).status)
	report := func(size int) reply {
		const frame = `{"dispositivo_id":1,"conexoes":[],"x":""}`
		return h.do(request{
			method: "POST", path: "/api/db/conexoes/registrar", key: h.key,
			body: strings.Replace(frame, `""`, `"`+strings.Repeat("x", size-len(frame))+`"`, 1),
		})
	}
	require.Equal(t, 200, report(8<<20).status)
	requireFailure(t, report(8<<20+1), 413, "corpo_grande")
	many := h.admin("POST", "/api/db/conexoes/registrar", map[string]any{"dispositivo_id": 1, "conexoes": make([]struct{}, 10_001)})
	requireFailure(t, many, 400, "dados_invalidos")
	wrong := h.admin("POST", "/api/db/conexoes/registrar", map[string]any{"dispositivo_id": 1, "conexoes": "x"})
	requireFailure(t, wrong, 400, "dados_invalidos")
}

func TestHeaderLimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ask := func(padding int) reply {
		return h.do(request{method: "GET", path: "/livez", header: http.Header{
			"X-Enchimento": {strings.Repeat("x", padding)}, "User-Agent": {"u"}, "Accept-Encoding": {"identity"},
		}})
	}
	// What the head weighs without the padding: found by the same count, then checked at the edge.
	probe, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/livez", nil)
	require.NoError(t, err)
	lines := []string{"GET /livez HTTP/1.1", "Host: " + probe.URL.Host, "User-Agent: u", "Accept-Encoding: identity", "X-Enchimento: "}
	base := len(strings.Join(lines, "\r\n")) + len("\r\n")
	require.Equal(t, 200, ask(headerLimit-base).status)
	requireFailure(t, ask(headerLimit-base+1), 431, "cabecalhos_grandes")
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i, c := range []struct {
		types  []string
		coding string
		status int
	}{
		{nil, "", 201},
		{[]string{"application/json"}, "", 201},
		{[]string{"application/json; charset=UTF-8"}, "", 201},
		{[]string{"application/vnd.api+json"}, "", 201},
		{[]string{"application/json"}, "identity", 201},
		{[]string{"application/json; charset=latin1"}, "", 415},
		{[]string{"text/plain"}, "", 415},
		{[]string{"application/x-www-form-urlencoded"}, "", 415},
		{[]string{"multipart/form-data; boundary=x"}, "", 415},
		{[]string{"application/json", "application/json"}, "", 415},
		{[]string{"application/json, text/plain"}, "", 415},
		{[]string{""}, "", 415},
		{[]string{"/"}, "", 415},
		{[]string{"application/json"}, "gzip", 415},
	} {
		header := http.Header{}
		if c.types != nil {
			header["Content-Type"] = c.types
		}
		if c.coding != "" {
			header.Set("Content-Encoding", c.coding)
		}
		got := h.do(request{
			method: "POST", path: "/api/db/clientes", key: h.key, header: header,
			body: fmt.Sprintf(`{"nome":"Ana","email":"a%d@x.com"}`, i),
		})
		require.Equal(t, c.status, got.status, "%v %s: %s", c.types, c.coding, got.text)
		if c.status == 415 {
			requireFailure(t, got, 415, "tipo_nao_suportado")
		}
	}
}

func TestMalformedBodies(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for body, code := range map[string]string{
		``: "corpo_vazio", `   `: "corpo_vazio",
		`{`: "json_invalido", `{"nome":"A"} x`: "json_invalido", `{"nome":"A",}`: "json_invalido", `nome=A`: "json_invalido",
		`[]`: "json_invalido", `"x"`: "json_invalido", `null`: "json_invalido", `7`: "json_invalido",
		"{\"nome\":\"\xff\xfe\"}": "json_invalido", `{"nome":"A","nome":}`: "json_invalido",
	} {
		for _, path := range []string{"/api/db/clientes", "/api/db/auth/login", "/api/db/dispositivos/registrar"} {
			got := h.do(request{method: "POST", path: path, key: h.key, body: body})
			requireFailure(t, got, 400, code)
			if len(body) > 3 {
				require.NotContains(t, got.text, body, "the body must not be echoed")
			}
		}
	}
	marked := h.do(request{method: "POST", path: "/api/db/clientes", key: h.key, body: "\xef\xbb\xbf" + `{"nome":"A","email":"a@x.com"}`})
	require.Equal(t, 201, marked.status, "a byte order mark is read over: %s", marked.text)
}

func TestDepth(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`7`: 0, `{}`: 1, `{"a":[1,{"b":2}]}`: 3, `{"a":"[[[{{{"}`: 1, `{"a":"\"[[","b":[]}`: 2, `{"a\\":[[]]}`: 3, `{"a":"\\","b":[[]]}`: 3,
	} {
		require.Equal(t, want, depth([]byte(text)), text)
	}
}

func FuzzJudgeBody(f *testing.F) {
	f.Add([]byte(`{"a":[1,"\u0000",{"b":null}]}`))
	f.Add([]byte("\xef\xbb\xbf{"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if judgeBody(http.Header{}, body) != nil {
			return
		}
		var r registration
		var fresh newCliente
		require.LessOrEqual(t, depth(body), depthLimit)
		_ = decodeBody(&fresh, body)
		_ = decodeBody(&r, body)
	})
}
