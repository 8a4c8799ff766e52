package engine

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"

	"example.com/monitor/store/migrations"
)

// MySQL commits each DDL statement by itself, so a step cannot be taken back: a
// process that is killed leaves it half done, and the next one runs it again
// from its beginning, taking "exists already" for done. One process at a time
// migrates: it holds a lease, a row with an expiry, because poolers know no
// session locks. The server's clock counts.

// lockTable is the table of leases.
const lockTable = "monitor_travas"

const (
	tabelaTravas = `CREATE TABLE IF NOT EXISTS monitor_travas (nome VARCHAR(50) NOT NULL PRIMARY KEY, dono VARCHAR(64) NOT NULL, ate BIGINT NOT NULL)
		ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`
	linhaTrava   = "INSERT IGNORE INTO monitor_travas(nome, dono, ate) VALUES ('migracao', '', 0)"
	pegarTrava   = "UPDATE monitor_travas SET dono = ?, ate = unix_timestamp() + 30 WHERE nome = 'migracao' AND (dono = ? OR ate < unix_timestamp() OR ate > unix_timestamp() + 60)" // beyond it only after a clock that ran ahead
	renovarTrava = "UPDATE monitor_travas SET ate = unix_timestamp() + 30 WHERE nome = 'migracao' AND dono = ?"
	largarTrava  = "UPDATE monitor_travas SET ate = 0 WHERE nome = 'migracao' AND dono = ?"
)

// esperaTrava is how often somebody who waits for the lease looks again, and
// renovaTrava how often its holder says that it lives.
const (
	esperaTrava = 300 * time.Millisecond
	renovaTrava = 8 * time.Second
)

var errTravaPerdida = &UnavailableError{
	Causa:   "outro processo assumiu a preparação do banco",
	Remedio: "espere que ele termine e repita: monitor setup",
}

// esperaTabela keeps a change of a table from waiting long for a program that
// holds it: everybody who asks for it meanwhile queues behind us.
const esperaTabela = "SET SESSION lock_wait_timeout = 15"

func (db *DB) migrateMySQL(ctx context.Context, now string) error {
	return db.leased(ctx, func(conn *sql.Conn, dono string) error {
		if err := db.beginMySQL(ctx, Q{db: db, conn: conn, wc: conn}, dono, now); err != nil {
			return err
		}
		for _, m := range migrations.For(string(db.Kind)) {
			if err := db.stepMySQL(ctx, conn, m, dono, now); err != nil {
				return stepError(m, err)
			}
		}
		return nil
	})
}

// leased runs fn with a connection of its own while it holds the lease.
func (db *DB) leased(ctx context.Context, fn func(conn *sql.Conn, dono string) error) error {
	conn, release, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer release()
	_, _ = conn.ExecContext(ctx, esperaTabela) // a provider may refuse it
	for _, stmt := range []string{tabelaTravas, linhaTrava} {
		if _, err := conn.ExecContext(ctx, stmt); err != nil {
			return Translate(err)
		}
	}
	dono := rand.Text()
	if err := db.lease(ctx, dono); err != nil {
		return err
	}
	stop := db.keepLease(ctx, dono)
	defer stop()
	return fn(conn, dono)
}

// beginMySQL finishes an undoing that was killed, and begins the ledger.
func (db *DB) beginMySQL(ctx context.Context, q Q, dono, now string) error {
	half, err := db.HalfUndone(ctx)
	if err != nil {
		return err
	}
	if half {
		if err := db.dropAll(ctx, q, dono); err != nil {
			return err
		}
		return db.migrateMySQL(ctx, now)
	}
	if err := q.renew(ctx, dono); err != nil {
		return err
	}
	return q.beginLedger(ctx, now)
}

// renew makes sure that the lease is still ours.
func (q Q) renew(ctx context.Context, dono string) error {
	n, err := q.Exec(ctx, renovarTrava, dono)
	if err == nil && n == 0 {
		return errTravaPerdida
	}
	return err
}

// lease waits until the lease is ours.
func (db *DB) lease(ctx context.Context, dono string) error {
	for {
		n, err := db.Reader().Exec(ctx, pegarTrava, dono, dono)
		if err != nil || n > 0 {
			return err
		}
		timer := time.NewTimer(esperaTrava)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// keepLease renews the lease while long statements run.
func (db *DB) keepLease(ctx context.Context, dono string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(renovaTrava)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_, _ = db.Reader().Exec(ctx, renovarTrava, dono)
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		done.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
		defer cancel()
		_, _ = db.Reader().Exec(ctx, largarTrava, dono)
	}
}

// jaFeito are the errors of a statement that a killed process had finished:
// table, column, index and constraint exist.
var jaFeito = []uint16{1050, 1060, 1061, 1826}

func (db *DB) stepMySQL(ctx context.Context, conn *sql.Conn, m migrations.Migration, dono, now string) error {
	q := Q{db: db, conn: conn, wc: conn}
	if done, err := recorded(ctx, q, m); err != nil || done {
		return err
	}
	for _, stmt := range m.SQL {
		if err := q.renew(ctx, dono); err != nil {
			return err
		}
		_, err := conn.ExecContext(ctx, db.Target.statement(stmt))
		var my *mysql.MySQLError
		if err != nil && (!errors.As(err, &my) || !slices.Contains(jaFeito, my.Number)) {
			return Translate(err)
		}
	}
	return record(ctx, q, m, now)
}
