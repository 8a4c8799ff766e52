package server

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// TestVersionsGuardEveryRecord reads a device and a message, changes them behind
// the reader's back and lets the reader change and remove what is no longer there.
func TestVersionsGuardEveryRecord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	device := h.admin("POST", "/api/db/dispositivos/registrar", map[string]any{"hostname": "PC"}).json["dispositivo_id"]
	message := h.admin("POST", "/api/db/chat/mensagens", map[string]any{"mensagem": "um"}).json["mensagem"].(map[string]any)["id"]
	for path, field := range map[string]string{
		fmt.Sprintf("/api/db/dispositivos/%v", device):    "nome",
		fmt.Sprintf("/api/db/chat/mensagens/%v", message): "mensagem",
	} {
		with := func(method, tag string, body any) reply {
			return h.do(request{method: method, path: path, key: h.key, body: body, header: http.Header{"If-Match": {tag}}})
		}
		seen := h.admin("GET", path, nil).header.Get("ETag")
		require.Regexp(t, `^"[0-9a-f]+"$`, seen, path)
		first := with("PATCH", seen, map[string]any{field: "dois"})
		require.Equal(t, 200, first.status, first.text)
		require.NotEqual(t, seen, first.header.Get("ETag"))
		for _, late := range []reply{with("PATCH", seen, map[string]any{field: "três"}), with("DELETE", seen, nil)} {
			requireFailure(t, late, 409, "conflito")
			require.Equal(t, "dois", late.json["atual"].(map[string]any)[field], path)
		}
		requireFailure(t, with("PATCH", "sem aspas", map[string]any{field: "x"}), 400, "if_match_invalido")
		requireFailure(t, with("DELETE", `"a", "b"`, nil), 400, "if_match_invalido")
		now := h.admin("GET", path, nil).header.Get("ETag")
		require.Equal(t, first.header.Get("ETag"), now, "what a change answers is the version of what is stored")
		require.Equal(t, 200, with("DELETE", now, nil).status)
		requireFailure(t, with("DELETE", now, nil), 404, "nao_encontrado")
	}
}

// TestEveryCreationTakesAnIdempotencyKey sends each creating request twice, then
// another one under the same key.
func TestEveryCreationTakesAnIdempotencyKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("outro@x.com", store.Usuario)
	device := h.admin("POST", "/api/db/dispositivos/registrar", map[string]any{"hostname": "PC"}).json["dispositivo_id"]
	bodies := map[string][2]map[string]any{
		"/api/db/clientes":               {{"nome": "Ana", "email": "ana@x.com"}, {"nome": "Bia", "email": "bia@x.com"}},
		"/api/db/chaves":                 {{"nome": "um", "nivel": "leitura"}, {"nome": "um", "nivel": "admin"}},
		"/api/db/chat/mensagens":         {{"mensagem": "oi"}, {"mensagem": "oi, oi"}},
		"/api/db/dispositivos/registrar": {{"hostname": "A"}, {"hostname": "B"}},
		"/api/db/operacoes":              {someCargo("Um cargo"), someCargo("Outro cargo")},
		"/api/db/conexoes/registrar": {
			{"dispositivo_id": device, "conexoes": []any{map[string]any{"pid": 1}}},
			{"dispositivo_id": device, "conexoes": []any{}},
		},
	}
	routes := 0
	for _, r := range h.srv.routes() {
		item := h.srv.api.OpenAPI().Paths[r.path]
		if item == nil || r.method != http.MethodPost || strings.Contains(r.path, "{id}") ||
			!slices.ContainsFunc(item.Post.Parameters, func(p *huma.Param) bool { return p.Name == "Idempotency-Key" }) {
			continue
		}
		routes++
		require.Contains(t, bodies, r.path, "say here what this route is sent")
		post := func(body any, key string) reply {
			return h.do(request{method: r.method, path: r.path, key: h.key, body: body, header: http.Header{"Idempotency-Key": {key}}})
		}
		key := "pedido de " + r.path
		first, again := post(bodies[r.path][0], key), post(bodies[r.path][0], key)
		require.Less(t, first.status, 300, first.text)
		require.Equal(t, first.status, again.status, again.text)
		if r.path == "/api/db/chaves" {
			require.NotEmpty(t, first.json["segredo"])
			require.Nil(t, again.json["segredo"], "a secret is shown once")
			require.Contains(t, again.json["message"], "revogue-a")
			require.Equal(t, first.json["chave"], again.json["chave"])
		} else {
			require.Equal(t, first.json, again.json, r.path)
		}
		requireFailure(t, post(bodies[r.path][1], key), 422, "idempotencia")
		requireFailure(t, post(bodies[r.path][0], strings.Repeat("x", 201)), 400, "dados_invalidos")
	}
	require.Len(t, bodies, routes)
	require.EqualValues(t, 1, h.admin("GET", "/api/db/chat/mensagens", nil).json["total"])
	require.EqualValues(t, 1, h.admin("GET", "/api/db/conexoes", nil).json["total"])
	require.EqualValues(t, 2, h.admin("GET", "/api/db/dispositivos", nil).json["total"])
}
