package engine

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	settle = 20 * time.Second
	tick   = time.Millisecond
)

func TestParseSQLite(t *testing.T) {
	wd, err := os.Getwd()
	require.NoError(t, err)
	for raw, path := range map[string]string{
		"sqlite:///data/clientes.db":        filepath.Join(wd, "data", "clientes.db"),
		"sqlite:////var/lib/monitor/x.db":   "/var/lib/monitor/x.db",
		"sqlite+pysqlite:///a.db?timeout=5": filepath.Join(wd, "a.db"),
		"clientes.db":                       filepath.Join(wd, "clientes.db"),
		"/abs/com espaço/ação.db":           "/abs/com espaço/ação.db",
		" SQLITE:////x.db ":                 "/x.db",
		`"sqlite:////x.db"`:                 "/x.db",
	} {
		target, err := ParseURL(raw)
		require.NoError(t, err, raw)
		require.Equal(t, Target{Kind: SQLite, Path: path, Nome: path}, target, raw)
	}
}

// osUser is who connects to a local server when the URL does not say.
func osUser(t *testing.T) string {
	t.Helper()
	u, err := user.Current()
	require.NoError(t, err)
	return u.Username
}

func TestParseServers(t *testing.T) {
	pg := func(host string, port int, u, p, db string, mode TLSMode) Target {
		return Target{Kind: Postgres, Host: host, Porta: port, Usuario: u, Senha: p, Banco: db, TLS: mode}
	}
	my := func(host string, port int, u, p, db string, mode TLSMode) Target {
		return Target{Kind: MySQL, Host: host, Porta: port, Usuario: u, Senha: p, Banco: db, TLS: mode}
	}
	eu := osUser(t)
	for raw, want := range map[string]Target{
		"postgresql+psycopg2://ana:se%40gredo@db.exemplo.com:5432/clientes": pg("db.exemplo.com", 5432, "ana", "se@gredo", "clientes", TLSVerificado),
		"postgres://ana:s@db.exemplo.com/clientes":                          pg("db.exemplo.com", 5432, "ana", "s", "clientes", TLSVerificado),
		"POSTGRESQL://ana:s@DB.exemplo.com/clientes":                        pg("DB.exemplo.com", 5432, "ana", "s", "clientes", TLSVerificado),
		"mysql+pymysql://ana:s@db.exemplo.com/clientes?charset=utf8mb4":     my("db.exemplo.com", 3306, "ana", "s", "clientes", TLSVerificado),
		"mariadb://ana:s@db.exemplo.com:3307/clientes":                      my("db.exemplo.com", 3307, "ana", "s", "clientes", TLSVerificado),
		"psql 'postgres://ana:s@localhost/clientes'":                        pg("localhost", 5432, "ana", "s", "clientes", TLSNenhum),
		// what drivers fill in
		"postgresql://localhost/clientes":                    pg("localhost", 5432, eu, "", "clientes", TLSNenhum),
		"mysql://127.0.0.1/clientes":                         my("127.0.0.1", 3306, eu, "", "clientes", TLSNenhum),
		"mysql://ana@/clientes":                              my("localhost", 3306, "ana", "", "clientes", TLSNenhum),
		"postgresql://ana@/clientes?host=/run/pg":            pg("/run/pg", 5432, "ana", "", "clientes", TLSNenhum),
		"postgresql://ana:s@%2Frun%2Fpg/clientes":            pg("/run/pg", 5432, "ana", "s", "clientes", TLSNenhum),
		"postgresql://ana@localhost/c?host=/run/pg&port=6":   pg("/run/pg", 6, "ana", "", "c", TLSNenhum),
		"mysql://ana:s@localhost/c?unix_socket=/run/my.sock": my("/run/my.sock", 3306, "ana", "s", "c", TLSNenhum),
		"postgresql:///c?host=db.exemplo.com&user=ana&password=s%26t": pg("db.exemplo.com", 5432, "ana", "s&t", "c",
			TLSVerificado),
		// IPv6
		"postgresql://ana:s@[::1]:6000/c":       pg("::1", 6000, "ana", "s", "c", TLSNenhum),
		"postgresql://ana:s@[2001:db8::7]/c":    pg("2001:db8::7", 5432, "ana", "s", "c", TLSVerificado),
		"postgresql://ana:s@127.0.0.9:5432/c":   pg("127.0.0.9", 5432, "ana", "s", "c", TLSNenhum),
		"postgresql://ana:s@banco.localhost/c":  pg("banco.localhost", 5432, "ana", "s", "c", TLSNenhum),
		"postgresql://ana:s@192.168.0.7:5432/c": pg("192.168.0.7", 5432, "ana", "s", "c", TLSVerificado),
		// odd passwords, written as they are
		"postgres://ana:a@b:c/d#e?f%g@db.exemplo.com/c":                     pg("db.exemplo.com", 5432, "ana", "a@b:c/d#e?f%g", "c", TLSVerificado),
		"postgres://ana:p@ss?x=1@db.exemplo.com/c?sslmode=verify-full":      pg("db.exemplo.com", 5432, "ana", "p@ss?x=1", "c", TLSVerificado),
		"postgres://ana:p@ss?sslmode=x@db.exemplo.com/c":                    pg("db.exemplo.com", 5432, "ana", "p@ss?sslmode=x", "c", TLSVerificado),
		"postgres://ana:12?34@localhost/c":                                  pg("localhost", 5432, "ana", "12?34", "c", TLSNenhum),
		"postgres://ana:%41%zz+@localhost/c":                                pg("localhost", 5432, "ana", "A%zz+", "c", TLSNenhum),
		"postgres://ana%40casa:s@localhost/c":                               pg("localhost", 5432, "ana@casa", "s", "c", TLSNenhum),
		"mysql://ana@servidor:s@localhost/c":                                my("localhost", 3306, "ana@servidor", "s", "c", TLSNenhum),
		"postgres://ana:s@localhost/c?application_name=eu@casa":             pg("localhost", 5432, "ana", "s", "c", TLSNenhum),
		"postgres://localhost:77/c?application_name=eu@casa":                pg("localhost", 77, eu, "", "c", TLSNenhum),
		"postgres://ana:s@localhost/c?pgbouncer=true&connection_limit=1":    {Kind: Postgres, Host: "localhost", Porta: 5432, Usuario: "ana", Senha: "s", Banco: "c", TLS: TLSNenhum, Pooler: true, MaxConexoes: 1},
		"postgres://ana:s@localhost/c?connect_timeout=3&novidade=1&x":       pg("localhost", 5432, "ana", "s", "c", TLSNenhum),
		"mysql://ana:s@localhost/c?charset=utf8mb4&ssl-mode=VERIFY_CA":      my("localhost", 3306, "ana", "s", "c", TLSVerificado),
		"postgres://ana:s@localhost/c?options=-c%20statement_timeout%3D5@x": pg("localhost", 5432, "ana", "s", "c", TLSNenhum),
	} {
		target, err := ParseURL(raw)
		require.NoError(t, err, raw)
		require.NotContains(t, target.Nome, "%", raw)
		target.Nome, target.Avisos = "", nil
		require.Equal(t, want, target, raw)
	}
}

