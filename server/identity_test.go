package server

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// TestOneNameTwoClients lets two reception desks of one name, of two clients,
// register and report: by key, with secrets, and in the transition. The person of
// one never reads the connections of the other.
func TestOneNameTwoClients(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.srv.cfg.LegacyUntil = time.Now().Add(time.Hour)
	agente := h.newKey(store.Agente)
	people := []store.Cliente{h.newPerson("dois@x.com", store.Usuario), h.newPerson("tres@x.com", store.Usuario)}
	secret := func(i int) string { return fmt.Sprintf("segredo-da-recepcao-%d", i) }
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return hex.EncodeToString(sum[:])
	}
	for turn, who := range []request{{key: h.key}, {key: agente}, {}, {key: agente}} {
		var ids [2]any
		for round := range 2 {
			for i, p := range people {
				q := who
				q.method, q.path = "POST", "/api/db/dispositivos/registrar"
				body := map[string]any{"cliente_id": p.ID, "system_info": map[string]any{
					"hostname": fmt.Sprintf("RECEPCAO-%d", turn), "mac_address": fmt.Sprintf("AA:BB:CC:0%d:00:0%d", turn, i+1),
				}}
				if turn == 3 {
					body["segredo_sha256"] = hash(secret(i))
				}
				q.body = body
				got := h.do(q)
				require.Equal(t, 200, got.status, got.text)
				require.NotContains(t, got.json, "ignorados")
				if round == 1 {
					require.Equal(t, ids[i], got.json["dispositivo_id"])
				}
				ids[i] = got.json["dispositivo_id"]
			}
		}
		require.NotEqual(t, ids[0], ids[1])
		for i, p := range people {
			q := who
			if turn == 3 {
				q = request{bearer: secret(i)}
			}
			q.method, q.path = "POST", "/api/db/conexoes/registrar"
			q.body = map[string]any{
				"dispositivo_id": ids[i],
				"cliente_id":     p.ID,
				"conexoes":       []any{map[string]any{"ip_remoto": fmt.Sprintf("10.%d.0.1", i+2)}},
			}
			got := h.do(q)
			require.Equal(t, 200, got.status, got.text)
		}
	}
	for i, p := range people {
		got := h.do(request{method: "GET", path: "/api/db/conexoes", bearer: h.login(p.Email, userSenha)})
		require.EqualValues(t, 4, got.json["total"])
		require.Contains(t, got.text, fmt.Sprintf("10.%d.0.1", i+2))
		require.NotContains(t, got.text, fmt.Sprintf("10.%d.0.1", 3-i))
	}
}

// TestOwnersMoveOnlyByWhoMaySaySo names cliente_id where it does not count.
func TestOwnersMoveOnlyByWhoMaySaySo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.newPerson("a@x.com", store.Usuario), h.newPerson("b@x.com", store.Usuario)
	agente := h.newKey(store.Agente)
	register := func(key string, cliente int64) reply {
		got := h.do(request{method: "POST", path: "/api/db/dispositivos/registrar", key: key, body: map[string]any{
			"cliente_id": cliente, "outro": 1, "system_info": map[string]any{"hostname": "PC-7", "mac_address": "AA:BB:CC:00:00:07"},
		}})
		require.Equal(t, 200, got.status, got.text)
		require.EqualValues(t, 1, got.json["dispositivo_id"])
		return got
	}
	owner := func() any {
		return h.admin("GET", "/api/db/dispositivos/1", nil).json["dispositivo"].(map[string]any)["cliente_id"]
	}
	require.Equal(t, []any{"outro"}, register(agente, a.ID).json["ignorados"])
	require.Equal(t, []any{"outro", "cliente_id"}, register(agente, b.ID).json["ignorados"])
	require.EqualValues(t, a.ID, owner())
	require.Equal(t, []any{"outro"}, register(h.key, b.ID).json["ignorados"])
	require.EqualValues(t, b.ID, owner())
	logs := h.admin("GET", fmt.Sprintf("/api/db/logs?acao=dispositivo_atribuido&cliente_id=%d", b.ID), nil)
	require.EqualValues(t, 1, logs.json["total"])
	require.EqualValues(
		t,
		a.ID,
		logs.json["logs"].([]any)[0].(map[string]any)["dados"].(map[string]any)["antes"].(map[string]any)["cliente_id"],
	)
}

// TestARemovedMachineGets404 goes on with its secret, on every route that a machine
// calls, and asks for the trail of a client that was removed for good.
func TestARemovedMachineGets404(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sum := sha256.Sum256([]byte("segredo-da-maquina"))
	client := h.newPerson("sai@x.com", store.Usuario)
	got := h.admin(
		"POST",
		"/api/db/dispositivos/registrar",
		map[string]any{"hostname": "SAI", "cliente_id": client.ID, "segredo_sha256": hex.EncodeToString(sum[:])},
	)
	require.Equal(t, 200, got.status, got.text)
	before := h.admin("GET", fmt.Sprintf("/api/db/logs?cliente_id=%d", client.ID), nil).json["total"].(float64)
	require.Equal(t, 200, h.admin("DELETE", fmt.Sprintf("/api/db/clientes/%d?hard=true", client.ID), nil).status)
	require.Equal(t, before+1, h.admin("GET", fmt.Sprintf("/api/db/logs?cliente_id=%d", client.ID), nil).json["total"])
	require.Equal(t, 200, h.admin("POST", "/api/db/dispositivos/registrar", map[string]any{"hostname": "ENTRA"}).status)
	for _, q := range []request{
		{method: "POST", path: "/api/db/dispositivos/1/heartbeat"},
		{method: "POST", path: "/api/db/dispositivos/2/heartbeat"},
		{method: "POST", path: "/api/db/conexoes/registrar", body: map[string]any{"dispositivo_id": 1, "conexoes": []any{}}},
		{method: "POST", path: "/api/db/dispositivos/registrar", body: map[string]any{"hostname": "SAI"}},
		{method: "GET", path: "/api/db/dispositivos/1"},
	} {
		q.bearer = "segredo-da-maquina"
		requireFailure(t, h.do(q), 404, "nao_encontrado")
	}
}
