package engine

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// openPostgres opens a pool that works through transaction poolers (simple
// protocol, no statement caches) and lets a sleeping provider sleep. There is no
// writer yet: the schema of this version exists on SQLite only, and setup says so.
func openPostgres(ctx context.Context, t Target) (*DB, error) {
	cfg, err := pgx.ParseConfig(t.DSN)
	if err != nil {
		return nil, &UnavailableError{Causa: "a URL do PostgreSQL tem uma opção desconhecida", Remedio: "confira os parâmetros depois de ?", driver: err}
	}
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	cfg.StatementCacheCapacity, cfg.DescriptionCacheCapacity = 0, 0
	cfg.ConnectTimeout = connectTimeout
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(readers() + spare)
	pool.SetConnMaxIdleTime(3 * time.Minute)
	return newPostgres(ctx, t, pool)
}

func newPostgres(ctx context.Context, t Target, pool *sql.DB) (*DB, error) {
	db := &DB{Kind: Postgres, Target: t, snaps: make(chan struct{}, readers()), read: bun.NewDB(pool, pgdialect.New())}
	db.closers = append(db.closers, db.read.Close)
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := db.Ping(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}
