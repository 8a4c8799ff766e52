package engine

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// CopyTo writes the state of the SQLite database into the file path, which must be
// empty. Writers go on meanwhile: a reader of the journal holds nobody up. The
// copy is one file without a journal, and holds nothing of rows that are gone.
func (db *DB) CopyTo(ctx context.Context, path string) error {
	// The pool of readers may not write, into no file at all.
	pool, err := db.openPool(sqliteDSN(db.Target.Path))
	if err != nil {
		return Translate(err)
	}
	defer pool.Close()
	if _, err = pool.ExecContext(ctx, "VACUUM INTO ?", path); ctx.Err() != nil {
		return ctx.Err()
	}
	return Translate(err)
}

// Rescue is CopyTo for a database whose files were taken away: the writer's
// connection still has them open, and is free once its transaction has ended.
func (db *DB) Rescue(ctx context.Context, path string) error {
	if db.writer == nil || db.writer.conn == nil {
		return errReadOnly
	}
	for {
		_, err := db.writer.conn.ExecContext(ctx, "VACUUM INTO ?", path)
		if err == nil || Damaged(Translate(err)) {
			return Translate(err)
		}
		select {
		case <-time.After(rescuePause):
		case <-ctx.Done():
			return Translate(err)
		}
	}
}

const rescuePause = 200 * time.Millisecond

// Size is how many bytes of a SQLite database are in use, for a progress line.
func (db *DB) Size(ctx context.Context) (n int64, err error) {
	err = db.Reader().Get(
		ctx,
		[]any{&n},
		"SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
	)
	return n, err
}

// OpenCopy opens a SQLite file for looking only. Nothing appears beside it; a
// file whose journal lies beside it is somebody's database, and is read with it.
func OpenCopy(ctx context.Context, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	v := url.Values{
		"mode":    {"ro"},
		"_pragma": {"query_only(1)", "temp_store(MEMORY)", "cache_size(-16000)", "trusted_schema(0)", "cell_size_check(1)"},
	}
	if _, err := os.Stat(path + "-wal"); errors.Is(err, os.ErrNotExist) {
		v.Set("immutable", "1")
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: v.Encode()}
	pool, err := sql.Open(sqliteDriver(), u.String())
	if err != nil {
		return nil, Translate(err)
	}
	pool.SetMaxOpenConns(1 + spare)
	pool.SetMaxIdleConns(1 + spare)
	t := Target{Kind: SQLite, Nome: path, Path: path}
	db := &DB{Kind: SQLite, Target: t, snaps: make(chan struct{}, 1), read: bun.NewDB(pool, newTolerante())}
	db.closers = append(db.closers, db.read.Close)
	if err := errors.Join(Translate(bound(ctx, pool, 1+spare)), db.Ping(ctx)); err != nil {
		_ = db.Close()
		return nil, named(t, err)
	}
	return db, nil
}

// MaxCopyValue is the largest value that is read from a copy, or computed because its
// schema says so: rules and expressions in it are anybody's.
const MaxCopyValue = 64 << 20

// bound limits what the connections of a pool, all of them, do for a file.
func bound(ctx context.Context, pool *sql.DB, conns int) error {
	for range conns {
		c, err := pool.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close() // once all are open
		for id, most := range map[int]int{sqlite3.SQLITE_LIMIT_LENGTH: MaxCopyValue, sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000, sqlite3.SQLITE_LIMIT_ATTACHED: 0} {
			if _, err := sqlite.Limit(c, id, most); err != nil {
				return err
			}
		}
	}
	return nil
}

// Intact lets SQLite examine the whole file and says what it found first, "" for
// nothing. A catalogue that was written by hand can hide from us what SQLite obeys.
func (db *DB) Intact(ctx context.Context) (found string, err error) {
	var odd int
	err = db.Reader().Get(ctx, []any{&odd}, "SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index', 'trigger', 'view')")
	if err != nil || odd > 0 {
		return "a catalogue that no SQLite wrote", err
	}
	err = db.Reader().Get(ctx, []any{&found}, "PRAGMA integrity_check(1)")
	if found == "ok" {
		found = ""
	}
	return found, err
}

// TooBig says that err is about a value beyond MaxCopyValue.
func TooBig(err error) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code()&0xff == sqlite3.SQLITE_TOOBIG
}

// Damaged says that err is about the content of a SQLite file.
func Damaged(err error) bool {
	u, ok := errors.AsType[*UnavailableError](err)
	if !ok {
		return false
	}
	lite, ok := errors.AsType[*sqlite.Error](u.driver)
	return ok && (lite.Code()&0xff == sqlite3.SQLITE_CORRUPT || lite.Code()&0xff == sqlite3.SQLITE_NOTADB)
}

// Alone brings the SQLite file at path out of its journal, so that it can be moved
// as one file. It fails with ErrUnavailable while another program has it open.
func Alone(ctx context.Context, path string) error {
	pool, err := sql.Open(sqliteDriver(), sqliteDSN(path))
	if err != nil {
		return Translate(err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	var mode string
	if err := pool.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode); err != nil {
		return Translate(err)
	}
	return nil
}
