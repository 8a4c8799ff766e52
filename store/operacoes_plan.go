package store

import (
	"cmp"
	"context"
	"fmt"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/record"
)

// foresee asks of each target what doing it would come to.
func (o Operacoes) foresee(ctx context.Context, p *Pedido, targets []int64, plan *operation.Plano) error {
	switch p.Recurso {
	case operation.Clientes:
		return o.foreseeClientes(ctx, p, targets, plan)
	case operation.Dispositivos:
		return o.foreseeDispositivos(ctx, p, targets, plan)
	case operation.Sessoes:
		return o.foreseeRows(ctx, targets, plan, "SELECT s.id FROM sessoes s WHERE s.ativa = ? AND s.id IN ", true, "Sessão", errSessaoNaoEncontrada)
	default:
		return o.foreseeRows(ctx, targets, plan, "SELECT k.id FROM monitor_chaves k WHERE (k.revogada_em IS NULL) = ? AND k.id IN ", true, "Chave", errChaveNaoEncontrada)
	}
}

func (o Operacoes) foreseeClientes(ctx context.Context, p *Pedido, targets []int64, plan *operation.Plano) error {
	fn := func(*Cliente) {}
	if p.Acao != operation.Remover {
		var err error
		if fn, err = clienteFn(p); err != nil {
			return err
		}
	}
	found, err := o.clientsByID(ctx, targets)
	if err != nil {
		return err
	}
	for _, id := range targets {
		was, there := found[id]
		if !there {
			plan.Refuse(fmt.Sprintf("nº %d", id), errClienteNaoEncontrado.Error())
			continue
		}
		if p.Acao == operation.Remover {
			plan.Change(operation.Mudado{ID: id, Nome: was.Nome})
			continue
		}
		if err := o.foreseeCliente(was, fn, plan); err != nil {
			plan.Refuse(was.Nome, err.Error())
		}
	}
	return nil
}

// foreseeCliente counts what fn would make of a client, or returns why it may not.
func (o Operacoes) foreseeCliente(was *Cliente, fn func(*Cliente), plan *operation.Plano) error {
	now, err := Clientes(o).edited(was, fn)
	if err != nil {
		return err
	}
	depois := now.Values(was)
	if len(depois) == 0 {
		plan.Same()
		return nil
	}
	plan.Change(operation.Mudado{ID: was.ID, Nome: was.Nome, Antes: was.Only(depois, &now), Depois: depois})
	return nil
}

func (o Operacoes) foreseeDispositivos(ctx context.Context, p *Pedido, targets []int64, plan *operation.Plano) error {
	ativo := p.Acao == operation.Reativar
	m := DispositivoMudanca{Ativo: &ativo}
	if p.Acao == operation.Alterar {
		var err error
		if m, err = deviceChange(p.Campos); err != nil {
			return err
		}
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
			plan.Refuse(fmt.Sprintf("nº %d", id), errDispositivoNaoEncontrado.Error())
		case p.Acao == operation.Remover:
			plan.Change(operation.Mudado{ID: id, Nome: was.Nome})
		default:
			foreseeDispositivo(was, m, plan)
		}
	}
	return nil
}

func foreseeDispositivo(was *Dispositivo, m DispositivoMudanca, plan *operation.Plano) {
	if m = m.without(was); m == (DispositivoMudanca{}) {
		plan.Same()
		return
	}
	depois := m.values()
	plan.Change(operation.Mudado{ID: was.ID, Nome: was.Nome, Antes: was.Only(depois), Depois: depois})
}

// values are the columns that m sets.
func (m *DispositivoMudanca) values() map[string]any {
	out := map[string]any{}
	if m.Nome != nil {
		out["nome"] = *m.Nome
	}
	if m.Tipo != nil {
		out["tipo"] = *m.Tipo
	}
	if m.ClienteID != nil {
		out["cliente_id"] = record.ID(*m.ClienteID)
	}
	if m.Ativo != nil {
		out["ativo"] = *m.Ativo
	}
	return out
}

func (o Operacoes) ownerExists(ctx context.Context, m *DispositivoMudanca) error {
	if m.ClienteID == nil || *m.ClienteID == 0 {
		return nil
	}
	return o.read(ctx, func(ctx context.Context, q engine.Q) error {
		t := tx{Q: q}
		return t.clientExists(ctx, *m.ClienteID)
	})
}

