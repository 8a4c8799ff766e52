package engine

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Hooks join every transaction of the writer. They run on the writer's goroutine.
type Hooks struct {
	// BeforeCommit runs once per shared transaction, after the last job.
	BeforeCommit func(ctx context.Context, q Q) error
	// Ended tells whether the transaction was committed. After a COMMIT that
	// failed nobody knows, and committed is false.
	Ended func(committed bool)
	// Lost is told, once, that the files of the database were taken away.
	Lost func(err error)
}

// maxBatch bounds how many callers wait for one another's commit.
const maxBatch = 512

// ErrClosed says that the database is being closed.
var ErrClosed error = &UnavailableError{Causa: "o programa está encerrando"}

type job struct {
	ctx  context.Context //nolint:containedctx // the caller's wait in the queue ends with it
	fn   func(context.Context, Q) error
	err  error
	done chan struct{}
	// freed is closed when the job waits a second time.
	freed chan struct{}
	// least is what must be left of the caller's time for the job to be begun: half
	// a transaction would be of no use to anybody.
	least time.Duration
	// state is jobWaiting until the writer takes the job or its caller leaves.
	state atomic.Int32
}

const (
	jobWaiting int32 = iota
	jobRunning
	jobLeft
)

// leave ends the wait of a caller whose time is up, unless the job is being run:
// then its outcome counts.
func (j *job) leave(ctx context.Context) error {
	if !j.state.CompareAndSwap(jobWaiting, jobLeft) {
		select {
		case <-j.done:
			return j.err
		case <-j.freed:
		}
		if !j.state.CompareAndSwap(jobWaiting, jobLeft) {
			<-j.done
			return j.err
		}
	}
	return ctx.Err()
}

// free lets the caller leave while the job waits to be tried again.
func (j *job) free() {
	j.state.CompareAndSwap(jobRunning, jobWaiting)
	close(j.freed)
}

// newJob gives fn its place in the queue.
func newJob(ctx context.Context, fn func(context.Context, Q) error) *job {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{}), freed: make(chan struct{})}
	if left, ok := j.left(); ok {
		j.least = min(minTime, left/2)
	}
	return j
}

// left is how much time the caller still has, if there is an end to it.
func (j *job) left() (time.Duration, bool) {
	end, ok := j.ctx.Deadline()
	return time.Until(end), ok
}

// late says that it is not worth beginning any more.
func (j *job) late() bool {
	left, ok := j.left()
	return ok && left < j.least
}

// claim says that the caller is still there; from then on it waits for the end.
func (j *job) claim() bool {
	return j.state.CompareAndSwap(jobWaiting, jobRunning) || j.state.Load() == jobRunning
}

type writer struct {
	db     *DB
	take   func(context.Context) (*sql.Conn, error) // for each transaction; nil where conn stays
	conn   *sql.Conn
	q      Q
	stmts  stmtCache
	later  later
	hooks  Hooks
	queue  chan *job
	closed chan struct{}
	once   sync.Once
	ended  sync.WaitGroup
	// commits and written count transactions and jobs, see Medidas.
	commits, written atomic.Int64
}

func newWriter(db *DB, hooks Hooks, take func(context.Context) (*sql.Conn, error)) *writer {
	w := &writer{db: db, take: take, hooks: hooks, queue: make(chan *job, 4*maxBatch), closed: make(chan struct{})}
	w.ended.Go(w.loop)
	return w
}

// newConnWriter keeps one connection for good.
func newConnWriter(db *DB, conn *sql.Conn, hooks Hooks) *writer {
	w := &writer{db: db, hooks: hooks, conn: conn, queue: make(chan *job, 4*maxBatch), closed: make(chan struct{})}
	w.q = Q{db: db, conn: conn, own: &w.stmts, wc: conn}
	w.ended.Go(w.loop)
	return w
}

