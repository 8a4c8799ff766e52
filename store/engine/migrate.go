package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.com/monitor/store/migrations"
)

// Migrate applies the steps after version from, each in a transaction of its
// own that also records it, and reports the version reached. It is safe to be
// called by several processes at once: whoever comes second finds the step done.
func (db *DB) Migrate(ctx context.Context, now string) error {
	for _, m := range migrations.For(string(db.Kind)) {
		if err := db.Write(ctx, func(ctx context.Context, q Q) error { return apply(ctx, q, m, now) }); err != nil {
			return fmt.Errorf("migration %d %s: %w", m.Versao, m.Nome, err)
		}
	}
	return nil
}

func apply(ctx context.Context, q Q, m migrations.Migration, now string) error {
	if _, err := q.Exec(ctx, migrations.Ledger); err != nil {
		return err
	}
	var done int
	if err := q.Get(ctx, []any{&done}, "SELECT count(*) FROM monitor_migracoes WHERE versao = ?", m.Versao); err != nil {
		return err
	}
	if done > 0 {
		return nil
	}
	for _, stmt := range m.SQL {
		// DDL must not enter the statement cache: it runs once.
		if _, err := q.wc.ExecContext(ctx, stmt); err != nil {
			return Translate(err)
		}
	}
	_, err := q.Exec(ctx, "INSERT INTO monitor_migracoes(versao, nome, aplicada_em) VALUES (?, ?, ?)", m.Versao, m.Nome, now)
	return err
}

// Versao is the newest migration that the database has, 0 for none.
func (db *DB) Versao(ctx context.Context) (versao int, err error) {
	names, err := db.Tables(ctx)
	if err == nil && names["monitor_migracoes"] {
		err = db.Reader().Get(ctx, []any{&versao}, "SELECT coalesce(max(versao), 0) FROM monitor_migracoes")
	}
	return versao, err
}

// Tables names the tables of the database in lower case.
func (db *DB) Tables(ctx context.Context) (map[string]bool, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if db.Kind == Postgres {
		query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
	}
	var list []string
	if err := db.Reader().All(ctx, &list, query); err != nil {
		return nil, err
	}
	names := make(map[string]bool, len(list))
	for _, n := range list {
		names[strings.ToLower(n)] = true
	}
	return names, nil
}

// CreateFile makes an empty SQLite file that only its owner can read, and its
// folder. An existing file is left alone.
func CreateFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return &UnavailableError{Causa: "a pasta " + filepath.Dir(path) + " não pôde ser criada", Remedio: "confira as permissões ou escolha outro caminho com --banco", driver: err}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return &UnavailableError{Causa: "o arquivo " + path + " não pôde ser criado", Remedio: "confira as permissões ou escolha outro caminho com --banco", driver: err}
	}
	return f.Close()
}
