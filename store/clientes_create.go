package store

import (
	"context"
	"errors"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/once"
	"example.com/monitor/store/password"
	"example.com/monitor/store/record"
)

var errEmailEmUso = fault.Rule(ErrConflict, "email_em_uso", "Email já cadastrado")

// ClienteNovo is a client to be created; Nome and Email are required, Senha is
// optional, what the database assigns is ignored.
type ClienteNovo = Cliente

// Create validates, writes and audits a client. Errors: *InvalidError,
// ErrConflict (address taken, Codigo "email_em_uso"), ErrForbidden. A moderador
// creates people of level usuario only. Moderadores and admins must change the
// password that they are given at their first login. WithOperacao applies; a retry that
// finds what was made before is told no number.
func (c Clientes) Create(ctx context.Context, novo ClienteNovo, op ...Opcao) (Cliente, error) {
	o := optionsOf(op)
	if err := c.require(Admin, Moderador); err != nil {
		return Cliente{}, err
	}
	novo, err := c.prepareNew(ctx, novo)
	if err != nil {
		return Cliente{}, err
	}
	pedido := ""
	if o.idempotencia != "" {
		if pedido, err = c.s.fingerprint(&novo); err != nil {
			return Cliente{}, err
		}
	}
	c.call = c.noting(op)
	var made Cliente
	create := func(ctx context.Context, t *tx) error {
		// First, so that a retry which runs beside its original waits for it here.
		if err := t.lockEmail(ctx, novo.Email); err != nil {
			return err
		}
		done, err := once.Find(ctx, t.Q, t.actor.ref(), umCliente, o.idempotencia, pedido)
		if err != nil || done != 0 {
			if err == nil {
				made, err = getCliente(ctx, t.Q, done)
			}
			return err
		}
		if made, err = t.insertCliente(ctx, novo); err != nil {
			return err
		}
		return once.Remember(ctx, t.Q, t.actor.ref(), umCliente, o.idempotencia, pedido, made.ID, t.now)
	}
	if err = c.write(ctx, create); errors.Is(err, once.ErrTaken) {
		err = c.write(ctx, create)
	}
	c.s.index.Poke()
	return made, err
}

// prepareNew does before the queue what does not need the database: defaults,
// rules and the password's hash.
func (c Clientes) prepareNew(ctx context.Context, novo Cliente) (Cliente, error) {
	novo.ID, novo.SenhaHash, novo.UltimoAcesso = 0, "", Hora{}
	novo.RegisterAt(Hora{})
	novo.Normalize()
	if novo.Pais == "" {
		novo.Pais = "Brasil"
	}
	if novo.NivelAcesso == "" {
		novo.NivelAcesso = Usuario
	}
	if novo.Ativo == nil {
		yes := true
		novo.Ativo = &yes
	}
	if c.actor.nivel == Moderador && novo.NivelAcesso != Usuario {
		return novo, fault.Rule(ErrForbidden, "sem_permissao", "Você só pode criar clientes de nível usuario")
	}
	if err := novo.Validate(&Cliente{}); err != nil {
		return novo, err
	}
	if novo.Senha == "" {
		return novo, nil
	}
	return novo, c.s.gate.Do(ctx, func() { novo.SenhaHash = password.Hash(novo.Senha) })
}

// fingerprint is the request for a new client.
func (s *Store) fingerprint(c *Cliente) (string, error) {
	parts := []string{c.Email, string(c.DadosExtras), c.Senha, record.BoolText(c.Ativo)}
	for _, f := range record.ClienteFields {
		parts = append(parts, *f.Ref(c))
	}
	return s.pedido(parts...)
}

func (t *tx) insertCliente(ctx context.Context, n Cliente) (Cliente, error) {
	if err := t.freeEmail(ctx, n.Email, 0); err != nil {
		return n, err
	}
	n.RegisterAt(t.now)
	names, values := n.Fresh()
	var err error
	n.ID, err = t.InsertFresh(ctx, "clientes", strings.Join(names, ", "), strings.Repeat("?, ", len(names)-1)+"?", values...)
	if errors.Is(err, engine.ErrUnique) {
		return n, errEmailEmUso
	}
	if err != nil {
		return n, err
	}
	n.Senha = ""
	// A password that somebody else chose is for one login only.
	if err := t.setMustChange(ctx, &n, n.NivelAcesso != Usuario && n.SenhaHash != ""); err != nil {
		return n, err
	}
	return n, t.audit(ctx, entry{acao: actClienteCreated, text: "Cliente " + n.Nome + " criado", clienteID: n.ID, depois: n.Values(&Cliente{}), versao: n.Versao()})
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
