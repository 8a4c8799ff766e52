package cmd

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
)

// layers gives, per key, a value for every source; flag names the command that
// has one.
var layers = map[string]struct {
	values [4]string // file, .env, environment, flag
	cmd    []string
	flag   string
}{
	"banco": {
		[4]string{"sqlite:///a.db", "sqlite:///b.db", "sqlite:///c.db", "sqlite:///d.db"},
		[]string{"clientes", "list"},
		"banco",
	},
	"db.ca": {[4]string{"a.pem", "b.pem", "c.pem", ""}, []string{"clientes", "list"}, ""},
	"db.certificado": {
		[4]string{strings.Repeat("a", 64), strings.Repeat("b", 64), strings.Repeat("c", 64), ""},
		[]string{"clientes", "list"},
		"",
	},
	"endereco": {[4]string{"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4"}, []string{"serve"}, "endereco"},
	"fuso":     {[4]string{"UTC", "America/Manaus", "America/Belem", ""}, []string{"clientes", "list"}, ""},
	"cor":      {[4]string{"nunca", "sempre", "nunca", "sempre"}, []string{"clientes", "list"}, "cor"},
	"auditoria.chave": {
		[4]string{strings.Repeat("a", 64), strings.Repeat("b", 64), strings.Repeat("c", 64), ""},
		[]string{"clientes", "list"},
		"",
	},
	"tui.atualizar":      {[4]string{"1s", "3s", "4s", "5s"}, []string{"tui"}, "atualizar"},
	"tui.tema":           {[4]string{"escuro", "claro", "mono", "escuro"}, []string{"tui"}, "tema"},
	"tui.mouse":          {[4]string{"desligado", "ligado", "desligado", "ligado"}, []string{"tui"}, "mouse"},
	"log.nivel":          {[4]string{"debug", "aviso", "erro", ""}, []string{"serve"}, ""},
	"log.formato":        {[4]string{"texto", "json", "texto", ""}, []string{"serve"}, ""},
	"proxies":            {[4]string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"}, []string{"serve"}, "proxies"},
	"proxy.cabecalho":    {[4]string{"forwarded", "x-forwarded-for", "forwarded", "x-forwarded-for"}, []string{"serve"}, "proxy-cabecalho"},
	"limites.credencial": {[4]string{"1", "2", "3", ""}, []string{"serve"}, ""},
	"limites.endereco":   {[4]string{"1", "2", "3", ""}, []string{"serve"}, ""},
	"tls.certificado":    {[4]string{"a.pem", "b.pem", "c.pem", "d.pem"}, []string{"serve"}, "tls-cert"},
	"tls.chave":          {[4]string{"a.key", "b.key", "c.key", "d.key"}, []string{"serve"}, "tls-chave"},
}

// load reads the configuration as the command would.
func load(t *testing.T, path []string, flags ...string) *settings.Config {
	t.Helper()
	a := &app{Terminal: &term.Terminal{Streams: term.Streams{In: strings.NewReader(""), Err: io.Discard}, Secrets: term.NewRedactor()}}
	cmd, _, err := a.root().Find(path)
	require.NoError(t, err)
	require.NoError(t, cmd.ParseFlags(flags))
	cfg, err := a.config(cmd)
	require.NoError(t, err)
	return cfg
}

// yamlFor writes key: value with its sections.
func yamlFor(key, value string) string {
	section, name, ok := strings.Cut(key, ".")
	if !ok {
		return key + ": " + value + "\n"
	}
	return section + ":\n  " + name + ": " + value + "\n"
}

// pair is the key that a TLS key is only valid with.
var pair = map[string]string{"tls.certificado": "MONITOR_TLS_CHAVE", "tls.chave": "MONITOR_TLS_CERTIFICADO"}

func TestPrecedencePerKey(t *testing.T) {
	for _, s := range settings.All() {
		t.Run(s.Name, func(t *testing.T) {
			l, ok := layers[s.Name]
			require.True(t, ok, "a key needs its row in the table")
			fresh(t)
			if other := pair[s.Name]; other != "" {
				t.Setenv(other, "x.pem")
			}
			check := func(value, kind string, flags ...string) {
				t.Helper()
				cfg := load(t, l.cmd, flags...)
				require.Equal(t, value, cfg.Text(s.Name))
				require.Equal(t, kind, cfg.Origin(s.Name).Kind)
			}
			if pair[s.Name] == "" {
				check(s.Default, settings.FromDefault)
			}
			require.NoError(t, os.WriteFile("config.yaml", []byte(yamlFor(s.Name, l.values[0])), 0o600))
			check(l.values[0], settings.FromFile)
			for _, name := range slices.Backward(s.Env) {
				require.NoError(t, os.WriteFile(".env", []byte(name+"="+l.values[1]+"\n"), 0o600))
				check(l.values[1], settings.FromDotEnv)
			}
			t.Setenv(s.Env[len(s.Env)-1], l.values[2])
			check(l.values[2], settings.FromEnv)
			if l.flag != "" {
				check(l.values[3], settings.FromFlag, "--"+l.flag, l.values[3])
			}
		})
	}
}

func TestUserConfigAndGivenConfig(t *testing.T) {
	fresh(t)
	dir, err := os.UserConfigDir()
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "monitor"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "monitor", "config.yaml"), []byte("endereco: 127.0.0.1:11\n"), 0o600))
	require.Equal(t, "127.0.0.1:11", load(t, []string{"serve"}).Text("endereco"))
	require.NoError(t, os.WriteFile("config.yaml", []byte("endereco: 127.0.0.1:12\n"), 0o600))
	require.Equal(t, "127.0.0.1:12", load(t, []string{"serve"}).Text("endereco"))
	require.NoError(t, os.WriteFile("outro.yaml", []byte("endereco: 127.0.0.1:13\n"), 0o600))
	require.Equal(t, "127.0.0.1:13", load(t, []string{"serve"}, "--config", "outro.yaml").Text("endereco"))
}

