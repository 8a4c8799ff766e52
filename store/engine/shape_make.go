package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/monitor/store/migrations"
)

// Make runs the statements of a restore that form tables, one after the other, on
// a connection of its own. It stops at the first that fails.
func (db *DB) Make(ctx context.Context, stmts ...string) error {
	if db.Kind == SQLite {
		return db.Bulk(ctx, func(ctx context.Context, q Q) error {
			for _, s := range stmts {
				if _, err := q.wc.ExecContext(ctx, s); err != nil {
					return Translate(err)
				}
			}
			return nil
		})
	}
	conn, release, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer release()
	for _, s := range stmts {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return Translate(err)
		}
	}
	return nil
}

// BaseTables are the statements that make the six tables as the first migration
// does.
func (db *DB) BaseTables() []string {
	var list []string
	for _, stmt := range migrations.For(string(db.Kind))[0].SQL {
		list = append(list, db.Target.statement(stmt))
	}
	return list
}

// Retype is the statement that gives a column of an empty table of the base the
// form that sql says.
func (k Kind) Retype(table string, f Field) string {
	t, c := k.Quote(table), k.Quote(f.Nome)
	if k == MySQL {
		return "ALTER TABLE " + t + " MODIFY " + c + " " + f.SQL
	}
	return fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT, ALTER COLUMN %s TYPE %s USING NULL", t, c, c, f.Declared)
}

// ErrFilled says that tables are not dropped: somebody has filled them.
var ErrFilled = errors.New("engine: the tables have rows")

// DropTables takes tables away, whatever points to what. Those that must be empty
// are locked and looked at first: another program may have come to fill them.
func (db *DB) DropTables(ctx context.Context, names, empty []string) error {
	if len(names) == 0 {
		return nil
	}
	conn, release, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer release()
	return Translate(db.dropTables(ctx, Q{db: db, conn: conn, wc: conn}, names, empty))
}

func (db *DB) dropTables(ctx context.Context, q Q, names, empty []string) (err error) {
	list, lock, end := db.Kind.quoteAll(
		names,
		"",
	), "BEGIN; SET LOCAL lock_timeout = '15s'; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE", "COMMIT"
	undo := "ROLLBACK"
	if db.Kind == MySQL {
		if _, err := q.wc.ExecContext(ctx, "SET SESSION foreign_key_checks = 0, lock_wait_timeout = 15"); err != nil {
			return err
		}
		lock, end, undo = "LOCK TABLES %s", "UNLOCK TABLES", "UNLOCK TABLES"
	}
	held := list
	if db.Kind == MySQL {
		held = db.Kind.quoteAll(names, " WRITE")
	}
	// A shared host of MySQL may not grant LOCK TABLES.
	if _, err := q.wc.ExecContext(ctx, fmt.Sprintf(lock, held)); err != nil && db.Kind != MySQL {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = q.wc.ExecContext(ctx, undo)
		}
	}()
	for _, t := range empty {
		var filled bool
		if err := q.Get(ctx, []any{&filled}, "SELECT EXISTS (SELECT 1 FROM "+db.Kind.Quote(t)+")"); err != nil {
			return err
		}
		if filled {
			return ErrFilled
		}
	}
	if _, err := q.wc.ExecContext(ctx, "DROP TABLE IF EXISTS "+list); err != nil {
		return err
	}
	_, err = q.wc.ExecContext(ctx, end)
	return err
}

func (k Kind) quoteAll(names []string, suffix string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = k.Quote(n) + suffix
	}
	return strings.Join(quoted, ", ")
}

// AddColumn adds a column of others with the given definition.
func (db *DB) AddColumn(ctx context.Context, table, name, definition string) error {
	return db.Make(ctx, "ALTER TABLE "+db.Kind.Quote(table)+" ADD COLUMN "+db.Kind.Quote(name)+" "+definition)
}

// columnWords are the types that engines share, for a column that comes from
// another.
var columnWords = map[Kind]map[Tipo]string{
	SQLite:   {Texto: "TEXT", Inteiro: "BIGINT", Booleano: "BOOLEAN", DataHora: "DATETIME", Bytes: "BLOB"},
	Postgres: {Texto: "TEXT", Inteiro: "BIGINT", Booleano: "BOOLEAN", DataHora: "TIMESTAMP WITHOUT TIME ZONE", Bytes: "BYTEA"},
	MySQL: {
		Texto:    "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
		Inteiro:  "BIGINT",
		Booleano: "BOOLEAN",
		DataHora: "DATETIME(6)",
		Bytes:    "LONGBLOB",
	},
}

// Plain is a column that holds values of one kind, without rules.
func (k Kind) Plain(table, name string, tipo Tipo) Field {
	word, ok := columnWords[k][tipo]
	if !ok {
		word = columnWords[k][Texto]
	}
	f := FieldOf(k, table, name, strings.ToLower(endOfType.ReplaceAllString(word, "")))
	f.SQL = word
	return f
}

