package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// Texts reads the first column of a query.
func Texts(t *testing.T, db *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err, query)
	defer rows.Close()
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		list = append(list, line)
	}
	require.NoError(t, rows.Err())
	return list
}

// Examined is what setup --verificar finds about the tables: states by reason, and
// all of it as text.
func Examined(t *testing.T, cfg store.Config) (found map[string]string, text string) {
	t.Helper()
	found = map[string]string{}
	var b strings.Builder
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, _ = store.Diagnose(ctx, cfg, func(f store.Fase) {
		if f.Codigo == "escrita" || f.Codigo == "disco" {
			cancel() // the rest is not about tables
		}
		found[f.Motivo] = f.Estado
		fmt.Fprintf(&b, "%s %s: %s -> %s\n", f.Estado, f.Motivo, f.Detalhe, f.Remedio)
	})
	return found, b.String()
}

// HostOf is host:port of a database's URL.
func HostOf(t *testing.T, at string) string {
	t.Helper()
	u, err := url.Parse(at)
	require.NoError(t, err)
	return u.Host
}

// WithHost is the URL of the same database behind another address.
func WithHost(t *testing.T, at, addr string) string {
	t.Helper()
	return strings.Replace(at, HostOf(t, at), addr, 1)
}

// Person is the nth client of a test.
func Person(n int) store.Cliente {
	return store.Cliente{Nome: fmt.Sprintf("Ana %d", n), Email: fmt.Sprintf("ana%d@exemplo.com", n)}
}

// Python runs a script as the Flask system's own language would; its arguments
// follow.
func Python(t *testing.T, script string, args ...string) string {
	t.Helper()
	bin, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("python3 is required in CI")
		}
		t.Skip("python3 não está instalado: a leitura pelo Python não foi conferida")
	}
	out, err := exec.CommandContext(t.Context(), bin, append([]string{"-c", script}, args...)...).CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.TrimSpace(string(out))
}

// SHA256 is the hex digits of a text's hash.
func SHA256(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