// The example files must load as they are, and say the defaults.
func TestExampleFiles(t *testing.T) {
	example, err := filepath.Abs("../config.example.yaml")
	require.NoError(t, err)
	dotenv, err := os.ReadFile("../.env.example")
	require.NoError(t, err)
	uncommented := strings.NewReplacer("# MONITOR_", "MONITOR_", "# SSL_", "SSL_").Replace(string(dotenv))
	yaml, err := os.ReadFile(example)
	require.NoError(t, err)
	fresh(t)
	cfg := load(t, []string{"serve"}, "--config", example)
	for _, s := range settings.All() {
		if s.Name != "fuso" {
			require.Equal(t, s.Default, cfg.Text(s.Name), s.Name)
		}
		section, name, nested := strings.Cut(s.Name, ".")
		require.Contains(t, string(yaml), section+":", "the example lacks %s", s.Name)
		if nested {
			require.Contains(t, string(yaml), "  "+name+":", "the example lacks %s", s.Name)
		}
		require.Contains(t, uncommented, s.Env[len(s.Env)-1]+"=", "the example lacks %s", s.Name)
	}
	require.NoError(t, os.WriteFile(".env", dotenv, 0o600))
	require.Equal(t, settings.FromDotEnv, load(t, []string{"serve"}).Origin("banco").Kind)
	require.NoError(t, os.WriteFile(".env", []byte(uncommented), 0o600))
	require.Equal(t, "/etc/monitor/chave.pem", load(t, []string{"serve"}).Text("tls.chave"))
}

// The package's configuration trusts no proxy that nobody named, not even on this machine.
func TestPackageTrustsNoProxyUnasked(t *testing.T) {
	packaged, err := filepath.Abs("../docs/operacao/pacote/config.yaml")
	require.NoError(t, err)
	fresh(t)
	cfg := load(t, []string{"serve"}, "--config", packaged)
	require.Empty(t, cfg.Text("proxies"))
	require.Equal(t, "x-forwarded-for", cfg.Text("proxy.cabecalho"))
	r := runMonitor(t, "serve", "--proxy-cabecalho", "x-real-ip")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.err, "x-forwarded-for")
}

