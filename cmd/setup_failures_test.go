package cmd

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// patience is far beyond the ten seconds within which setup answers, for
// machines under load, and far below the system's own patience, two minutes.
const patience = time.Minute

// failure is a database with one thing wrong.
type failure struct {
	url    string
	senha  string // not to be seen; the URL's where empty
	env    map[string]string
	adjust func(*store.Config)
}

// failureCase is what setup says of a fault: stage, reason, state, a word of the
// remedy, exit status.
type failureCase struct {
	name    string
	failure func(t *testing.T) failure
	code    string
	why     string
	state   string
	remedy  string
	exitAt  int
}

func runFault(t *testing.T, f failure, args ...string) (setupResult, result) {
	t.Helper()
	for name, value := range f.env {
		t.Setenv(name, value)
	}
	r := runApp(t.Context(), f, append([]string{"setup", "-o", "json", "--banco", f.url}, args...)...)
	var got setupResult
	require.NoError(t, json.Unmarshal([]byte(r.out), &got), r.out)
	return got, r
}

// runApp is the program with what the fault changes in it.
func runApp(ctx context.Context, f failure, args ...string) result {
	var out, err strings.Builder
	a := newApp(term.Streams{In: strings.NewReader(""), Out: &out, Err: &err})
	a.adjust = f.adjust
	code := a.run(ctx, args)
	return result{code, out.String(), err.String()}
}

// requireFault runs setup on the fault twice: for programs and for people.
func requireFault(t *testing.T, c failureCase) {
	t.Helper()
	fresh(t)
	f := c.failure(t)
	start := time.Now()
	got, r := runFault(t, f, "--verificar")
	require.Less(t, time.Since(start), patience)
	c.check(t, f, got, r)
	plain := runApp(t.Context(), f, "setup", "--verificar", "--debug", "--banco", f.url)
	require.Equal(t, c.exitAt, plain.code)
	requireNoSecret(t, f, plain.out+plain.err)
	requirePortuguese(t, c.name, withoutNames(plain.out+plain.err))
}

// requireSlowFaults waits for all of them together.
func requireSlowFaults(t *testing.T, cases []failureCase) {
	t.Helper()
	fresh(t)
	faults := make([]failure, len(cases))
	results := make([]result, len(cases))
	for i, c := range cases {
		faults[i] = c.failure(t)
	}
	var all sync.WaitGroup
	start := time.Now()
	for i := range cases {
		all.Go(func() {
			results[i] = runApp(t.Context(), faults[i], "setup", "--verificar", "-o", "json", "--banco", faults[i].url)
		})
	}
	all.Wait()
	require.Less(t, time.Since(start), patience)
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got setupResult
			require.NoError(t, json.Unmarshal([]byte(results[i].out), &got), results[i].out)
			c.check(t, faults[i], got, results[i])
		})
	}
}

func (c failureCase) check(t *testing.T, f failure, got setupResult, r result) {
	t.Helper()
	require.Equal(t, c.exitAt, r.code, r.out+r.err)
	var hit *store.Fase
	for i, s := range got.Fases {
		if s.Codigo == c.code && s.Motivo == c.why {
			hit = &got.Fases[i]
		}
		require.True(t, s.Estado == store.FaseOK || s.Remedio != "", "%v", s)
	}
	require.NotNil(t, hit, r.out)
	require.Equal(t, c.state, hit.Estado)
	require.Contains(t, hit.Remedio, c.remedy)
	if c.state == store.FaseErro {
		require.Equal(t, *hit, got.Fases[len(got.Fases)-1], "an error ends the diagnosis")
		require.Contains(t, r.err, hit.Remedio)
	}
	requireNoSecret(t, f, r.out+r.err)
}

// code are lines that quote SQL, settings or certificates.
var code = regexp.MustCompile(`GRANT |TO '|SET |CREATE |ALTER |TLS 1\.|default-time-zone|fsync`)

// withoutNames takes out SQL and certificates' names, which are no prose.
func withoutNames(text string) string {
	var keep []string
	for line := range strings.SplitSeq(text, "\n") {
		if !code.MatchString(line) {
			keep = append(keep, line)
		}
	}
	return strings.Join(keep, "\n")
}

func requireNoSecret(t *testing.T, f failure, text string) {
	t.Helper()
	senha := f.senha
	if u, err := url.Parse(f.url); senha == "" && err == nil && u.User != nil {
		senha, _ = u.User.Password()
	}
	if senha != "" {
		require.NotContains(t, text, senha)
	}
}

