package settings

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/viper"
	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
)

// FuzzDotEnv reads the .env of the old system as people wrote it.
func FuzzDotEnv(f *testing.F) {
	for _, s := range []string{
		"", "DATABASE_URL=sqlite:///data/clientes.db\n", "A='x y' # nota\nexport B=\"c$D\"\n", "A=${B}\nB=1", "A=$$x$", "=x", "A", "A=\"", "\xff=\x00", "A: b", "A='\n'\nB=", "\ue000=1", "A=\ue000$",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, skipped := parseDotEnv(text)
		require.LessOrEqual(t, len(values)+len(skipped), 1+strings.Count(text, "\n")+strings.Count(text, "\r"))
		c := &Config{v: viper.New(), origins: map[string]Origin{}}
		c.dotenv = values
		_ = c.mergeDotEnv()
		_ = c.check()
	})
}

// FuzzConfig reads a config.yaml: what is wrong is said in words that do not repeat it.
func FuzzConfig(f *testing.F) {
	example, err := os.ReadFile("../../config.example.yaml")
	require.NoError(f, err)
	for _, s := range []string{string(example), "", "banco: sqlite:///x.db\n", "banco: [1, 2]\n", "tls:\n  certificado: a\n", "x: &a [*a]", "a: b: c", "\t", "banco: !!binary AA==", "? [a]\n: b", "endereco: 5000", "log: 1\nlog.nivel: x", "1: 2", "limites: {credencial: -1}", "\xff"} {
		f.Add([]byte(s))
	}
	path := filepath.Join(f.TempDir(), "config.yaml")
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(path, text, 0o600))
		c := &Config{v: viper.New(), origins: map[string]Origin{}}
		err := c.readFile(path)
		if err == nil {
			for _, s := range All() {
				_ = c.Text(s.Name)
			}
			err = c.check()
		}
		var bad *term.ProblemError
		if err != nil && !errors.As(err, &bad) {
			t.Fatalf("%T: %v", err, err)
		}
	})
}
