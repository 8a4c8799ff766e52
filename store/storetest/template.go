package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.com/monitor/store"
)

// Fresh is the URL of an empty database of the test's own with the schema in it. It
// is a copy of one that this process migrated once: migrating takes most of the time
// of a short test. Servers that somebody else runs get no template: the test's Open
// migrates there.
func (e Engine) Fresh(t testing.TB) string {
	t.Helper()
	if e.server == nil {
		return URL(freshFile(t))
	}
	s := e.server(t)
	direct := s.freshDatabase(t)
	if e.door == nil {
		return direct
	}
	return s.Through(e.door(t), direct)
}

// sqliteTemplate is a migrated file. It is copied from memory, because whoever opens
// and closes a file takes away the locks that SQLite has on it.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "monitor-modelo-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "clientes.db")
	if err := migrate(URL(path), dir); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func freshFile(t testing.TB) string {
	t.Helper()
	content, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "clientes.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// migrate makes the database at url what a first start makes it.
func migrate(url, dir string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	s, err := store.Open(ctx, store.Config{URL: url, Create: true, Pasta: dir, Deadline: startLimit})
	if err != nil {
		return err
	}
	return s.Close()
}

// template is a server's migrated database, and for MariaDB, which copies none, what
// makes another one like it.
type template struct {
	once   sync.Once
	name   string
	script string
	err    error
}

func (s *Server) freshDatabase(t testing.TB) string {
	t.Helper()
	if s.g == nil || s.t != nil {
		return s.Database(t) // somebody else's, or of one test
	}
	s.template.once.Do(func() { s.template.err = s.makeTemplate() })
	if s.template.err != nil {
		t.Fatalf("template: %v", s.template.err)
	}
	if s.template.script == "" {
		return s.URL(s.NewDatabase(t, "TEMPLATE", s.template.name))
	}
	name := s.NewDatabase(t)
	Exec(t, s.root, fmt.Sprintf(s.template.script, name))
	return s.URL(name)
}

func (s *Server) makeTemplate() error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	dir, err := os.MkdirTemp("", "monitor-modelo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s.template.name = "modelo"
	if _, err := s.root.ExecContext(ctx, "CREATE DATABASE "+s.template.name); err != nil {
		return err
	}
	if err := migrate(s.URL(s.template.name), dir); err != nil {
		return err
	}
	if s.kind.script != nil {
		s.template.script, err = s.kind.script(ctx, s)
	}
	return err
}

// scriptMariaDB is one text of many statements, with %[1]s for the database. CREATE
// TABLE … LIKE would leave out foreign keys.
func scriptMariaDB(ctx context.Context, s *Server) (string, error) {
	var b strings.Builder
	b.WriteString("USE %[1]s; SET foreign_key_checks = 0;\n")
	tables, err := column(
		ctx,
		s.root,
		"SELECT table_name FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name",
		s.template.name,
	)
	if err != nil {
		return "", err
	}
	for _, table := range tables {
		var name, create string
		if err := s.root.QueryRowContext(ctx, "SHOW CREATE TABLE "+s.template.name+"."+table).Scan(&name, &create); err != nil {
			return "", err
		}
		b.WriteString(strings.ReplaceAll(create, "%", "%%") + ";\n")
		rows, err := s.copyRows(ctx, table)
		if err != nil {
			return "", err
		}
		b.WriteString(rows)
	}
	b.WriteString("SET foreign_key_checks = 1; USE mysql")
	return b.String(), nil
}

// copyRows is the statement that copies a table's rows, "" where it has none.
// Generated columns are left to the server.
func (s *Server) copyRows(ctx context.Context, table string) (string, error) {
	var full bool
	if err := s.root.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+s.template.name+"."+table+")").Scan(&full); err != nil || !full {
		return "", err
	}
	cols, err := column(ctx, s.root, `SELECT column_name FROM information_schema.columns
		WHERE table_schema = ? AND table_name = ? AND extra NOT LIKE '%GENERATED%' ORDER BY ordinal_position`, s.template.name, table)
	if err != nil {
		return "", err
	}
	list := strings.Join(cols, ", ")
	return fmt.Sprintf("INSERT INTO %s(%s) SELECT %s FROM %s.%s;\n", table, list, list, s.template.name, table), nil
}

// column reads the first column of all rows.
func column(ctx context.Context, db *sql.DB, query string, args ...any) (list []string, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
