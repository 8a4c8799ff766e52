package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/record"
	"example.com/monitor/store/trail"
)

// Undo takes operation id back, by an operation of its own. A single change is taken back at
// once, with the rights that the change itself asks for; for one about many records the new
// operation is only begun: Continue does it. A record that is no more what the operation left
// is refused. Admins and moderadores; a usuario for its own record. WithIdempotencia applies to
// operations about many.
func (o Operacoes) Undo(ctx context.Context, id int64, op ...Opcao) (Operacao, error) {
	if err := o.require(Admin, Moderador, Usuario); err != nil {
		return Operacao{}, err
	}
	many, err := o.find(ctx, id)
	switch {
	case err == nil && o.actor.nivel == Usuario:
		return Operacao{}, errSemOperacao
	case err == nil:
		return o.undoMany(ctx, &many, op)
	case !errors.Is(err, errSemOperacao):
		return Operacao{}, err
	}
	return o.undoSingle(ctx, id)
}

// undoSingle takes one change back.
func (o Operacoes) undoSingle(ctx context.Context, id int64) (Operacao, error) {
	r, err := o.reversal(ctx, id)
	if err != nil {
		return Operacao{}, err
	}
	p := &part{undoes: id}
	if err := undo(ctx, &call{s: o.s, actor: o.actor, part: p}, &r); err != nil {
		return Operacao{}, err
	}
	e, err := o.attest(ctx, p.entry)
	if err != nil {
		return Operacao{}, err
	}
	return o.single(ctx, &e)
}

// undoMany begins to take an operation back, the last record first.
func (o Operacoes) undoMany(ctx context.Context, many *Operacao, op []Opcao) (Operacao, error) {
	if !many.Reversivel {
		return Operacao{}, operation.Irreversible(many.Acao)
	}
	if many.Estado == operation.EmAndamento {
		return Operacao{}, errEmAndamento
	}
	if many.Estado == operation.Interrompida { // else somebody could go on with it afterwards
		if _, err := o.Stop(ctx, many.ID); err != nil {
			return Operacao{}, err
		}
	}
	targets, err := o.done(ctx, many.ID)
	if err != nil {
		return Operacao{}, err
	}
	if len(targets) == 0 {
		return Operacao{}, errNadaADesfazer
	}
	return o.start(ctx, Pedido{Recurso: many.Recurso, Acao: operation.Desfazer}, targets, many.ID, op)
}

func (o Operacoes) done(ctx context.Context, id int64) (targets []int64, err error) {
	err = o.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		targets, err = operation.Done(ctx, q, id)
		return err
	})
	return targets, err
}

// PlanUndo says what Undo would do, with the permissions of Undo.
func (o Operacoes) PlanUndo(ctx context.Context, id int64) (*operation.Plano, error) {
	if err := o.require(Admin, Moderador, Usuario); err != nil {
		return nil, err
	}
	many, err := o.find(ctx, id)
	if errors.Is(err, errSemOperacao) || err == nil && o.actor.nivel == Usuario {
		return o.planUndoSingle(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	if !many.Reversivel {
		return nil, operation.Irreversible(many.Acao)
	}
	plan := operation.NewPlan(many.Recurso, operation.Desfazer)
	targets, err := o.done(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, target := range targets {
		r, err := o.reversalOf(ctx, id, target)
		if err == nil {
			err = o.foreseeUndo(ctx, &r, plan)
		}
		if err != nil && !isRefusal(err) {
			return nil, err
		}
		if err != nil {
			plan.Refuse(o.nameOf(ctx, many.Recurso, target), err.Error())
		}
	}
	return plan.Ready(), nil
}

func (o Operacoes) planUndoSingle(ctx context.Context, id int64) (*operation.Plano, error) {
	r, err := o.reversal(ctx, id)
	if err != nil {
		return nil, err
	}
	plan := operation.NewPlan(r.Recurso, operation.Desfazer)
	err = o.foreseeUndo(ctx, &r, plan)
	if err != nil && isRefusal(err) {
		plan.Refuse(o.nameOf(ctx, r.Recurso, r.ID), err.Error())
		err = nil
	}
	return plan.Ready(), err
}

// undoStep takes back, for each target, what operation id did to it.
func (o Operacoes) undoStep(id int64) (func(context.Context, *call, int64) error, error) {
	return func(ctx context.Context, c *call, target int64) error {
		r, err := o.reversalOf(ctx, id, target)
		if err != nil {
			return err
		}
		c.part.undoes = r.Entry
		return undo(ctx, c, &r)
	}, nil
}

// reversalOf is what takes back what operation id did to target.
func (o Operacoes) reversalOf(ctx context.Context, id, target int64) (operation.Reversal, error) {
	var e int64
	err := o.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		e, err = operation.EntryOf(ctx, q, id, target)
		if engine.IsNoRows(err) {
			return errSemOperacao
		}
		return err
	})
	if err != nil {
		return operation.Reversal{}, err
	}
	return o.reversal(ctx, e)
}

// reversal is what takes entry id back, for whoever may see what it is about.
func (o Operacoes) reversal(ctx context.Context, id int64) (operation.Reversal, error) {
	e, err := o.attest(ctx, id)
	if err != nil {
		return operation.Reversal{}, err
	}
	if o.actor.nivel == Usuario && e.ClienteID != o.actor.id {
		return operation.Reversal{}, errSemOperacao
	}
	return operation.Reverse(e)
}

// attest reads an entry that the trail vouches for.
func (o Operacoes) attest(ctx context.Context, id int64) (e trail.Entry, err error) {
	keys, err := o.s.chain.LoadKeys()
	if err != nil {
		return e, err
	}
	err = o.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		e, err = trail.Attest(ctx, q, keys, id)
		return err
	})
	return e, err
}

