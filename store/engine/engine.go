// Package engine turns a database URL into pools, a group-committing writer and
// translated errors. It is the only place that names a driver or a dialect.
//
// # Writing
//
// All writes of a process pass through one writer that takes whatever callers
// have queued, runs each in a savepoint of its own and commits them together.
// One fsync then serves many callers, which is how SQLite with
// synchronous=FULL (an acknowledged row survives a power cut) is faster than
// one commit per caller with NORMAL (which loses rows). A caller's ctx governs
// only its wait in the queue: a deadline that fired inside a shared transaction
// would roll back other people's work. A job that has not begun may be left.
//
// On a server the writer takes a connection for each transaction and gives it
// back, and the words of the transaction (BEGIN, SAVEPOINT, RELEASE) travel with
// the next statement: a database in another country is paid by the round trip.
// Before COMMIT a broken connection or a deadlock is tried again; a COMMIT
// without an answer is not, because it may have been done, and the caller is
// told so.
//
// # Statements
//
// SQL is written once with ? placeholders and the few words of dialect.go where
// engines differ. On SQLite it is prepared once per connection and cached, the texts
// used of late (statements.go: searches are of as many texts as people type); other
// engines get it formatted by bun, because connection poolers forbid prepared
// statements. Nothing is sent to a server while nobody asks for anything, and
// resting connections are closed, so that a provider that sleeps may.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"
)

// Kind is a family of database servers.
type Kind string

// The engines. The zero value is not one.
const (
	SQLite   Kind = "sqlite"
	Postgres Kind = "postgres"
	MySQL    Kind = "mysql" // MySQL and MariaDB
)

// DB is an open database: a pool that only reads and a writer.
type DB struct {
	Kind   Kind
	Target Target
	read   *bun.DB
	// open makes a pool that writes, servers only; its statements are answered within wait.
	open    func(wait time.Duration) (*sql.DB, error)
	stmts   stmtCache
	texts   expansions
	snaps   chan struct{} // one for each snapshot that may be open
	snapAt  atomic.Int64  // when the last one was had without waiting, in nanoseconds since 1970
	writer  *writer
	writes  *sql.DB // the writer's pool
	custody custody // SQLite only
	ready   readiness
	closers []func() error
}

// Open connects to t for reading; StartWriter lets it write. The file of a SQLite
// database must exist, and opening it changes nothing in it.
func Open(ctx context.Context, t Target) (*DB, error) {
	switch t.Kind {
	case SQLite:
		return openSQLite(ctx, t)
	case Postgres:
		return openPostgres(t)
	case MySQL:
		return openMySQL(t)
	default:
		return nil, &UnavailableError{Causa: "tipo de banco não suportado"}
	}
}

// StartWriter makes Write work. hooks join its shared transactions.
func (db *DB) StartWriter(ctx context.Context, hooks Hooks) error {
	if db.Kind != SQLite {
		return db.startServerWriter(hooks)
	}
	return named(db.Target, db.startSQLiteWriter(ctx, hooks))
}

// named says in an error which database it is about.
func named(t Target, err error) error {
	if u, ok := errors.AsType[*UnavailableError](err); ok && !strings.Contains(u.Causa, t.Nome) {
		about := *u
		about.Causa = t.Nome + ": " + u.Causa
		return &about
	}
	return err
}

