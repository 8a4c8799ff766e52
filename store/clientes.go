package store

import (
	"context"
	"strconv"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/record"
)

func getCliente(ctx context.Context, q engine.Q, id int64) (Cliente, error) {
	return oneCliente(ctx, q, "SELECT "+record.ClienteCols+" FROM clientes c WHERE c.id = ?", id)
}

// lockCliente reads a client that is about to be changed: until the end of the
// transaction nobody else changes it.
func (t *tx) lockCliente(ctx context.Context, id int64) (Cliente, error) {
	return oneCliente(ctx, t.Q, "SELECT "+record.ClienteCols+" FROM clientes c WHERE c.id = ? FOR_UPDATE", id)
}

func oneCliente(ctx context.Context, q engine.Q, query string, args ...any) (Cliente, error) {
	var c Cliente
	err := q.Get(ctx, c.Dest(), query, args...)
	if engine.IsNoRows(err) {
		return c, errClienteNaoEncontrado
	}
	return c, err
}

var errClienteNaoEncontrado = fault.Rule(ErrNotFound, "nao_encontrado", "Cliente não encontrado")

// visible says whether the actor may see client id at all.
func (c Clientes) visible(id int64) error {
	if err := c.require(Admin, Moderador, Leitura, Usuario); err != nil {
		return err
	}
	if c.actor.nivel == Usuario && c.actor.id != id {
		return errClienteNaoEncontrado
	}
	return nil
}

// Get returns one client with TotalDispositivos, or ErrNotFound.
func (c Clientes) Get(ctx context.Context, id int64) (Cliente, error) {
	if err := c.visible(id); err != nil {
		return Cliente{}, err
	}
	var found Cliente
	err := c.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		found, err = getCliente(ctx, q, id)
		return err
	})
	return found, err
}

// Find takes an id or an e-mail address, as people type it.
func (c Clientes) Find(ctx context.Context, ref string) (Cliente, error) {
	ref = strings.TrimSpace(ref)
	if id, err := strconv.ParseInt(ref, 10, 64); err == nil {
		return c.Get(ctx, id)
	}
	if err := c.require(Admin, Moderador, Leitura, Usuario); err != nil {
		return Cliente{}, err
	}
	var id int64
	err := c.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		id, err = idByEmail(ctx, q, ref)
		return err
	})
	if err != nil {
		return Cliente{}, err
	}
	if id == 0 {
		return Cliente{}, errClienteNaoEncontrado
	}
	return c.Get(ctx, id)
}