func TestDefaultsOfASocket(t *testing.T) {
	target, err := ParseURL("postgresql:///clientes")
	require.NoError(t, err)
	require.True(t, target.local(), target.Host)
	require.Equal(t, osUser(t), target.Usuario)
}

// The URL's name for people can be used again, with the password put in.
func TestNomes(t *testing.T) {
	for raw, nome := range map[string]string{
		"postgresql+psycopg2://ana:s@db.exemplo.com:5432/clientes?sslmode=require": "postgresql://ana@db.exemplo.com:5432/clientes",
		"postgres://ana:s@db.exemplo.com/clientes":                                 "postgresql://ana@db.exemplo.com/clientes",
		"mariadb://ana:s@[::1]/clientes":                                           "mysql://ana@[::1]/clientes",
		"mariadb://ana:s@[::1]:33/clientes":                                        "mysql://ana@[::1]:33/clientes",
		"postgres://ana:s@/c?host=/run/pg":                                         "postgresql://ana@/c?host=/run/pg",
		"mysql://ana:s@/c?unix_socket=/run/my.sock":                                "mysql://ana@/c?unix_socket=/run/my.sock",
	} {
		target, err := ParseURL(raw)
		require.NoError(t, err, raw)
		require.Equal(t, nome, target.Nome)
		again, err := ParseURL(target.Nome)
		require.NoError(t, err)
		require.Equal(t, target.Host, again.Host)
	}
}

