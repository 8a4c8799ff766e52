package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/once"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/record"
	"example.com/monitor/store/trail"
)

// Undo takes operation id back, by an operation of its own. A single change is taken back at
// once, with the rights that the change itself asks for; for one about many records the new
// operation is only begun: Continue does it. A record that is no more what the operation left
// is refused. Admins and moderadores; a usuario for its own record. WithIdempotencia applies.
func (o Operacoes) Undo(ctx context.Context, id int64, op ...Opcao) (Operacao, error) {
	many, single, err := o.undoable(ctx, id)
	if err != nil {
		return Operacao{}, err
	}
	if single == nil {
		return o.undoMany(ctx, many, op)
	}
	p := &part{undoes: id, key: optionsOf(op).idempotencia}
	if p.entry, err = o.undoneBefore(ctx, p); err == nil && p.entry == 0 {
		err = undo(ctx, &call{s: o.s, actor: o.actor, part: p}, single)
	}
	if err != nil { // a retry beside its original finds what that one has done meanwhile
		before, failed := o.undoneBefore(ctx, p)
		if failed != nil || before == 0 {
			return Operacao{}, err
		}
		p.entry = before
	}
	return o.single(ctx, p.entry)
}

// undoneBefore is the entry by which an earlier request with p's key took the change back; 0
// when there was none.
func (o Operacoes) undoneBefore(ctx context.Context, p *part) (entry int64, err error) {
	if p.key == "" {
		return 0, nil
	}
	if p.asked, err = o.s.pedido(umDesfazer.Recurso, strconv.FormatInt(p.undoes, 10)); err != nil {
		return 0, err
	}
	err = o.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		entry, err = once.Find(ctx, q, o.actor.ref(), umDesfazer, p.key, p.asked)
		return err
	})
	return entry, err
}

// undoable is what id is the number of, and can be taken back: an operation about many records,
// or what takes a single change back.
func (o Operacoes) undoable(ctx context.Context, id int64) (many *Operacao, single *operation.Reversal, err error) {
	if err := o.require(Admin, Moderador, Usuario); err != nil {
		return nil, nil, err
	}
	found, err := o.find(ctx, id)
	if errors.Is(err, trail.ErrNoEntry) || err == nil && o.actor.nivel == Usuario {
		r, err := o.reversal(ctx, id)
		return nil, &r, err
	}
	if err == nil && !found.Reversivel {
		err = operation.Irreversible(found.Acao)
	}
	if err == nil {
		_, err = o.head(ctx, &found)
	}
	return &found, nil, err
}

// undoMany begins to take an operation back, the last record first.
func (o Operacoes) undoMany(ctx context.Context, many *Operacao, op []Opcao) (Operacao, error) {
	refused := many.Undoable(o.reader(many))
	if refused == nil && many.IsOpen() { // else somebody could go on with it afterwards
		if _, err := o.Stop(ctx, many.ID); err != nil {
			return Operacao{}, err
		}
	}
	var targets []int64
	err := o.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		targets, _, err = operation.Done(ctx, q, many.ID)
		return err
	})
	if err != nil {
		return Operacao{}, err
	}
	return o.start(ctx, Pedido{Recurso: many.Recurso, Acao: operation.Desfazer}, targets, len(targets), refused, many.ID, op)
}

// undoStep takes back, for each target, what an operation did to it.
func (o Operacoes) undoStep(many *Operacao) (step, error) {
	keys, err := o.s.chain.LoadKeys()
	return func(ctx context.Context, c *call, target int64) error {
		var r operation.Reversed
		err := o.read(ctx, func(ctx context.Context, q engine.Q) error {
			e, err := operation.EntryOf(ctx, q, many.ID, target)
			if err != nil {
				return err
			}
			found, err := trail.Attest(ctx, q, keys, []int64{e})
			r = operation.ReverseOf(found[e], many, target)
			return err
		})
		if engine.IsNoRows(err) {
			return trail.ErrNoEntry
		}
		if err = cmp.Or(err, r.Err); err == nil {
			err = o.notOneself(r.Recurso, operation.Desfazer, r.Values, target)
		}
		if err != nil {
			return err
		}
		c.part.undoes = r.Entry
		return undo(ctx, c, &r.Reversal)
	}, err
}

