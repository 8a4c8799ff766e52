package server

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// TestTransition lets an old caller, with no key or with the one that everybody
// used, register, beat and report until the date, and nowhere else.
func TestTransition(t *testing.T) {
	t.Parallel()
	c := &clock{}
	h := houseOf(t, storetest.New(t, storetest.Now(c.now)), false)
	register := request{method: "POST", path: "/api/db/dispositivos/registrar", body: map[string]any{"system_info": map[string]any{"hostname": "VELHO"}}}
	require.Equal(t, 401, h.do(register).status, "closed unless opened")

	h.srv.cfg.Transicao = c.now().Add(time.Hour)
	for _, key := range []string{"", "sua_chave_api_aqui"} {
		register.key = key
		got := h.do(register)
		require.Equal(t, 200, got.status, got.text)
		require.Equal(t, 200, h.do(request{method: "POST", path: "/api/db/dispositivos/1/heartbeat", key: key}).status)
		got = h.do(request{method: "POST", path: "/api/db/conexoes/registrar", key: key, body: map[string]any{"dispositivo_id": 1, "conexoes": []any{map[string]any{"ip_local": "10.0.0.1"}}}})
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
