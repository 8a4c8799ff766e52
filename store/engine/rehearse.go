package engine

import (
	"context"
	"database/sql"
)

// Rehearse runs fn in a transaction that is always taken back, on a connection of
// its own. It needs no writer and leaves a SQLite file as it is, header included.
func (db *DB) Rehearse(ctx context.Context, fn func(ctx context.Context, q Q) error) error {
	conn, release, err := db.rehearsal(ctx)
	if err != nil {
		return err
	}
	defer release()
	own := &stmtCache{}
	defer own.close()
	begin := map[Kind]string{SQLite: "BEGIN IMMEDIATE", Postgres: "BEGIN; SET LOCAL lock_timeout = '3s'", MySQL: "START TRANSACTION"}[db.Kind]
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return Translate(err)
	}
	defer takeBack(ctx, conn)
	q := Q{db: db, conn: conn, wc: conn}
	if db.Kind == SQLite {
		q.own = own
	}
	return fn(ctx, q)
}

func (db *DB) rehearsal(ctx context.Context) (*sql.Conn, func(), error) {
	if db.Kind == SQLite {
		return db.ownConn(ctx)
	}
	return db.connect(ctx)
}
