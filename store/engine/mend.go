package engine

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/go-sql-driver/mysql"
)

// Mend runs the statements that plan finds necessary, while no other process
// migrates: what one of several mended the others do not find any more. Where DDL
// belongs to transactions all of it is one; on MySQL whoever comes after a killed
// run finds what is left. SQLite needs StartWriter.
func (db *DB) Mend(ctx context.Context, plan func(ctx context.Context, q Q) ([]string, error)) error {
	ctx, cancel := context.WithTimeout(ctx, migrarPor)
	defer cancel()
	run := func(q Q, again []uint16) error {
		stmts, err := plan(ctx, q)
		if err != nil {
			return err
		}
		for _, stmt := range stmts {
			_, err := q.wc.ExecContext(ctx, stmt)
			my, ok := errors.AsType[*mysql.MySQLError](err)
			if err != nil && (!ok || !slices.Contains(again, my.Number)) {
				return Translate(err)
			}
		}
		return nil
	}
	switch db.Kind {
	case Postgres:
		conn, release, err := db.connect(ctx)
		if err != nil {
			return err
		}
		defer release()
		return Translate(db.stepPostgres(ctx, conn, func(q Q) error { return run(q, nil) }))
	case MySQL:
		return db.leased(ctx, func(conn *sql.Conn, _ string) error {
			// A key that other tables point to may be changed only so; a row with the id 0
			// keeps it.
			for _, stmt := range []string{"SET SESSION foreign_key_checks = 0", "SET SESSION sql_mode = concat(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')"} {
				if _, err := conn.ExecContext(ctx, stmt); err != nil {
					return Translate(err)
				}
			}
			return run(Q{db: db, conn: conn, wc: conn}, jaFeito)
		})
	default:
		return db.Write(ctx, func(_ context.Context, q Q) error { return run(q, nil) })
	}
}
