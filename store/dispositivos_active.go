package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
)

// A device that was deactivated is refused: it neither speaks for itself nor is it
// spoken for, until somebody activates it again. Rows of other programs that say
// nothing of it are active.

var errDispositivoDesativado = fault.Rule(ErrForbidden, "dispositivo_desativado", "Este dispositivo foi desativado; peça a um administrador que o reative")

// emUso is the condition on a row of dispositivos.
const emUso = "coalesce(ativo, TRUE)"

// mustBeActive refuses a device that is there and was deactivated.
func mustBeActive(ctx context.Context, q engine.Q, id int64) error {
	var n int
	err := q.Get(ctx, []any{&n}, "SELECT count(*) FROM dispositivos WHERE id = ? AND NOT "+emUso, id)
	if err == nil && n > 0 {
		return errDispositivoDesativado
	}
	return err
}

// unbeaten says why a heartbeat changed nothing. Whoever may not beat for a device is
// not told what it is.
func (d Dispositivos) unbeaten(ctx context.Context, id int64, cond string, args []any) error {
	return d.read(ctx, func(ctx context.Context, q engine.Q) error {
		var n int
		err := q.Get(ctx, []any{&n}, "SELECT count(*) FROM dispositivos WHERE id = ?"+cond, append([]any{id}, args...)...)
		if err == nil && n > 0 {
			return errDispositivoDesativado
		}
		if err == nil {
			return errDispositivoNaoEncontrado
		}
		return err
	})
}