// CountFrom sets the sequence of each identity of others behind its largest value.
func (q Q) CountFrom(ctx context.Context, table, column string) error {
	if q.db.Kind != Postgres {
		return nil
	}
	var seq sql.NullString
	if err := q.Get(ctx, []any{&seq}, "SELECT pg_get_serial_sequence(?, ?)", Postgres.Quote(table), column); err != nil || !seq.Valid {
		return err
	}
	var now int64
	return q.Get(
		ctx,
		[]any{&now},
		"SELECT setval(?::regclass, coalesce(max("+Postgres.Quote(
			column,
		)+"), 1)::bigint, max("+Postgres.Quote(
			column,
		)+") IS NOT NULL) FROM "+Postgres.Quote(
			table,
		),
		seq.String,
	)
}

var (
	sqlWord  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*`)
	harmless = strings.Fields(
		`varchar char character varying numeric decimal bit float double precision time timestamp datetime interval enum set int integer tinyint smallint
		mediumint bigint year binary varbinary text blob check unique key index primary default null not and or in as collate using btree now current_timestamp`,
	)
)

// HarmlessColumn returns whether what stands behind a column's name, or a type, which
// somebody may have forged, does no more than define one column: it calls nothing,
// points nowhere, and ends where the column does.
func HarmlessColumn(text string) bool { return text != "" && harmlessText(text) }

const (
	sqlName   = `(?:"(?:[^"]|"")+"|[\pL_][\pL\pN_$]*)`
	mysqlName = "`(?:[^`]|``)+`"
)

// harmlessForms are the statements of others that a copy brings along, as the queries
// of shape.go and shape_types.go write them; %s stands for the table. What is left is
// for harmlessText to judge: a statement of any other kind is not looked at.
var harmlessForms = map[Kind][]string{
	Postgres: {
		`^CREATE TYPE ` + sqlName + ` AS (?:ENUM )?(\(.*\))$`,
		`^CREATE DOMAIN ` + sqlName + ` AS (.+)$`,
		`^CREATE EXTENSION IF NOT EXISTS ` + sqlName + `()$`,
		`^CREATE (?:UNIQUE )?INDEX ` + sqlName + ` ON %s (USING .+)$`,
		`^ALTER TABLE "%s" ADD CONSTRAINT ` + sqlName + ` ((?:CHECK|UNIQUE|EXCLUDE) .+)$`,
	},
	MySQL: {
		"^ALTER TABLE `%s` ADD (?:UNIQUE |FULLTEXT |SPATIAL )?KEY " + mysqlName + " (.+)$",
		"^ALTER TABLE `%s` ADD CONSTRAINT " + mysqlName + " (CHECK .+)$",
	},
}

// HarmlessStatement returns whether a statement that somebody may have forged makes
// no more than a type, an index or a rule of the table.
func HarmlessStatement(kind Kind, table, sql string) bool {
	for _, form := range harmlessForms[kind] {
		if strings.Contains(form, "%s") {
			form = fmt.Sprintf(form, regexp.QuoteMeta(table))
		}
		if m := regexp.MustCompile(form).FindStringSubmatch(sql); m != nil {
			return harmlessText(m[1])
		}
	}
	return false
}

// harmlessText returns whether a text calls nothing, refers to no other table, holds no
// second statement, no comment and no second part of the same statement: types,
// literals and comparisons only.
func harmlessText(text string) bool {
	depth := 0
	for text != "" {
		c := text[0]
		if word := sqlWord.FindString(text); word != "" {
			text = text[len(word):]
			if opensCall(text) && !slices.Contains(harmless, strings.ToLower(word)) || strings.EqualFold(word, "references") {
				return false
			}
			continue
		}
		switch {
		case c == '\'' || c == '"' || c == '`':
			rest, ok := afterQuoted(text)
			if !ok {
				return false
			}
			text = rest
			continue
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0, strings.IndexByte(" 0123456789,.[]<>=:+", c) < 0:
			return false
		}
		if depth < 0 {
			return false
		}
		text = text[1:]
	}
	return depth == 0
}

// opensCall returns whether what stands before text is called.
func opensCall(text string) bool { return strings.HasPrefix(strings.TrimLeft(text, " "), "(") }

// afterQuoted is what follows the literal or name that text begins with; not ok where it has no
// end, has escapes, or is the name of something that is called.
func afterQuoted(text string) (rest string, ok bool) {
	quote := text[0]
	end := strings.IndexByte(text[1:], quote)
	if end < 0 || strings.ContainsRune(text[1:end+1], '\\') {
		return "", false
	}
	rest = text[end+2:]
	return rest, quote != '"' || !opensCall(rest)
}
