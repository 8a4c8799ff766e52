package store

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/record"
	"example.com/monitor/store/trail"
)

// call is one actor's access to the store.
type call struct {
	s     *Store
	actor Actor
	part  *part // nil for a change that nobody asks the number of
}

// tx is a change in progress: statements, the actor, and the audit trail that
// must be written with them.
type tx struct {
	engine.Q
	s     *Store
	actor Actor
	part  *part
	now   Hora
}

// read runs fn on the read pool.
func (c *call) read(ctx context.Context, fn func(ctx context.Context, q engine.Q) error) error {
	ctx, cancel := c.s.deadline(ctx)
	defer cancel()
	return ownRule(fn(ctx, c.s.db.Reader()))
}

// snapshot runs fn over one unchanging state.
func (c *call) snapshot(ctx context.Context, fn func(ctx context.Context, q engine.Q) error) error {
	ctx, cancel := c.s.deadline(ctx)
	defer cancel()
	return ownRule(c.s.db.Snapshot(ctx, func(q engine.Q) error { return fn(ctx, q) }))
}

// write runs fn in a transaction; what it audits is chained in the same one.
// fn may run more than once.
func (c *call) write(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	if err := c.s.Writable(); err != nil {
		return err
	}
	ctx, cancel := c.s.deadline(ctx)
	defer cancel()
	err := c.writeOnce(ctx, fn)
	if errors.Is(err, trail.ErrLaneLost) { // nothing is left of it, and the next attempt leases another
		err = c.writeOnce(ctx, fn)
	}
	return c.ruled(ctx, err)
}

func (c *call) writeOnce(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	return c.s.db.Write(ctx, func(ctx context.Context, q engine.Q) error {
		undo, done := c.s.chain.Mark(), false
		defer func() { // also when fn panics
			if !done {
				undo()
			}
		}()
		t := &tx{Q: q, s: c.s, actor: c.actor, part: c.part, now: c.s.now()}
		if err := c.part.begin(ctx, t); err != nil {
			return err
		}
		err := fn(ctx, t)
		done = err == nil
		return err
	})
}

// writeOne runs one statement of telemetry, which needs no audit.
func (c *call) writeOne(ctx context.Context, query string, args ...any) (int64, error) {
	if err := c.s.Writable(); err != nil {
		return 0, err
	}
	ctx, cancel := c.s.deadline(ctx)
	defer cancel()
	n, err := c.s.db.WriteOne(ctx, query, args...)
	return n, c.ruled(ctx, err)
}

// ruled tells the operator's log which rule of the database refused a change.
func (c *call) ruled(ctx context.Context, err error) error {
	if refused, ok := errors.AsType[*engine.RefusedError](err); ok {
		c.s.cfg.Log.WarnContext(ctx, "o banco recusou uma gravação", slog.String("motivo", refused.Motivo), slog.String("tabela", refused.Tabela), slog.String("regra", refused.Regra))
	}
	return ownRule(err)
}

// lockAdmins keeps other processes from taking administrators away until the
// transaction ends. SQLite has one writer anyway.
func (t *tx) lockAdmins(ctx context.Context) error {
	switch t.Kind() {
	case engine.Postgres:
		return t.Later(ctx, "SELECT pg_advisory_xact_lock(hashtext('monitor:admins'))")
	case engine.MySQL:
		return t.Later(ctx, "UPDATE monitor_travas SET ate = ate + 1 WHERE nome = 'admins'")
	default:
		return nil
	}
}

// lockRows are the rows of monitor_travas that share all names among them, so that
// two writers seldom wait for each other.
const lockRows = 64

// lockEmail keeps others from taking an address, in whatever spelling, that is
// about to be looked for.
func (t *tx) lockEmail(ctx context.Context, email string) error {
	return t.lockNames(ctx, "email:"+record.EmailKey(email))
}

// freeEmail locks an address and refuses it where it is of anybody but client id.
func (t *tx) freeEmail(ctx context.Context, email string, id int64) error {
	if err := t.lockEmail(ctx, email); err != nil {
		return err
	}
	taken, err := idByEmail(ctx, t.Q, email)
	if err == nil && taken != 0 && taken != id {
		err = errEmailEmUso
	}
	return err
}

// lockNames keeps other processes from looking for the same names until the
// transaction ends. All take them in one order.
func (t *tx) lockNames(ctx context.Context, names ...string) error {
	if t.Kind() == engine.SQLite {
		return nil
	}
	locks := make([]int64, 0, len(names))
	for _, n := range names {
		h := fnv.New32a()
		_, _ = h.Write([]byte(n))
		locks = append(locks, int64(h.Sum32()))
	}
	if t.Kind() == engine.MySQL {
		for i := range locks {
			locks[i] %= lockRows
		}
	}
	slices.Sort(locks)
	for _, l := range slices.Compact(locks) {
		if err := t.lockNumber(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) lockNumber(ctx context.Context, n int64) error {
	if t.Kind() == engine.Postgres {
		return t.Later(ctx, "SELECT pg_advisory_xact_lock(7316, ?)", int32(n)) //nolint:gosec // any 32 bits do
	}
	return t.Later(ctx, "UPDATE monitor_travas SET ate = ate + 1 WHERE nome = ?", fmt.Sprintf("nome%d", n))
}

var (
	errUnknownCaller = fault.Rule(ErrUnauthenticated, "nao_autenticado", "Credencial não fornecida: entre com e-mail e senha ou envie uma chave de API")
	errForbidden     = fault.Rule(ErrForbidden, "sem_permissao", "Você não tem permissão para isso")
	errMustChange    = fault.Rule(ErrForbidden, "trocar_senha", "Troque a senha antes de continuar")
)

// require lets only the given levels pass.
func (c *call) require(niveis ...string) error {
	switch {
	case c.actor.kind == kindStranger || c.actor.kind == kindLegacy:
		return errUnknownCaller
	case c.actor.mustChange:
		return errMustChange
	case c.actor.is(niveis...):
		return nil
	default:
		return errForbidden
	}
}
