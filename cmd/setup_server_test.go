package cmd

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// From a server without the database to the first administrator, in one go, and
// again without touching anything.
func TestSetupOnServers(t *testing.T) {
	for kind, get := range map[string]func(testing.TB) *storetest.Server{"postgres": storetest.Postgres, "mariadb": storetest.MariaDB} {
		t.Run(kind, func(t *testing.T) {
			s := get(t)
			fresh(t)
			name := fmt.Sprintf("novo%d", time.Now().UnixNano())
			t.Cleanup(func() { _, _ = s.Root().ExecContext(context.Background(), "DROP DATABASE "+name) })
			f := failure{url: s.URL(name)}

			got, r := runFault(t, f, "--simular")
			require.Equal(t, 0, r.code, r.err)
			require.Equal(t, store.SchemaMissing, got.Plano.Estado)
			_, r = runFault(t, f, "--verificar")
			require.Equal(t, 0, r.code, r.err)
			require.ErrorContains(t, inside(t, s, f.url).PingContext(t.Context()), name, "nothing was created")

			got, r = runFault(t, f)
			require.Equal(t, 0, r.code, r.err)
			require.True(t, got.Aplicado)
			require.Equal(t, defaultAdmin, got.Administrador.Email)
			require.Equal(t, 1, got.Estatisticas.TotalClientes)
			require.True(
				t,
				slices.ContainsFunc(got.Fases, func(f store.Fase) bool { return f.Codigo == "escrita" }),
				"the new database was examined too",
			)
			requireNoSecret(t, f, r.out+r.err)

			got, r = runFault(t, f)
			require.Equal(t, 0, r.code, r.err)
			require.False(t, got.Aplicado)
			require.Nil(t, got.Administrador)
			require.True(t, slices.ContainsFunc(got.Fases, func(f store.Fase) bool { return f.Codigo == "seguranca" }))
		})
	}
}

// Managed servers give no TRIGGER right, and nothing of ours wants it.
func TestSetupNeedsNoTriggerRight(t *testing.T) {
	s := storetest.MariaDB(t)
	at := s.Database(t)
	banco := strings.TrimPrefix(mustURL(t, at).Path, "/")
	name := dbUser(t, s, "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON `"+banco+"`.* TO %s")
	fresh(t)
	got, r := runFault(t, failure{url: as(t, at, name)})
	require.Equal(t, 0, r.code, r.out+r.err)
	require.True(t, got.Aplicado)
}

// What a killed setup left is finished by the next.
func TestSetupFinishesHalfAMigration(t *testing.T) {
	s := storetest.MariaDB(t)
	for name, change := range map[string]string{
		"second step": "DELETE FROM monitor_migracoes WHERE versao > 1; DROP TABLE monitor_selos",
		"first steps": "DELETE FROM monitor_migracoes; DROP TABLE logs_auditoria",
	} {
		t.Run(name, func(t *testing.T) {
			at := prepared(t, s)
			storetest.Exec(t, inside(t, s, at), change)
			fresh(t)
			got, r := runFault(t, failure{url: at}, "--sim")
			require.Equal(t, 0, r.code, r.out+r.err)
			require.True(t, got.Aplicado)
			require.Contains(t, r.out, "migracao_interrompida")
		})
	}
}

// A first setup that was killed before anything of ours was there is not taken
// for another program's database.
func TestSetupAfterAnEarlyKill(t *testing.T) {
	s := storetest.MariaDB(t)
	at := s.Database(t)
	storetest.Exec(
		t,
		inside(t, s, at),
		"CREATE TABLE monitor_travas (nome VARCHAR(50) NOT NULL PRIMARY KEY, dono VARCHAR(64) NOT NULL, ate BIGINT NOT NULL)",
	)
	fresh(t)
	got, r := runFault(t, failure{url: at})
	require.Equal(t, 0, r.code, r.out+r.err)
	require.True(t, got.Aplicado)
}

