package store

import (
	"context"
	"encoding/json"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/record"
)

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
	w := operation.Work{Op: found, Base: chainDB{o.s}, Seen: seen, Step: func(ctx context.Context, target int64) (bool, error) {
		p := &part{head: id, target: target}
		err := step(ctx, &call{s: o.s, actor: o.actor, part: p}, target)
		return p.entry != 0, err
	}}
	if budget > 0 {
		w.Until = time.Now().Add(budget)
	}
	if err := w.Do(ctx, left); err != nil {
		return w.Op, err
	}
	return o.find(ctx, id)
}

// step is an operation of a noun on one record.
type step func(ctx context.Context, c *call, id int64) error

// stepOf is what an operation does to each of its targets, as its head says.
func (o Operacoes) stepOf(ctx context.Context, op *Operacao) (step, error) {
	if op.Acao == operation.Desfazer {
		return o.undoStep(int64(op.Desfaz)), nil
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
	do, err := stepFor(&p)
	return func(ctx context.Context, c *call, id int64) error {
		if err := o.notOneself(&p, id); err != nil {
			return err
		}
		return do(ctx, c, id)
	}, err
}

var errSiMesmo = fault.Rule(ErrForbidden, "sem_permissao", "É o seu próprio cadastro: entre muitos ele fica como está")

// notOneself refuses what would shut whoever is at it out, in the middle of it.
func (o Operacoes) notOneself(p *Pedido, id int64) error {
	me, person := o.actor.Pessoa()
	if !person || me != id || p.Recurso != operation.Clientes {
		return nil
	}
	_, level := p.Campos["nivel_acesso"]
	_, active := p.Campos["ativo"]
	if level || active || p.Acao == operation.Desativar || p.Acao == operation.Remover {
		return errSiMesmo
	}
	return nil
}

func stepFor(p *Pedido) (step, error) {
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
		fn, err := p.clienteFn()
		return func(ctx context.Context, c *call, id int64) error {
			_, err := Clientes{c}.change(ctx, id, clienteEdit{fn: fn})
			return err
		}, err
	default:
		m, err := p.mudanca()
		return func(ctx context.Context, c *call, id int64) error {
			_, err := Dispositivos{c}.change(ctx, id, m, deviceSeenAs(""))
			return err
		}, err
	}
}

// clienteFn is the edit of a client that p asks for.
func (p *Pedido) clienteFn() (func(*Cliente), error) {
	ativo := p.Acao == operation.Reativar
	if p.Acao != operation.Alterar {
		return func(c *Cliente) { c.Ativo = &ativo }, nil
	}
	if err := new(Cliente).Set(p.Campos, false); err != nil {
		return nil, err
	}
	return func(c *Cliente) { _ = c.Set(p.Campos, false) }, nil
}

// mudanca is the change of a device that p asks for.
func (p *Pedido) mudanca() (DispositivoMudanca, error) {
	ativo := p.Acao == operation.Reativar
	if p.Acao != operation.Alterar {
		return DispositivoMudanca{Ativo: &ativo}, nil
	}
	m, err := record.ReadMudanca(p.Campos)
	if err == nil {
		err = m.Validate()
	}
	return m, err
}
