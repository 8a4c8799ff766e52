package engine

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"
)

// Bulk runs fn in one transaction on a connection of its own, as long as it
// takes: all of it is there afterwards, or nothing. On MySQL the connection
// checks no foreign keys and takes an id of 0 as it is, also afterwards: close
// the database when the work is done.
func (db *DB) Bulk(ctx context.Context, fn func(ctx context.Context, q Q) error) (err error) {
	conn, release, err := db.bulkConn(ctx)
	if err != nil {
		return err
	}
	defer release()
	for _, text := range bulkWords[db.Kind] {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return Translate(err)
		}
	}
	q := Q{db: db, conn: conn, wc: conn}
	if db.Kind == SQLite {
		stmts := &stmtCache{}
		defer stmts.close()
		q.own = stmts
	}
	err = fn(ctx, q)
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
		err = Translate(err)
	}
	if err != nil {
		takeBack(ctx, conn)
	}
	return err
}

// takeBack ends a transaction. What ended the work must not keep us from that.
func takeBack(ctx context.Context, conn *sql.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), serverTimeout)
	defer cancel()
	_, _ = conn.ExecContext(ctx, "ROLLBACK")
}

var bulkWords = map[Kind][]string{
	SQLite:   {"BEGIN IMMEDIATE"},
	Postgres: {"BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '15s'; " + steadyPostgres},
	MySQL: {
		// What the engine holds it takes back, dates of no calendar included; that every
		// value came back is compared afterwards.
		"SET SESSION foreign_key_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'",
		"START TRANSACTION",
	},
}

// bulkConn is of the read pool on a server. SQLite's cannot write; its journal
// mode is left as the file has it.
func (db *DB) bulkConn(ctx context.Context) (*sql.Conn, func(), error) {
	if db.Kind == SQLite {
		return db.ownConn(ctx, "synchronous(FULL)", "cache_size(-32000)")
	}
	conn, err := db.read.DB.Conn(ctx)
	if err != nil {
		return nil, nil, Translate(err)
	}
	return conn, func() { _ = conn.Close() }, nil
}

// InsertRows writes rows as Each gave them, on whatever engine. Keep a call below
// a megabyte: servers bound what they are sent at once.
func (q Q) InsertRows(ctx context.Context, table string, cols []Column, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	names, marks := make([]string, len(cols)), "(?"+strings.Repeat(", ?", len(cols)-1)+")"
	for i, c := range cols {
		names[i] = q.db.Kind.Quote(c.Nome)
	}
	head := "INSERT INTO " + q.db.Kind.Quote(table) + "(" + strings.Join(names, ", ") + ") "
	if q.db.Kind == Postgres {
		head += "OVERRIDING SYSTEM VALUE " // identities take what is given
	}
	head += "VALUES "
	if q.db.Kind == SQLite {
		return q.insertEach(ctx, head+marks, cols, rows)
	}
	args := make([]any, 0, len(rows)*len(cols))
	for _, r := range rows {
		for i, c := range cols {
			args = append(args, q.db.Kind.literal(c, c.arg(r[i])))
		}
	}
	text := head + marks + strings.Repeat(", "+marks, len(rows)-1)
	// Past the cache of texts: each number of rows makes another.
	_, err := q.conn.ExecContext(ctx, q.db.read.QueryGen().FormatQuery(text, cleanArgs(args)...))
	return Translate(err)
}

func (q Q) insertEach(ctx context.Context, text string, cols []Column, rows [][]any) error {
	args := make([]any, len(cols))
	for _, r := range rows {
		for i, c := range cols {
			args[i] = c.arg(r[i])
		}
		if _, err := q.Exec(ctx, text, args...); err != nil {
			return err
		}
	}
	return nil
}

// arg gives a value the kind that the column wants, where engines differ.
func (c Column) arg(v any) any {
	switch b := v.(type) {
	case []byte:
		if c.Tipo == Texto {
			return string(b)
		}
	case string:
		if c.Tipo == Bytes {
			return []byte(b)
		}
	}
	return v
}

// literal writes what MySQL would take otherwise: a NUL is dropped from a text, and
// the digits of a bit field are taken for its bytes.
func (k Kind) literal(c Column, v any) any {
	s, ok := v.(string)
	switch {
	case k != MySQL || !ok:
		return v
	case strings.HasPrefix(c.Declared, "bit"):
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return v
		}
		return n
	case strings.Contains(s, "\x00") && utf8.ValidString(s):
		return bun.Safe(fmt.Sprintf("_utf8mb4 X'%x'", s))
	default:
		return v
	}
}

// StartIDs makes the next row of each table get at least the given id. SQLite
// remembers it only for tables whose ids are never given again, by itself or by us.
func (db *DB) StartIDs(ctx context.Context, next map[string]int64) error {
	if db.Kind == SQLite {
		return db.Bulk(ctx, func(ctx context.Context, q Q) error { return startSQLite(ctx, q, next) })
	}
	for table, id := range next {
		var err error
		if db.Kind == MySQL {
			_, err = db.read.ExecContext(ctx, fmt.Sprintf("ALTER TABLE %s AUTO_INCREMENT = %d", db.Kind.Quote(table), id))
		} else {
			var now int64
			err = db.Reader().Get(ctx, []any{&now}, "SELECT coalesce(setval(pg_get_serial_sequence(?, 'id'), ?, false), 0)", table, id)
		}
		if err != nil {
			return Translate(err)
		}
	}
	return nil
}

func startSQLite(ctx context.Context, q Q, next map[string]int64) error {
	for table, id := range next {
		_, err := q.Exec(ctx, `INSERT INTO sqlite_sequence(name, seq) SELECT name, ? FROM sqlite_master
			WHERE name = ? AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence)`, id-1, table)
		if err != nil {
			return err
		}
		if _, err := q.Exec(ctx, "UPDATE monitor_ids SET ultimo = ? WHERE tabela = ? AND ultimo < ?", id-1, table, id-1); err != nil {
			return err
		}
	}
	return nil
}