// lookup answers for every name.
func lookup(addrs ...string) func(*store.Config) {
	return func(c *store.Config) {
		c.Lookup = func(context.Context, string) ([]netip.Addr, error) {
			var list []netip.Addr
			for _, a := range addrs {
				list = append(list, netip.MustParseAddr(a))
			}
			if list == nil {
				return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
			}
			return list, nil
		}
	}
}

// silent is a port behind which nobody answers.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// closed is a port that nobody listens at.
func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

const secret = "Sup3r-S3gred0"

// dbUser makes a user of the server who may do what grants say; %s is its name.
func dbUser(t *testing.T, s *storetest.Server, grants ...string) (name string) {
	t.Helper()
	name = fmt.Sprintf("u%d", time.Now().UnixNano())
	create := "CREATE ROLE %s LOGIN PASSWORD '" + secret + "'"
	drop := "DROP OWNED BY %[1]s; DROP ROLE %[1]s"
	if strings.HasPrefix(s.URL(""), "mysql") {
		create, drop = "CREATE USER %s IDENTIFIED BY '"+secret+"'", "DROP USER %s"
	}
	for _, stmt := range append([]string{create}, grants...) {
		storetest.Exec(t, s.Root(), fmt.Sprintf(stmt, name))
	}
	t.Cleanup(func() { _, _ = s.Root().ExecContext(context.Background(), fmt.Sprintf(drop, name)) })
	return name
}

// as is the URL with another user.
func as(t *testing.T, raw, name string) string {
	t.Helper()
	u, err := url.Parse(raw)
	require.NoError(t, err)
	u.User = url.UserPassword(name, secret)
	return u.String()
}

