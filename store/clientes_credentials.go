package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/guess"
	"example.com/monitor/store/password"
	"example.com/monitor/store/record"
)

var errSenhaAtual = &InvalidError{Campos: map[string]string{"senha_atual": "A senha atual não confere"}}

// mayCredentials says whether the actor may set password and address of client id:
// admins anyone's, people their own. own tells that the current password is
// needed.
func (c Clientes) mayCredentials(id int64) (own bool, err error) {
	a := c.actor
	switch {
	case a.kind == kindStranger:
		return false, errUnknownCaller
	case a.kind == kindPerson && a.id == id:
		return true, nil
	case a.mustChange:
		return false, errMustChange
	case a.nivel == Admin:
		return false, nil
	case a.nivel == Usuario:
		return false, errClienteNaoEncontrado
	default:
		return false, errForbidden
	}
}

// confirm checks the current password of client id and returns the hash that it
// was checked against: unchanged tells that the check still holds. Wrong ones are
// counted per session, so that nobody else's guesses keep a person from changing
// the password.
func (c Clientes) confirm(ctx context.Context, id int64, senha string) (hash string, err error) {
	var was Cliente
	err = c.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		was, err = getCliente(ctx, q, id)
		return err
	})
	if err != nil {
		return "", err
	}
	feitas, leave, err := c.admitGuess(ctx, []guess.Key{guess.Session(fmt.Sprintf("pessoa %d, sessão %d", id, c.actor.sessaoID))})
	if err != nil {
		return "", err
	}
	defer leave()
	ok := false
	err = c.s.gate.Do(ctx, func() { ok = password.Verify(was.SenhaHash, senha) })
	if err == nil && !ok {
		return "", errSenhaAtual
	}
	c.abandonGuess(ctx, feitas)
	return was.SenhaHash, err
}

// prove is confirm for a change of one's own account; "" of another's, which asks for no password.
func (c Clientes) prove(ctx context.Context, id int64, own bool, senha string) (confirmed string, err error) {
	if !own {
		return "", nil
	}
	return c.confirm(ctx, id, senha)
}

// lockProved is lockCliente for whoever proved to be allowed to change it.
func (t *tx) lockProved(ctx context.Context, id int64, confirmed string) (was Cliente, err error) {
	if was, err = t.lockCliente(ctx, id); err == nil && confirmed != "" {
		err = t.stillSelf(ctx, &was, confirmed)
	}
	return was, err
}

// stillSelf refuses a change of one's own account when, since the password was
// confirmed, somebody else has reset it or ended the session.
func (t *tx) stillSelf(ctx context.Context, was *Cliente, confirmed string) error {
	var ativa *bool
	err := t.Get(ctx, []any{&ativa}, "SELECT ativa FROM sessoes WHERE id = ?", t.actor.sessaoID)
	if err != nil && !engine.IsNoRows(err) {
		return err
	}
	if ativa == nil || !*ativa || !was.IsActive() || was.SenhaHash != confirmed {
		return errSessao
	}
	return nil
}

// SetSenha changes a password. Admins and the local operator may set anyone's
// without senhaAtual, everyone else only their own, with it; ErrBloqueado after
// too many wrong ones in this session. All other sessions of the person end.
func (c Clientes) SetSenha(ctx context.Context, id int64, senhaAtual, nova string) error {
	own, err := c.mayCredentials(id)
	if err != nil {
		return err
	}
	confirmed, err := c.prove(ctx, id, own, senhaAtual)
	if err != nil {
		return err
	}
	if own && nova == senhaAtual {
		return fault.Invalid("senha_nova", "A nova senha deve ser diferente da atual")
	}
	var hash string
	if err := c.s.gate.Do(ctx, func() { hash = password.Hash(nova) }); err != nil {
		return err
	}
	return c.write(ctx, func(ctx context.Context, t *tx) error {
		was, err := t.lockProved(ctx, id, confirmed)
		if err != nil {
			return err
		}
		if p := password.Check(was.Level(), nova); p != "" {
			return fault.Invalid("senha_nova", p)
		}
		now := was
		now.SenhaHash = hash
		if err := t.updateColumns(ctx, &was, &now); err != nil {
			return err
		}
		if err := t.followUp(ctx, &was, &now); err != nil {
			return err
		}
		return t.audit(ctx, entry{acao: actPassword, text: "Senha de " + was.Nome + " alterada", clienteID: id})
	})
}