func TestBadURLs(t *testing.T) {
	for raw, says := range map[string]string{
		"": "não diz o arquivo", "sqlite://": "não diz o arquivo", "sqlite:///": "não diz o arquivo", "sqlite:///:memory:": "não diz o arquivo",
		"oracle://ana:segredo@x/y": "não é conhecido", "jdbc:postgresql://x/y": "não é conhecido",
		"a\x00b": "caractere inválido", "sqlite:e2.db": "faltam as barras", "postgresql:x": "faltam as barras",
		"postgres://":                                    "nome do banco",
		"postgres://ana:segredo@db.exemplo.com":          "nome do banco",
		"postgres://ana:segredo@db.exemplo.com/":         "nome do banco",
		"mysql://ana:segredo@db.exemplo.com?ssl=true":    "nome do banco",
		"postgres://db.exemplo.com/c":                    "não diz o usuário",
		"postgres://:segredo@db.exemplo.com/c":           "não diz o usuário",
		"postgres://ana:segredo@db.exemplo.com:0/c":      "porta",
		"postgres://ana:segredo@db.exemplo.com:99999/c":  "porta",
		"postgres://ana:segredo":                         "porta",
		"postgres://ana:seg redo@:x/%zz":                 "porta",
		"postgres://ana:s@a.exemplo.com,b.exemplo.com/c": "mais de um servidor",
		"postgres://ana:segredo@-x/c":                    "caracteres inválidos",
		"postgres://ana:segredo@[::1/c":                  "não pôde ser lida",
		"postgres://ana:segredo@h/c?sslcert=eu.crt":      "certificado de cliente",
		"postgres://ana:segredo@h/c?sslkey=eu.key":       "certificado de cliente",
		"mysql://ana:segr%00edo@h/c":                     "caractere inválido",
	} {
		_, err := ParseURL(raw)
		require.Error(t, err, raw)
		require.True(t, IsURLError(err), raw)
		require.Equal(t, MotivoURL, Motivo(err))
		require.Contains(t, err.Error(), says, raw)
		require.NotContains(t, err.Error(), "redo", "no password in %q", err)
	}
}

// TestKeywordsAndValues reads libpq's other form.
func TestKeywordsAndValues(t *testing.T) {
	for raw, want := range map[string]Target{
		"host=db.exemplo.com port=5433 user=app password=Segredo1 dbname=c": {Host: "db.exemplo.com", Porta: 5433, Usuario: "app", Senha: "Segredo1", Banco: "c", TLS: TLSVerificado},
		`dbname = c user=app password='Seg \'redo 1' host=localhost`:        {Host: "localhost", Porta: 5432, Usuario: "app", Senha: "Seg 'redo 1", Banco: "c", TLS: TLSNenhum},
		`USER=app host=/run/pg password=a\ b`:                               {Host: "/run/pg", Porta: 5432, Usuario: "app", Senha: "a b", Banco: "app", TLS: TLSNenhum},
		"hostaddr=127.0.0.1 user=app dbname=c sslmode=disable":              {Host: "127.0.0.1", Porta: 5432, Usuario: "app", Banco: "c", TLS: TLSNenhum},
		"host=db.exemplo.com user=app dbname=c sslmode=verify-full":         {Host: "db.exemplo.com", Porta: 5432, Usuario: "app", Banco: "c", TLS: TLSVerificado},
	} {
		target, err := ParseURL(raw)
		require.NoError(t, err, raw)
		require.NotContains(t, target.Nome, "edo")
		want.Kind, target.Nome, target.Avisos = Postgres, "", nil
		require.Equal(t, want, target, raw)
	}
}

// TestSchemasAreNotDropped: who names a schema must not get tables in another.
func TestSchemasAreNotDropped(t *testing.T) {
	for _, query := range []string{
		"options=-csearch_path%3Dapp4", "options=-c%20search_path%3Dapp4", "options=-c+search_path%3Dapp4,public", "options=--search_path%3Dapp4", "options=--search-path=app4",
		"options=-c%20statement_timeout%3D5%20-c%20search_path%3D%22App4%22", "search_path=app4", "searchpath=app4", "currentSchema=app4", "current_schema=app4", "schema=app4",
	} {
		_, err := ParseURL("postgresql://ana:s@localhost/c?" + query)
		require.True(t, IsURLError(err), query)
		require.Contains(t, err.Error(), "ALTER ROLE")
	}
	_, err := ParseURL("host=localhost user=ana dbname=c options='-c search_path=app4'")
	require.True(t, IsURLError(err))
	_, err = ParseURL("mysql://ana:s@localhost/c?schema=outro")
	require.True(t, IsURLError(err))
	for _, query := range []string{"options=-csearch_path%3Dpublic", "schema=public", "options=-c%20search_path%3D%22$user%22,public", "options=-c%20geqo%3Doff", "options=reference%3Dabc"} {
		_, err := ParseURL("postgresql://ana:s@localhost/c?" + query)
		require.NoError(t, err, query)
	}
	t.Setenv("PGOPTIONS", "-c search_path=app4")
	target, err := ParseURL("postgresql://ana:s@localhost/c")
	require.NoError(t, err)
	_, err = Open(t.Context(), target)
	require.ErrorIs(t, err, ErrUnavailable)
}

