package store

import (
	"context"
	"time"
	"unicode/utf8"
)

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
		AND coalesce(c.data_cadastro || '', '') = i.data_cadastro WHERE i.ator = ? AND i.chave = ?`, t.actor.ref(), chave)
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
	_, err = t.Exec(ctx, "INSERT INTO monitor_idempotencia(ator, chave, pedido, resultado_id, data_cadastro, criada_em) VALUES (?, ?, ?, ?, ?, ?)",
		t.actor.ref(), chave, pedido, made.ID, made.cadastroTexto(), t.agora)
	return err
}