// SetEmail changes the address. Admins need no password, people their own
// current one. ErrConflict when the address is taken. WithOperacao applies.
func (c Clientes) SetEmail(ctx context.Context, id int64, email, senhaAtual string, op ...Opcao) (Cliente, error) {
	c.call = c.noting(op)
	return c.setEmail(ctx, id, email, senhaAtual, nil)
}

// setEmail asks still, when there is one, whether the client is what the caller means.
func (c Clientes) setEmail(ctx context.Context, id int64, email, senhaAtual string, still func(was *Cliente) error) (Cliente, error) {
	own, err := c.mayCredentials(id)
	if err != nil {
		return Cliente{}, err
	}
	if c.actor.mustChange {
		return Cliente{}, errMustChange
	}
	confirmed, err := c.prove(ctx, id, own, senhaAtual)
	if err != nil {
		return Cliente{}, err
	}
	var now Cliente
	err = c.write(ctx, func(ctx context.Context, t *tx) error {
		was, err := t.lockProved(ctx, id, confirmed)
		if err == nil && still != nil {
			err = still(&was)
		}
		if err != nil {
			return err
		}
		now = was
		now.Email = strings.TrimSpace(email)
		return t.giveEmail(ctx, &was, &now)
	})
	c.s.index.Poke()
	return now, err
}

// giveEmail writes the address of now, if it is another.
func (t *tx) giveEmail(ctx context.Context, was, now *Cliente) error {
	if err := now.Validate(was); err != nil {
		return err
	}
	if err := t.freeEmail(ctx, now.Email, was.ID); err != nil {
		return err
	}
	if now.Email == was.Email {
		return nil
	}
	if err := t.updateColumns(ctx, was, now); err != nil {
		return err
	}
	return t.audit(ctx, entry{
		acao: actEmail, text: "E-mail de " + was.Nome + " alterado", clienteID: was.ID,
		antes: map[string]any{"email": was.Email}, depois: map[string]any{"email": now.Email}, versao: now.Versao(),
	})
}

// EnsureAdmin makes the first administrator when no active one exists. senha ""
// makes a random one-time password, which is returned; it must be changed at
// the first login. created is false when there already is one. Local operator
// only.
func (c Clientes) EnsureAdmin(ctx context.Context, email, senha string) (admin Cliente, senhaUsada string, created bool, err error) {
	if c.actor.kind != kindLocal {
		return admin, "", false, errForbidden
	}
	err = c.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		admin, err = firstAdmin(ctx, q)
		return err
	})
	if err != nil || admin.ID != 0 {
		return admin, "", false, err
	}
	random := senha == ""
	if random {
		senha = password.Random()
	}
	novo, err := c.prepareNew(ctx, Cliente{Nome: "Administrador", Email: email, NivelAcesso: Admin, Senha: senha})
	if err != nil {
		return admin, "", false, err
	}
	err = c.write(ctx, func(ctx context.Context, t *tx) error {
		// Another setup may have been quicker.
		if err := t.lockAdmins(ctx); err != nil {
			return err
		}
		if admin, err = firstAdmin(ctx, t.Q); err != nil || admin.ID != 0 {
			return err
		}
		if admin, err = t.insertCliente(ctx, novo); err != nil {
			return err
		}
		created = true
		return t.setMustChange(ctx, &admin, random)
	})
	c.s.index.Poke()
	if errors.Is(err, errEmailEmUso) {
		err = fault.Rule(ErrConflict, "email_em_uso", "O e-mail "+email+" já é de um cliente que não é administrador ativo: escolha outro com --admin-email")
	}
	if err != nil || !created {
		return admin, "", false, err
	}
	return admin, senha, true, nil
}

// firstAdmin finds an active administrator, the zero client when there is none.
func firstAdmin(ctx context.Context, q engine.Q) (admin Cliente, err error) {
	admin, err = oneCliente(ctx, q, "SELECT "+record.ClienteCols+" FROM clientes c WHERE EXACT(c.nivel_acesso, ?) AND c.ativo = ? ORDER BY c.id LIMIT 1", Admin, true)
	if errors.Is(err, ErrNotFound) {
		return Cliente{}, nil
	}
	return admin, err
}