// inside connects to a database of the server itself.
func inside(t *testing.T, s *storetest.Server, raw string) *sql.DB {
	t.Helper()
	u, err := url.Parse(raw)
	require.NoError(t, err)
	name, dsn := "pgx", raw
	if u.Scheme == "mysql" {
		name, dsn = "mysql", fmt.Sprintf("%s:%s@tcp(%s)%s?multiStatements=true", s.User, s.Password, s.Addr(), u.Path)
	}
	db, err := sql.Open(name, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// prepared is a database that setup has been through.
func prepared(t *testing.T, s *storetest.Server) string {
	t.Helper()
	raw := s.Database(t)
	require.NoError(t, store.Prepare(t.Context(), store.Config{URL: raw, Pasta: t.TempDir()}, nil))
	return raw
}

func certificate(t *testing.T, until time.Duration, names ...string) (storetest.ServerOption, string) {
	t.Helper()
	authority, err := storetest.NewAuthority()
	require.NoError(t, err)
	cert, err := authority.Issue(time.Now().Add(until), names...)
	require.NoError(t, err)
	return storetest.WithCertificate(cert), authority.File(t)
}

func plainFault(f func(t *testing.T) string) func(t *testing.T) failure {
	return func(t *testing.T) failure { return failure{url: f(t)} }
}

const (
	warned = store.FaseAviso
	failed = store.FaseErro
)

// The network between here and the server.
func TestSetupFaultsOfTheNetwork(t *testing.T) {
	for _, c := range []failureCase{
		{"URL", plainFault(func(*testing.T) string { return "postgres://ana:" + secret + "@db.exemplo.com" }), "url", "url_invalida", failed, "DATABASE_URL", exitUsage},
		{"unknown host", func(*testing.T) failure {
			return failure{url: "postgres://ana:" + secret + "@nada.exemplo.com/c", adjust: lookup()}
		}, "nome", "nome_desconhecido", failed, "painel do provedor", exitUnavailable},
		{"name service away", func(*testing.T) failure {
			return failure{url: "mysql://ana:" + secret + "@nada.exemplo.com/c", adjust: func(c *store.Config) {
				c.Lookup = func(context.Context, string) ([]netip.Addr, error) {
					return nil, &net.DNSError{Err: "timeout", IsTimeout: true}
				}
			}}
		}, "nome", "dns_sem_resposta", failed, "DNS", exitUnavailable},
		{"provider that closed", func(*testing.T) failure {
			return failure{url: "postgresql://usuario:" + secret + "@tiny.db.elephantsql.com/database", adjust: lookup()}
		}, "nome", "provedor_encerrado", failed, "outro provedor", exitUnavailable},
		{"closed port", plainFault(func(t *testing.T) string { return "postgres://ana:" + secret + "@" + closed(t) + "/c" }), "tcp", "porta_fechada", failed, "inicie o servidor", exitUnavailable},
		{"closed socket", plainFault(func(t *testing.T) string {
			return "mysql://ana:" + secret + "@/c?unix_socket=" + filepath.Join(t.TempDir(), "s")
		}), "tcp", "porta_fechada", failed, "inicie o servidor", exitUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) { requireFault(t, c) })
	}
}

// Those that somebody has to be waited for.
func TestSetupFaultsThatTakeTime(t *testing.T) {
	requireSlowFaults(t, []failureCase{
		{"IPv6 only", func(*testing.T) failure {
			return failure{url: "postgresql://postgres:" + secret + "@db.xxx.supabase.co:5432/postgres", adjust: lookup("2001:db8::7")}
		}, "tcp", "so_ipv6", failed, "Session pooler", exitUnavailable},
		{"silence before TLS", plainFault(func(t *testing.T) string {
			return "postgres://ana:" + secret + "@" + silent(t) + "/c?sslmode=verify-full"
		}), "tls", "sem_resposta", failed, "confira", exitUnavailable},
		{"PostgreSQL's URL for MariaDB", plainFault(func(t *testing.T) string {
			return strings.Replace(storetest.MariaDB(t).Database(t), "mysql:", "postgresql:", 1)
		}), "login", "nao_e_este_banco", failed, "postgresql:// ou mysql://", exitUnavailable},
		{"PostgreSQL's URL for MariaDB, TLS", plainFault(func(t *testing.T) string {
			return strings.Replace(storetest.MariaDB(t).Database(t), "mysql:", "postgresql:", 1) + "?sslmode=require"
		}), "tls", "nao_e_este_banco", failed, "postgresql:// ou mysql://", exitUnavailable},
		{"MySQL's URL for PostgreSQL", plainFault(func(t *testing.T) string {
			return strings.Replace(storetest.Postgres(t).Database(t), "postgresql:", "mysql:", 1)
		}), "login", "nao_e_este_banco", failed, "postgresql:// ou mysql://", exitUnavailable},
		{"MySQL's URL for PostgreSQL, TLS", plainFault(func(t *testing.T) string {
			return strings.Replace(storetest.Postgres(t).Database(t), "postgresql:", "mysql:", 1) + "?ssl=true"
		}), "tls", "nao_e_este_banco", failed, "postgresql:// ou mysql://", exitUnavailable},
		{
			"silence at login",
			plainFault(func(t *testing.T) string { return "postgres://ana:" + secret + "@" + silent(t) + "/c" }),
			"login",
			"sem_resposta",
			failed,
			"confira",
			exitUnavailable,
		},
		{
			"silence at login, MySQL",
			plainFault(func(t *testing.T) string { return "mysql://ana:" + secret + "@" + silent(t) + "/c" }),
			"login",
			"sem_resposta",
			failed,
			"confira",
			exitUnavailable,
		},
		{"silence in the middle", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			p := storetest.Proxy(t, s.Addr())
			storetest.Toxic(t, p, `{"name": "mudo", "type": "limit_data", "stream": "downstream", "attributes": {"bytes": 900}}`)
			storetest.Toxic(t, p, `{"name": "preso", "type": "timeout", "stream": "upstream", "attributes": {"timeout": 0}}`)
			return s.Through(p.Listen, s.Database(t))
		}), "login", "sem_resposta", failed, "confira", exitUnavailable},
	})
}

