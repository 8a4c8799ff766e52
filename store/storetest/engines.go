package storetest

import (
	"database/sql"
	_ "embed"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"example.com/monitor/store"
)

//go:embed testdata/flask.postgres.sql
var flaskPostgres string

//go:embed testdata/flask.mariadb.sql
var flaskMariaDB string

// Engine is one way to keep data, with which a test runs.
type Engine struct {
	Name string // sqlite, postgres, mariadb or pgbouncer
	// server makes databases; nil for SQLite.
	server func(t testing.TB) *Server
	// door is the address that the store connects to, where that is not the server's:
	// one for each database.
	door func(t testing.TB) string
}

// SQLite is the engine that is always at hand, and what the others are compared
// with.
var SQLite = Engine{Name: "sqlite"}

// Engines are all engines; Each skips those that are not installed.
func Engines() []Engine {
	return []Engine{
		SQLite,
		{Name: "postgres", server: Postgres},
		{Name: "mariadb", server: MariaDB},
		{Name: "pgbouncer", server: Postgres, door: func(t testing.TB) string { return PgBouncer(t, Postgres(t)).Addr() }},
	}
}

// Named is one of Engines.
func Named(name string) Engine {
	for _, e := range Engines() {
		if e.Name == name {
			return e
		}
	}
	panic("storetest: there is no engine " + name)
}

// Each runs fn as a subtest on every engine. One that is not installed is
// skipped, but fails where CI is set. What works on PostgreSQL is seldom otherwise
// behind PgBouncer: there it runs in complete runs, while EachDoor, for what speaks of
// connections, sessions and transactions, always goes through it too.
func Each(t *testing.T, fn func(t *testing.T, e Engine)) {
	t.Helper()
	run(t, Engines(), Complete(), fn)
}

// EachDoor is Each with PgBouncer before PostgreSQL, always.
func EachDoor(t *testing.T, fn func(t *testing.T, e Engine)) {
	t.Helper()
	run(t, Engines(), true, fn)
}

// Servers is Each without SQLite.
func Servers(t *testing.T, fn func(t *testing.T, e Engine)) {
	t.Helper()
	run(t, Engines()[1:], Complete(), fn)
}

// ServersEachDoor is EachDoor without SQLite.
func ServersEachDoor(t *testing.T, fn func(t *testing.T, e Engine)) {
	t.Helper()
	run(t, Engines()[1:], true, fn)
}

func run(t *testing.T, engines []Engine, doors bool, fn func(t *testing.T, e Engine)) {
	t.Helper()
	for _, e := range engines {
		if e.door != nil && !doors {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			e.require(t)
			fn(t, e)
		})
	}
}

// Complete says that MONITOR_ENSAIO=completo asks for the whole of what a quick run
// tries a part of.
func Complete() bool { return os.Getenv("MONITOR_ENSAIO") == "completo" }

func (e Engine) require(t *testing.T) {
	t.Helper()
	if e.server != nil {
		e.server(t)
	}
	if e.door != nil {
		if _, err := find("pgbouncer", bouncerPackage); err != nil {
			fail(t, err)
		}
	}
}

// URL is a fresh, empty database of the test's own.
func (e Engine) URL(t testing.TB) string {
	t.Helper()
	if e.server == nil {
		return URL(filepath.Join(t.TempDir(), "clientes.db"))
	}
	s := e.server(t)
	direct := s.Database(t)
	if e.door == nil {
		return direct
	}
	return s.Through(e.door(t), direct)
}

// Config is what Open would open a database with. All that is asked for one
// database share the folder for the audit key.
func (e Engine) Config(t testing.TB, url string, opts ...Option) store.Config {
	t.Helper()
	cfg := config(url, opts)
	if e.server != nil && cfg.Pasta == "" {
		folder, there := folders.Load(url)
		if !there {
			folder, _ = folders.LoadOrStore(url, t.TempDir())
			t.Cleanup(func() { folders.Delete(url) })
		}
		cfg.Pasta = folder.(string)
	}
	return cfg
}

// folders are the Config.Pasta of databases on servers, by URL.
var folders sync.Map

// Open opens a database, making or adopting it where needed.
func (e Engine) Open(t testing.TB, url string, opts ...Option) *store.Store {
	t.Helper()
	return opened(t, e.Config(t, url, opts...))
}

// New opens a fresh, empty database that ends with the test.
func (e Engine) New(t testing.TB, opts ...Option) *store.Store {
	t.Helper()
	return e.Open(t, e.Fresh(t), opts...)
}

// Flask is the URL of a fresh copy of the legacy database, not yet adopted.
func (e Engine) Flask(t testing.TB) string {
	t.Helper()
	if e.server == nil {
		return URL(Flask(t))
	}
	at := e.URL(t)
	dump := flaskPostgres
	if e.Name == "mariadb" {
		dump = flaskMariaDB
	}
	db := e.Foreign(t, at)
	defer db.Close() // the dump changes the session
	Exec(t, db, dump)
	return at
}

// Foreign connects to the database as another program would: plain SQL, none of
// our rules, past any pooler.
func (e Engine) Foreign(t testing.TB, at string) *sql.DB {
	t.Helper()
	if e.server == nil {
		return Foreign(t, strings.TrimPrefix(at, URL("")))
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	s := e.server(t)
	db, err := s.kind.open(s, strings.TrimPrefix(u.Path, "/"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Bind turns the ? of a statement into what the engine's drivers want.
func (e Engine) Bind(query string) string {
	if e.server == nil || e.Name == "mariadb" {
		return query
	}
	parts := strings.Split(query, "?")
	for i := range parts[1:] {
		parts[i] += "$" + strconv.Itoa(i+1)
	}
	return strings.Join(parts, "")
}

// Exec runs a statement of another program, with ? for its arguments.
func (e Engine) Exec(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	Exec(t, db, e.Bind(query), args...)
}
