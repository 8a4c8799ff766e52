package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// Hooks join every transaction of the writer. They run on the writer's goroutine.
type Hooks struct {
	// BeforeCommit runs once per shared transaction, after the last job.
	BeforeCommit func(ctx context.Context, q Q) error
	// Ended tells whether the transaction was committed. After a COMMIT that
	// failed nobody knows, and committed is false.
	Ended func(committed bool)
}

// maxBatch bounds how many callers wait for one another's commit.
const maxBatch = 512

// maxWriterStmts bounds the prepared statements of the writer: an UPDATE has as
// many texts as there are sets of columns.
const maxWriterStmts = 200

var errClosed = &UnavailableError{Causa: "o programa está encerrando"}

type job struct {
	ctx  context.Context //nolint:containedctx // the caller's wait in the queue ends with it
	fn   func(context.Context, Q) error
	err  error
	done chan struct{}
}

type writer struct {
	db     *DB
	conn   *sql.Conn
	q      Q
	stmts  stmtCache
	hooks  Hooks
	queue  chan *job
	closed chan struct{}
	once   sync.Once
	ended  sync.WaitGroup
}

func newWriter(db *DB, conn *sql.Conn, hooks Hooks) *writer {
	w := &writer{db: db, conn: conn, hooks: hooks, queue: make(chan *job, 4*maxBatch), closed: make(chan struct{})}
	w.stmts.max = maxWriterStmts
	w.q = Q{db: db, conn: conn, own: &w.stmts, wc: conn}
	w.ended.Go(w.loop)
	return w
}

func (w *writer) do(ctx context.Context, fn func(context.Context, Q) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case <-w.closed:
		return errClosed
	default:
	}
	select {
	case w.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closed:
		return errClosed
	}
	select {
	case <-j.done:
		return j.err
	case <-w.closed:
		// The loop drains the queue before it ends; what it never took is refused.
		w.ended.Wait()
		select {
		case <-j.done:
			return j.err
		default:
			return errClosed
		}
	}
}

func (w *writer) stop() {
	w.once.Do(func() { close(w.closed) })
	w.ended.Wait()
	w.stmts.close()
}

func (w *writer) loop() {
	for {
		select {
		case j := <-w.queue:
			w.run(w.collect(j))
		case <-w.closed:
			for {
				select {
				case j := <-w.queue:
					w.run(w.collect(j))
				default:
					return
				}
			}
		}
	}
}

// collect takes what is already queued and waits for nobody.
func (w *writer) collect(first *job) []*job {
	batch := []*job{first}
	for len(batch) < maxBatch {
		select {
		case j := <-w.queue:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// run commits the batch together; if it fails as a whole each job is tried on
// its own, so that one that cannot be written costs the others nothing. A
// transaction that could not even begin is nobody's fault: all are told at once,
// instead of each waiting for the lock in turn.
func (w *writer) run(batch []*job) {
	began, err := w.transact(batch)
	for _, j := range batch {
		switch {
		case err == nil:
		case began && len(batch) > 1:
			j.err = nil
			if _, err := w.transact([]*job{j}); err != nil {
				j.err = err
			}
		default:
			j.err = err
		}
		close(j.done)
	}
}

// batchTimeout bounds a shared transaction as a whole. It is far beyond any
// honest batch: it is there for a disk that answers nothing.
const batchTimeout = 60 * time.Second

var errBroken = errors.New("store/engine: the shared transaction is gone")

func (w *writer) transact(batch []*job) (began bool, err error) {
	// No Done channel: the driver would start a goroutine per statement for it.
	ctx := context.WithoutCancel(batch[0].ctx)
	if _, err := w.q.exec(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		return false, Translate(err)
	}
	committed := false
	defer func() {
		if !committed {
			_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
		}
		if w.hooks.Ended != nil {
			w.hooks.Ended(committed)
		}
	}()
	start := time.Now()
	for _, j := range batch {
		if j.ctx.Err() != nil {
			j.err = j.ctx.Err()
			continue
		}
		if time.Since(start) > batchTimeout {
			return true, &UnavailableError{Causa: "o disco do banco está lento demais"}
		}
		if err := w.one(ctx, j); err != nil {
			return true, err
		}
	}
	if w.hooks.BeforeCommit != nil {
		if err := w.hooks.BeforeCommit(ctx, w.q); err != nil {
			return true, err
		}
	}
	if _, err := w.q.exec(ctx, "COMMIT", nil); err != nil {
		return true, Translate(err)
	}
	committed = true
	return true, nil
}

// one runs a job in its savepoint. The returned error is about the whole
// transaction; the job's own is in j.err.
func (w *writer) one(ctx context.Context, j *job) error {
	if _, err := w.q.exec(ctx, "SAVEPOINT j", nil); err != nil {
		return Translate(err)
	}
	j.err = protect(ctx, w.q, j.fn)
	if j.err != nil {
		if _, err := w.q.exec(ctx, "ROLLBACK TO j", nil); err != nil {
			// A full disk or an I/O error has ended the transaction already.
			return errors.Join(errBroken, j.err)
		}
	}
	if _, err := w.q.exec(ctx, "RELEASE j", nil); err != nil {
		return Translate(err)
	}
	return nil
}

// protect turns a panic of one caller into that caller's error.
func protect(ctx context.Context, q Q, fn func(context.Context, Q) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: panic in a write: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(ctx, q)
}