func (w *writer) do(ctx context.Context, fn func(context.Context, Q) error) error {
	j := newJob(ctx, fn)
	select {
	case <-w.closed:
		return ErrClosed
	default:
	}
	select {
	case w.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closed:
		return ErrClosed
	}
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
		return j.leave(ctx)
	case <-w.closed:
		// The loop drains the queue before it ends; what it never took is refused.
		w.ended.Wait()
		select {
		case <-j.done:
			return j.err
		default:
			return ErrClosed
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

// run commits the batch together. If that fails before COMMIT each job is tried
// on its own, so that one that cannot be written costs the others nothing. A
// transaction that could not even begin is nobody's fault: all are told at once,
// instead of each waiting in turn.
func (w *writer) run(batch []*job) {
	for len(batch) > 0 {
		n, end, err := w.transact(batch)
		if end == endFailed && (n > 1 || w.worthAgain(err)) {
			w.replay(batch[:n])
		} else {
			w.finish(batch[:n], err)
		}
		batch = batch[n:]
	}
}

// maxTries is how often a job is tried when others keep getting in its way.
const maxTries = 3

func (w *writer) replay(jobs []*job) {
	for _, j := range jobs {
		j.free()
	}
	for i := range jobs {
		var err error
		for range maxTries {
			var end end
			jobs[i].err = nil
			if _, end, err = w.transact(jobs[i : i+1]); end == endNotBegun {
				w.finish(jobs[i:], err)
				return
			}
			if end != endFailed || !w.worthAgain(err) {
				break
			}
		}
		w.finish(jobs[i:i+1], err)
	}
}

// worthAgain says that the same job may do better on another connection or a
// moment later: nothing of it was written.
func (w *writer) worthAgain(err error) bool {
	return w.take != nil && (errors.Is(err, errAgain) || errors.Is(err, errLost))
}

func (w *writer) finish(jobs []*job, err error) {
	for _, j := range jobs {
		if err != nil {
			j.err = err
		}
		w.db.ready.doubt(j.err)
		close(j.done)
	}
}

// end is how a shared transaction ended. There is an error with all but the first:
//
//	                what was written   what becomes of the jobs in it
//	endCommitted    all                each is told what its own fn returned
//	endNotBegun     nothing            all are told why: each would fail alike
//	endFailed       nothing            each is tried alone, up to maxTries times where that may help
//	endUnknown      nobody knows       all are told so; not tried again, for it may have been done
type end int

const (
	endCommitted end = iota
	endNotBegun
	endFailed
	endUnknown // COMMIT got no answer
)

// batchTimeout bounds a shared transaction as a whole. It is far beyond any
// honest batch: it is there for a disk that answers nothing.
const batchTimeout = 60 * time.Second

// A server is waited for so long, and a far one, whose every statement costs a
// round trip, serves only as many callers in one transaction as fit into maxShare. A
// transaction has as much time as the caller in it that has the least, but minTime:
// whoever is in it must wait for its end.
const (
	serverTimeout = 4 * time.Second
	minTime       = time.Second
	maxShare      = 500 * time.Millisecond
)

// timeFor is how long a transaction of these jobs may take.
func timeFor(batch []*job) time.Duration {
	t := serverTimeout
	for _, j := range batch {
		if left, ok := j.left(); ok && !j.late() {
			t = min(t, left)
		}
	}
	return max(t, minTime)
}

var errSilent = &UnavailableError{
	Causa: "o servidor do banco não respondeu", Remedio: "confira o endereço, a porta e a rede", driver: errLost, motivo: MotivoSemResposta,
}

var errBroken = errors.New("store/engine: the shared transaction is gone")

// transact commits the first n jobs of the batch together.
func (w *writer) transact(batch []*job) (n int, how end, err error) {
	ctx, release, err := w.begin(batch)
	if err != nil {
		return len(batch), endNotBegun, err
	}
	committed := false
	defer func() {
		if !committed {
			w.rollback(ctx)
		}
		if w.hooks.Ended != nil {
			w.hooks.Ended(committed)
		}
		release()
	}()
	n, err = w.jobs(ctx, batch)
	if err != nil {
		return n, endFailed, err
	}
	if w.hooks.BeforeCommit != nil {
		if err := w.hooks.BeforeCommit(ctx, w.q); err != nil {
			return n, endFailed, err
		}
	}
	if how, err = w.commit(ctx); err == nil {
		committed = true
		w.commits.Add(1)
		w.written.Add(int64(n))
		w.db.ready.proven()
	}
	return n, how, err
}

// begin starts a transaction. On a server the words travel with the first
// statement of it, so that a far one costs no round trip more.
func (w *writer) begin(batch []*job) (context.Context, func(), error) {
	// No Done channel: SQLite's driver would start a goroutine per statement for it.
	ctx := context.WithoutCancel(batch[0].ctx)
	if w.take == nil {
		if err := w.db.custody.check(); err != nil {
			return ctx, func() {}, err
		}
		_, err := w.q.exec(ctx, "BEGIN IMMEDIATE", nil)
		return ctx, func() {}, Translate(err)
	}
	connectCtx, cancelConnect := context.WithTimeout(ctx, connectTimeout)
	conn, err := w.take(connectCtx)
	cancelConnect()
	if err != nil {
		return ctx, nil, Translate(err)
	}
	ctx, cancel := context.WithTimeout(ctx, timeFor(batch))
	w.later.reset(beginWords[w.db.Kind])
	w.conn, w.q = conn, Q{db: w.db, conn: conn, wc: conn, later: &w.later}
	w.later.listen(cancel)
	return ctx, func() { w.later.alarm.Stop(); cancel(); _ = conn.Close() }, nil
}

var beginWords = map[Kind]string{
	// Readers of the newest rows, whatever the database's default is: after a lock
	// was waited for, an older state would be read otherwise. A row that another
	// program holds is waited for shortly, since all our writers wait along.
	Postgres: "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '1s'",
	MySQL:    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION", // and see mysqlConfig
}

// jobs runs as many of the batch as fit into one transaction, one at least.
func (w *writer) jobs(ctx context.Context, batch []*job) (int, error) {
	start := time.Now()
	for i, j := range batch {
		switch spent := time.Since(start); {
		case i > 0 && w.take != nil && spent > maxShare:
			return i, nil
		case spent > batchTimeout:
			return len(batch), &UnavailableError{Causa: "o disco do banco está lento demais"}
		case j.ctx.Err() != nil || w.take != nil && j.late() || !j.claim():
			j.err = cmp.Or(j.ctx.Err(), context.DeadlineExceeded)
			continue
		}
		if err := w.one(ctx, j); err != nil {
			return len(batch), err
		}
	}
	return len(batch), nil
}

// one runs a job in its savepoint. The returned error is about the whole
// transaction; the job's own is in j.err.
func (w *writer) one(ctx context.Context, j *job) error {
	if err := w.word(ctx, "SAVEPOINT j"); err != nil {
		return err
	}
	j.err = protect(ctx, w.q, j.fn)
	if w.take != nil && w.later.silent.Load() {
		j.err = errSilent
	}
	if w.take != nil && w.later.flying {
		// The message that failed carried the end of the job before, too: each must be
		// tried by itself.
		return cmp.Or(j.err, errBroken)
	}
	if j.err != nil {
		if w.gone(j.err) {
			return j.err
		}
		if err := w.word(ctx, "ROLLBACK TO SAVEPOINT j"); err != nil {
			// A full disk or an I/O error has ended the transaction already.
			return errors.Join(errBroken, j.err)
		}
	}
	return w.word(ctx, "RELEASE SAVEPOINT j")
}

// gone says that a job's error has ended the transaction of all: what a server
// does after a deadlock, and when it cannot be reached.
func (w *writer) gone(err error) bool {
	if w.take == nil || busy(err) {
		return false // a lock that was waited for in vain costs only the statement
	}
	return errors.Is(err, ErrUnavailable) || errors.Is(err, errAgain) || errors.Is(err, context.DeadlineExceeded)
}

// word sends a statement of the transaction itself, on a server with the next one.
func (w *writer) word(ctx context.Context, text string) error {
	if w.take != nil {
		w.later.add(text)
		return nil
	}
	_, err := w.q.exec(ctx, text, nil)
	return Translate(err)
}

var errUnknownOutcome = &UnavailableError{
	Causa:   "a conexão caiu na hora de gravar, e não se sabe se a alteração foi gravada",
	Remedio: "confira o registro antes de repetir",
}

func (w *writer) commit(ctx context.Context) (end, error) {
	if w.take != nil && w.later.empty() {
		return endCommitted, nil
	}
	_, err := w.q.exec(ctx, "COMMIT", nil)
	if err == nil && w.take == nil {
		// What was written into files that are not there any more is nowhere.
		if err := w.db.custody.check(); err != nil {
			return endUnknown, err
		}
	}
	if err == nil {
		return endCommitted, nil
	}
	if w.take != nil && !answered(err) {
		unknown := *errUnknownOutcome
		unknown.driver = err
		return endUnknown, &unknown
	}
	return endFailed, Translate(err)
}

func (w *writer) rollback(ctx context.Context) {
	if w.take == nil {
		_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
		return
	}
	if w.later.begun() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), serverTimeout)
		defer cancel()
		_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
	}
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