// The servers' certificates.
func TestSetupFaultsOfTLS(t *testing.T) {
	tests := []failureCase{}
	for kind, start := range map[string]func(testing.TB, ...storetest.ServerOption) *storetest.Server{"postgres": storetest.NewPostgres, "mariadb": storetest.NewMariaDB} {
		with := func(until time.Duration, names ...string) func(t *testing.T) failure {
			return func(t *testing.T) failure {
				cert, ca := certificate(t, until, names...)
				s := start(t, cert)
				return failure{url: s.Database(t) + "?sslmode=verify-full&sslrootcert=" + url.QueryEscape(ca), senha: s.Password}
			}
		}
		tests = append(
			tests,
			failureCase{"expired " + kind, with(-time.Hour, "127.0.0.1"), "tls", "certificado_vencido", failed, "renove", exitUnavailable},
			failureCase{
				"wrong name " + kind,
				with(20*time.Hour, "banco.exemplo.com"),
				"tls",
				"certificado_de_outro_nome",
				failed,
				"o nome que está no certificado",
				exitUnavailable,
			},
			failureCase{"no TLS " + kind, func(t *testing.T) failure {
				return failure{url: start(t, storetest.WithoutTLS()).Database(t) + "?sslmode=verify-full"}
			}, "tls", "sem_tls", failed, "sslmode=disable", exitUnavailable},
		)
	}
	shared := map[string]func(testing.TB) *storetest.Server{"postgres": storetest.Postgres, "mariadb": storetest.MariaDB}
	for kind, get := range shared {
		tests = append(
			tests,
			failureCase{
				"private authority " + kind,
				plainFault(func(t *testing.T) string { return get(t).Database(t) + "?sslmode=verify-full" }),
				"tls",
				"autoridade_desconhecida",
				failed,
				"--confiar-certificado",
				exitUnavailable,
			},
			failureCase{
				"not verified " + kind,
				plainFault(func(t *testing.T) string { return get(t).Database(t) + "?sslmode=require" }),
				"tls",
				"tls_sem_verificacao",
				warned,
				"verify-full",
				exitOK,
			},
			failureCase{"ending soon " + kind, func(t *testing.T) failure {
				return failure{url: get(t).Database(t) + "?sslmode=verify-full", env: map[string]string{"MONITOR_DB_CA": get(t).CA}}
			}, "tls", "certificado_vencendo", warned, "renove", exitOK},
			failureCase{"another certificate " + kind, func(t *testing.T) failure {
				return failure{
					url: get(t).Database(t) + "?sslmode=require",
					env: map[string]string{"MONITOR_DB_CERTIFICADO": strings.Repeat("ab", 32)},
				}
			}, "tls", "certificado_trocado", failed, "--confiar-certificado", exitUnavailable},
		)
	}
	tests = append(tests, failureCase{"TLS wanted by the server", plainFault(func(t *testing.T) string {
		s := storetest.NewMariaDB(t)
		at := s.URL("mysql")
		storetest.Exec(t, s.Root(), "SET GLOBAL require_secure_transport = ON")
		return at + "?ssl=false"
	}), "tls", "exige_tls", failed, "verify-full", exitUnavailable})
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) { requireFault(t, c) })
	}
}

// Who may enter, and do what.
func TestSetupFaultsOfRights(t *testing.T) {
	dump, err := os.ReadFile("../store/storetest/testdata/flask.postgres.sql")
	require.NoError(t, err)
	for _, c := range []failureCase{
		{"wrong password", plainFault(func(t *testing.T) string {
			return as(t, storetest.Postgres(t).Database(t), storetest.Postgres(t).User)
		}), "login", "usuario_ou_senha", failed, "usuário e a senha", exitUnavailable},
		{"wrong password, MariaDB", plainFault(func(t *testing.T) string {
			return as(t, storetest.MariaDB(t).Database(t), storetest.MariaDB(t).User)
		}), "login", "usuario_ou_senha", failed, "usuário e a senha", exitUnavailable},
		{"wrong password, pooler", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			return as(t, storetest.PgBouncer(t, s).Database(t), s.User)
		}), "login", "pooler_recusou", failed, "usuário, a senha", exitUnavailable},
		{"no such database, no right", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			return as(t, s.URL("nao_existe"), dbUser(t, s))
		}), "banco", "banco_ausente", failed, "CREATE DATABASE", exitUnavailable},
		{"no such database, no right, MariaDB", plainFault(func(t *testing.T) string {
			s := storetest.MariaDB(t)
			return as(t, s.URL("nao_existe"), dbUser(t, s))
		}), "banco", "sem_direito", failed, "CREATE DATABASE", exitForbidden},
		{"no such database", plainFault(func(t *testing.T) string { return storetest.Postgres(t).URL("nao_existe") }), "banco", "banco_a_criar", warned, "monitor setup", exitOK},
		{"no such database, MariaDB", plainFault(func(t *testing.T) string { return storetest.MariaDB(t).URL("nao_existe") }), "banco", "banco_a_criar", warned, "monitor setup", exitOK},
		{"may not create tables", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			return as(t, s.Database(t), dbUser(t, s))
		}), "direitos", "sem_direito", failed, "GRANT CREATE ON SCHEMA", exitForbidden},
		{"read-only user", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			at := prepared(t, s)
			name := dbUser(t, s)
			storetest.Exec(t, inside(t, s, at), "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+name)
			return as(t, at, name)
		}), "direitos", "sem_direito", failed, "GRANT SELECT, INSERT, UPDATE, DELETE", exitForbidden},
		{"read-only user, MariaDB", plainFault(func(t *testing.T) string {
			s := storetest.MariaDB(t)
			at := prepared(t, s)
			return as(t, at, dbUser(t, s, "GRANT SELECT ON `"+strings.TrimPrefix(mustURL(t, at).Path, "/")+"`.* TO %s"))
		}), "direitos", "sem_direito", failed, "GRANT INSERT, UPDATE, DELETE", exitForbidden},
		{"somebody else's tables", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			at := s.Database(t)
			name := dbUser(t, s)
			storetest.Exec(t, inside(t, s, at), string(dump)+"; GRANT ALL ON SCHEMA public TO "+name+"; GRANT ALL ON ALL TABLES IN SCHEMA public TO "+name)
			return as(t, at, name)
		}), "direitos", "dono_das_tabelas", failed, "OWNER TO", exitForbidden},
		{"no connection left", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			return as(t, s.Database(t), dbUser(t, s, "ALTER ROLE %s CONNECTION LIMIT 0"))
		}), "login", "sem_vagas", failed, "pooler", exitUnavailable},
		{"read-only server", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			at := s.Database(t)
			storetest.Exec(t, s.Root(), `ALTER DATABASE "`+strings.TrimPrefix(mustURL(t, at).Path, "/")+`" SET default_transaction_read_only = on`)
			return at
		}), "direitos", "so_leitura", failed, "servidor principal", exitUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) { requireFault(t, c) })
	}
}

