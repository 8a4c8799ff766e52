package engine

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"example.com/monitor/store/migrations"
)

// migrarPor bounds the whole of a migration: rewriting a large table takes
// minutes on a small server.
const migrarPor = 30 * time.Minute

// Migrate applies the steps that are missing. Whoever is killed in between, and
// several processes at once, leave a database that the next call finishes.
func (db *DB) Migrate(ctx context.Context, now string) error {
	ctx, cancel := context.WithTimeout(ctx, migrarPor)
	defer cancel()
	switch db.Kind {
	case Postgres:
		return db.migratePostgres(ctx, now)
	case MySQL:
		return db.migrateMySQL(ctx, now)
	default:
		return db.migrateSQLite(ctx, now)
	}
}

// migrateSQLite does each step in a transaction of its own that also records it.
func (db *DB) migrateSQLite(ctx context.Context, now string) error {
	for _, m := range migrations.For(string(db.Kind)) {
		if err := db.stepSQLite(ctx, m, now); err != nil {
			return stepError(m, err)
		}
	}
	return nil
}

// othersMigrate is how long whoever has the file is waited for where the ledger has a
// step: it may be another monitor that is at the next one. Before the first step it is
// some other program, and told of after one lockWait.
const othersMigrate = 30 * time.Second

func (db *DB) stepSQLite(ctx context.Context, m migrations.Migration, now string) error {
	for began := time.Now(); ; {
		err := db.Write(ctx, func(ctx context.Context, q Q) error { return applySQLite(ctx, q, m, now) })
		if err == nil || Motivo(err) != MotivoOcupado || time.Since(began) > othersMigrate {
			return err
		}
		if begun, failed := db.Versao(ctx); failed != nil || begun == 0 {
			return err
		}
		select {
		case <-time.After(startPause):
		case <-ctx.Done():
			return err
		}
	}
}

func stepError(m migrations.Migration, err error) error {
	return fmt.Errorf("migration %d %s: %w", m.Versao, m.Nome, err)
}

func applySQLite(ctx context.Context, q Q, m migrations.Migration, now string) error {
	if err := q.beginLedger(ctx, now); err != nil {
		return err
	}
	if done, err := recorded(ctx, q, m); err != nil || done {
		return err
	}
	for _, stmt := range m.SQL {
		// DDL must not enter the statement cache: it runs once.
		if _, err := q.wc.ExecContext(ctx, stmt); err != nil {
			return Translate(err)
		}
	}
	return record(ctx, q, m, now)
}

// The names of the ledger's first row.
const (
	bancoNovo    = "banco_novo"
	bancoAdotado = "banco_adotado"
)

// beginLedger makes the table of applied steps. Its first row, which stands there
// before any table of ours, tells an adopted database from one that we made.
func (q Q) beginLedger(ctx context.Context, now string) error {
	if _, err := q.wc.ExecContext(ctx, migrations.Ledger); err != nil {
		return Translate(err)
	}
	var begun bool
	if err := q.Get(ctx, []any{&begun}, "SELECT EXISTS (SELECT 1 FROM monitor_migracoes)"); err != nil || begun {
		return err
	}
	names, err := q.tables(ctx)
	if err != nil {
		return err
	}
	nome := bancoNovo
	if names["clientes"] {
		nome = bancoAdotado
	}
	return record(ctx, q, migrations.Migration{Nome: nome}, now)
}

// Adopted says that the six tables are older than the ledger. Databases of
// before it was written down count as adopted.
func (db *DB) Adopted(ctx context.Context) (bool, error) {
	var fresh bool
	err := db.Reader().Get(ctx, []any{&fresh}, "SELECT EXISTS (SELECT 1 FROM monitor_migracoes WHERE versao = 0 AND nome = ?)", bancoNovo)
	return !fresh, err
}

// MarkAdopted makes Adopted true for a database that is filled with an adopted one's rows.
func MarkAdopted(ctx context.Context, q Q) error {
	_, err := q.Exec(ctx, "DELETE FROM monitor_migracoes WHERE versao = 0 AND nome = ?", bancoNovo)
	return err
}

func recorded(ctx context.Context, q Q, m migrations.Migration) (bool, error) {
	var n int
	err := q.Get(ctx, []any{&n}, "SELECT count(*) FROM monitor_migracoes WHERE versao = ?", m.Versao)
	return n > 0, err
}

func record(ctx context.Context, q Q, m migrations.Migration, now string) error {
	_, err := q.Exec(ctx, "INSERT INTO monitor_migracoes(versao, nome, aplicada_em) VALUES (?, ?, ?)", m.Versao, m.Nome, now)
	return err
}

// foreignKey is a line of a CREATE TABLE that some providers refuse.
var foreignKey = regexp.MustCompile(`,\n\s*FOREIGN KEY[^\n]*?(,?)\n`)

// statement gives what t's provider understands.
func (t Target) statement(sql string) string {
	if !t.SemFK {
		return sql
	}
	for foreignKey.MatchString(sql) {
		sql = foreignKey.ReplaceAllString(sql, "$1\n")
	}
	return sql
}

// Statements are the steps after version versao as this database would be given
// them, for showing.
func (db *DB) Statements(versao int) []string {
	var list []string
	for _, m := range migrations.For(string(db.Kind)) {
		if m.Versao <= versao {
			continue
		}
		for _, stmt := range m.SQL {
			list = append(list, db.Target.statement(stmt))
		}
	}
	return list
}

// Versao is the newest migration that the database has, 0 for none.
func (db *DB) Versao(ctx context.Context) (versao int, err error) {
	names, err := db.Tables(ctx)
	if err == nil && names["monitor_migracoes"] {
		err = db.Reader().Get(ctx, []any{&versao}, "SELECT coalesce(max(versao), 0) FROM monitor_migracoes")
	}
	return versao, err
}

// QuickVersao is Versao for the common case, a database that is in order: one
// question instead of two. 0 also stands for a table that is not there.
func (db *DB) QuickVersao(ctx context.Context) (versao int, err error) {
	err = db.Reader().Get(ctx, []any{&versao}, "SELECT coalesce(max(versao), 0) FROM monitor_migracoes")
	if err != nil && !errors.Is(err, ErrUnavailable) && ctx.Err() == nil {
		return 0, nil
	}
	return versao, err
}

var tablesQuery = map[Kind]string{
	SQLite:   "SELECT name FROM sqlite_master WHERE type = 'table'",
	Postgres: "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
	MySQL:    "SELECT table_name FROM information_schema.tables WHERE table_schema = database()",
}

// Tables names the tables of the database in lower case.
func (db *DB) Tables(ctx context.Context) (map[string]bool, error) { return db.Reader().tables(ctx) }

func (q Q) tables(ctx context.Context) (map[string]bool, error) {
	var list []string
	if err := q.All(ctx, &list, tablesQuery[q.db.Kind]); err != nil {
		return nil, err
	}
	names := make(map[string]bool, len(list))
	for _, n := range list {
		names[strings.ToLower(n)] = true
	}
	return names, nil
}