// TestOddDotEnvStopsNothing names file and line and goes on.
func TestOddDotEnvStopsNothing(t *testing.T) {
	fresh(t)
	require.NoError(
		t,
		os.WriteFile(".env", []byte("isto é só um recado: segredo\nMONITOR_FUSO=UTC\nX=\"segredo\nDATABASE_URL=sqlite:///meu.db\n"), 0o600),
	)
	r := runMonitor(t, "config", "mostrar")
	require.Zero(t, r.code, r.err)
	require.Contains(t, r.out, "sqlite:///meu.db")
	require.Contains(t, r.err, "aviso: em .env, as linhas 1 e 3 não foram lidas")
	require.NotContains(t, r.out+r.err, "segredo")
}

// TestInjectedNamesStopNothing: Kubernetes and Docker tell every program where a
// service called monitor is. What may be one of ours misspelt stays an error.
func TestInjectedNamesStopNothing(t *testing.T) {
	names := []string{
		"MONITOR_SERVICE_HOST", "MONITOR_SERVICE_PORT", "MONITOR_SERVICE_PORT_HTTP", "MONITOR_PORT", "MONITOR_PORT_5000_TCP", "MONITOR_PORT_5000_TCP_ADDR",
		"MONITOR_PORT_5000_TCP_PROTO", "MONITOR_PORT_53_UDP_PORT", "MONITOR_DB_SERVICE_HOST", "MONITOR_DB_PORT_5432_TCP", "MONITOR_LOG_SERVICE_PORT", "MONITOR_NAME", "MONITOR_ENV_LANG",
		"MONITOR_DATA_CENTER",
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			t.Setenv(name, "tcp://10.0.0.7:5000")
			r := runMonitor(t, "config", "mostrar")
			require.Zero(t, r.code, r.err)
			require.Equal(t, 1, strings.Count(r.err, "a variável "+name+" não é do monitor"), r.err)
			require.NotContains(t, r.err, "10.0.0.7")
		})
	}
	for name, meant := range map[string]string{
		"MONITOR_BANKO": "MONITOR_BANCO", "MONITOR_ENDERESO": "MONITOR_ENDERECO", "MONITOR_TLS_CERT": "MONITOR_TLS_CERTIFICADO", "MONITOR_BANCO_URL": "MONITOR_BANCO",
		"MONITOR_LOG_LEVEL": "MONITOR_LOG_NIVEL",
	} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			t.Setenv(name, "x")
			r := runMonitor(t, "config", "mostrar")
			require.Equal(t, exitUsage, r.code, r.err)
			require.Contains(t, r.err, "você quis dizer "+meant+"?")
		})
	}
}

func TestDotEnvIsNotExported(t *testing.T) {
	fresh(t)
	require.NoError(t, os.WriteFile(".env", []byte("MONITOR_FUSO=UTC\nOUTRO_PROGRAMA=1\n"), 0o600))
	require.Equal(t, time.UTC, load(t, []string{"serve"}).Zone())
	require.Empty(t, os.Getenv("MONITOR_FUSO"))
	require.Empty(t, os.Getenv("OUTRO_PROGRAMA"))
}

func TestPortsAreChecked(t *testing.T) {
	fresh(t)
	for _, address := range []string{"127.0.0.1:99999", "127.0.0.1:65536", ":abc", "127.0.0.1:", "127.0.0.1:-1"} {
		r := runMonitor(t, "serve", "--endereco", address)
		require.Equal(t, exitUsage, r.code, "%s: %s", address, r.err)
		require.Contains(t, r.err, "a porta vai de 1 a 65535")
	}
	for _, address := range []string{"127.0.0.1:1", ":65535", "[::1]:5000"} {
		require.Equal(t, address, load(t, []string{"serve"}, "--endereco", address).Text("endereco"))
	}
}

// The servers that the test suite is given are no business of the program, nor of the
// programs that tests start.
func TestVariablesOfTestsAreTolerated(t *testing.T) {
	fresh(t)
	t.Setenv("MONITOR_TEST_POSTGRES", "postgresql://dono:segredo@127.0.0.1:1/postgres")
	t.Setenv("MONITOR_TEST_MYSQL", "mysql://dono:segredo@127.0.0.1:1/mysql")
	load(t, []string{"serve"})
	t.Setenv("MONITOR_BANC", "1")
	require.Equal(t, exitUsage, runMonitor(t, "config", "mostrar").code)
}
