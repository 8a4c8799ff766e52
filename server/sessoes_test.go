package server

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestSessionsAreSeenAndRevoked: people see and end their own, admins everybody's,
// and what was ended lets nobody in any more.
func TestSessionsAreSeenAndRevoked(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := houseOf(t, e.New(t), false)
		h.newPerson("ana@x.com", store.Usuario)
		h.newPerson("bia@x.com", store.Usuario)
		ana, other, bia := h.login("ana@x.com", userSenha), h.login("ana@x.com", userSenha), h.login("bia@x.com", userSenha)
		list := func(q request) []any {
			t.Helper()
			q.method, q.path = "GET", "/api/db/sessoes"+q.path
			got := h.do(q)
			require.Equal(t, 200, got.status, got.text)
			require.NotContains(t, got.text, "sha256$")
			return got.json["sessoes"].([]any)
		}
		mine := list(request{bearer: ana})
		require.Len(t, mine, 2)
		require.Len(t, list(request{bearer: ana, path: "?cliente_id=2"}), 2, "nobody else's")
		require.Len(t, list(request{key: h.key}), 3)
		require.Len(t, list(request{key: h.key, path: "?cliente_id=2"}), 1)
		end := func(q request, row any) int {
			q.method, q.path = "DELETE", fmt.Sprintf("/api/db/sessoes/%v", row.(map[string]any)["id"])
			return h.do(q).status
		}
		for _, row := range mine {
			require.Equal(t, 404, end(request{bearer: bia}, row))
			if row.(map[string]any)["atual"] == false {
				require.Equal(t, 200, end(request{bearer: ana}, row))
				require.Equal(t, 404, end(request{bearer: ana}, row))
			}
		}
		alive := func(token string) bool {
			return h.do(request{method: "GET", path: "/api/db/auth/validar", bearer: token}).status == 200
		}
		require.True(t, alive(ana))
		require.False(t, alive(other))
		require.Equal(t, 200, end(request{key: h.key}, list(request{bearer: bia})[0]))
		require.False(t, alive(bia))
	})
}

// TestDeviceIsFreedAndRemoved: an administrator frees a device from its secret,
// gives it to a client, and removes it.
func TestDeviceIsFreedAndRemoved(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := houseOf(t, e.New(t), false)
		c := h.newPerson("ana@x.com", store.Usuario)
		agent := h.newKey(store.Agente)
		register := request{
			method: "POST",
			path:   "/api/db/dispositivos/registrar",
			key:    agent,
			body:   map[string]any{"hostname": "PC-CAIXA", "segredo_sha256": "0f"},
		}
		require.Equal(t, 400, h.do(register).status)
		register.body = map[string]any{"hostname": "PC-CAIXA"}
		got := h.do(register)
		require.Equal(t, 200, got.status, got.text)
		path := fmt.Sprintf("/api/db/dispositivos/%v", got.json["dispositivo_id"])
		register.key = h.newKey(store.Agente)
		require.Equal(t, 403, h.do(register).status, "it has another key")

		got = h.admin("PATCH", path, map[string]any{"nome": " Recepção ", "cliente_id": c.ID, "liberar": true})
		require.Equal(t, 200, got.status, got.text)
		d := got.json["dispositivo"].(map[string]any)
		require.Equal(t, "Recepção", d["nome"])
		require.EqualValues(t, c.ID, d["cliente_id"])
		require.Equal(t, 200, h.do(register).status, "free for the next")
		for _, bad := range []map[string]any{{"nome": " "}, {"cliente_id": 99}, {"hostname": "x"}, {"ativo": "sim"}} {
			got := h.admin("PATCH", path, bad)
			require.Equal(t, 400, got.status, "%v %s", bad, got.text)
		}
		report := h.admin(
			"POST",
			"/api/db/conexoes/registrar",
			map[string]any{"dispositivo_id": d["id"], "conexoes": []any{map[string]any{"ip_local": "10.0.0.1"}}},
		)
		require.Equal(t, 200, report.status, report.text)
		require.Equal(t, 200, h.admin("DELETE", path, nil).status)
		require.Equal(t, 404, h.admin("DELETE", path, nil).status)
		require.Equal(t, 404, h.admin("GET", path, nil).status)
		require.EqualValues(t, 0, h.admin("GET", "/api/db/conexoes", nil).json["total"])
	})
}
