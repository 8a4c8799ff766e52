package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/password"
	"example.com/monitor/store/record"
)

// Change reads the client, lets fn edit a copy, validates, writes and audits the
// columns that differ, in one transaction. base is the Versao that the caller
// saw; when it is not "" and the client has changed since, the result is
// ErrConflict and the current record is returned beside it. fn must be pure: it
// may run more than once. Email, ID and dates cannot be changed here and are
// left alone; set Senha to change the password (admins only). WithOperacao applies.
func (c Clientes) Change(ctx context.Context, id int64, base string, fn func(*Cliente), op ...Opcao) (Cliente, error) {
	if err := c.visible(id); err != nil {
		return Cliente{}, err
	}
	hash, err := c.hashChange(ctx, id, fn)
	if err != nil {
		return Cliente{}, err
	}
	c.call = c.noting(op)
	return c.change(ctx, id, clienteEdit{fn: fn, hash: hash, still: seenAs(base)})
}

// clienteEdit is how a client is to be changed.
type clienteEdit struct {
	fn    func(*Cliente)
	hash  string                   // of the password that fn sets
	still func(was *Cliente) error // what must hold of the client before; nil asks for nothing
}

// seenAs asks for the client as a caller saw it; "" asks for nothing.
func seenAs(base string) func(*Cliente) error {
	return func(was *Cliente) error {
		if base != "" && base != was.Versao() {
			return errConflito
		}
		return nil
	}
}

// change is Change for whoever may see the client.
func (c Clientes) change(ctx context.Context, id int64, e clienteEdit) (now Cliente, err error) {
	err = c.write(ctx, func(ctx context.Context, t *tx) error {
		was, err := t.lockCliente(ctx, id)
		if err != nil {
			return err
		}
		now = was
		if e.still != nil {
			if err := e.still(&was); err != nil {
				return err
			}
		}
		edited, err := c.edited(&was, e.fn)
		if err != nil {
			return err
		}
		if edited.Senha != "" {
			edited.SenhaHash, edited.Senha = e.hash, ""
		}
		if err := t.updateCliente(ctx, &was, &edited); err != nil {
			return err
		}
		now = edited
		return nil
	})
	c.s.index.Poke()
	return now, err
}

// edited is was as fn makes it, where the actor may and the rules allow it.
func (c Clientes) edited(was *Cliente, fn func(*Cliente)) (Cliente, error) {
	e := edit(*was, fn)
	if err := c.mayChange(was, &e); err != nil {
		return e, err
	}
	return e, e.Validate(was)
}

var errConflito = fault.Conflict("O cliente foi alterado")

// edit applies fn to a copy and takes back what may not be edited so.
func edit(was Cliente, fn func(*Cliente)) Cliente {
	e := was
	e.DadosExtras = slices.Clone(was.DadosExtras)
	fn(&e)
	e.ID, e.Email, e.SenhaHash = was.ID, was.Email, was.SenhaHash
	e.DataCadastro, e.UltimoAcesso, e.TotalDispositivos = was.DataCadastro, was.UltimoAcesso, was.TotalDispositivos
	e.Normalize()
	// Trimming must not turn an old value into an edit.
	for _, f := range record.ClienteFields {
		if p, old := f.Ref(&e), *f.Ref(&was); *p == strings.TrimSpace(old) {
			*p = old
		}
	}
	if len(e.DadosExtras) == 0 && string(was.DadosExtras) == "{}" {
		e.DadosExtras = was.DadosExtras
	}
	return e
}

// hashChange computes a new password's hash before the queue, where it would
// hold up everybody.
func (c Clientes) hashChange(ctx context.Context, id int64, fn func(*Cliente)) (hash string, err error) {
	was, err := c.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if probe := edit(was, fn); probe.Senha == "" {
		return "", nil
	}
	edited, err := c.edited(&was, fn)
	if err != nil {
		return "", err
	}
	err = c.s.gate.Do(ctx, func() { hash = password.Hash(edited.Senha) })
	return hash, err
}

// ownFields is what a usuario may change of its own record.
var ownFields = []string{"telefone", "endereco", "cidade", "estado", "cep", "dados_extras"}

