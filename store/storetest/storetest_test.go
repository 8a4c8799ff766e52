package storetest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"
)

// kinds are the kinds of servers that this package starts.
var kinds = map[string]func(testing.TB, ...ServerOption) *Server{"postgres": NewPostgres, "mariadb": NewMariaDB}

// overTLS opens s by TLS; roots nil trusts whom the system trusts.
func overTLS(t *testing.T, s *Server, roots *x509.CertPool) *sql.DB {
	t.Helper()
	var db *sql.DB
	var err error
	if s.kind.name == "postgres" {
		// With no file of its own pgx asks the system.
		dsn := strings.Replace(s.URL("postgres"), "127.0.0.1", "localhost", 1) + "?sslmode=verify-full"
		if roots != nil {
			dsn += "&sslrootcert=" + s.CA
		}
		db, err = sql.Open("pgx", dsn)
	} else {
		cfg := mysql.NewConfig()
		cfg.Net, cfg.Addr, cfg.User, cfg.Passwd = "tcp", s.Addr(), s.User, s.Password
		cfg.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: "localhost", RootCAs: roots}
		connector, err := mysql.NewConnector(cfg)
		require.NoError(t, err)
		db = sql.OpenDB(connector)
	}
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestServersSpeakTLS(t *testing.T) {
	for name, shared := range map[string]func(testing.TB) *Server{"postgres": Postgres, "mariadb": MariaDB} {
		t.Run(name, func(t *testing.T) {
			s := shared(t)
			if s.CA == "" {
				t.Skip("the server is somebody else's")
			}
			pem, err := os.ReadFile(s.CA)
			require.NoError(t, err)
			roots := x509.NewCertPool()
			require.True(t, roots.AppendCertsFromPEM(pem))
			require.NoError(t, overTLS(t, s, roots).PingContext(t.Context()))
			require.ErrorContains(t, overTLS(t, s, nil).PingContext(t.Context()), "certificate")
		})
	}
}

func TestOwnCertificate(t *testing.T) {
	a, err := NewAuthority()
	require.NoError(t, err)
	old, err := a.Issue(time.Now().Add(-time.Hour), "localhost")
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM([]byte(a.PEM)))
	for name, private := range kinds {
		t.Run(name, func(t *testing.T) {
			s := private(t, WithCertificate(old))
			s.CA = a.File(t)
			require.ErrorContains(t, overTLS(t, s, roots).PingContext(t.Context()), "expired")
		})
	}
}

// TestServersThatWantTLS lets the server refuse plain connections.
func TestServersThatWantTLS(t *testing.T) {
	s := NewMariaDB(t, WithArgs("--require-secure-transport=ON"))
	require.Equal(t, 1, number(t, s.Root(), "SELECT 1"))
}

// TestServerThatCannotStart tells why, from the server's own log.
func TestServerThatCannotStart(t *testing.T) {
	for name, kind := range map[string]family{"postgres": postgresKind, "mariadb": mariadbKind} {
		t.Run(name, func(t *testing.T) {
			_, err := newServer(kind, serverOptions{args: []string{"--nao-existe=1"}})
			if !errors.Is(err, errEnded) {
				fail(t, err)
			}
			require.ErrorContains(t, err, "existe")
		})
	}
}

// TestDurableServer kills a server: what was committed is there when it comes back.
func TestDurableServer(t *testing.T) {
	for name, private := range kinds {
		t.Run(name, func(t *testing.T) {
			s := private(t)
			banco := s.NewDatabase(t)
			db, err := s.kind.open(s, banco)
			require.NoError(t, err)
			t.Cleanup(func() { _ = db.Close() })
			Exec(t, db, "CREATE TABLE a(n int)")
			Exec(t, db, "INSERT INTO a VALUES (7)")
			s.Kill()
			require.Error(t, db.PingContext(t.Context()))
			s.Start()
			require.Equal(t, 7, number(t, db, "SELECT n FROM a"))
			s.Stop()
			require.Error(t, db.PingContext(t.Context()))
			s.Start()
			require.Equal(t, 7, number(t, db, "SELECT n FROM a"))
		})
	}
}

func number(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n))
	return n
}

func TestFrozenServer(t *testing.T) {
	for name, private := range kinds {
		t.Run(name, func(t *testing.T) {
			s := private(t)
			require.NoError(t, s.Root().PingContext(t.Context()))
			s.Freeze()
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			require.Error(t, s.Root().PingContext(ctx), "an open connection") // pgx calls it a bad one
			s.Thaw()
			require.NoError(t, s.Root().PingContext(t.Context()))
		})
	}
}