// reversals are what takes back each target of an operation that was changed.
func (o Operacoes) reversals(ctx context.Context, many *Operacao) (targets []int64, out map[int64]operation.Reversed, err error) {
	keys, err := o.s.chain.LoadKeys()
	if err != nil {
		return nil, nil, err
	}
	err = o.snapshot(ctx, func(ctx context.Context, q engine.Q) error {
		var entries []int64
		if targets, entries, err = operation.Done(ctx, q, many.ID); err != nil {
			return err
		}
		found, err := trail.Attest(ctx, q, keys, entries)
		out = make(map[int64]operation.Reversed, len(targets))
		for i, target := range targets {
			out[target] = operation.ReverseOf(found[entries[i]], many, target)
		}
		return err
	})
	return targets, out, err
}

// reversal is what takes entry id back, for whoever may see what it is about.
func (o Operacoes) reversal(ctx context.Context, id int64) (operation.Reversal, error) {
	e, err := o.attest(ctx, id)
	if err != nil && o.actor.nivel == Usuario && operation.IsRefusal(err) {
		err = trail.ErrNoEntry // what is there is nobody's business
	}
	if err != nil {
		return operation.Reversal{}, err
	}
	if o.actor.nivel == Usuario && e.ClienteID != o.actor.id {
		return operation.Reversal{}, trail.ErrNoEntry
	}
	return operation.Reverse(e)
}

// attest reads an entry that the trail vouches for.
func (o Operacoes) attest(ctx context.Context, id int64) (trail.Entry, error) {
	keys, err := o.s.chain.LoadKeys()
	if err != nil {
		return trail.Entry{}, err
	}
	var e trail.Attested
	err = o.read(ctx, func(ctx context.Context, q engine.Q) error {
		found, err := trail.Attest(ctx, q, keys, []int64{id})
		e = found[id]
		return errors.Join(err, e.Err)
	})
	return e.Entry, err
}

// undo writes what was there before.
func undo(ctx context.Context, c *call, r *operation.Reversal) error {
	if r.Recurso == operation.Dispositivos {
		return undoDevice(ctx, Dispositivos{c}, r)
	}
	clientes := Clientes{c}
	if err := clientes.visible(r.ID); err != nil {
		return err
	}
	still := func(was *Cliente) error { return r.Untouched(was.Versao(), was.Column) }
	if email, there := r.Values["email"]; there {
		if own, err := clientes.mayCredentials(r.ID); err != nil || own {
			return cmp.Or(err, errEmailProprio)
		}
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

func undoDevice(ctx context.Context, d Dispositivos, r *operation.Reversal) error {
	if err := d.require(Admin, Moderador); err != nil {
		return err
	}
	m, err := record.ReadMudanca(r.Values)
	if err != nil {
		return err
	}
	_, err = d.change(ctx, r.ID, m, func(was *Dispositivo) error { return r.Untouched(was.Versao(), was.Column) })
	return err
}

// single is a change on its own as an operation.
func (o Operacoes) single(ctx context.Context, id int64) (Operacao, error) {
	e, err := o.attest(ctx, id)
	if err != nil {
		return Operacao{}, err
	}
	var rows []Log
	err = o.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.All(ctx, &rows, "SELECT l.id, l.cliente_id, l.acao, l.descricao, l.ip_address, l.dados, l.data_hora, l.nivel FROM logs_auditoria l WHERE l.id = ?", id)
	})
	if err == nil && len(rows) == 0 {
		err = trail.ErrNoEntry
	}
	if err != nil {
		return Operacao{}, err
	}
	return operation.Single(e, &rows[0]), nil
}
