package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/driver/sqliteshim"
)

// sqliteDriver names the CGO-free driver. The shim knows no driver on some
// systems (windows/arm64, freebsd); modernc registers itself as "sqlite" there.
func sqliteDriver() string {
	if sqliteshim.HasDriver() {
		return sqliteshim.ShimName
	}
	return "sqlite"
}

// lockWait is how long a write waits for another program to let go of the file:
// under the five seconds after which callers of the API should have an answer.
const lockWait = 4 * time.Second

// sqliteDSN opens an existing file only. WAL lets readers and the writer work
// side by side; FULL makes a commit survive a power cut.
func sqliteDSN(path string, more ...string) string {
	v := url.Values{"mode": {"rw"}, "_pragma": {fmt.Sprintf("busy_timeout(%d)", lockWait.Milliseconds())}}
	for _, p := range more {
		v.Add("_pragma", p)
	}
	v.Add("_pragma", "temp_store(MEMORY)")
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: v.Encode()}
	return u.String()
}

// The pages that connections keep are outside what Go's memory limit covers, and
// the system keeps the file in memory anyway: little is as fast as much.
const (
	readersCache = 24 << 10 // KiB, of all readers together
	writerCache  = 16 << 10 // KiB
)

func cacheSize(kib int) string { return fmt.Sprintf("cache_size(-%d)", kib) }

func openSQLite(ctx context.Context, t Target) (*DB, error) {
	conns := readers() + spare
	db := &DB{Kind: SQLite, Target: t, snaps: make(chan struct{}, readers())}
	pool, err := db.openPool(sqliteDSN(t.Path, "query_only(1)", cacheSize(readersCache/conns)))
	if err != nil {
		return nil, named(t, Translate(err))
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	db.read = bun.NewDB(pool, newTolerante())
	db.closers = append(db.closers, db.read.Close, db.release)
	if err := db.take(ctx); err != nil {
		_ = db.Close()
		return nil, named(t, err)
	}
	return db, nil
}

// take lets SQLite open the file, and notes which file that is. It is looked at
// before and after, since nobody but SQLite may open it.
func (db *DB) take(ctx context.Context) error {
	if err := db.hold(); err != nil {
		return errors.Join(db.Ping(ctx), err) // SQLite knows better why
	}
	if err := db.custody.keep(db.Target.Path, mainFile); err != nil {
		return err
	}
	if err := db.Ping(ctx); err != nil {
		return err
	}
	return db.custody.check()
}

// patientConn makes the writer's connection. Turning the journal on takes the file
// for oneself for a moment, which SQLite does not wait for: another program that
// reads a file whose journal was turned off shall not keep us from starting.
func patientConn(ctx context.Context, pool *sql.DB) (*sql.Conn, error) {
	began := time.Now()
	for {
		conn, err := pool.Conn(ctx)
		if err == nil || Motivo(Translate(err)) != MotivoOcupado || time.Since(began) > startWait {
			return conn, err
		}
		select {
		case <-time.After(startPause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// How long other programs are waited for at the start, and how often it is tried.
const (
	startWait  = 10 * time.Second
	startPause = 20 * time.Millisecond
)

// MayWrite says why the file of a SQLite database cannot be written to, as far as
// the system tells without its being opened.
func (t Target) MayWrite() error {
	if err := mayWrite(t.Path); err != nil {
		return &UnavailableError{
			Causa: "o arquivo só permite leitura", Remedio: "dê permissão de escrita ao arquivo e à pasta dele", driver: err, motivo: MotivoSoLeitura,
		}
	}
	return nil
}

// startSQLiteWriter asks the system first whether the file may be written:
// SQLite would open it for reading and fail at the first change.
func (db *DB) startSQLiteWriter(ctx context.Context, hooks Hooks) error {
	if err := db.Target.MayWrite(); err != nil {
		return err
	}
	pool, err := db.openPool(sqliteDSN(db.Target.Path, "journal_mode(WAL)", "synchronous(FULL)", cacheSize(writerCache)))
	if err != nil {
		return Translate(err)
	}
	pool.SetMaxOpenConns(1)
	conn, err := patientConn(ctx, pool)
	if err != nil {
		_ = pool.Close()
		return Translate(err)
	}
	// The last connection to close is the writer's: it empties the journal.
	db.closers = append(db.closers, conn.Close, pool.Close)
	// The first look at a table opens the journal, and holds it from then on.
	var one int
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&one); err != nil {
		return Translate(err)
	}
	if err := db.keepJournal(); err != nil {
		return err
	}
	db.custody.tell = hooks.Lost
	db.writes = pool
	db.writer = newConnWriter(db, conn, hooks)
	return nil
}
