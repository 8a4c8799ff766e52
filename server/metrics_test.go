package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("segredo.pessoal@x.com", store.Usuario)
	require.Equal(t, 200, h.admin("GET", "/api/db/clientes?busca=segredo", nil).status)
	require.Equal(t, 404, h.admin("GET", "/api/db/clientes/999", nil).status)
	require.Equal(t, 404, h.do(request{method: "GET", path: "/caminho-inventado-1"}).status)
	require.Equal(t, 404, h.do(request{method: "INVENTADO", path: "/caminho-inventado-2"}).status)
	text := h.do(request{method: "GET", path: "/metrics"}).text
	for _, line := range []string{
		`monitor_requisicoes_total{rota="GET /api/db/clientes",status="200"} 1`,
		`monitor_requisicoes_total{rota="GET /api/db/clientes/{id}",status="404"} 1`,
		`monitor_requisicoes_total{rota="nenhuma",status="404"} 2`,
		`monitor_requisicao_segundos_count{rota="GET /api/db/clientes"} 1`,
		"monitor_requisicoes_em_andamento 1", "monitor_fluxos_abertos 0",
		"monitor_gravacoes_na_fila 0", "monitor_senhas_na_fila 0", "monitor_senhas_em_calculo 0",
		`monitor_banco{tipo="sqlite"} 1`, `monitor_banco_conexoes{estado="em_uso",grupo="leitura"} 0`,
		`versao="teste"`, "go_goroutines", "process_open_fds",
	} {
		require.Contains(t, text, line)
	}
	for _, private := range []string{"segredo", "inventado", "INVENTADO", h.key, "127.0.0.1"} {
		require.NotContains(t, text, private)
	}
}

// TestMetricsAreNotForEverybody: this machine needs no credential, unless it only
// passes on what others ask.
func TestMetricsAreNotForEverybody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ask := func(from string, header ...string) int {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/metrics", nil)
		r.RemoteAddr = from
		for _, pair := range header {
			name, value, _ := strings.Cut(pair, ": ")
			if r.Header.Set(name, value); name == "Host" {
				r.Host = value
			}
		}
		w := httptest.NewRecorder()
		h.srv.Handler().ServeHTTP(w, r)
		return w.Code
	}
	require.Equal(t, 200, ask("127.0.0.1:4000"))
	require.Equal(t, 200, ask("[::1]:4000"))
	require.Equal(t, 401, ask("192.0.2.1:4000"))
	require.Equal(t, 200, ask("192.0.2.1:4000", "X-API-Key: "+h.newKey(store.Leitura)))
	require.Equal(t, 403, ask("192.0.2.1:4000", "X-API-Key: "+h.newKey(store.Agente)))
	for _, passedOn := range []string{"X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1", "X-Real-IP: 192.0.2.1", "Via: 1.1 proxy", "True-Client-IP: 192.0.2.1"} {
		require.Equal(t, 401, ask("127.0.0.1:4000", passedOn), passedOn)
	}
	for _, own := range []string{"localhost:5000", "LOCALHOST.", "127.0.0.1", "127.9.9.9:80", "[::1]:5000", "[::ffff:127.0.0.1]", "a.localhost:1"} {
		require.Equal(t, 200, ask("127.0.0.1:4000", "Host: "+own), own)
	}
	// A page of elsewhere that gave its own name to this machine's address.
	for _, other := range []string{"mau.example:5000", "mau.example", "127.0.0.1.mau.example", "localhost.mau.example", "maulocalhost", "10.0.0.1:5000", "[::]", ""} {
		require.Equal(t, 403, ask("127.0.0.1:4000", "Host: "+other), other)
		require.Equal(t, 200, ask("127.0.0.1:4000", "Host: "+other, "X-API-Key: "+h.newKey(store.Leitura)), other)
	}
}

func TestProbesThatFindAllWellAreNotLogged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range []string{"/livez", "/readyz", "/metrics"} {
		require.Equal(t, 200, h.do(request{method: "GET", path: path}).status)
	}
	require.NotContains(t, h.log.String(), "requisição atendida")
	got := h.admin("GET", "/api/db/clientes/999", nil)
	require.Contains(t, h.log.String(), "request_id="+got.header.Get("X-Request-Id"))
	require.Contains(t, h.log.String(), "ip=127.0.0.1")
}