// undo writes what was there before.
func undo(ctx context.Context, c *call, r *operation.Reversal) error {
	if r.Recurso == operation.Dispositivos {
		m, err := deviceChange(r.Values)
		if err != nil {
			return err
		}
		d := Dispositivos{c}
		if err := d.require(Admin, Moderador); err != nil {
			return err
		}
		_, err = d.change(ctx, r.ID, m, func(was *Dispositivo) error { return untouched(r, was.Versao(), was.Column) })
		return err
	}
	clientes := Clientes{c}
	if err := clientes.visible(r.ID); err != nil {
		return err
	}
	still := func(was *Cliente) error { return untouched(r, was.Versao(), was.Column) }
	if email, there := r.Values["email"]; there {
		var address string
		if err := json.Unmarshal(email, &address); err != nil {
			return err
		}
		_, err := clientes.setEmail(ctx, r.ID, address, "", still)
		return err
	}
	if err := new(Cliente).Set(r.Values, false); err != nil {
		return err
	}
	_, err := clientes.change(ctx, r.ID, clienteEdit{fn: func(e *Cliente) { _ = e.Set(r.Values, false) }, still: still})
	return err
}

// untouched refuses a record that is no more what the entry left. Entries of older programs do
// not say its version: there the columns that they changed are compared.
func untouched(r *operation.Reversal, version string, column func(string) (any, bool)) error {
	if r.Version != "" {
		if r.Version != version {
			return errAlteradoDepois
		}
		return nil
	}
	for name, left := range r.After {
		value, known := column(name)
		if !known {
			continue
		}
		now, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, left) {
			return errAlteradoDepois
		}
	}
	return nil
}

// single is a change on its own as an operation.
func (o Operacoes) single(ctx context.Context, e *trail.Entry) (Operacao, error) {
	l, err := o.entry(ctx, e.ID)
	if err != nil {
		return Operacao{}, err
	}
	var d struct {
		Desfaz int64 `json:"desfaz"`
	}
	_ = json.Unmarshal([]byte(e.Data), &d)
	found := Operacao{
		ID: e.ID, Acao: e.Action, Ator: l.Autoria().Ator, Estado: operation.Concluida, Total: 1, Feitos: 1,
		IniciadaEm: l.DataHora, Desfaz: record.ID(d.Desfaz), Reversivel: true,
	}
	r, err := operation.Reverse(*e)
	found.Recurso = r.Recurso
	if err != nil {
		found.Reversivel, found.Motivo = false, record.Text(err.Error())
	}
	return found, nil
}

// entry reads a row of the audit trail for an actor who may know of it.
func (o Operacoes) entry(ctx context.Context, id int64) (l Log, err error) {
	var rows []Log
	err = o.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.All(ctx, &rows, "SELECT l.id, l.cliente_id, l.acao, l.descricao, l.ip_address, l.dados, l.data_hora, l.nivel FROM logs_auditoria l WHERE l.id = ?", id)
	})
	if err == nil && len(rows) == 0 {
		err = errSemOperacao
	}
	if err != nil {
		return l, err
	}
	return rows[0], nil
}
