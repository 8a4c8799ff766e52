package engine

import (
	"context"
	"database/sql"
	"strings"

	"example.com/monitor/store/migrations"
)

// trava keeps other processes out for the length of a transaction. It is the
// transaction's own lock, which a pooler carries along; a crash lets go of it.
const trava = "SELECT pg_advisory_xact_lock(6840117342)"

// migratePostgres does each step in a transaction of its own, under the lock. A
// table that another program holds is waited for shortly only: everybody who
// asks for it meanwhile queues behind us.
func (db *DB) migratePostgres(ctx context.Context, now string) error {
	conn, release, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer release()
	for _, m := range migrations.For(string(db.Kind)) {
		apply := func(q Q) error { return db.applyPostgres(ctx, q, m, now) }
		if err := db.stepPostgres(ctx, conn, apply); err != nil {
			return stepError(m, Translate(err))
		}
	}
	return nil
}

// stepPostgres runs fn in a transaction, under the lock.
func (db *DB) stepPostgres(ctx context.Context, conn *sql.Conn, fn func(Q) error) (err error) {
	if _, err := conn.ExecContext(ctx, "BEGIN; SET LOCAL lock_timeout = '15s'; SET LOCAL statement_timeout = 0"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if _, err := conn.ExecContext(ctx, trava); err != nil {
		return err
	}
	if err := fn(Q{db: db, conn: conn, wc: conn}); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return err
}

func (db *DB) applyPostgres(ctx context.Context, q Q, m migrations.Migration, now string) error {
	if err := q.beginLedger(ctx, now); err != nil {
		return err
	}
	if done, err := recorded(ctx, q, m); err != nil || done {
		return err
	}
	if err := db.stepStatements(ctx, q.wc, m); err != nil {
		return err
	}
	return record(ctx, q, m, now)
}

func (db *DB) stepStatements(ctx context.Context, conn *sql.Conn, m migrations.Migration) error {
	var icu bool
	err := Q{db: db, conn: conn, wc: conn}.Get(ctx, []any{&icu}, "SELECT EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu')")
	if err != nil {
		return err
	}
	for _, stmt := range m.SQL {
		text, optional := strings.CutPrefix(db.Target.statement(stmt), migrations.Opcional)
		if !icu {
			text = strings.ReplaceAll(text, migrations.ICU, "")
		}
		if optional {
			text = "SAVEPOINT o; " + text
		}
		_, err := conn.ExecContext(ctx, text)
		switch {
		case optional && err != nil:
			if _, err := conn.ExecContext(ctx, "ROLLBACK TO SAVEPOINT o"); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
	return nil
}