// Close stops the writer after the work already queued and closes the pools.
func (db *DB) Close() error {
	if db.writer != nil {
		db.writer.stop()
	}
	db.stmts.close()
	if err := db.custody.gone(); err != nil {
		// Closing would copy the journal that is gone into the file, and delete whatever
		// lies in its place. The descriptors end with the process.
		return errors.Join(named(db.Target, err), db.release())
	}
	var first error
	for _, c := range db.closers {
		if err := c(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Ping asks the database for an answer.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.Reader().Get(ctx, []any{&one}, "SELECT 1")
}

// readers is how many connections read at the same time. Readers of SQLite are
// bound by the processor, so more than twice the cores only adds waiting.
func readers() int { return max(4, 2*runtime.GOMAXPROCS(0)) }

// spare connections are there for statements being prepared and for readers that
// need no snapshot.
const spare = 2

// Q runs statements, on the read pool or inside a transaction.
type Q struct {
	db   *DB
	conn bun.IConn
	tx   *sql.Tx    // nil outside a read transaction
	own  *stmtCache // the writer's, nil for readers
	wc   *sql.Conn  // the writer's connection
	// later is the writer's on a server: what to send before the next statement.
	later *later
}

// Kind is the family of the database that q speaks to.
func (q Q) Kind() Kind { return q.db.Kind }

// Reader runs statements on the read pool, each on its own.
func (db *DB) Reader() Q { return Q{db: db, conn: db.read} }

// Snapshot runs fn over one unchanging state of the database. Fewer may be open
// than there are connections: a snapshot holds one, and preparing a statement
// for it takes another for a moment.
func (db *DB) Snapshot(ctx context.Context, fn func(Q) error) error {
	if err := db.claim(ctx); err != nil {
		return err
	}
	defer func() { <-db.snaps }()
	tx, err := db.read.DB.BeginTx(ctx, db.oneState())
	if err != nil {
		return Translate(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return fn(Q{db: db, tx: tx, conn: tx})
}

// How long is waited for a snapshot: long for one that comes with many others, as
// the calls of a page do, and short when somebody has been waiting all the time.
// Without the second, what costs tens of milliseconds would be begun for callers
// whose time is as good as over, and end for none of them.
const (
	snapWait     = 2 * time.Second
	snapWaitBusy = 500 * time.Millisecond
)

// ErrSobrecarga is ErrUnavailable because of ourselves: too much is asked for at once.
var ErrSobrecarga error = &UnavailableError{
	Causa:   "há leituras demais à espera",
	Remedio: "tente de novo em instantes",
	motivo:  MotivoOcupado,
}

func (db *DB) claim(ctx context.Context) error {
	select {
	case db.snaps <- struct{}{}:
		db.snapAt.Store(time.Now().UnixNano())
		return nil
	default:
	}
	wait := snapWait
	if time.Since(time.Unix(0, db.snapAt.Load())) > snapWait {
		wait = snapWaitBusy
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case db.snaps <- struct{}{}:
		return nil
	case <-timer.C:
		return ErrSobrecarga
	case <-ctx.Done():
		return ctx.Err()
	}
}

// oneState asks a server for what SQLite's readers have anyway.
func (db *DB) oneState() *sql.TxOptions {
	if db.Kind == SQLite {
		return nil
	}
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// Write runs fn in a transaction that is durable when Write returns nil. fn may
// run more than once and must leave nothing behind when it returns an error;
// its error is returned as it is. ctx bounds the wait in the queue.
func (db *DB) Write(ctx context.Context, fn func(ctx context.Context, q Q) error) error {
	if db.writer == nil {
		return errReadOnly
	}
	return db.writer.do(ctx, fn)
}

// WriteOne runs one statement that needs no transaction with others, durable
// when it returns, and says how many rows it changed. A server takes it at once
// and on any connection: one round trip.
func (db *DB) WriteOne(ctx context.Context, query string, args ...any) (n int64, err error) {
	if db.writer == nil {
		return 0, errReadOnly
	}
	if db.Kind != SQLite {
		return db.Reader().Exec(ctx, query, args...)
	}
	err = db.Write(ctx, func(ctx context.Context, q Q) (err error) {
		n, err = q.Exec(ctx, query, args...)
		return err
	})
	return n, err
}

var errReadOnly = &UnavailableError{Causa: "o banco foi aberto somente para leitura"}

// Rows runs a query. The caller closes the rows.
func (q Q) Rows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if q.db.Kind != SQLite {
		rows, err := q.rows(ctx, q.text(query, args))
		return rows, Translate(err)
	}
	if err := q.db.custody.glimpse(); err != nil {
		return nil, err
	}
	st, done, err := q.stmt(ctx, query) //nolint:sqlclosecheck // the cache closes it
	if err != nil {
		return nil, Translate(err)
	}
	rows, err := st.QueryContext(ctx, args...)
	done() // open rows keep what they need of it
	return rows, Translate(err)
}

// rows asks a server. A connection that died while it rested is found out here:
// the next one may be well, and reading twice harms nobody.
func (q Q) rows(ctx context.Context, text string) (*sql.Rows, error) {
	rows, err := q.conn.QueryContext(ctx, text)
	if err == nil && q.later != nil {
		q.later.landed()
	}
	if err != nil && q.tx == nil && q.wc == nil && broken(err) {
		return q.conn.QueryContext(ctx, text)
	}
	return rows, err
}

// Get scans the first row into dest; ErrNoRows when there is none.
func (q Q) Get(ctx context.Context, dest []any, query string, args ...any) error {
	rows, err := q.Rows(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return Translate(err)
		}
		return ErrNoRows
	}
	if err := rows.Scan(dest...); err != nil {
		return Translate(err)
	}
	return Translate(rows.Close())
}

// All scans every row into dst, a pointer to a slice of records or scalars, by
// bun's column names.
func (q Q) All(ctx context.Context, dst any, query string, args ...any) error {
	rows, err := q.Rows(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := q.db.read.ScanRows(ctx, rows, dst); err != nil {
		return Translate(err)
	}
	return Translate(rows.Err())
}

// Exec runs a statement and returns how many rows it changed.
func (q Q) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := q.exec(ctx, query, args)
	if err != nil {
		return 0, Translate(err)
	}
	n, err := res.RowsAffected()
	return n, Translate(err)
}

// Insert runs an INSERT into a table whose key is the column id and returns the
// new id.
func (q Q) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	if q.db.Kind == Postgres {
		var id int64
		err := q.Get(ctx, []any{&id}, query+" RETURNING id", args...)
		return id, err
	}
	res, err := q.exec(ctx, query, args)
	if err != nil {
		return 0, Translate(err)
	}
	id, err := res.LastInsertId()
	return id, Translate(err)
}

func (q Q) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	if q.db.Kind != SQLite {
		res, err := q.conn.ExecContext(ctx, q.text(query, args))
		if err == nil && q.later != nil {
			q.later.landed()
		}
		return res, err
	}
	st, done, err := q.stmt(ctx, query) //nolint:sqlclosecheck // the cache closes it
	if err != nil {
		return nil, err
	}
	defer done()
	return st.ExecContext(ctx, args...)
}

// stmt is a prepared statement, good until done is called.
func (q Q) stmt(ctx context.Context, query string) (st *sql.Stmt, done func(), err error) {
	if q.own != nil {
		return q.own.get(ctx, q.wc, query, q.db.expand)
	}
	st, done, err = q.db.stmts.get(ctx, q.db.read.DB, query, q.db.expand)
	if err != nil || q.tx == nil {
		return st, done, err
	}
	return q.tx.StmtContext(ctx, st), done, nil
}

// Later runs a statement whose outcome nobody looks at, before the next one. An
// error of it fails that one.
func (q Q) Later(ctx context.Context, query string, args ...any) error {
	if q.later != nil {
		q.later.do(q.db.format(query, args))
		return nil
	}
	_, err := q.Exec(ctx, query, args...)
	return err
}

// text is what a server is sent.
func (q Q) text(query string, args []any) string {
	text := q.db.format(query, args)
	if q.later != nil {
		text = q.later.with(text)
	}
	return text
}

// format writes args into query, as servers behind a pooler need it.
func (db *DB) format(query string, args []any) string {
	return db.read.QueryGen().FormatQuery(db.texts.get(db.Kind, query), cleanArgs(args)...)
}

// connectTimeout bounds the first contact with a database.
const connectTimeout = 8 * time.Second
