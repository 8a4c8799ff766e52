package storetest

import (
	"database/sql"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// Bouncer is a PgBouncer in transaction mode before a PostgreSQL server. It has
// few connections to the server, so that the transactions of different clients
// meet on the same ones.
type Bouncer struct {
	server *Server
	addr   string
	g      *guard
}

const bouncerPackage = "pgbouncer"

// poolSize is how many connections to the server all clients of a database share.
const poolSize = 3

// PgBouncer is a bouncer of the test's own before s. Versions 1.18 to 1.20.0 end by
// themselves when a client gives up a query at the wrong moment
// (github.com/pgbouncer/pgbouncer/pull/927): no other test may feel that.
func PgBouncer(t testing.TB, s *Server) *Bouncer {
	t.Helper()
	b, err := newBouncer(s)
	if err != nil {
		fail(t, err)
	}
	t.Cleanup(b.g.close)
	return b
}

// Addr is host:port.
func (b *Bouncer) Addr() string { return b.addr }

// URL names a database of the server, through the bouncer.
func (b *Bouncer) URL(banco string) string { return b.server.at(b.addr, banco) }

// Database creates an empty database and returns its URL through the bouncer.
func (b *Bouncer) Database(t testing.TB) string {
	t.Helper()
	return b.URL(b.server.NewDatabase(t))
}

func newBouncer(s *Server) (*Bouncer, error) {
	program, err := find("pgbouncer", bouncerPackage)
	if err != nil {
		return nil, err
	}
	g, err := newGuard("pgbouncer", "KILL", "postgres")
	if err != nil {
		return nil, err
	}
	b := &Bouncer{server: s, g: g}
	for range 5 {
		if err = b.start(program); err == nil {
			return b, nil
		}
		if !errors.Is(err, errEnded) {
			break
		}
	}
	g.close()
	return nil, err
}

const bouncerConfig = `[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s
pool_mode = transaction
default_pool_size = %d
max_client_conn = 500
server_tls_sslmode = disable
client_tls_sslmode = allow
client_tls_cert_file = %s
client_tls_key_file = %s
`

func (b *Bouncer) start(program string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	b.addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	config, err := b.configure(port)
	if err != nil {
		return err
	}
	db, err := sql.Open("pgx", b.URL("postgres")+"?sslmode=disable&default_query_exec_mode=simple_protocol")
	if err != nil {
		return err
	}
	defer db.Close()
	return b.g.serve(db, program, config)
}

// configure writes the bouncer's files. It shows a certificate signed by an
// authority of its own.
func (b *Bouncer) configure(port int) (string, error) {
	authority, err := NewAuthority()
	if err != nil {
		return "", err
	}
	cert, err := authority.Issue(time.Now().Add(24*time.Hour), "localhost", "127.0.0.1")
	if err != nil {
		return "", err
	}
	files := map[string]string{
		"usuarios.txt": fmt.Sprintf("%q %q\n", b.server.User, b.server.Password),
		"servidor.pem": cert.Cert, "servidor.key": cert.Key,
	}
	for name, text := range files {
		if _, err := b.g.write(name, text); err != nil {
			return "", err
		}
	}
	host, serverPort, err := net.SplitHostPort(b.server.addr)
	if err != nil {
		return "", err
	}
	in := func(name string) string { return filepath.Join(b.g.dir, name) }
	return b.g.write(
		"pgbouncer.ini",
		fmt.Sprintf(bouncerConfig, host, serverPort, port, in("usuarios.txt"), poolSize, in("servidor.pem"), in("servidor.key")),
	)
}
