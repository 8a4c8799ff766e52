package web_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// screens are what TestScreens photographs: a name and an address.
var screens = [][2]string{
	{"painel", "/painel"},
	{"dispositivos", "/dispositivos"},
	{"dispositivo", "/dispositivos/3"},
	{"chat", "/chat"},
	{"clientes", "/clientes"},
	{"cliente", "/clientes/7"},
	{"conexoes", "/conexoes"},
	{"logs", "/logs"},
	{"log", "/logs/20"},
	{"operacoes", "/operacoes"},
	{"sessoes", "/sessoes"},
	{"chaves", "/chaves"},
	{"docs", "/docs"},
	{"docs-rota", "/docs#get-clientes"},
}

// TestScreens photographs every page of `monitor serve --demo` for the eyes of its
// makers, wide and narrow, light and dark: SCREENS=folder go test -run TestScreens.
func TestScreens(t *testing.T) {
	dir := os.Getenv("SCREENS")
	if dir == "" {
		t.Skip("SCREENS names no folder")
	}
	require.NoError(t, os.MkdirAll(dir, 0o755))
	url, email, senha := demo(t)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1440, 390} {
			p := openPage(t, url)
			p.theme(scheme)
			height := int64(900)
			if width < 720 {
				height = 844
			}
			p.run("size", chromedp.EmulateViewport(width, height))
			shoot := func(name string) {
				png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
				require.NoError(t, err)
				require.NoError(
					t,
					os.WriteFile(
						filepath.Join(
							dir,
							strings.Join(
								[]string{name, map[bool]string{true: "largo", false: "estreito"}[width > 720], scheme},
								"-",
							)+".png",
						),
						png,
						0o644,
					),
				)
			}
			p.open("/entrar")
			p.waitText("h1", "Entrar")
			shoot("entrar")
			p.fill("[name=email]", email)
			p.fill("[name=senha]", senha)
			p.press("Entrar")
			p.waitFor("the page behind the login", `document.querySelector('.bar .menu')`)
			for _, s := range screens {
				if only := os.Getenv("ONLY"); only != "" && !strings.Contains(s[0], only) {
					continue
				}
				p.open(s[1])
				p.settled()
				shoot(s[0])
			}
		}
	}
}

var demoLogin = regexp.MustCompile(`(?s)e-mail\s+(\S+).*senha\s+(\S+).*?(http://[0-9.:]+)\n`)

// demo runs the demonstration and reads its login.
func demo(t *testing.T) (url, email, senha string) {
	t.Helper()
	browser(t)
	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.Command(self, "serve", "--demo", "--endereco", "127.0.0.1:0")
	child.Args[0] = "monitor"
	child.Env = []string{"TZ=America/Sao_Paulo", "HOME=" + t.TempDir()}
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	t.Cleanup(func() { _ = child.Process.Kill(); _ = child.Wait() })
	var said strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := out.Read(buf)
		require.NoError(t, err, said.String())
		said.Write(buf[:n])
		if m := demoLogin.FindStringSubmatch(said.String()); m != nil {
			return m[3], m[1], m[2]
		}
	}
}