// A server that is full says so, and takes nothing.
func TestSetupOnAFullServer(t *testing.T) {
	// One file that may not grow stands for a full disk: the server gives the same
	// answer.
	s := storetest.NewMariaDB(t, storetest.WithArgs("--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:16M"))
	storetest.Exec(t, s.Root(), "CREATE DATABASE cheio")
	at := s.URL("cheio")
	require.NoError(t, store.Prepare(t.Context(), store.Config{URL: at, Pasta: t.TempDir()}, nil))
	db := inside(t, s, at)
	storetest.Exec(t, db, "CREATE TABLE lastro (t VARBINARY(7000))")
	for _, size := range []int{7000, 700} {
		for {
			if _, err := db.ExecContext(t.Context(), "INSERT INTO lastro VALUES (repeat('x', ?))", size); err != nil {
				break
			}
		}
	}
	fresh(t)
	got, r := runFault(t, failure{url: at}, "--verificar")
	last := got.Fases[len(got.Fases)-1]
	require.Equal(t, exitUnavailable, r.code, r.out+r.err)
	require.Contains(t, []string{"tabelas", "escrita"}, last.Codigo, "whichever meets the end first")
	require.Equal(t, "sem_espaco", last.Motivo)
	require.Contains(t, last.Remedio, "cota")
}

// The certificate is shown, pinned in the configuration beside what is there, and
// from then on the only one.
func TestSetupPinsTheCertificate(t *testing.T) {
	cert, _ := certificate(t, 20*time.Hour, "banco.exemplo.com")
	s := storetest.NewPostgres(t, cert)
	at := s.Database(t) + "?sslmode=require"
	fresh(t)
	const before = "# meu banco\n\nendereco: 127.0.0.1:5001 # porta trocada\n"
	require.NoError(t, os.WriteFile("config.yaml", []byte(before), 0o644))
	plain := strings.Replace(at, "sslmode=require", "sslmode=verify-full", 1)
	require.Equal(t, exitUnavailable, runMonitor(t, "setup", "--verificar", "--banco", plain).code)

	r := runMonitor(t, "setup", "--confiar-certificado", "--verificar", "--banco", at)
	require.Equal(t, exitUnconfirmed, r.code)
	require.Regexp(t, `SHA-256 +([0-9A-F]{2}:){31}`, r.out)
	require.Contains(t, r.out, "banco.exemplo.com")
	got, r := runFault(t, failure{url: at}, "--confiar-certificado", "--sim")
	require.Equal(t, 0, r.code, r.err)
	require.True(t, got.Aplicado)
	text, err := os.ReadFile("config.yaml")
	require.NoError(t, err)
	require.Equal(t, before+"\ndb:\n  certificado: \""+got.Certificado.Impressao+"\"\n", string(text))
	info, err := os.Stat("config.yaml")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	for _, url := range []string{at, plain} { // verified from now on
		_, r = runFault(t, failure{url: url}, "--verificar")
		require.Equal(t, 0, r.code, r.out+r.err)
		require.NotContains(t, r.out, "tls_sem_verificacao")
	}
	r = runMonitor(t, "setup", "--confiar-certificado", "--verificar", "--banco", at)
	require.Equal(t, 0, r.code, r.err)
	require.Contains(t, r.out, "já está fixado")
	other := storetest.NewPostgres(t)
	require.NotEqual(t, s.Addr(), other.Addr())
	_, r = runFault(t, failure{url: other.Database(t) + "?sslmode=require"}, "--verificar")
	require.Equal(t, exitUnavailable, r.code)
	require.Contains(t, r.out, "certificado_trocado")
	require.Equal(t, exitUnavailable, runMonitor(t, "clientes", "list", "--banco", other.Database(t)+"?sslmode=require").code)
}