func mustURL(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	require.NoError(t, err)
	return u
}

// A file of SQLite.
func TestSetupFaultsOfFiles(t *testing.T) {
	file := func(make func(path string)) func(t *testing.T) failure {
		return plainFault(func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "clientes.db")
			make(path)
			return "sqlite:///" + path
		})
	}
	sqlite := func(change string) func(t *testing.T) failure {
		return plainFault(func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "clientes.db")
			require.NoError(t, store.Prepare(t.Context(), store.Config{URL: "sqlite:///" + path}, nil))
			storetest.Exec(t, storetest.Foreign(t, path), change)
			return "sqlite:///" + path
		})
	}
	for _, c := range []failureCase{
		{"a folder", file(func(path string) { _ = os.Mkdir(path, 0o700) }), "arquivo", "nao_e_arquivo", failed, "sqlite:///", exitUnavailable},
		{"no database", file(func(path string) { _ = os.WriteFile(path, []byte(strings.Repeat("texto ", 1000)), 0o600) }), "motor", "nao_e_sqlite", failed, "caminho", exitUnavailable},
		{"open to all", file(func(path string) { _ = os.WriteFile(path, nil, 0o644) }), "arquivo", "arquivo_aberto", warned, "chmod 600", exitOK},
		{"newer schema", sqlite("INSERT INTO monitor_migracoes VALUES (99, 'futuro', '')"), "esquema", "esquema_mais_novo", failed, "versão mais nova", exitUnavailable},
		{"older schema", sqlite("DELETE FROM monitor_migracoes WHERE versao > 2"), "esquema", "esquema_atrasado", warned, "monitor setup", exitOK},
		{"another program's", file(func(path string) {
			storetest.Exec(t, storetest.Foreign(t, path), "CREATE TABLE receitas(nome TEXT)")
			_ = os.Chmod(path, 0o600)
		}), "esquema", "esquema_de_outro", failed, "outro banco", exitUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) { requireFault(t, c) })
	}
}