// foreseeRows counts the targets that a query finds; the others are refused.
func (o Operacoes) foreseeRows(ctx context.Context, targets []int64, plan *operation.Plano, query string, arg any, what string, missing error) error {
	there := map[int64]bool{}
	err := o.snapshot(ctx, func(ctx context.Context, q engine.Q) error {
		return engine.InLots(targets, func(list string, args []any) error {
			var ids []int64
			err := q.All(ctx, &ids, query+list, append([]any{arg}, args...)...)
			for _, id := range ids {
				there[id] = true
			}
			return err
		})
	})
	for _, id := range targets {
		name := fmt.Sprintf("%s nº %d", what, id)
		if there[id] {
			plan.Change(operation.Mudado{ID: id, Nome: name})
		} else {
			plan.Refuse(name, missing.Error())
		}
	}
	return err
}

// foreseeUndo counts what taking r back would come to, or returns why it may not.
func (o Operacoes) foreseeUndo(ctx context.Context, r *operation.Reversal, plan *operation.Plano) error {
	if r.Recurso == operation.Dispositivos {
		return o.foreseeUndoDevice(ctx, r, plan)
	}
	found, err := o.clientsByID(ctx, []int64{r.ID})
	if err != nil {
		return err
	}
	was, there := found[r.ID]
	if !there {
		return errClienteNaoEncontrado
	}
	if err := untouched(r, was.Versao(), was.Column); err != nil {
		return err
	}
	if _, there := r.Values["email"]; there {
		return o.foreseeEmail(ctx, r, was, plan)
	}
	return o.foreseeCliente(was, func(c *Cliente) { _ = c.Set(r.Values, false) }, plan)
}

func (o Operacoes) foreseeEmail(ctx context.Context, r *operation.Reversal, was *Cliente, plan *operation.Plano) error {
	if own, err := Clientes(o).mayCredentials(was.ID); err != nil || own {
		return cmp.Or[error](err, errSenhaAtual)
	}
	now := *was
	if err := now.Set(r.Values, true); err != nil {
		return err
	}
	err := o.read(ctx, func(ctx context.Context, q engine.Q) error {
		taken, err := idByEmail(ctx, q, now.Email)
		if err == nil && taken != 0 && taken != was.ID {
			err = errEmailEmUso
		}
		return err
	})
	if err != nil {
		return err
	}
	plan.Change(operation.Mudado{ID: was.ID, Nome: was.Nome, Antes: map[string]any{"email": was.Email}, Depois: map[string]any{"email": now.Email}})
	return nil
}

func (o Operacoes) foreseeUndoDevice(ctx context.Context, r *operation.Reversal, plan *operation.Plano) error {
	if err := o.require(Admin, Moderador); err != nil {
		return err
	}
	m, err := deviceChange(r.Values)
	if err != nil {
		return err
	}
	found, err := o.devicesByID(ctx, []int64{r.ID})
	if err != nil {
		return err
	}
	was, there := found[r.ID]
	if !there {
		return errDispositivoNaoEncontrado
	}
	if err := untouched(r, was.Versao(), was.Column); err != nil {
		return err
	}
	foreseeDispositivo(was, m, plan)
	return nil
}

// nameOf names a record for people, also one that is gone.
func (o Operacoes) nameOf(ctx context.Context, recurso string, id int64) string {
	nome := ""
	switch recurso {
	case operation.Clientes:
		if found, err := o.clientsByID(ctx, []int64{id}); err == nil && found[id] != nil {
			nome = found[id].Nome
		}
	case operation.Dispositivos:
		if found, err := o.devicesByID(ctx, []int64{id}); err == nil && found[id] != nil {
			nome = found[id].Nome
		}
	}
	return orDefault(nome, fmt.Sprintf("nº %d", id))
}

func (o Operacoes) clientsByID(ctx context.Context, ids []int64) (map[int64]*Cliente, error) {
	found := make(map[int64]*Cliente, len(ids))
	err := o.snapshot(ctx, func(ctx context.Context, q engine.Q) error {
		return engine.InLots(ids, func(list string, args []any) error {
			rows, err := lerClientes(ctx, q, "0", "clientes c WHERE c.id IN "+list, args...)
			for i := range rows {
				found[rows[i].Item.ID] = &rows[i].Item
			}
			return err
		})
	})
	return found, err
}

func (o Operacoes) devicesByID(ctx context.Context, ids []int64) (map[int64]*Dispositivo, error) {
	found := make(map[int64]*Dispositivo, len(ids))
	err := o.snapshot(ctx, func(ctx context.Context, q engine.Q) error {
		return engine.InLots(ids, func(list string, args []any) error {
			var rows []Dispositivo
			err := q.All(ctx, &rows, "SELECT d.id, d.cliente_id, d.nome, d.tipo, d.ativo, d.data_registro FROM dispositivos d WHERE d.id IN "+list, args...)
			for i := range rows {
				found[rows[i].ID] = &rows[i]
			}
			return err
		})
	})
	return found, err
}
