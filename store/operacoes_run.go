package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/record"
)

// atOnce is how many records of an operation are changed at the same time. Each is a change of
// its own; the writer commits those that wait together, so that they share what a commit costs.
const atOnce = 200

// noteEvery is how often a run writes down how far it is, and tells so.
const noteEvery = 500 * time.Millisecond

// Continue does what is left of operation id, for about budget, 0 for as long as it takes, and
// returns how far it came. Each record is changed whole or not at all, by the operation of its
// own noun; those that are refused are written down with the reason. An error of the database
// leaves the operation open, and nothing of it is done twice. seen, where it is not nil, is told
// how far it is, from time to time. Whoever began it, and admins.
func (o Operacoes) Continue(ctx context.Context, id int64, budget time.Duration, seen func(Operacao)) (Operacao, error) {
	found, err := o.mine(ctx, id)
	if err != nil || found.Estado == operation.Concluida {
		return found, err
	}
	if found.Estado == operation.Encerrada {
		return found, errEncerrada
	}
	step, err := o.stepOf(ctx, &found)
	if err != nil {
		return found, err
	}
	var left []int64
	err = o.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		left, err = operation.Remaining(ctx, q, id)
		return err
	})
	if err != nil {
		return found, err
	}
	r := run{o: o, op: found, step: step, seen: seen, until: budgetEnd(time.Now(), budget)}
	if err := r.all(ctx, left); err != nil {
		return r.op, err
	}
	return o.find(ctx, id)
}

// run is a stretch of work at an operation.
type run struct {
	o     Operacoes
	op    Operacao
	step  func(ctx context.Context, c *call, id int64) error
	seen  func(Operacao)
	until time.Time // zero: to the end

	items  []operation.Item // what was left out and is not written down yet
	failed error            // what ended the run
	noted  time.Time
}

// targetEnd is what came of one target.
type targetEnd struct {
	id   int64
	done bool
	err  error
}

// all works at the targets and writes down what was left out.
func (r *run) all(ctx context.Context, targets []int64) error {
	queue, results := make(chan int64), make(chan targetEnd)
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	var workers sync.WaitGroup
	for range min(atOnce, len(targets)) {
		workers.Go(func() {
			for id := range queue {
				results <- r.one(ctx, id)
			}
		})
	}
	go func() {
		r.feed(work, queue, targets)
		close(queue)
		workers.Wait()
		close(results)
	}()
	for out := range results {
		r.take(out)
		if r.failed != nil {
			cancel()
			continue
		}
		if time.Since(r.noted) > noteEvery {
			r.note(ctx)
		}
	}
	return r.finish(ctx)
}

// feed hands the targets out until the run is to stop; one at least, so that every run is of use.
func (r *run) feed(ctx context.Context, queue chan<- int64, targets []int64) {
	for i, id := range targets {
		if i > 0 && !r.until.IsZero() && time.Now().After(r.until) {
			return
		}
		select {
		case queue <- id:
		case <-ctx.Done():
			return
		}
	}
}

func (r *run) one(ctx context.Context, id int64) targetEnd {
	p := &part{head: r.op.ID, target: id}
	err := r.step(ctx, &call{s: r.o.s, actor: r.o.actor, part: p}, id)
	return targetEnd{id, p.entry != 0, err}
}

// take counts what came of a target.
func (r *run) take(out targetEnd) {
	switch {
	case out.err == nil && out.done:
		r.op.Feitos++
	case out.err == nil:
		r.op.Iguais++
		r.items = append(r.items, operation.Item{Alvo: out.id, Situacao: operation.Igual})
	case errors.Is(out.err, engine.ErrUnique): // somebody else goes on with it, too, and was quicker
	case isRefusal(out.err):
		r.op.Recusados++
		r.items = append(r.items, operation.Item{Alvo: out.id, Situacao: operation.Recusado, Motivo: record.Text(out.err.Error())})
	case r.failed == nil:
		r.failed = out.err
	}
}

// isRefusal tells a rule about the record from a failure of the database.
func isRefusal(err error) bool {
	if _, ok := errors.AsType[*fault.InvalidError](err); ok {
		return true
	}
	_, ok := errors.AsType[*fault.RuleError](err)
	return ok && !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrReadOnly) && !errors.Is(err, ErrUnauthenticated)
}

// note writes down what was left out and that somebody is at it.
func (r *run) note(ctx context.Context) {
	err := r.o.write(ctx, func(ctx context.Context, t *tx) error {
		if err := operation.Left(ctx, t.Q, r.op.ID, r.items); err != nil {
			return err
		}
		return operation.Seen(ctx, t.Q, r.op.ID, t.now.Time)
	})
	if err != nil {
		r.failed = err
		return
	}
	r.items, r.noted = nil, time.Now()
	if r.seen != nil {
		r.seen(r.op)
	}
}