func TestPinNeedsTLSAndTheFile(t *testing.T) {
	fresh(t)
	for _, url := range []string{"sqlite:///a.db", "postgres://ana:" + secret + "@127.0.0.1:1/c"} {
		r := runMonitor(t, "setup", "--confiar-certificado", "--banco", url)
		require.Equal(t, exitUsage, r.code, r.err)
		require.Contains(t, r.err, "não usa TLS")
	}
	t.Setenv("MONITOR_DB_CERTIFICADO", strings.Repeat("ab", 32))
	r := runMonitor(t, "setup", "--confiar-certificado", "--banco", "postgres://ana:"+secret+"@banco.exemplo.com/c")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.err, "MONITOR_DB_CERTIFICADO")
	t.Setenv("MONITOR_DB_CERTIFICADO", "12:34")
	r = runMonitor(t, "clientes", "list")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.err, "SHA-256")
}

func TestPinInYAML(t *testing.T) {
	pin := strings.Repeat("AB:", 31) + "AB"
	line := `certificado: "` + pin + `"`
	for before, after := range map[string]string{
		"":                 "db:\n  " + line + "\n",
		"cor: auto":        "cor: auto\n\ndb:\n  " + line + "\n",
		"db:\ncor: auto\n": "db:\n  " + line + "\ncor: auto\n",
		"db: # autoridade\n    ca: a.pem\n\n# fim\ncor: auto\n":            "db: # autoridade\n    " + line + "\n    ca: a.pem\n\n# fim\ncor: auto\n",
		"db:\n  ca: a.pem\n  certificado: velho\ntls:\n  certificado: c\n": "db:\n  ca: a.pem\n  " + line + "\ntls:\n  certificado: c\n",
		"db:":            "db:\n  " + line + "\n",
		"# db:\n#   x\n": "# db:\n#   x\n\ndb:\n  " + line + "\n",
	} {
		got, ok := pinInYAML([]byte(before), pin)
		require.True(t, ok, before)
		require.Equal(t, after, string(got))
	}
	for _, odd := range []string{"db: {ca: a.pem}\n", "- a\n", "x: [\n"} {
		_, ok := pinInYAML([]byte(odd), pin)
		require.False(t, ok, odd)
	}
}

// Tables that Supabase's public API shows are closed after a question, also when
// there is nothing else to do.
func TestSetupClosesOpenTables(t *testing.T) {
	s := storetest.NewPostgres(t)
	at := prepared(t, s)
	storetest.Exec(t, inside(t, s, at), "CREATE ROLE anon; GRANT SELECT ON clientes TO anon")
	fresh(t)
	got, r := runFault(t, failure{url: at}, "--verificar")
	require.Equal(t, 0, r.code, r.err)
	require.Contains(t, r.out, "tabelas_abertas")
	require.Nil(t, got.Plano)
	r = runMonitor(t, "setup", "--simular", "--banco", at)
	require.Equal(t, 0, r.code, r.err)
	require.Contains(t, r.out, "à API pública do provedor")
	require.Contains(t, r.out, "REVOKE ALL ON TABLE clientes FROM anon")
	_, r = runFault(t, failure{url: at})
	require.Equal(t, exitUnconfirmed, r.code)
	got, r = runFault(t, failure{url: at}, "--sim")
	require.Equal(t, 0, r.code, r.err)
	require.True(t, got.Aplicado)
	_, r = runFault(t, failure{url: at}, "--verificar")
	require.NotContains(t, r.out, "tabelas_abertas")
}

// A file that holds the database's password and that everybody can read is told.
func TestSetupLooksAtItsFiles(t *testing.T) {
	s := storetest.Postgres(t)
	at := s.Database(t)
	fresh(t)
	require.NoError(t, os.WriteFile(".env", []byte("DATABASE_URL="+at+"\n"), 0o644))
	r := runMonitor(t, "setup", "--verificar")
	require.Equal(t, 0, r.code, r.err)
	require.Contains(t, r.out, "chmod 600 .env")
	requireNoSecret(t, failure{url: at}, r.out+r.err)
	require.NoError(t, os.Chmod(".env", 0o600))
	require.NotContains(t, runMonitor(t, "setup", "--verificar").out, "chmod 600 .env")
}
