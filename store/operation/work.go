package operation

import (
	"context"
	"errors"
	"sync"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/record"
	"example.com/monitor/store/when"
)

// atOnce is how many records of an operation are changed at the same time. Each is a change of
// its own; the writer commits those that wait together, so that they share what a commit costs.
const atOnce = 200

// noteEvery is how often it is written down, and told, how far the work is.
const noteEvery = 500 * time.Millisecond

// Base is the store as the work at an operation sees it.
type Base interface {
	// Change runs fn while nobody else writes down what becomes of an operation.
	Change(ctx context.Context, fn func(ctx context.Context, q engine.Q, now when.Hora) error) error
}

// Work is a stretch of work at an operation.
type Work struct {
	Op     Operacao // how far it is
	Digest string   // of its targets, as its head says
	Base   Base
	// Step changes a target, with the number of the operation and the target in the entry;
	// done is false where it was so already.
	Step  func(ctx context.Context, target int64) (done bool, err error)
	Seen  func(Operacao) // told from time to time; nil for nobody
	Until time.Time      // zero: to the end

	items  []Item // what was left out and is not written down yet
	failed error  // what ended the work
	noted  time.Time
}

// result is what came of one target.
type result struct {
	target int64
	done   bool
	err    error
}

// Do works at the targets, writes down what was left out, and closes the operation where
// nothing is left. An error of the database leaves it open.
func (w *Work) Do(ctx context.Context, targets []int64) error {
	queue, results := make(chan int64), make(chan result)
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	var workers sync.WaitGroup
	for range min(atOnce, len(targets)) {
		workers.Go(func() {
			for target := range queue {
				done, err := w.Step(ctx, target)
				results <- result{target, done, err}
			}
		})
	}
	go func() {
		w.hand(work, queue, targets)
		close(queue)
		workers.Wait()
		close(results)
	}()
	for r := range results {
		w.take(r)
		if w.failed != nil {
			cancel()
			continue
		}
		if time.Since(w.noted) > noteEvery {
			w.note(ctx, false)
		}
	}
	return w.finish(ctx)
}

// hand gives the targets out until the work is to stop; one at least, so that each stretch is of
// use.
func (w *Work) hand(ctx context.Context, queue chan<- int64, targets []int64) {
	for i, target := range targets {
		if i > 0 && !w.Until.IsZero() && time.Now().After(w.Until) {
			return
		}
		select {
		case queue <- target:
		case <-ctx.Done():
			return
		}
	}
}

// take counts what came of a target.
func (w *Work) take(r result) {
	switch {
	case r.err == nil && r.done:
		w.Op.Feitos++
	case r.err == nil:
		w.Op.Iguais++
		w.items = append(w.items, Item{Alvo: r.target, Situacao: Igual})
	case errors.Is(r.err, errTaken):
	case errors.Is(r.err, ErrOver):
		w.failed = r.err
	case errors.Is(r.err, engine.ErrUnique): // a rule of the database that is not ours
		w.refuse(r.target, "O banco recusou: outro registro já tem este valor")
	case IsRefusal(r.err):
		w.refuse(r.target, r.err.Error())
	case w.failed == nil:
		w.failed = r.err
	}
}

func (w *Work) refuse(target int64, why string) {
	w.Op.Recusados++
	w.items = append(w.items, Item{Alvo: target, Situacao: Recusado, Motivo: record.Text(why)})
}

// IsRefusal tells a rule about the record from a failure of the database.
func IsRefusal(err error) bool {
	if _, ok := errors.AsType[*fault.InvalidError](err); ok {
		return true
	}
	_, ok := errors.AsType[*fault.RuleError](err)
	return ok && !errors.Is(err, fault.ErrUnavailable) && !errors.Is(err, fault.ErrReadOnly) && !errors.Is(err, fault.ErrUnauthenticated)
}

// note writes down what was left out and that somebody is at it, or gone.
func (w *Work) note(ctx context.Context, gone bool) {
	err := w.Base.Change(ctx, func(ctx context.Context, q engine.Q, now when.Hora) error {
		if err := leave(ctx, q, w.Op.ID, w.items); err != nil {
			return err
		}
		if gone {
			return noteSeen(ctx, q, w.Op.ID, time.Unix(0, 0))
		}
		return noteSeen(ctx, q, w.Op.ID, now.Time)
	})
	if err != nil {
		w.failed = err
		return
	}
	w.items, w.noted = nil, time.Now()
	if w.Seen != nil {
		w.Seen(w.Op)
	}
}

// finish writes what is still in hand.
func (w *Work) finish(ctx context.Context) error {
	failed := w.failed
	if failed == nil {
		failed = ctx.Err()
	}
	// What is known is written down all the same, also that nobody is at it any more.
	w.note(context.WithoutCancel(ctx), failed != nil)
	if failed != nil {
		return failed
	}
	if w.failed != nil {
		return w.failed
	}
	return w.Base.Change(ctx, func(ctx context.Context, q engine.Q, _ when.Hora) error {
		left, err := Remaining(ctx, q, w.Op.ID, w.Digest)
		if err != nil || len(left) > 0 {
			return err
		}
		return End(ctx, q, w.Op.ID, Concluida)
	})
}
