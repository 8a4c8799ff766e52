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
// how far it is, from time to time. Whoever began it; admins what an admin began.
func (o Operacoes) Continue(ctx context.Context, id int64, budget time.Duration, seen func(Operacao)) (Operacao, error) {
	found, err := o.mine(ctx, id)
	if err != nil || found.Estado == operation.Concluida {
		return found, err
	}
	if found.Estado == operation.Encerrada {
		return found, operation.ErrOver
	}
	head, err := o.head(ctx, &found)
	if err == nil && head.Nivel != Admin && !o.began(&found) {
		err = operation.ErrOthers // whoever goes on does it with rights of his own
	}
	if err != nil {
		return found, err
	}
	step, err := o.stepOf(&head)
	if err != nil {
		return found, err
	}
	var left []int64
	err = o.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		left, err = operation.Remaining(ctx, q, id, head.Alvos)
		return err
	})
	if err != nil {
		return found, err
	}
	w := operation.Work{Op: found, Digest: head.Alvos, Base: operacaoDB{o, id}, Seen: seen, Step: func(ctx context.Context, target int64) (bool, error) {
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

// operacaoDB is the store as the work at an operation sees it.
type operacaoDB struct {
	o  Operacoes
	id int64
}

func (d operacaoDB) Change(ctx context.Context, fn func(ctx context.Context, q engine.Q, now Hora) error) error {
	return d.o.write(ctx, func(ctx context.Context, t *tx) error {
		if err := t.lockOperacao(ctx, d.id); err != nil {
			return err
		}
		return fn(ctx, t.Q, t.now)
	})
}

// head is what the trail vouches for of an operation.
func (o Operacoes) head(ctx context.Context, op *Operacao) (operation.Head, error) {
	e, err := o.attest(ctx, op.ID)
	if err != nil {
		return operation.Head{}, err
	}
	return operation.ReadHead(&e, op)
}

// stepOf is what an operation does to each of its targets, as its head says.
func (o Operacoes) stepOf(head *operation.Head) (step, error) {
	if head.Acao == operation.Importar {
		return nil, operation.ErrNeedsFile
	}
	if head.Acao == operation.Desfazer {
		return o.undoStep(&Operacao{ID: head.Desfaz, Recurso: head.Recurso})
	}
	p := Pedido{Recurso: head.Recurso, Acao: head.Acao, Campos: head.Campos}
	if err := o.allowed(&p); err != nil {
		return nil, err
	}
	do, err := stepFor(&p)
	return func(ctx context.Context, c *call, id int64) error {
		if err := o.notOneself(p.Recurso, p.Acao, p.Campos, id); err != nil {
			return err
		}
		return do(ctx, c, id)
	}, err
}

var errSiMesmo = fault.Rule(ErrForbidden, "sem_permissao", "É o seu próprio acesso: entre muitos ele fica como está")

// notOneself refuses what would shut whoever is at it out, in the middle of it.
func (o Operacoes) notOneself(recurso, acao string, values map[string]json.RawMessage, id int64) error {
	_, level := values["nivel_acesso"]
	_, active := values["ativo"]
	shutsOut := level || active || acao == operation.Desativar || acao == operation.Remover
	switch {
	case recurso == operation.Clientes && o.actor.kind == kindPerson && o.actor.id == id && shutsOut,
		recurso == operation.Sessoes && o.actor.kind == kindPerson && o.actor.sessaoID == id,
		recurso == operation.Chaves && o.actor.kind == kindKey && o.actor.id == id:
		return errSiMesmo
	default:
		return nil
	}
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