// mayChange applies the roles to the fields that differ:
//
//	            whose record           which columns
//	admin       everybody's            all; the own password is changed elsewhere, with the current one
//	moderador   of usuarios, its own   all but nivel_acesso and senha; of its own not ativo either
//	usuario     its own                ownFields
//
// Whom a usuario may see at all was decided before.
func (c Clientes) mayChange(was, edited *Cliente) error {
	changed := edited.Values(was)
	if edited.Senha != "" {
		changed["senha"] = true
	}
	switch c.actor.nivel {
	case Admin:
		if edited.Senha != "" && c.actor.kind == kindPerson && c.actor.id == was.ID {
			return fault.Rule(ErrForbidden, "senha_propria", "A própria senha é trocada em Trocar senha, com a senha atual")
		}
		return nil
	case Moderador:
		return c.mayModerate(was, changed)
	case Usuario:
		for f := range changed {
			if !slices.Contains(ownFields, f) {
				return fieldForbidden(f)
			}
		}
		return nil
	default:
		return errForbidden
	}
}

func (c Clientes) mayModerate(was *Cliente, changed map[string]any) error {
	own := was.ID == c.actor.id
	if was.Level() != Usuario && !own {
		return fault.Rule(ErrForbidden, "sem_permissao", "Você só pode alterar clientes de nível usuario e o seu próprio cadastro")
	}
	for _, f := range []string{"nivel_acesso", "senha"} {
		if _, there := changed[f]; there {
			return fieldForbidden(f)
		}
	}
	if _, there := changed["ativo"]; there && own {
		return fieldForbidden("ativo")
	}
	return nil
}

func fieldForbidden(campo string) error {
	return fault.Rule(ErrForbidden, "campo_proibido", "Você não tem permissão para alterar o campo "+campo)
}

// updateCliente writes the columns that differ and what follows from them.
func (t *tx) updateCliente(ctx context.Context, was, now *Cliente) error {
	depois := now.Values(was)
	if len(depois) == 0 && t.part.isOfMany() {
		return nil
	}
	if len(depois) > 0 {
		if err := t.guardLastAdmin(ctx, was, now); err != nil {
			return err
		}
		if err := t.updateColumns(ctx, was, now); err != nil {
			return err
		}
		if err := t.followUp(ctx, was, now); err != nil {
			return err
		}
	}
	// The Flask system recorded edits that changed nothing, too.
	return t.audit(ctx, entry{acao: actionOf(was, now), text: "Cliente " + now.Nome + " " + verbOf(was, now), clienteID: now.ID, antes: was.Only(depois, now), depois: depois, versao: now.Versao()})
}

func (t *tx) updateColumns(ctx context.Context, was, now *Cliente) error {
	var sets []string
	var args []any
	set := func(col string, v any) { sets, args = append(sets, col+" = ?"), append(args, v) }
	for _, f := range record.ClienteFields {
		if v := *f.Ref(now); v != *f.Ref(was) {
			set(f.Column, orNull(v))
		}
	}
	if now.Email != was.Email {
		set("email", now.Email)
	}
	if record.BoolText(now.Ativo) != record.BoolText(was.Ativo) {
		set("ativo", now.Ativo)
	}
	if string(now.DadosExtras) != string(was.DadosExtras) {
		set("dados_extras", now.DadosExtras)
	}
	if now.SenhaHash != was.SenhaHash {
		set("senha_hash", orNull(now.SenhaHash))
	}
	n, err := t.Exec(ctx, "UPDATE clientes SET "+strings.Join(sets, ", ")+" WHERE id = ?", append(args, now.ID)...)
	if errors.Is(err, engine.ErrUnique) {
		return errEmailEmUso
	}
	if err == nil && n == 0 {
		return errClienteNaoEncontrado
	}
	return err
}

// Deactivate sets ativo to false and ends the person's sessions. A moderador
// deactivates people of level usuario. WithOperacao applies.
func (c Clientes) Deactivate(ctx context.Context, id int64, op ...Opcao) (Cliente, error) {
	return c.setActive(ctx, id, false, op)
}

// Reactivate sets ativo to true, with the permissions of Deactivate.
func (c Clientes) Reactivate(ctx context.Context, id int64, op ...Opcao) (Cliente, error) {
	return c.setActive(ctx, id, true, op)
}

func (c Clientes) setActive(ctx context.Context, id int64, ativo bool, op []Opcao) (Cliente, error) {
	if err := c.require(Admin, Moderador); err != nil {
		return Cliente{}, err
	}
	return c.Change(ctx, id, "", func(e *Cliente) { e.Ativo = &ativo }, op...)
}

// actionOf is what a change is called in the audit trail.
func actionOf(was, now *Cliente) string {
	if was.IsActive() && !now.IsActive() {
		return actClienteDeactivated
	}
	return actClienteChanged
}

func verbOf(was, now *Cliente) string {
	if actionOf(was, now) == actClienteDeactivated {
		return "desativado"
	}
	return "atualizado"
}
