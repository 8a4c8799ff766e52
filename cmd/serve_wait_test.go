package cmd

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store/storetest"
)

// eventually waits for something that has no fixed time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, time.Minute, 20*time.Millisecond, what)
}

// TestServeWaitsForItsDatabase starts the server while its database is off.
func TestServeWaitsForItsDatabase(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...storetest.ServerOption) *storetest.Server{"postgres": storetest.NewPostgres, "mariadb": storetest.NewMariaDB} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			server := start(t)
			t.Setenv("DATABASE_URL", server.Database(t))
			r := runMonitor(t, "setup", "--sem-admin")
			require.Equal(t, exitOK, r.code, r.err)
			server.Stop()
			s := startServe(t, term.Streams{})
			require.Equal(t, 200, get(t, s.url+"/livez"))
			require.Equal(t, 503, get(t, s.url+"/readyz"))
			require.Equal(t, 503, get(t, s.url+"/api/db/clientes"))
			require.Equal(t, 503, get(t, s.url+"/clientes"))
			require.Equal(t, exitUnavailable, runMonitor(t, "saude", "--url", s.url).code)
			server.Start()
			back := time.Now()
			eventually(t, "the database is back", func() bool { return get(t, s.url+"/readyz") == 200 })
			t.Logf("ready %v after the database", time.Since(back).Round(time.Millisecond))
			require.Equal(t, 401, get(t, s.url+"/api/db/clientes"))
			code, stderr := s.stop()
			require.Equal(t, exitOK, code)
			require.Contains(t, stderr, "espera por ele")
		})
	}
}

// TestServeStopsWhileItWaits: and what will not mend itself is not waited for.
func TestServeStopsWhileItWaits(t *testing.T) {
	fresh(t)
	t.Setenv("DATABASE_URL", "postgresql://u:p@127.0.0.1:9/clientes")
	s := startServe(t, term.Streams{})
	require.Equal(t, 503, get(t, s.url+"/readyz"))
	code, stderr := s.stop()
	require.Equal(t, exitOK, code, stderr)

	server := storetest.NewPostgres(t)
	t.Setenv("DATABASE_URL", server.URL("nao_existe"))
	r := runMonitor(t, "serve", "--endereco", "127.0.0.1:0")
	require.Equal(t, exitUnavailable, r.code, r.err)
	t.Setenv("DATABASE_URL", server.Database(t))
	r = runMonitor(t, "serve", "--endereco", "127.0.0.1:0")
	require.Equal(t, exitUnavailable, r.code, r.err)
	require.Contains(t, r.err, "monitor setup")
}

func TestProxiesAreNamed(t *testing.T) {
	fresh(t)
	for value, part := range map[string]string{
		"10.0.0.0/33": "rede inválida", "proxy.local": "rede inválida", "127.0.0.1,x": "rede inválida",
		"0.0.0.0/0": "não pode confiar em todos", "::/0": "não pode confiar em todos",
	} {
		r := runMonitor(t, "serve", "--proxies", value)
		require.Equal(t, exitUsage, r.code, value)
		require.Contains(t, r.err, part)
	}
	found, wrong := settings.Proxies(" 127.0.0.1, 10.1.2.3/8,::1 ,")
	require.Empty(t, wrong)
	require.Equal(t, "[127.0.0.1/32 10.0.0.0/8 ::1/128]", fmt.Sprint(found))
	for _, value := range []string{"-1", "muitas", "1.5"} {
		t.Setenv("MONITOR_LIMITES_ENDERECO", value)
		require.Equal(t, exitUsage, runMonitor(t, "serve").code, value)
	}
}
