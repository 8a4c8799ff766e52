package store

import (
	"context"
	"encoding/json"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/imports"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/sheet"
)

// PlanImport reads the rows of a file and says what they would change, without changing
// anything; seen, where it is not nil, is told how many rows were read. Admins and moderadores.
func (c Clientes) PlanImport(ctx context.Context, t *sheet.Table, o ImportOptions, seen func(rows int)) (*ImportPlan, error) {
	if err := c.require(Admin, Moderador); err != nil {
		return nil, err
	}
	return imports.Read(ctx, importBase{c}, t, o, seen)
}

// Import does what p says, row by row, as an operation that can be undone. A client that changed
// since p was made is left out with the reason, and stands among the rejects of p. An import that
// is cut off is finished by importing the file again. Admins and moderadores.
func (c Clientes) Import(ctx context.Context, p *ImportPlan, seen func(Operacao)) (Operacao, error) {
	if err := c.require(Admin, Moderador); err != nil {
		return Operacao{}, err
	}
	name, err := json.Marshal(p.Arquivo)
	if err != nil {
		return Operacao{}, err
	}
	o, rows := Operacoes(c), p.Changes()
	begun, err := o.start(ctx, Pedido{Recurso: operation.Clientes, Acao: operation.Importar, Campos: map[string]json.RawMessage{"arquivo": name}}, nil, len(rows), nil, 0, nil)
	if err != nil {
		return begun, err
	}
	w := operation.Work{Op: begun, Digest: operation.DigestOf(nil), Base: operacaoDB{o, begun.ID}, Seen: seen, Step: func(ctx context.Context, row int64) (bool, error) {
		part := &part{head: begun.ID}
		err := Clientes{&call{s: c.s, actor: c.actor, part: part}}.importRow(ctx, p, row)
		if err != nil && operation.IsRefusal(err) {
			p.Failed(row, err.Error())
		}
		return part.entry != 0, err
	}}
	if err := w.Do(ctx, rows); err != nil {
		return w.Op, err
	}
	return o.find(ctx, begun.ID)
}

func (c Clientes) importRow(ctx context.Context, p *ImportPlan, row int64) error {
	does, err := p.Change(row)
	switch {
	case err != nil:
		return err
	case does.ID == 0:
		_, err = c.Create(ctx, does.New)
	default:
		_, err = c.change(ctx, does.ID, clienteEdit{fn: does.Edit, still: seenAs(does.Version)})
	}
	return err
}

// importBase is the store as imports see it.
type importBase struct{ c Clientes }

func (b importBase) Read(ctx context.Context, fn func(ctx context.Context, q engine.Q) error) error {
	return b.c.snapshot(ctx, fn)
}

func (b importBase) Clientes(ctx context.Context, ids []int64) (map[int64]*Cliente, error) {
	return Operacoes(b.c).clientsByID(ctx, ids)
}

func (b importBase) New(ctx context.Context, c Cliente) (Cliente, error) {
	return b.c.prepareNew(ctx, c)
}

func (b importBase) Edited(was *Cliente, fn func(*Cliente)) (Cliente, error) {
	now, err := b.c.edited(was, fn)
	if _, active := now.Values(was)["ativo"]; active && err == nil {
		err = Operacoes(b.c).notOneself(operation.Clientes, operation.Desativar, nil, was.ID)
	}
	return now, err
}