// finish writes what is still in hand, and closes the operation where nothing is left.
func (r *run) finish(ctx context.Context) error {
	failed := r.failed
	if errors.Is(failed, context.Canceled) {
		ctx = context.WithoutCancel(ctx) // what is known is written down all the same
	}
	r.note(ctx)
	if failed != nil {
		return failed
	}
	if r.failed != nil {
		return r.failed
	}
	return r.o.write(ctx, func(ctx context.Context, t *tx) error {
		left, err := operation.Remaining(ctx, t.Q, r.op.ID)
		if err != nil || len(left) > 0 {
			return err
		}
		return operation.End(ctx, t.Q, r.op.ID, operation.Concluida)
	})
}

// stepOf is what an operation does to each of its targets, as its head says.
func (o Operacoes) stepOf(ctx context.Context, op *Operacao) (func(context.Context, *call, int64) error, error) {
	if op.Acao == operation.Desfazer {
		return o.undoStep(int64(op.Desfaz))
	}
	e, err := o.attest(ctx, op.ID)
	if err != nil {
		return nil, err
	}
	var head struct {
		Depois struct {
			Recurso, Acao string
			Campos        map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(e.Data), &head); err != nil {
		return nil, err
	}
	p := Pedido{Recurso: head.Depois.Recurso, Acao: head.Depois.Acao, Campos: head.Depois.Campos}
	if err := o.allowed(&p); err != nil {
		return nil, err
	}
	return stepFor(&p)
}

// stepFor is the operation of the noun on one record.
func stepFor(p *Pedido) (func(context.Context, *call, int64) error, error) {
	ativo := p.Acao == operation.Reativar
	switch {
	case p.Recurso == operation.Sessoes:
		return func(ctx context.Context, c *call, id int64) error { return Sessoes{c}.Revoke(ctx, id) }, nil
	case p.Recurso == operation.Chaves:
		return func(ctx context.Context, c *call, id int64) error {
			_, err := Chaves{c}.Revoke(ctx, id)
			return err
		}, nil
	case p.Recurso == operation.Clientes && p.Acao == operation.Remover:
		return func(ctx context.Context, c *call, id int64) error { return Clientes{c}.Delete(ctx, id) }, nil
	case p.Acao == operation.Remover:
		return func(ctx context.Context, c *call, id int64) error { return Dispositivos{c}.Delete(ctx, id) }, nil
	case p.Recurso == operation.Clientes:
		fn, err := clienteFn(p)
		return func(ctx context.Context, c *call, id int64) error {
			_, err := Clientes{c}.change(ctx, id, clienteEdit{fn: fn})
			return err
		}, err
	default:
		m := DispositivoMudanca{Ativo: &ativo}
		if p.Acao == operation.Alterar {
			var err error
			if m, err = deviceChange(p.Campos); err != nil {
				return nil, err
			}
		}
		return func(ctx context.Context, c *call, id int64) error {
			_, err := Dispositivos{c}.change(ctx, id, m, deviceSeenAs(""))
			return err
		}, nil
	}
}

// clienteFn is the edit of a client that p asks for.
func clienteFn(p *Pedido) (func(*Cliente), error) {
	ativo := p.Acao == operation.Reativar
	if p.Acao != operation.Alterar {
		return func(c *Cliente) { c.Ativo = &ativo }, nil
	}
	if err := new(Cliente).Set(p.Campos, false); err != nil {
		return nil, err
	}
	return func(c *Cliente) { _ = c.Set(p.Campos, false) }, nil
}

// deviceChange reads the columns of a device that people change.
func deviceChange(campos map[string]json.RawMessage) (m DispositivoMudanca, err error) {
	var bad InvalidError
	for column, value := range campos {
		var to any
		switch column {
		case "nome":
			to = &m.Nome
		case "tipo":
			to = &m.Tipo
		case "cliente_id":
			m.ClienteID = new(int64) // null takes the owner away
			to = m.ClienteID
		case "ativo":
			yes := true // null is what other programs leave, and counts so
			m.Ativo, to = &yes, &yes
		default:
			bad.Add(column, "Este campo não pode ser alterado assim; use: nome, tipo, cliente_id, ativo")
			continue
		}
		if json.Unmarshal(value, to) != nil {
			bad.Add(column, "O valor não é do tipo certo")
		}
	}
	if m.Nome != nil {
		*m.Nome = strings.TrimSpace(*m.Nome)
	}
	return m, bad.OrNil()
}
