package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// On Unix the locks of a process on a file go when any descriptor of it is closed,
// and a file that is deleted or replaced can still be written to by whoever has it
// open. Both make SQLite lose rows without a word. So while SQLite holds a
// database nobody else in the process opens its files (Held tells; a test lists
// who opens any), and whether they are still in their places is looked at after
// every COMMIT, before anybody is told of it.

// custody knows the files of a database as they were when SQLite opened them.
type custody struct {
	files atomic.Pointer[[]keptFile]
	// looked is when the files were last found in their places, in nanoseconds since 1970.
	looked atomic.Int64
	lost   atomic.Pointer[UnavailableError]
	tell   func(error) // set before there are writes; nil for nobody
}

// keptFile is a file that SQLite has open.
type keptFile struct {
	path string
	info fs.FileInfo
	what string // for people
}

// filesCanGo says that this system lets a file be taken away from under a program
// that has it open.
const filesCanGo = runtime.GOOS != "windows"

// keep notes which file lies at path, once SQLite has opened it.
func (c *custody) keep(path, what string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && what != mainFile {
		return nil // the database has no journal of that kind
	}
	if err != nil {
		return unseen(err)
	}
	files := []keptFile{}
	if had := c.files.Load(); had != nil {
		files = append(files, *had...)
	}
	files = append(files, keptFile{path: path, info: info, what: what})
	c.files.Store(&files)
	return nil
}

// What the files are to people.
const (
	mainFile = "o arquivo do banco"
	journal  = "o diário do banco"
	shared   = "o índice do diário do banco"
)

func unseen(err error) error {
	return &UnavailableError{
		Causa: "não foi possível conferir se o arquivo do banco continua no lugar", Remedio: "confira as permissões da pasta e o disco",
		driver: err, motivo: MotivoPermissao,
	}
}

// check looks whether all files are where they were. Once one was not, nothing is
// written or read any more: what lies there now belongs to somebody else's work.
func (c *custody) check() error {
	if err := c.gone(); err != nil {
		return err
	}
	files := c.files.Load()
	if files == nil || !filesCanGo {
		return nil
	}
	for _, f := range *files {
		now, err := os.Stat(f.path)
		switch {
		case err == nil && os.SameFile(f.info, now):
		case err == nil, errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			c.lose(takenAway(f, err == nil))
			return c.gone()
		default:
			return unseen(err)
		}
	}
	c.looked.Store(time.Now().UnixNano())
	return nil
}

func (c *custody) lose(why *UnavailableError) {
	if c.lost.CompareAndSwap(nil, why) && c.tell != nil {
		c.tell(why)
	}
}

func takenAway(f keptFile, other bool) *UnavailableError {
	how := "foi apagado ou movido"
	if other {
		how = "foi trocado por outro"
	}
	return &UnavailableError{
		Causa:   f.path + ": " + f.what + " " + how + " enquanto este programa o usava; nada mais é gravado nem lido",
		Remedio: "pare este programa, ponha o banco certo no lugar (o arquivo movido, ou uma cópia, com monitor restaurar) e inicie de novo; confira o que não foi confirmado",
		motivo:  MotivoArquivoTrocado,
	}
}

// gone is the error of a database whose files were taken away, else nil.
func (c *custody) gone() error {
	if lost := c.lost.Load(); lost != nil {
		return lost
	}
	return nil
}

// glance is how long readers trust what was seen.
const glance = time.Second

// glimpse is check for readers: once in a while only.
func (c *custody) glimpse() error {
	if time.Now().UnixNano()-c.looked.Load() < int64(glance) {
		return c.gone()
	}
	return c.check()
}

// keepJournal notes the files beside the database that its first reader has made.
func (db *DB) keepJournal() error {
	return errors.Join(db.custody.keep(db.Target.Path+"-wal", journal), db.custody.keep(db.Target.Path+"-shm", shared), db.custody.check())
}

// connector opens connections to a SQLite file. One that is not the file that the
// others have open would read one's pages by the index of the other.
type connector struct {
	dsn     string
	driver  driver.Driver
	custody *custody
}

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	if err := c.custody.check(); err != nil {
		return nil, err
	}
	return c.driver.Open(c.dsn)
}

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return c.driver }

// openPool makes a pool of connections to the file that db is about.
func (db *DB) openPool(dsn string) (*sql.DB, error) {
	pool, err := sql.Open(sqliteDriver(), dsn)
	if err != nil {
		return nil, err
	}
	d := pool.Driver()
	if err := pool.Close(); err != nil {
		return nil, err
	}
	return sql.OpenDB(connector{dsn: dsn, driver: d, custody: &db.custody}), nil
}

// ownConn is a connection to the file beside those of the pools, with what closes it.
func (db *DB) ownConn(ctx context.Context, pragmas ...string) (*sql.Conn, func(), error) {
	pool, err := db.openPool(sqliteDSN(db.Target.Path, pragmas...))
	if err != nil {
		return nil, nil, Translate(err)
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		_ = pool.Close()
		return nil, nil, Translate(err)
	}
	return conn, func() { _ = conn.Close(); _ = pool.Close() }, nil
}

// holders are the files that SQLite holds in this process, with who has them open.
var holders struct {
	mu   sync.Mutex
	list map[*DB]fs.FileInfo
}

// hold notes that SQLite has db's file open, until release.
func (db *DB) hold() error {
	info, err := os.Stat(db.Target.Path)
	if err != nil {
		return unseen(err)
	}
	holders.mu.Lock()
	defer holders.mu.Unlock()
	if holders.list == nil {
		holders.list = map[*DB]fs.FileInfo{}
	}
	holders.list[db] = info
	return nil
}

func (db *DB) release() error {
	holders.mu.Lock()
	defer holders.mu.Unlock()
	delete(holders.list, db)
	return nil
}

// Held returns whether SQLite has the file at path open in this process, as a database
// or as what lies beside one, under whatever name. Nobody else may open it then: closing it would drop SQLite's
// locks.
func Held(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	holders.mu.Lock()
	defer holders.mu.Unlock()
	for db, held := range holders.list {
		if os.SameFile(held, info) || leadsTo(db.Target.Path+"-wal", info) || leadsTo(db.Target.Path+"-shm", info) {
			return true
		}
	}
	return false
}

func leadsTo(path string, info fs.FileInfo) bool {
	at, err := os.Stat(path)
	return err == nil && os.SameFile(at, info)
}

// CreateFile makes an empty SQLite file that only its owner can read, and its
// folder. An existing file is left alone.
func CreateFile(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &UnavailableError{
			Causa:   "a pasta " + dir + " não pôde ser criada",
			Remedio: "confira as permissões ou escolha outro caminho com --banco",
			driver:  err,
		}
	}
	if err := createFile(path); err != nil {
		return &UnavailableError{
			Causa:   "o arquivo " + path + " não pôde ser criado",
			Remedio: "confira as permissões ou escolha outro caminho com --banco",
			driver:  err,
		}
	}
	return nil
}

// createFile makes the file under another name first: one that has its name may be
// opened by SQLite before it is closed here.
func createFile(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".monitor-*") // made 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err == nil {
		return nil
	}
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	// A file system without links, or a link that leads nowhere yet.
	if f, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return err
	}
	return f.Close()
}
