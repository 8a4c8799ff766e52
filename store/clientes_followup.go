package store

import (
	"context"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/guess"
)

// followUp ends sessions that must not outlive the change and asks a promoted
// person for a new password.
func (t *tx) followUp(ctx context.Context, was, now *Cliente) error {
	if !now.IsActive() || now.SenhaHash != was.SenhaHash {
		if err := t.endSessions(ctx, now.ID); err != nil {
			return err
		}
	}
	if now.SenhaHash != was.SenhaHash {
		// A password that somebody else chose is for one login only.
		own := t.actor.kind == kindPerson && t.actor.id == now.ID
		if !own {
			if err := guess.Forget(ctx, t.Q, now.Email); err != nil {
				return err
			}
		}
		return t.setMustChange(ctx, now, !own && now.Level() != Usuario)
	}
	if now.Level() != was.Level() && now.Level() != Usuario {
		return t.setMustChange(ctx, now, true)
	}
	return nil
}

// endSessions ends every session of a person but the actor's own.
func (t *tx) endSessions(ctx context.Context, clienteID int64) error {
	_, err := t.Exec(ctx, "UPDATE sessoes SET ativa = ? WHERE cliente_id = ? AND ativa = ? AND id <> ?", false, clienteID, true, t.actor.sessaoID)
	return err
}

// setMustChange notes that the next login must choose a new password. The row
// names the registration, too: SQLite hands ids out again.
func (t *tx) setMustChange(ctx context.Context, c *Cliente, must bool) error {
	if err := t.Later(ctx, "DELETE FROM monitor_pessoas WHERE cliente_id = ?", c.ID); err != nil || !must {
		return err
	}
	_, err := t.Exec(ctx, "INSERT INTO monitor_pessoas(cliente_id, data_cadastro, trocar_senha) SELECT c.id, AS_TEXT(c.data_cadastro), ? FROM clientes c WHERE c.id = ?", true, c.ID)
	return err
}

var errUltimoAdmin = fault.Rule(ErrConflict, "ultimo_admin", "Este é o último administrador ativo: promova outro antes")

// guardLastAdmin keeps one active administrator.
func (t *tx) guardLastAdmin(ctx context.Context, was, now *Cliente) error {
	if was.NivelAcesso != Admin || !was.IsActive() || (now != nil && now.NivelAcesso == Admin && now.IsActive()) {
		return nil
	}
	if err := t.lockAdmins(ctx); err != nil {
		return err
	}
	var others int
	if err := t.Get(ctx, []any{&others}, "SELECT count(*) FROM clientes c WHERE EXACT(c.nivel_acesso, ?) AND ativo = ? AND id <> ?", Admin, true, was.ID); err != nil {
		return err
	}
	if others == 0 {
		return errUltimoAdmin
	}
	return nil
}
