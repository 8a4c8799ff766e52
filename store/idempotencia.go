package store

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"example.com/monitor/store/engine"
)

// errMesmaChave says that another process is quicker with the same key: done
// again, this request finds its result.
var errMesmaChave = errors.New("store: the idempotency key was taken meanwhile")

// validadeIdempotencia is how long a retry still finds its first result.
const validadeIdempotencia = 7 * 24 * time.Hour

// idempotent returns the id that an earlier request with this key made, 0 when
// there was none. The key belongs to the actor.
func (t *tx) idempotent(ctx context.Context, chave, pedido string) (int64, error) {
	if chave == "" {
		return 0, nil
	}
	if utf8.RuneCountInString(chave) > 200 {
		return 0, invalid("idempotency_key", "A chave de idempotência deve ter no máximo 200 caracteres")
	}
	var id int64
	var before string
	err := t.Get(ctx, []any{&id, &before}, `SELECT i.resultado_id, i.pedido FROM monitor_idempotencia i JOIN clientes c ON c.id = i.resultado_id
		AND AS_TEXT(c.data_cadastro) = i.data_cadastro WHERE i.ator = ? AND i.chave = ?`, t.actor.ref(), chave)
	switch {
	case isNoRows(err):
		return 0, nil
	case err != nil:
		return 0, err
	case before != pedido:
		return 0, ErrIdempotency
	default:
		return id, nil
	}
}

// remember notes the result in the same transaction as the change.
func (t *tx) remember(ctx context.Context, chave, pedido string, made *Cliente) error {
	if chave == "" {
		return nil
	}
	_, err := t.Exec(ctx, "DELETE FROM monitor_idempotencia WHERE criada_em < ? OR (ator = ? AND chave = ?)",
		horaDe(t.agora.Add(-validadeIdempotencia)), t.actor.ref(), chave)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO monitor_idempotencia(ator, chave, pedido, resultado_id, data_cadastro, criada_em)
		SELECT ?, ?, ?, c.id, AS_TEXT(c.data_cadastro), ? FROM clientes c WHERE c.id = ?`, t.actor.ref(), chave, pedido, t.agora, made.ID)
	if errors.Is(err, engine.ErrUnique) {
		return errMesmaChave
	}
	return err
}