// What the server is set to, and what the database holds.
func TestSetupFaultsOfSettings(t *testing.T) {
	set := func(what string) func(t *testing.T) failure {
		return plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			at := s.Database(t)
			storetest.Exec(t, s.Root(), `ALTER DATABASE "`+strings.TrimPrefix(mustURL(t, at).Path, "/")+`" SET `+what)
			return at
		})
	}
	after := func(get func(testing.TB) *storetest.Server, change string) func(t *testing.T) failure {
		return plainFault(func(t *testing.T) string {
			s := get(t)
			at := prepared(t, s)
			storetest.Exec(t, inside(t, s, at), change)
			return at
		})
	}
	for _, c := range []failureCase{
		{"latin1", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			name := fmt.Sprintf("l%d", time.Now().UnixNano())
			storetest.Exec(t, s.Root(), "CREATE DATABASE "+name+" ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
			t.Cleanup(func() { _, _ = s.Root().ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)") })
			return s.URL(name)
		}), "ajustes", "codificacao", failed, "UTF8", exitUnavailable},
		{"latin1 tables", plainFault(func(t *testing.T) string {
			s := storetest.MariaDB(t)
			at := prepared(t, s)
			storetest.Exec(t, inside(t, s, at), "ALTER TABLE sessoes CONVERT TO CHARACTER SET latin1")
			return at
		}), "ajustes", "latin1", warned, "ALTER TABLE sessoes CONVERT TO CHARACTER SET utf8mb4", exitOK},
		{"latin1 database", plainFault(func(t *testing.T) string { return prepared(t, storetest.MariaDB(t)) }), "ajustes", "latin1", warned, "CHARACTER SET utf8mb4", exitOK},
		{"time zone", set("timezone = 'America/Manaus'"), "ajustes", "fuso_horario", warned, "SET timezone TO 'UTC'", exitOK},
		{"time zone, MariaDB", plainFault(func(t *testing.T) string { return prepared(t, storetest.MariaDB(t)) }), "ajustes", "fuso_horario", warned, "+00:00", exitOK},
		{"backslashes", set("standard_conforming_strings = off"), "ajustes", "barra_invertida", failed, "standard_conforming_strings = on", exitUnavailable},
		{"dates", set("datestyle = 'German'"), "ajustes", "formato_de_datas", failed, "datestyle", exitUnavailable},
		{"commits that are not kept", set("synchronous_commit = off"), "ajustes", "durabilidade", warned, "synchronous_commit", exitOK},
		{"NO_BACKSLASH_ESCAPES", plainFault(func(t *testing.T) string {
			return storetest.NewMariaDB(t, storetest.WithArgs("--sql-mode=NO_BACKSLASH_ESCAPES")).URL("mysql")
		}), "ajustes", "barra_invertida_global", warned, "SET GLOBAL sql_mode", exitUnavailable}, // the system's own tables are another program's
		{"older schema", after(storetest.Postgres, "DELETE FROM monitor_migracoes WHERE versao > 2"), "esquema", "esquema_atrasado", warned, "monitor setup", exitOK},
		{"newer schema", after(storetest.Postgres, "INSERT INTO monitor_migracoes VALUES (99, 'futuro', '')"), "esquema", "esquema_mais_novo", failed, "versão mais nova", exitUnavailable},
		{"newer schema, MariaDB", after(storetest.MariaDB, "INSERT INTO monitor_migracoes VALUES (99, 'futuro', '')"), "esquema", "esquema_mais_novo", failed, "versão mais nova", exitUnavailable},
		{"another program's", after(storetest.Postgres, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE receitas()"), "esquema", "esquema_de_outro", failed, "outro banco", exitUnavailable},
		{"half a migration", after(storetest.MariaDB, "DELETE FROM monitor_migracoes WHERE versao > 1; DROP TABLE monitor_selos"), "esquema", "migracao_interrompida", warned, "continua de onde parou", exitOK},
		{"a migration that runs", after(storetest.MariaDB, "DELETE FROM monitor_migracoes WHERE versao > 1; UPDATE monitor_travas SET ate = unix_timestamp() + 60"), "esquema", "migracao_em_curso", warned, "continua", exitOK},
		{"clock", func(t *testing.T) failure {
			return failure{url: storetest.Postgres(t).Database(t), adjust: func(c *store.Config) { c.Now = func() time.Time { return time.Now().Add(time.Hour) } }}
		}, "relogio", "relogio_errado", warned, "NTP", exitOK},
		{"clock, MariaDB", func(t *testing.T) failure {
			return failure{url: storetest.MariaDB(t).Database(t), adjust: func(c *store.Config) { c.Now = func() time.Time { return time.Now().Add(-time.Hour) } }}
		}, "relogio", "relogio_errado", warned, "NTP", exitOK},
		// Just farther than what is too far: a diagnosis of many questions has its limit.
		{"far away", plainFault(func(t *testing.T) string {
			s := storetest.Postgres(t)
			p := storetest.Proxy(t, s.Addr())
			storetest.Toxic(t, p, `{"name": "longe", "type": "latency", "attributes": {"latency": 82}}`)
			return s.Through(p.Listen, prepared(t, s))
		}), "ida_volta", "longe", warned, "região", exitOK},
	} {
		t.Run(c.name, func(t *testing.T) { requireFault(t, c) })
	}
}
