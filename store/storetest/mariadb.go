package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/go-sql-driver/mysql"
)

const mariadbPackage = "mariadb-server"

var mariadbKind = family{
	name: "mariadb", scheme: "mysql", system: "mysql", env: "MONITOR_TEST_MYSQL",
	users: []string{"mysql"}, last: "KILL", polite: "TERM",
	prepare: prepareMariaDB,
	port:    func(port int) string { return "--port=" + strconv.Itoa(port) },
	open:    openMariaDB,
	drop:    dropMariaDB,
	script:  scriptMariaDB,
}

var (
	sharedMariaDB    shared
	installedMariaDB model
)

// MariaDB is the MariaDB server of this test process; MONITOR_TEST_MYSQL names a
// MariaDB or MySQL server that already runs. Its default character set is latin1.
func MariaDB(t testing.TB) *Server {
	t.Helper()
	return sharedMariaDB.get(t, mariadbKind)
}

// NewMariaDB starts a MariaDB server of the test's own.
func NewMariaDB(t testing.TB, opts ...ServerOption) *Server {
	t.Helper()
	return private(t, mariadbKind, opts)
}

func prepareMariaDB(s *Server, o serverOptions) error {
	server, err := find("mariadbd", mariadbPackage, "/usr/libexec")
	if err != nil {
		return err
	}
	install, err := find("mariadb-install-db", mariadbPackage)
	if err != nil {
		return err
	}
	data, err := s.installed(&installedMariaDB, func(m *model) error {
		return m.g.run(install, "--no-defaults", "--datadir="+m.data(), "--auth-root-authentication-method=normal", "--skip-test-db",
			"--skip-name-resolve", "--innodb-flush-method=nosync")
	})
	if err != nil {
		return err
	}
	owner := fmt.Sprintf(
		"CREATE USER IF NOT EXISTS '%[1]s'@'%%' IDENTIFIED BY '%[2]s';\nGRANT ALL ON *.* TO '%[1]s'@'%%' WITH GRANT OPTION;\n",
		s.User,
		s.Password,
	)
	first, err := s.g.write("dono.sql", owner)
	if err != nil {
		return err
	}
	// A zone that is not UTC, for what forgets to say which one it means.
	s.argv = []string{
		server, "--no-defaults", "--datadir=" + data, "--init-file=" + first, "--bind-address=127.0.0.1", "--socket=" + filepath.Join(s.g.dir, "s"),
		"--pid-file=" + filepath.Join(s.g.dir, "pid"), "--skip-name-resolve", "--max-connections=300", "--innodb-buffer-pool-size=64M",
		"--default-time-zone=-03:00",
	}
	if !o.noTLS {
		s.argv = append(s.argv, "--ssl-cert="+filepath.Join(s.g.dir, "servidor.pem"), "--ssl-key="+filepath.Join(s.g.dir, "servidor.key"))
	}
	if !o.durable {
		s.argv = append(s.argv, "--innodb-flush-method=nosync", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF")
	}
	return nil
}

func openMariaDB(s *Server, banco string) (*sql.DB, error) {
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr, cfg.User, cfg.Passwd, cfg.DBName = "tcp", s.addr, s.User, s.Password, banco
	cfg.MultiStatements = true
	cfg.TLSConfig = "preferred" // some servers want it
	cfg.Logger = log.New(io.Discard, "", 0)
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// dropMariaDB first ends the connections that would make DROP wait.
func dropMariaDB(ctx context.Context, s *Server, banco string) error {
	rows, err := s.root.QueryContext(ctx, "SELECT id FROM information_schema.processlist WHERE db = ?", banco)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		_, _ = s.root.ExecContext(ctx, "KILL CONNECTION "+strconv.FormatInt(id, 10)) // may be gone by now
	}
	_, err = s.root.ExecContext(ctx, "DROP DATABASE IF EXISTS "+banco)
	return errors.Join(rows.Err(), err)
}