// TestEngines makes databases that are empty, of their own and gone afterwards.
func TestEngines(t *testing.T) {
	Servers(t, func(t *testing.T, e Engine) {
		var first string
		t.Run("dentro", func(t *testing.T) {
			first = e.URL(t)
			second := e.URL(t)
			require.NotEqual(t, first, second)
			one, two := e.Foreign(t, first), e.Foreign(t, second)
			e.Exec(t, one, "CREATE TABLE a(n int)")
			e.Exec(t, one, "INSERT INTO a VALUES (?)", 1)
			_, err := two.ExecContext(t.Context(), "INSERT INTO a VALUES (1)")
			require.Error(t, err, "the other database is another one")
		})
		require.Error(t, e.Foreign(t, first).PingContext(t.Context()), "gone with its test, though connections were open")
	})
}

func TestFlaskOnServers(t *testing.T) {
	people := map[string]int{"sqlite": 27, "postgres": 29, "mariadb": 29, "pgbouncer": 29}
	Each(t, func(t *testing.T, e Engine) {
		db := e.Foreign(t, e.Flask(t))
		require.Equal(t, people[e.Name], number(t, db, "SELECT count(*) FROM clientes"))
		require.Equal(t, 1, number(t, db, "SELECT count(*) FROM clientes WHERE nome = 'Antônia d''Ávila'"))
		require.Positive(t, number(t, db, "SELECT count(*) FROM logs_auditoria"))
	})
}

// TestBouncerMixesClients proves that more clients than connections work at the
// same time, so one client's transactions run on different connections.
func TestBouncerMixesClients(t *testing.T) {
	s := Postgres(t)
	db, err := sql.Open("pgx", PgBouncer(t, s).Database(t)+"?default_query_exec_mode=simple_protocol")
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(12)
	var wg sync.WaitGroup
	var mu sync.Mutex
	backends := map[int]bool{}
	for range 12 {
		wg.Go(func() {
			for range 20 {
				var pid int
				if err := db.QueryRowContext(t.Context(), "SELECT pg_backend_pid()").Scan(&pid); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				backends[pid] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, len(backends), poolSize)
	require.NotEmpty(t, backends)
}

func TestProxy(t *testing.T) {
	s := Postgres(t)
	p := Proxy(t, s.Addr())
	Toxic(t, p, `{"name": "longe", "type": "latency", "attributes": {"latency": 200}}`)
	db, err := sql.Open("pgx", s.Through(p.Listen, s.URL("postgres")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, db.PingContext(t.Context()))
	began := time.Now()
	require.Equal(t, 1, number(t, db, "SELECT 1"))
	require.GreaterOrEqual(t, time.Since(began), 200*time.Millisecond)
	Healthy(t, p, "longe")
	Toxic(t, p, `{"name": "corte", "type": "reset_peer", "attributes": {"timeout": 0}}`)
	require.Error(t, db.QueryRowContext(t.Context(), "SELECT 1").Err())
}

func TestBind(t *testing.T) {
	require.Equal(t, "a = $1 AND b = $2", Engine{Name: "postgres", server: Postgres}.Bind("a = ? AND b = ?"))
	require.Equal(t, "a = ?", SQLite.Bind("a = ?"))
}

// TestExistingServer uses a server as MONITOR_TEST_POSTGRES and MONITOR_TEST_MYSQL
// would name it.
func TestExistingServer(t *testing.T) {
	for name, private := range kinds {
		t.Run(name, func(t *testing.T) {
			s := private(t)
			other, err := existing(s.kind, s.URL(s.kind.system))
			require.NoError(t, err)
			t.Cleanup(func() { _ = other.Root().Close() })
			require.Equal(t, s.Addr(), other.Addr())
			var banco string
			t.Run("dentro", func(t *testing.T) { banco = other.NewDatabase(t) })
			db, err := s.kind.open(s, banco)
			require.NoError(t, err)
			t.Cleanup(func() { _ = db.Close() })
			require.Error(t, db.PingContext(t.Context()), "dropped with its test")
		})
	}
	_, err := existing(postgresKind, "postgresql://dono:segredo@[::1")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "segredo")
}

// verdict is a test that only notes how it ended.
type verdict struct {
	testing.TB
	skipped, failed string
}

func (v *verdict) Helper()           {}
func (v *verdict) Skip(args ...any)  { v.skipped = fmt.Sprint(args...) }
func (v *verdict) Fatal(args ...any) { v.failed = fmt.Sprint(args...) }

func TestMissingEngine(t *testing.T) {
	gone := mariadbKind
	gone.prepare = func(*Server, serverOptions) error {
		_, err := find("nao-existe-servidor", "pacote-do-servidor")
		return err
	}
	_, err := newServer(gone, serverOptions{})
	if errors.Is(err, errNoGuard) {
		t.Skip(err)
	}
	t.Setenv("CI", "")
	var v verdict
	fail(&v, err)
	require.Contains(t, v.skipped, "pacote-do-servidor")
	t.Setenv("CI", "true")
	v = verdict{}
	fail(&v, err)
	require.Contains(t, v.failed, "pacote-do-servidor", "in CI every engine is there")
	t.Setenv("CI", "")
	v = verdict{}
	fail(&v, errors.New("does not start"))
	require.NotEmpty(t, v.failed, "an engine that is there must work")
}
