package store

import (
	"context"

	"example.com/monitor/store/clients"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/operation"
)

// foresee asks of each target what doing it would come to.
func (o Operacoes) foresee(ctx context.Context, p *Pedido, targets []int64, plan *operation.Plano) error {
	switch p.Recurso {
	case operation.Clientes:
		return o.foreseeClientes(ctx, p, targets, plan)
	case operation.Dispositivos:
		return o.foreseeDispositivos(ctx, p, targets, plan)
	default:
		person := int64(0)
		if o.actor.nivel != Admin {
			person = o.actor.id
		}
		return o.snapshot(ctx, func(ctx context.Context, q engine.Q) error { return plan.Open(ctx, q, targets, person) })
	}
}

func (o Operacoes) foreseeClientes(ctx context.Context, p *Pedido, targets []int64, plan *operation.Plano) error {
	fn, err := p.clienteFn()
	if err != nil {
		return err
	}
	found, err := o.clientsByID(ctx, targets)
	if err != nil {
		return err
	}
	for _, id := range targets {
		was, there := found[id]
		switch err := o.notOneself(p.Recurso, p.Acao, p.Campos, id); {
		case !there:
			plan.Refuse(operation.NameOf(id), errClienteNaoEncontrado.Error())
		case err != nil:
			plan.Refuse(was.Nome, err.Error())
		case p.Acao == operation.Remover:
			plan.Change(operation.Mudado{ID: id, Nome: was.Nome})
		default:
			plan.Cliente(was, func(was *Cliente) (Cliente, error) { return Clientes(o).edited(was, fn) })
		}
	}
	return nil
}

func (o Operacoes) foreseeDispositivos(ctx context.Context, p *Pedido, targets []int64, plan *operation.Plano) error {
	m, err := p.mudanca()
	if err != nil {
		return err
	}
	if err := o.ownerExists(ctx, &m); err != nil {
		return err
	}
	found, err := o.devicesByID(ctx, targets)
	if err != nil {
		return err
	}
	for _, id := range targets {
		was, there := found[id]
		switch {
		case !there:
			plan.Refuse(operation.NameOf(id), errDispositivoNaoEncontrado.Error())
		case p.Acao == operation.Remover:
			plan.Change(operation.Mudado{ID: id, Nome: was.Nome})
		default:
			plan.Dispositivo(was, m)
		}
	}
	return nil
}

// PlanUndo says what Undo would do, with the permissions of Undo.
func (o Operacoes) PlanUndo(ctx context.Context, id int64) (*operation.Plano, error) {
	many, single, err := o.undoable(ctx, id)
	if err != nil {
		return nil, err
	}
	if single != nil {
		plan := operation.NewPlan(single.Recurso, operation.Desfazer)
		return plan, o.foreseeUndo(ctx, []int64{single.ID}, map[int64]operation.Reversed{single.ID: {Reversal: *single}}, false, plan)
	}
	if err := many.Undoable(o.reader(many)); err != nil {
		return nil, err
	}
	plan := operation.NewPlan(many.Recurso, operation.Desfazer)
	targets, back, err := o.reversals(ctx, many)
	if err == nil {
		err = o.foreseeUndo(ctx, targets, back, true, plan)
	}
	return plan.Ready(), err
}

// foreseeUndo counts what taking back would come to; the targets are of the plan's noun.
func (o Operacoes) foreseeUndo(ctx context.Context, targets []int64, back map[int64]operation.Reversed, many bool, plan *operation.Plano) error {
	if plan.Recurso == operation.Dispositivos {
		if err := o.require(Admin, Moderador); err != nil {
			return err
		}
		found, err := o.devicesByID(ctx, targets)
		if err == nil {
			plan.UndoDispositivos(targets, found, back, func(m DispositivoMudanca) error { return o.ownerExists(ctx, &m) })
		}
		return err
	}
	found, err := o.clientsByID(ctx, targets)
	if err != nil {
		return err
	}
	plan.UndoClientes(targets, found, back, func(was *Cliente, r *operation.Reversal) (Cliente, error) {
		if err := o.notOneself(operation.Clientes, operation.Desfazer, r.Values, was.ID); many && err != nil {
			return *was, err
		}
		if _, there := r.Values["email"]; there {
			return o.readdressed(ctx, was, r)
		}
		return Clientes(o).edited(was, func(c *Cliente) { _ = c.Set(r.Values, false) })
	})
	return nil
}

// ownerExists asks for the client that a device is to belong to.
func (o Operacoes) ownerExists(ctx context.Context, m *DispositivoMudanca) error {
	if m.ClienteID == nil {
		return nil
	}
	return o.read(ctx, func(ctx context.Context, q engine.Q) error { return clientExists(ctx, q, *m.ClienteID) })
}

// readdressed is was with the address that it had, where the actor may give it back.
func (o Operacoes) readdressed(ctx context.Context, was *Cliente, r *operation.Reversal) (Cliente, error) {
	now := *was
	own, err := Clientes(o).mayCredentials(was.ID)
	if err == nil && own {
		err = errEmailProprio
	}
	if err == nil {
		err = now.Set(r.Values, true)
	}
	if err != nil {
		return now, err
	}
	return now, o.read(ctx, func(ctx context.Context, q engine.Q) error {
		taken, err := idByEmail(ctx, q, now.Email)
		if err == nil && taken != 0 && taken != was.ID {
			err = errEmailEmUso
		}
		return err
	})
}

func (o Operacoes) clientsByID(ctx context.Context, ids []int64) (map[int64]*Cliente, error) {
	found := make(map[int64]*Cliente, len(ids))
	err := o.snapshot(ctx, func(ctx context.Context, q engine.Q) error {
		return engine.InLots(ids, func(list string, args []any) error {
			rows, err := clients.Read(ctx, q, "0", "clientes c WHERE c.id IN "+list, args...)
			for i := range rows {
				found[rows[i].Item.ID] = &rows[i].Item
			}
			return err
		})
	})
	return found, err
}

func (o Operacoes) devicesByID(ctx context.Context, ids []int64) (found map[int64]*Dispositivo, err error) {
	err = o.snapshot(ctx, func(ctx context.Context, q engine.Q) (err error) {
		found, err = operation.Devices(ctx, q, ids)
		return err
	})
	return found, err
}