// TestWhatIsNoURLIsNoFile: a mistyped address must not become an empty database
// that is named by its password.
func TestWhatIsNoURLIsNoFile(t *testing.T) {
	for _, raw := range []string{
		"postgresql//app:Segredo1@db/x", "postgresql:/app:Segredo1@db/x", "app:Segredo1@db/x", "app:Segredo1@db.exemplo.com:5432/clientes", "postgres;//app:Segredo1@db/x",
		"Server=db;Database=c;Uid=app;Pwd=Segredo1;", "host=db senha=Segredo1", "host=db password='Segredo1", "password=Segredo1", "//app:Segredo1@db/x", "/app:Segredo1@db/x",
		"DATABASE_URL=postgresql//app:Segredo1@db/x", "export Segredo1", "Segredo1", "postgresql Segredo1", "db.exemplo.com:5432", "mysql -u app -pSegredo1 c",
		"sqlite:///postgresql://app:Segredo1@db/x", "sqlite:///host=db password=Segredo1", "user=app;password=Segredo1.db", "service=Segredo1", "app@Segredo1.db/x.db",
		"postgresql\\\\app:Segredo1@db", "http//x:Segredo1", "host=db user=app dbname=c cor=Segredo1",
	} {
		target, err := ParseURL(raw)
		require.True(t, IsURLError(err), "%q -> %q", raw, target.Nome)
		require.NotContains(t, err.Error(), "Segredo1", raw)
		require.NotContains(t, target.Nome, "Segredo1", raw)
	}
	for _, raw := range []string{"clientes.db", "./clientes", "../x/y", "/home/ana@empresa/clientes", `C:\dados\clientes.db`, "dados/clientes.sqlite3", "Meus dados (2026).db", "/srv/a,b/ação"} {
		target, err := ParseURL(raw)
		require.NoError(t, err, raw)
		require.Equal(t, SQLite, target.Kind)
	}
}

// Whatever the password is, it is understood where it can be, and shown nowhere.
func TestPasswordsAreNeverShown(t *testing.T) {
	odd := rapid.StringOfN(rapid.RuneFrom([]rune(`aZ09 @:/#?%&=+!$*[](){}<>'"\éç|~^-_.,;`)), 6, 24, -1)
	rapid.Check(t, func(t *rapid.T) {
		secret := "Q7" + odd.Draw(t, "password") + "7Q"
		form := rapid.SampledFrom([]string{
			"postgres://ana:%s@db.exemplo.com:5432/c", "mysql://ana:%s@aws.connect.psdb.cloud/c?ssl=true", "postgresql://ana:%s@db.x.supabase.co:5432/c?sslmode=require",
			"postgresql://ana:%s@[::1]/c", "postgres://ana:%s@h", "postgres://ana:%s@h:x/y", "oracle://ana:%s@h/c",
		}).Draw(t, "form")
		target, err := ParseURL(strings.Replace(form, "%s", secret, 1))
		shown := target.Nome + strings.Join(append(target.Avisos, target.Dicas...), " ")
		if err != nil {
			shown += err.Error()
		}
		if strings.Contains(shown, secret) || strings.Contains(shown, "7Q") || strings.Contains(shown, "Q7") {
			t.Fatalf("%q is in %q", secret, shown)
		}
		if err == nil && target.Senha != unquote(secret) {
			t.Fatalf("read %q", target.Senha)
		}
	})
}

// TestOddPaths opens files whose names mean something in a URI.
func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "100%.db", "a?b=c.db", "a#b.db", "ação.db", "a&mode=memory.db"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, CreateFile(path))
		db, err := Open(t.Context(), Target{Kind: SQLite, Path: path, Nome: path})
		require.NoError(t, err, name)
		require.NoError(t, db.StartWriter(t.Context(), Hooks{}))
		write(t, db, "CREATE TABLE t(v TEXT)")
		require.NoError(t, db.Close())
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Positive(t, info.Size(), name)
	}
}

func TestMissingFileIsNotMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	_, err := Open(t.Context(), Target{Kind: SQLite, Path: path, Nome: path})
	require.ErrorIs(t, err, ErrUnavailable)
	require.NoFileExists(t, path)
}

// TestContradictionIsNoDowngrade: of two options about TLS the stricter counts,
// and a pin that is not looked at is told.
func TestContradictionIsNoDowngrade(t *testing.T) {
	for _, raw := range []string{"postgresql://ana@db.exemplo.com/x?sslmode=require&ssl=false", "postgresql://ana@db.exemplo.com/x?ssl=0&sslmode=require"} {
		target, err := ParseURL(raw)
		require.NoError(t, err)
		require.NotEqual(t, TLSNenhum, target.TLS, raw)
	}
	plain, err := ParseURL("postgresql://ana@db.exemplo.com/x?sslmode=disable")
	require.NoError(t, err)
	require.Equal(t, TLSNenhum, plain.TLS)
	require.Greater(t, len(plain.Trust("", "ab").Avisos), len(plain.Avisos))
}
