package cmd

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
)

func TestMaskURL(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://u:s3nha@h/b":                  "postgres://u:••••@h/b",
		"mysql+pymysql://u:a@b:c/d@h:3306/b?x=1":  "mysql+pymysql://u:••••@h:3306/b?x=1",
		"falha em postgresql://:so-senha@h e fim": "falha em postgresql://:••••@h e fim",
		"postgres://h/b?user=u&password=abc&x=1":  "postgres://h/b?user=u&password=••••&x=1",
		"sqlite:///data/clientes.db":              "sqlite:///data/clientes.db",
		"http://127.0.0.1:5000":                   "http://127.0.0.1:5000",
		"escreva para joao@empresa.com":           "escreva para joao@empresa.com",
	} {
		require.Equal(t, want, term.MaskURL(in))
	}
}

func TestMaskBanco(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://u:com espaço: e@/#?@h/b?x=1": "postgres://u:••••@h/b?x=1",
		"postgres://u:s@h/b?senha=x":             "postgres://u:••••@h/b?senha=••••",
		"postgres://u@h/b":                       "postgres://u@h/b",
		"sqlite:///a@b:c.db":                     "sqlite:///a@b:c.db",
		"a@b:c":                                  term.Hidden,
		"host=db password=Seg user=u":            "host=db password=•••• user=u",
		"postgresql//app:Segredo1@db/x":          term.Hidden,
	} {
		require.Equal(t, want, term.MaskBanco(in))
	}
}

const canary = "C4nario#Secreto"

// No output of any command shows the password of the database's address or
// the key of the audit trail, whatever goes wrong.
func TestNoSecretsInAnyOutput(t *testing.T) {
	fresh(t)
	t.Setenv("DATABASE_URL", "postgres://dono:C4nario%23Secreto@127.0.0.1:1/banco?password="+canary)
	t.Setenv("MONITOR_AUDITORIA_CHAVE", "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00")
	t.Setenv("API_KEY", canary+"-api")
	for _, args := range [][]string{
		{"config", "mostrar"},
		{"config", "mostrar", "-o", "json"},
		{"clientes", "list"},
		{"clientes", "create", "--nome", "A", "--email", "a@b.com"},
		{"setup", "--sim"},
		{"setup", "--verificar", "-o", "json"},
		{"estatisticas", "--banco", "mysql://dono:" + canary + "@127.0.0.1:1/b"},
		{"estatisticas", "--banco", "coisa://dono:" + canary + "@h"},
		{"config", "mostrar", "--banco", "mysql://dono:um espaço@" + canary + "@127.0.0.1:1/b"},
		{"setup", "--verificar", "--banco", "mysql://dono:um espaço@" + canary + "@127.0.0.1:1/b"},
		{"clientes", "list", "--banco", "postgres://dono:um espaço@" + canary + "@127.0.0.1:1/b"},
		{"setup", "-o", "json", "--banco", "postgres://dono@127.0.0.1:1/b?password=" + canary},
		{"estatisticas", "--banco", "postgres://dono:" + canary + "@[::1/b"},
		{"clientes", "list", "--limite=postgres://dono:" + canary + "@h"},
		{"postgres://dono:" + canary + "@h"},
	} {
		for _, extra := range [][]string{nil, {"--debug"}} {
			all := append(append([]string{}, args...), extra...)
			r := runMonitor(t, all...)
			holdsNoSecret(t, r.out+r.err, all)
		}
	}
	// serve waits for its database, and says so all the while.
	for _, extra := range [][]string{nil, {"--debug"}} {
		s := startServe(t, term.Streams{}, extra...)
		require.Equal(t, 503, get(t, s.url+"/readyz?api_key="+canary))
		_, stderr := s.stop()
		require.Contains(t, stderr, "espera por ele")
		holdsNoSecret(t, s.before+stderr, append([]string{"serve"}, extra...))
	}
}

func holdsNoSecret(t *testing.T, said string, args []string) {
	t.Helper()
	for _, secret := range []string{canary, "C4nario%23Secreto", "c0ffee"} {
		require.NotContains(t, said, secret, "%v", args)
	}
}

func TestPanicHidesSecrets(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	a := &app{Terminal: &term.Terminal{Streams: term.Streams{}, Secrets: term.NewRedactor()}}
	var err sink
	a.Err = &term.RedactingWriter{To: &err, R: a.Secrets}
	a.Secrets.Learn(canary)
	require.Equal(t, exitFailure, a.panicked("pânico com "+canary, []byte("rastro")))
	require.NotContains(t, err.String(), canary)
	require.Regexp(t, `monitor-.*\.log`, err.String())
}

func TestShortPasswordsDoNotHideWords(t *testing.T) {
	r := term.NewRedactor()
	r.LearnPassword("curta")
	r.LearnPassword("Segredo-1")
	require.Equal(t, "curta demais, ••••", r.Mask("curta demais, Segredo-1"))
}
