package storetest

import (
	"cmp"
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
)

const postgresPackage = "postgresql"

var postgresKind = family{
	name: "postgres", scheme: "postgresql", system: "postgres", env: "MONITOR_TEST_POSTGRES",
	users: []string{"postgres"}, last: "QUIT", polite: "INT",
	prepare: preparePostgres,
	port:    func(port int) string { return "--port=" + strconv.Itoa(port) },
	open: func(s *Server, banco string) (*sql.DB, error) {
		return sql.Open("pgx", s.URL(banco)+"?sslmode=prefer")
	},
	drop: func(ctx context.Context, s *Server, banco string) error {
		_, err := s.root.ExecContext(ctx, "DROP DATABASE IF EXISTS "+banco+" WITH (FORCE)")
		return err
	},
}

var (
	sharedPostgres    shared
	installedPostgres model
)

// Postgres is the PostgreSQL server of this test process; MONITOR_TEST_POSTGRES
// names one that already runs.
func Postgres(t testing.TB) *Server {
	t.Helper()
	return sharedPostgres.get(t, postgresKind)
}

// NewPostgres starts a PostgreSQL server of the test's own.
func NewPostgres(t testing.TB, opts ...ServerOption) *Server {
	t.Helper()
	return private(t, postgresKind, opts)
}

func preparePostgres(s *Server, o serverOptions) error {
	server, err := findPostgres("postgres")
	if err != nil {
		return err
	}
	data, err := s.installed(&installedPostgres, func(m *model) error {
		pwfile, err := m.g.write("senha", m.password+"\n")
		if err != nil {
			return err
		}
		return m.g.run(filepath.Join(filepath.Dir(server), "initdb"), "--pgdata="+m.data(), "--username="+s.User, "--pwfile="+pwfile,
			"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	})
	if err != nil {
		return err
	}
	// A zone that is not UTC, for what forgets to say which one it means.
	s.argv = []string{server, "-D", data}
	set := func(settings ...string) {
		for _, v := range settings {
			s.argv = append(s.argv, "-c", v)
		}
	}
	set("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", "shared_buffers=32MB", "timezone=America/Sao_Paulo")
	if !o.noTLS {
		set("ssl=on", "ssl_cert_file="+filepath.Join(s.g.dir, "servidor.pem"), "ssl_key_file="+filepath.Join(s.g.dir, "servidor.key"))
	}
	if !o.durable {
		set("fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	return nil
}

// findPostgres takes the newest of the installed versions, unless PATH names one.
func findPostgres(program string) (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	version := func(folder string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
		return n
	}
	slices.SortFunc(folders, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	return find(program, postgresPackage, folders...)
}
