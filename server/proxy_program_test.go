package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// documented is a block of code of docs/operacao.md.
func documented(t *testing.T, begin string) string {
	t.Helper()
	text, err := os.ReadFile("../docs/operacao.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), begin)
	require.True(t, found, begin)
	block, _, found := strings.Cut(rest, "```")
	require.True(t, found, begin)
	return block
}

// TestProxiesAsDocumented: behind the real programs, set up as docs/operacao.md says,
// the caller is whom the proxy saw, whatever the caller adds; guesses at passwords are
// counted for that address.
func TestProxiesAsDocumented(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		caller string // as the proxy sees it
		start  func(t *testing.T, program, backend string) (address string)
	}{
		{"nginx", "203.0.113.9", startNginx},
		{"caddy", "127.0.0.1", startCaddy}, // Debian's has no PROXY protocol
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			program, err := exec.LookPath(c.name)
			if err != nil {
				program = "/usr/sbin/" + c.name
			}
			if _, err := os.Stat(program); err != nil {
				t.Skip(c.name + " is not installed")
			}
			h := houseOf(t, storetest.New(t), false)
			h.srv.cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
			forge(t, h, from(c.caller, c.start(t, program, strings.TrimPrefix(h.url, "http://"))), c.caller)
		})
	}
}

// forge calls with everything that a caller may write of itself.
func forge(t *testing.T, h *house, client *http.Client, caller string) {
	t.Helper()
	defer client.CloseIdleConnections()
	forged := []http.Header{
		{"Forwarded": {"for=1.1.1.1"}},
		{"Forwarded": {"for=_hidden", "lixo"}, "X-Forwarded-For": {"1.1.1.1"}},
		{"X-Forwarded-For": {"127.0.0.1"}},
		{"X-Forwarded-For": {"1.1.1.1, 127.0.0.1", "unknown", "\"", "lixo"}},
		{"X-Forwarded-For": {strings.Repeat("1.1.1.1, ", 400)}}, // proxies bound a line themselves
		{"X-Real-Ip": {"1.1.1.1"}, "True-Client-Ip": {"1.1.1.1"}, "Cf-Connecting-Ip": {"1.1.1.1"}},
		{"X-Forwarded-Proto": {"http"}, "Forwarded": {"for=1.1.1.1;proto=http"}},
	}
	for _, head := range forged {
		require.Equal(t, 401, ask(t, client, http.MethodGet, "/api/db/auth/validar", "", head).StatusCode)
	}
	require.Equal(t, 401, login(t, client, forged[0], "outra@x.com").StatusCode)
	require.Equal(t, len(forged)+1, strings.Count(h.log.String(), " ip="+caller+" "), h.log.String())
	counted := map[string]int{}
	list, err := h.local().Bloqueios.List(t.Context())
	require.NoError(t, err)
	for _, b := range list {
		if b.Tipo == "endereco" {
			counted[b.Alvo] = b.Falhas
		}
	}
	want := map[string]int{caller: 1}
	if caller == "127.0.0.1" {
		want = map[string]int{} // this machine's own address is not counted
	}
	require.Equal(t, want, counted)

	h.newPerson("ana@x.com", store.Usuario)
	got := login(t, client, http.Header{"X-Forwarded-Proto": {"http"}}, "ana@x.com")
	require.Equal(t, 200, got.StatusCode)
	require.Contains(t, got.Header.Get("Set-Cookie"), "__Host-")
	require.NotEmpty(t, got.Header.Get("Strict-Transport-Security"))
	require.Equal(t, 404, ask(t, client, http.MethodGet, "/metrics", "", http.Header{}).StatusCode)
}

func ask(t *testing.T, client *http.Client, method, path, body string, head http.Header) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "https://monitor.empresa.com.br"+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header = head.Clone()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://monitor.empresa.com.br")
	resp, err := client.Do(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp
}

// login enters as a page does.
func login(t *testing.T, client *http.Client, head http.Header, email string) *http.Response {
	t.Helper()
	return ask(t, client, http.MethodPost, "/entrar", `{"email":"`+email+`","senha":"`+userSenha+`"}`, head)
}

// from is a client whose connections the proxy sees as coming from an address. The
// test has this machine's only; the PROXY protocol gives it others.
func from(address, proxy string) *http.Client {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, proxy)
		if err == nil && address != "127.0.0.1" {
			_, err = fmt.Fprintf(c, "PROXY TCP4 %s 127.0.0.1 4000 443\r\n", address)
		}
		return c, err
	}
	trusting := &tls.Config{InsecureSkipVerify: true} //nolint:gosec // a certificate of the test
	return &http.Client{Transport: &http.Transport{DialContext: dial, TLSClientConfig: trusting}, Timeout: time.Minute}
}

// shownFiles are a certificate with its key, as files.
func shownFiles(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	authority, err := storetest.NewAuthority()
	require.NoError(t, err)
	c, err := authority.Issue(time.Now().Add(time.Hour), "monitor.empresa.com.br")
	require.NoError(t, err)
	return write(t, dir, "cert.pem", c.Cert), write(t, dir, "key.pem", c.Key)
}

func startNginx(t *testing.T, program, backend string) string {
	dir, address := t.TempDir(), freeAddress(t)
	cert, key := shownFiles(t, dir)
	site := strings.NewReplacer(
		"listen 443 ssl http2", "listen "+address+" ssl http2 proxy_protocol",
		"/etc/ssl/monitor.pem", cert, "/etc/ssl/monitor.key", key, "127.0.0.1:5000", backend,
	).Replace(documented(t, "```nginx"))
	var paths strings.Builder
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		paths.WriteString(name + "_temp_path " + filepath.Join(dir, name) + ";\n")
	}
	conf := "daemon off;\nmaster_process off;\npid " + filepath.Join(
		dir,
		"pid",
	) + ";\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n" + paths.String() +
		"set_real_ip_from 127.0.0.1;\nreal_ip_header proxy_protocol;\n" + site + "}\n"
	start(t, address, program, "-c", write(t, dir, "nginx.conf", conf), "-p", dir, "-e", "stderr")
	return address
}

func startCaddy(t *testing.T, program, backend string) string {
	dir, address := t.TempDir(), freeAddress(t)
	cert, key := shownFiles(t, dir)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	site := documented(t, "não segura o fluxo de eventos:\n\n```text")
	site = strings.Replace(site, "{", "{\n    bind 127.0.0.1\n    tls "+cert+" "+key, 1)
	site = strings.Replace(site, "monitor.empresa.com.br", "https://monitor.empresa.com.br:"+port, 1)
	site = strings.Replace(site, "127.0.0.1:5000", backend, 1)
	options := "{\n  admin off\n  auto_https off\n  storage file_system " + dir + "\n}\n"
	start(t, address, program, "run", "--adapter", "caddyfile", "--config", write(t, dir, "Caddyfile", options+site))
	return address
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	return ln.Addr().String()
}

// start runs a program until the test ends and waits for its port.
func start(t *testing.T, address, program string, args ...string) {
	t.Helper()
	said := &lockedBuffer{}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = said, said, t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+cmd.Dir, "XDG_DATA_HOME="+cmd.Dir, "XDG_CONFIG_HOME="+cmd.Dir)
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-ended })
	require.Eventually(t, func() bool {
		select {
		case <-ended:
			require.Fail(t, program+" ended", said.String())
		default:
		}
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	}, time.Minute, 20*time.Millisecond)
}
