package engine

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// readiness is whether the database takes writes, as far as is known. It is learnt
// from what is written anyway; only where nothing was written for a while and
// somebody asks, something is tried, once for all who ask.
type readiness struct {
	mu    sync.Mutex
	until time.Time // when what is known is known no longer
	err   error
	// doubted says that a write failed since, for a cause that a question which
	// changes nothing does not show.
	doubted bool
	probed  time.Time     // when something was tried last
	probing chan struct{} // closed when the outcome is there; nil while nothing is tried
}

// How long an outcome counts, and how long whoever asks waits for a new one: a
// database that is merely busy is not out of order.
const (
	provenFor  = 5 * time.Second
	refusedFor = time.Second
	probeWait  = time.Second
)

// refusals are the causes that are the database's own, and that waiting one's turn
// does not end.
var refusals = []string{
	MotivoArquivoTrocado, MotivoEspaco, MotivoDisco, MotivoSoLeitura, MotivoSemQuorum, MotivoDanificado, MotivoPermissao, MotivoDireito,
}

func refuses(err error) bool { return err != nil && slices.Contains(refusals, Motivo(err)) }

// proven notes that something was committed.
func (r *readiness) proven() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until, r.err, r.doubted = time.Now().Add(provenFor), nil, false
}

// doubt notes that a write failed: whoever asks next wants to know.
func (r *readiness) doubt(err error) {
	if !refuses(err) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doubted = true
	if soon := r.probed.Add(refusedFor); soon.Before(r.until) {
		r.until = soon // at once, unless that was tried just now
	}
}

// learnt notes the outcome of a probe. What says nothing about the database leaves
// what was known.
func (r *readiness) learnt(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.probed = time.Now()
	switch {
	case err == nil:
		r.until, r.err, r.doubted = time.Now().Add(provenFor), nil, false
	case refuses(err):
		r.until, r.err, r.doubted = time.Now().Add(refusedFor), err, true
	default:
		r.until = time.Now().Add(refusedFor)
	}
	close(r.probing)
	r.probing = nil
}

// TakesWrites says why nothing can be written now: nil where it can, or where
// nobody knows better. It is cheap to ask as often as one likes.
func (db *DB) TakesWrites(ctx context.Context) error {
	if db.writer == nil {
		return errReadOnly
	}
	if err := db.custody.check(); err != nil {
		return err
	}
	r := &db.ready
	r.mu.Lock()
	if time.Now().Before(r.until) {
		defer r.mu.Unlock()
		return r.err
	}
	if r.probing == nil {
		r.probing = make(chan struct{})
		go db.probe(context.WithoutCancel(ctx), r.doubted)
	}
	probing := r.probing
	r.mu.Unlock()
	timer := time.NewTimer(probeWait)
	defer timer.Stop()
	select {
	case <-probing:
	case <-timer.C:
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// probe writes something that leaves nothing behind. A server is asked with a
// statement that finds no row, which one that only reads refuses all the same, and
// which costs it one round trip and no disk; in doubt it must write, too.
func (db *DB) probe(ctx context.Context, doubted bool) {
	ctx, cancel := context.WithTimeout(ctx, serverTimeout)
	defer cancel()
	var err error
	if db.Kind != SQLite && !doubted {
		_, err = db.WriteOne(ctx, "DELETE FROM monitor_estado WHERE nome = ''")
	} else {
		nome := "sonda-" + rand.Text()
		err = db.Write(ctx, func(ctx context.Context, q Q) error {
			if _, err := q.Exec(ctx, "INSERT INTO monitor_estado(nome, valor) VALUES (?, '')", nome); err != nil {
				return err
			}
			_, err := q.Exec(ctx, "DELETE FROM monitor_estado WHERE nome = ?", nome)
			return err
		})
	}
	db.ready.learnt(err)
}
