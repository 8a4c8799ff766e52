// Package once keeps what requests with an idempotency key led to, in the transaction of the
// change: a retry of the same request by the same actor finds its first result.
package once

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/when"
)

// ErrTaken says that another process is quicker with the same key: done again, the request
// finds its result.
var ErrTaken = errors.New("once: the idempotency key was taken meanwhile")

// keptFor is how long a retry still finds its first result.
const keptFor = 7 * 24 * time.Hour

// Result is what a key can lead to: a row that is known by its id and the time it was made,
// since SQLite hands the id of a deleted one out again. Mark is the query for that time.
type Result struct{ Recurso, Mark string }

// Find returns the id that an earlier request with this key made, 0 when
// there was none. The key belongs to the actor.
func Find(ctx context.Context, q engine.Q, actor string, r Result, key, request string) (int64, error) {
	if key == "" {
		return 0, nil
	}
	if utf8.RuneCountInString(key) > 200 {
		return 0, fault.Invalid("idempotency_key", "A chave de idempotência deve ter no máximo 200 caracteres")
	}
	var id int64
	var recurso, before, mark string
	err := q.Get(ctx, []any{&recurso, &id, &before, &mark}, `SELECT recurso, resultado_id, pedido, coalesce(data_cadastro, '')
		FROM monitor_idempotencia WHERE ator = ? AND chave = ?`, actor, key)
	if engine.IsNoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if recurso == r.Recurso {
		// The key of what is gone, or has given its id to another, is free again.
		now, err := r.mark(ctx, q, id)
		if engine.IsNoRows(err) || (err == nil && now != mark) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
	}
	if recurso != r.Recurso || before != request {
		return 0, fault.ErrIdempotency
	}
	return id, nil
}

// mark is the time that the row was made; ErrNoRows when it is gone.
func (r Result) mark(ctx context.Context, q engine.Q, id int64) (mark string, err error) {
	err = q.Get(ctx, []any{&mark}, r.Mark, id)
	return mark, err
}

// Remember notes the result in the same transaction as the change.
func Remember(ctx context.Context, q engine.Q, actor string, r Result, key, request string, id int64, at when.Hora) error {
	if key == "" {
		return nil
	}
	_, err := q.Exec(ctx, "DELETE FROM monitor_idempotencia WHERE criada_em < ? OR criada_em > ? OR (ator = ? AND chave = ?)",
		when.Of(at.Add(-keptFor)), when.Of(at.Add(keptFor)), actor, key)
	if err != nil {
		return err
	}
	mark, err := r.mark(ctx, q, id)
	if err != nil {
		return err
	}
	_, err = q.Exec(
		ctx,
		`INSERT INTO monitor_idempotencia(ator, chave, pedido, recurso, resultado_id, data_cadastro, criada_em) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		actor,
		key,
		request,
		r.Recurso,
		id,
		mark,
		at,
	)
	if errors.Is(err, engine.ErrUnique) {
		return ErrTaken
	}
	return err
}

// Forget forgets the keys of an actor that is being removed: SQLite hands
// its id out again.
func Forget(ctx context.Context, q engine.Q, actor string) error {
	return q.Later(ctx, "DELETE FROM monitor_idempotencia WHERE ator = ?", actor)
}
