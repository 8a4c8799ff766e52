package cmd

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
)

func TestHealth(t *testing.T) {
	fresh(t)
	s := startServe(t, term.Streams{})
	r := runMonitor(t, "saude", "--url", s.url)
	require.Equal(t, exitOK, r.code, r.err)
	require.Empty(t, r.out)
	t.Setenv("MONITOR_ENDERECO", strings.Replace(strings.TrimPrefix(s.url, "http://"), "127.0.0.1", "0.0.0.0", 1))
	require.Equal(t, exitOK, runMonitor(t, "saude").code, "it knows where its own server is")
	s.stop()
	r = runMonitor(t, "saude", "--prazo", "2s")
	require.Equal(t, exitFailure, r.code)
	require.Contains(t, r.err, "não respondeu")
}

func TestHealthOfOthers(t *testing.T) {
	fresh(t)
	release := make(chan struct{})
	answers := map[string]http.HandlerFunc{
		"/readyz":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"/livez":        func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
		"/mudo/readyz":  func(http.ResponseWriter, *http.Request) { <-release },
		"/outro/readyz": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/livez", http.StatusFound) },
	}
	mux := http.NewServeMux()
	for path, h := range answers {
		mux.HandleFunc(path, h)
	}
	ts := httptest.NewServer(mux)
	t.Cleanup(ts.Close)
	t.Cleanup(func() { close(release) })
	ask := func(args ...string) result { return runMonitor(t, append([]string{"saude", "--url"}, args...)...) }
	r := ask(ts.URL)
	require.Equal(t, exitUnavailable, r.code)
	require.Contains(t, r.err, "o banco de dados não responde")
	require.Equal(t, exitOK, ask(ts.URL, "--vivo").code)
	began := time.Now()
	require.Equal(t, exitFailure, ask(ts.URL+"/mudo", "--prazo", "50ms").code)
	require.Less(t, time.Since(began), time.Minute)
	r = ask(ts.URL + "/outro")
	require.Equal(t, exitFailure, r.code)
	require.Contains(t, r.err, "outra coisa")
	for _, wrong := range []string{"ftp://x", "so-texto", "http://"} {
		require.Equal(t, exitUsage, ask(wrong).code, wrong)
	}
	require.Equal(t, exitUsage, ask(ts.URL, "--prazo", "0s").code)
}

func TestHealthUnderTLS(t *testing.T) {
	fresh(t)
	writeCertificate(t, "c.pem", "c.key")
	writeCertificate(t, "outro.pem", "outro.key")
	s := startServe(t, term.Streams{}, "--tls-cert", "c.pem", "--tls-chave", "c.key")
	t.Setenv("MONITOR_ENDERECO", strings.TrimPrefix(s.url, "https://"))
	require.Equal(t, exitFailure, runMonitor(t, "saude", "--url", s.url).code, "an unknown certificate is not believed")
	t.Setenv("MONITOR_TLS_CERTIFICADO", "c.pem")
	t.Setenv("MONITOR_TLS_CHAVE", "c.key")
	r := runMonitor(t, "saude")
	require.Equal(t, exitOK, r.code, r.err)
	t.Setenv("MONITOR_TLS_CERTIFICADO", "outro.pem")
	t.Setenv("MONITOR_TLS_CHAVE", "outro.key")
	require.Equal(t, exitFailure, runMonitor(t, "saude").code)
}
