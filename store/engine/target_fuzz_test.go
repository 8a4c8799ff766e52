package engine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParseURL gives addresses of databases as people mistype them: no panic, and a
// password is never shown.
func FuzzParseURL(f *testing.F) {
	for _, at := range []string{
		"sqlite:///data/clientes.db", "sqlite:////abs/c.db", "postgresql+psycopg2://u:s%40h@servidor:5432/b?sslmode=require", "mysql+pymysql://u:s@h/b?charset=utf8mb4",
		"cockroachdb://u@h:26257/b", "postgres://u:p@[::1]/b", "postgresql:///b?host=/var/run", "mysql://u:a:b@c@h:1/b", "postgres://u:p@h/b?sslmode=disable&sslmode=verify-full", "://", "x:\x00",
	} {
		f.Add(at)
	}
	f.Fuzz(func(t *testing.T, at string) {
		target, err := ParseURL(at)
		if err != nil {
			return
		}
		require.Contains(t, []Kind{SQLite, Postgres, MySQL}, target.Kind)
		if len(target.Senha) > 8 && strings.Count(at, target.Senha) == 1 {
			require.NotContains(t, target.Nome, target.Senha)
		}
		_, _ = target.TLSConfig()
	})
}
