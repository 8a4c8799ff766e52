package engine

import (
	"cmp"
	"context"
	"database/sql"

	"github.com/uptrace/bun"
)

// openServer makes the read pool of a server. Nothing is sent before the first
// statement: the schema check that follows finds out whether the server answers.
func openServer(t Target, pool *sql.DB, wrap func(*sql.DB) *bun.DB) *DB {
	limit := max(2, cmp.Or(t.MaxConexoes, readers()+spare))
	pool.SetMaxOpenConns(limit)
	pool.SetMaxIdleConns(limit)
	pool.SetConnMaxIdleTime(ociosaPor)
	db := &DB{Kind: t.Kind, Target: t, snaps: make(chan struct{}, max(1, limit-spare)), read: wrap(pool)}
	db.closers = append(db.closers, db.read.Close)
	return db
}

// startServerWriter gives the writer a connection of its own, taken for each
// transaction and given back, so that an idle program holds none.
func (db *DB) startServerWriter(hooks Hooks) error {
	pool, err := db.open(silencio)
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(1)
	pool.SetConnMaxIdleTime(ociosaPor)
	db.closers = append(db.closers, pool.Close)
	db.writes = pool
	db.writer = newWriter(db, hooks, pool.Conn)
	return nil
}

// connect takes a connection for work that is no caller's, such as migrations:
// one statement of it may take minutes.
func (db *DB) connect(ctx context.Context) (*sql.Conn, func(), error) {
	pool, err := db.open(migrarPor)
	if err != nil {
		return nil, nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := pool.Conn(waiting)
	if err != nil {
		_ = pool.Close()
		return nil, nil, Translate(err)
	}
	return conn, func() { _ = conn.Close(); _ = pool.Close() }, nil
}
