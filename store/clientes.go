package store

import (
	"context"
	"database/sql/driver"
	"strconv"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
)

// The columns of a client.
const clienteCols = `c.id, c.nome, c.email, c.senha_hash, c.telefone, c.empresa, c.cargo, c.endereco, c.cidade, c.estado, c.pais, c.cep,
	c.cpf_cnpj, c.ativo, c.nivel_acesso, AS_TEXT(c.data_cadastro), AS_TEXT(c.ultimo_acesso), c.observacoes, c.dados_extras,
	(SELECT count(*) FROM dispositivos d WHERE d.cliente_id = c.id)`

// textTime scans a date-time that AS_TEXT gave, and keeps the text.
type textTime struct {
	hora  *Hora
	texto *string
}

func (h *textTime) Scan(src any) error {
	if err := (*engine.NullText)(h.texto).Scan(src); err != nil {
		return err
	}
	return h.hora.Parse(*h.texto)
}

// lenientBool reads what is no boolean as NULL, as the engine does for other records.
type lenientBool struct{ dst **bool }

// Scan implements sql.Scanner.
func (b *lenientBool) Scan(src any) error {
	*b.dst = nil
	if v, err := driver.Bool.ConvertValue(src); err == nil {
		is := v.(bool) //nolint:forcetypeassert // what Bool converts to
		*b.dst = &is
	}
	return nil
}

// dest lists where the columns of clienteCols go.
func (c *Cliente) dest() []any {
	return []any{
		&c.ID, engine.AsText(&c.Nome), engine.AsText(&c.Email), engine.AsText(&c.SenhaHash), engine.AsText(&c.Telefone), engine.AsText(&c.Empresa), engine.AsText(&c.Cargo), engine.AsText(&c.Endereco),
		engine.AsText(&c.Cidade), engine.AsText(&c.Estado), engine.AsText(&c.Pais), engine.AsText(&c.CEP), engine.AsText(&c.CPFCNPJ), &lenientBool{&c.Ativo}, engine.AsText(&c.NivelAcesso),
		&textTime{&c.DataCadastro, &c.cadastro}, &c.UltimoAcesso, engine.AsText(&c.Observacoes), &c.DadosExtras, &c.TotalDispositivos,
	}
}

func getCliente(ctx context.Context, q engine.Q, id int64) (Cliente, error) {
	return oneCliente(ctx, q, "SELECT "+clienteCols+" FROM clientes c WHERE c.id = ?", id)
}

// lockCliente reads a client that is about to be changed: until the end of the
// transaction nobody else changes it.
func (t *tx) lockCliente(ctx context.Context, id int64) (Cliente, error) {
	return oneCliente(ctx, t.Q, "SELECT "+clienteCols+" FROM clientes c WHERE c.id = ? FOR_UPDATE", id)
}

func oneCliente(ctx context.Context, q engine.Q, query string, args ...any) (Cliente, error) {
	var c Cliente
	err := q.Get(ctx, c.dest(), query, args...)
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
