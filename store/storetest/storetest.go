// Package storetest gives each test a fresh, real database of its own.
//
// SQLite is always at hand. PostgreSQL and MariaDB are servers that the first
// test of a process which asks for one starts, on loopback, and that end with the
// process; PgBouncer and toxiproxy stand before them where a test wants that. The
// legacy databases are copies of ones that the Flask system made, with synthetic
// people.
package storetest

import (
	"database/sql"
	_ "embed"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver of Foreign

	"example.com/monitor/store"
)

//go:embed testdata/flask.sqlite
var flaskSQLite []byte

// Operator is the local operator of tests; it acts as admin.
var Operator = store.Local("teste", "maquina", store.CanalCLI)

// Option changes the configuration of a test's store.
type Option func(*store.Config)

// Now sets the clock.
func Now(now func() time.Time) Option { return func(c *store.Config) { c.Now = now } }

// URL is the database URL of a file.
func URL(path string) string { return "sqlite:///" + path }

// New opens a fresh, empty database that ends with the test.
func New(t testing.TB, opts ...Option) *store.Store {
	t.Helper()
	return Open(t, freshFile(t), opts...)
}

// Open opens the database at path, making or adopting it where needed.
func Open(t testing.TB, path string, opts ...Option) *store.Store {
	t.Helper()
	return opened(t, config(URL(path), opts))
}

func config(url string, opts []Option) store.Config {
	// Machines that run tests are slow and noisy: only a test of deadlines sets one.
	cfg := store.Config{URL: url, Create: true, Deadline: 2 * time.Minute}
	for _, o := range opts {
		o(&cfg)
	}
	return cfg
}

func opened(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// Flask returns the path of a fresh copy of the legacy database, not yet adopted.
func Flask(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "flask.db")
	if err := os.WriteFile(path, flaskSQLite, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Foreign opens the database file as another program would: plain SQL, none of
// our rules.
func Foreign(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Exec runs statements of another program.
func Exec(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
