package engine

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// Caminho is what stands between us and a server.
type Caminho string

// The ways to a server. A pooler in session mode and a proxy look alike.
const (
	CaminhoDireto    Caminho = "direto"
	CaminhoTransacao Caminho = "transacao" // a pooler that lends a connection for each transaction
	CaminhoSessao    Caminho = "sessao"    // a proxy, or a pooler that lends one for each session
)

// Caminho finds out how the server is reached. A server tells at login which of
// its processes serves the connection; what stands in between tells an invented
// number. MySQL's poolers are not told apart.
func (db *DB) Caminho(ctx context.Context) (Caminho, error) {
	if db.Kind != Postgres {
		return CaminhoDireto, nil
	}
	first, err := db.read.DB.Conn(ctx)
	if err != nil {
		return "", Translate(err)
	}
	defer first.Close()
	told, err := toldPID(first)
	if err != nil {
		return "", Translate(err)
	}
	serving, err := servingPID(ctx, first)
	if err != nil || told == serving {
		return CaminhoDireto, err
	}
	second, err := db.read.DB.Conn(ctx)
	if err != nil {
		return "", Translate(err)
	}
	defer second.Close()
	return moves(ctx, first, second)
}

// moves says whether connections change hands: a transaction on the first keeps
// the server's connection that the second would be lent; once it has ended, the
// one given back last is lent next. A pooler without a connection to spare makes
// the second wait, which tells nothing.
func moves(ctx context.Context, first, second *sql.Conn) (Caminho, error) {
	tx, err := first.BeginTx(ctx, nil)
	if err != nil {
		return "", Translate(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	if _, err = servingPID(ctx, tx); err != nil {
		return "", err
	}
	waiting, cancel := context.WithTimeout(ctx, lendWait)
	defer cancel()
	before, err := servingPID(waiting, second)
	if err != nil {
		return CaminhoSessao, nil // it waited in vain
	}
	if err := tx.Rollback(); err != nil {
		return "", Translate(err)
	}
	after, err := servingPID(ctx, second)
	if err == nil && before == after {
		return CaminhoSessao, nil
	}
	return CaminhoTransacao, err
}

// lendWait is how long a pooler may take to lend a connection.
const lendWait = 1500 * time.Millisecond

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// servingPID is the process of the server that answers now.
func servingPID(ctx context.Context, q querier) (pid uint32, err error) {
	err = q.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid)
	return pid, Translate(err)
}

// toldPID is what the other side said at login.
func toldPID(conn *sql.Conn) (pid uint32, err error) {
	err = conn.Raw(func(driver any) error {
		if c, ok := driver.(*stdlib.Conn); ok {
			pid = c.Conn().PgConn().PID()
		}
		return nil
	})
	return pid, err
}
