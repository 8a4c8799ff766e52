package web

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func serve(t *testing.T, method, target string, header http.Header) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	maps.Copy(r.Header, header)
	w := httptest.NewRecorder()
	Handler(Config{Version: "1.2.3"}).ServeHTTP(w, r)
	answer := w.Result()
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var b bytes.Buffer
	_, err := b.ReadFrom(r.Body)
	require.NoError(t, err)
	return b.String()
}

func TestRoutes(t *testing.T) {
	base := loadAssets().base()
	for target, want := range map[string]struct {
		status      int
		contentType string
	}{
		"/entrar":                   {200, "text/html; charset=utf-8"},
		"/clientes":                 {200, "text/html; charset=utf-8"},
		"/clientes/7":               {200, "text/html; charset=utf-8"},
		"/clientes/7/x":             {404, "text/plain; charset=utf-8"},
		"/manifest.webmanifest":     {200, "application/manifest+json"},
		"/favicon.ico":              {200, "image/svg+xml"},
		"/favicon.svg":              {200, "image/svg+xml"},
		base + "js/entrar.js":       {200, "text/javascript; charset=utf-8"},
		base + "vendor/preact.mjs":  {200, "text/javascript; charset=utf-8"},
		base + "css/tokens.css":     {200, "text/css; charset=utf-8"},
		base + "js":                 {404, "text/plain; charset=utf-8"},
		base:                        {404, "text/plain; charset=utf-8"},
		base + "../page.go":         {307, ""},
		"/estatico/x/%2e%2e/web.go": {404, "text/plain; charset=utf-8"},
	} {
		answer := serve(t, http.MethodGet, target, nil)
		require.Equal(t, want.status, answer.StatusCode, target)
		if want.contentType != "" {
			require.Equal(t, want.contentType, answer.Header.Get("Content-Type"), target)
		}
	}
}

func TestEveryAnswerIsSecured(t *testing.T) {
	for _, target := range []string{"/entrar", "/clientes", "/nada", "/favicon.ico", loadAssets().base() + "js/ui.js"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			h := serve(t, method, target, nil).Header
			require.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "+
				"manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'", h.Get("Content-Security-Policy"))
			require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
			require.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
			require.Equal(t, "same-origin", h.Get("Cross-Origin-Opener-Policy"))
			require.Contains(t, h.Get("Permissions-Policy"), "camera=()")
		}
	}
}

func TestOnlyReads(t *testing.T) {
	answer := serve(t, http.MethodPost, "/clientes", nil)
	require.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode)
	require.Equal(t, "GET, HEAD", answer.Header.Get("Allow"))
	require.Equal(t, "Este endereço só aceita leitura.\n", body(t, answer))
	require.Equal(t, "Página não encontrada.\n", body(t, serve(t, http.MethodGet, "/nada", nil)))
}

// Files at their hash are kept for ever, anything else is asked for again.
func TestCaching(t *testing.T) {
	base := loadAssets().base()
	now := serve(t, http.MethodGet, base+"css/base.css", nil)
	require.Equal(t, "public, max-age=31536000, immutable", now.Header.Get("Cache-Control"))
	old := serve(t, http.MethodGet, "/estatico/0123456789abcdef/css/base.css", nil)
	require.Equal(t, "no-cache", old.Header.Get("Cache-Control"))
	require.Equal(t, body(t, now), body(t, old))

	page := serve(t, http.MethodGet, "/clientes", nil)
	require.Equal(t, "no-cache", page.Header.Get("Cache-Control"))
	require.Contains(t, body(t, page), base+"js/clientes/main.js")
	again := serve(t, http.MethodGet, "/clientes", http.Header{"If-None-Match": {page.Header.Get("ETag")}})
	require.Equal(t, http.StatusNotModified, again.StatusCode)
}

func TestDemo(t *testing.T) {
	require.NotContains(t, body(t, serve(t, http.MethodGet, "/clientes", nil)), "DEMONSTRAÇÃO")
	w := httptest.NewRecorder()
	Handler(
		Config{Version: `"><script>`, Demo: true},
	).ServeHTTP(
		w,
		httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/clientes", nil),
	)
	require.Contains(t, w.Body.String(), "DEMONSTRAÇÃO")
	require.NotContains(t, w.Body.String(), `"><script>`)
}

// Every module and style that a page needs is named in its head, and exists;
// nothing lies about that no page uses.
func TestModules(t *testing.T) {
	a := loadAssets()
	var used []string
	for _, p := range Pages {
		found := append(a.modules(p.entry), slices.Concat(styles, p.styles)...)
		for _, name := range found {
			require.Contains(t, a.files, name, p.Path)
		}
		used = append(used, append(found, p.script)...)
	}
	for name := range a.files {
		if ext := path.Ext(name); ext == ".js" || ext == ".mjs" || ext == ".css" {
			require.Contains(t, used, name, "no page uses it")
		}
	}
}

// TestFirstVisit keeps the pages light: everything that one needs, uncompressed.
func TestFirstVisit(t *testing.T) {
	a := loadAssets()
	for _, p := range Pages {
		bytes := len(newShell(a, Config{}, p).body) + len(a.files["icons/monitor.svg"])
		for _, name := range append(a.modules(p.entry), append(slices.Concat(styles, p.styles), p.script)...) {
			bytes += len(a.files[name])
		}
		require.Less(t, bytes, 250_000, p.Path)
		t.Logf("%s: %d bytes", p.Path, bytes)
	}
}

func TestVendoredFilesAreUnchanged(t *testing.T) {
	sums, err := staticFiles.ReadFile("static/vendor/SHA256SUMS")
	require.NoError(t, err)
	listed := map[string]bool{"SHA256SUMS": true, "VERSIONS.txt": true}
	for lines := bufio.NewScanner(bytes.NewReader(sums)); lines.Scan(); {
		want, name, _ := strings.Cut(lines.Text(), "  ")
		file, err := staticFiles.ReadFile("static/vendor/" + name)
		require.NoError(t, err)
		got := sha256.Sum256(file)
		require.Equal(t, want, hex.EncodeToString(got[:]), name)
		listed[name] = true
	}
	entries, err := fs.ReadDir(staticFiles, "static/vendor")
	require.NoError(t, err)
	for _, e := range entries {
		require.Contains(t, listed, e.Name())
	}
}

// Text is inert by construction: nothing here can turn it into markup, and no
// page holds what the policy would refuse.
func TestNothingMakesMarkup(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc|localStorage`)
	for name, text := range loadAssets().files {
		if path.Ext(name) == ".js" && !strings.HasPrefix(name, "vendor/") {
			require.NotRegexp(t, forbidden, string(text), name)
		}
	}
	shell, err := pageFiles.ReadFile("pages/shell.html")
	require.NoError(t, err)
	require.NotRegexp(t, `<style|style=|\son[a-z]+=|<script(?:[^>]*)>[^<]`, string(shell))
}
