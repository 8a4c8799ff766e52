package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/once"
)

// DeletePlan says what Delete would remove.
type DeletePlan struct {
	Cliente      Cliente `json:"cliente"`
	Dispositivos int     `json:"dispositivos"`
	Conexoes     int     `json:"conexoes"`
	Mensagens    int     `json:"mensagens"`
	Sessoes      int     `json:"sessoes"`
}

// What belongs to a client; each takes the client's id as many times as it has
// question marks.
const (
	condDispositivos = "cliente_id = ?"
	condConexoes     = "(cliente_id = ? OR dispositivo_id IN (SELECT id FROM dispositivos WHERE cliente_id = ?))"
)

// PlanDelete counts what Delete would remove; admins only.
func (c Clientes) PlanDelete(ctx context.Context, id int64) (DeletePlan, error) {
	var p DeletePlan
	if err := c.require(Admin); err != nil {
		return p, err
	}
	err := c.snapshot(ctx, func(ctx context.Context, q engine.Q) (err error) {
		if p.Cliente, err = getCliente(ctx, q, id); err != nil {
			return err
		}
		return q.Get(ctx, []any{&p.Dispositivos, &p.Conexoes, &p.Mensagens, &p.Sessoes},
			"SELECT (SELECT count(*) FROM dispositivos WHERE "+condDispositivos+"), (SELECT count(*) FROM conexoes WHERE "+condConexoes+
				"), (SELECT count(*) FROM mensagens_chat WHERE cliente_id = ?), (SELECT count(*) FROM sessoes WHERE cliente_id = ?)", id, id, id, id, id)
	})
	return p, err
}

// Delete removes a client and its devices, connections, messages and sessions
// for good; audit rows stay, without the link, and are still found by the client's id.
// Admins only. WithVersao applies.
func (c Clientes) Delete(ctx context.Context, id int64, op ...Opcao) error {
	if err := c.require(Admin); err != nil {
		return err
	}
	err := c.write(ctx, func(ctx context.Context, t *tx) error {
		was, err := t.lockCliente(ctx, id)
		if err != nil {
			return err
		}
		if base := optionsOf(op).versao; base != "" && base != was.Versao() {
			return errConflito
		}
		if err := t.guardLastAdmin(ctx, &was, nil); err != nil {
			return err
		}
		if err := once.Forget(ctx, t.Q, Actor{kind: kindPerson, id: id}.ref()); err != nil {
			return err
		}
		for _, step := range deleteSteps {
			if err := t.Later(ctx, step.sql, step.args(id)...); err != nil {
				return err
			}
		}
		return t.audit(ctx, entry{
			acao: actClienteDeleted, text: "Cliente " + was.Nome + " deletado permanentemente", clienteID: id,
			antes: was.Values(&Cliente{}),
		})
	})
	c.s.index.Poke()
	return err
}

type deleteStep struct {
	sql string
	n   int // how often the id is needed
}

func (d deleteStep) args(id int64) []any {
	out := make([]any, d.n)
	for i := range out {
		out[i] = id
	}
	return out
}

// keepLogs remembers which audit rows are about a client that goes, and whose name
// the rows can no longer hold. It keeps numbers only.
const keepLogs = `INSERT INTO monitor_logs_clientes(log_id, cliente_id) SELECT l.id, l.cliente_id FROM logs_auditoria l
	WHERE l.cliente_id = ? AND NOT EXISTS (SELECT 1 FROM monitor_logs_clientes k WHERE k.log_id = l.id)`

// deleteSteps do what foreign keys would, in their order: PlanetScale has none
// and the Flask system's have no ON DELETE.
var deleteSteps = []deleteStep{
	{"DELETE FROM conexoes WHERE " + condConexoes, 2},
	{"DELETE FROM monitor_dispositivos WHERE segredo_hash IS NULL AND dispositivo_id IN (SELECT id FROM dispositivos WHERE cliente_id = ?)", 1},
	{"DELETE FROM monitor_nomes_dados WHERE dispositivo_id IN (SELECT id FROM dispositivos WHERE cliente_id = ?)", 1},
	{"DELETE FROM monitor_nomes_antigos WHERE dispositivo_id IN (SELECT id FROM dispositivos WHERE cliente_id = ?)", 1},
	{"DELETE FROM monitor_anonimos WHERE dispositivo_id IN (SELECT id FROM dispositivos WHERE cliente_id = ?)", 1},
	{"DELETE FROM dispositivos WHERE " + condDispositivos, 1},
	{"UPDATE mensagens_chat SET resposta_para = NULL WHERE resposta_para IN (SELECT m.id FROM (SELECT DISTINCT id FROM mensagens_chat WHERE cliente_id = ?) m)", 1},
	{"DELETE FROM mensagens_chat WHERE cliente_id = ?", 1},
	{"DELETE FROM sessoes WHERE cliente_id = ?", 1},
	{"DELETE FROM monitor_pessoas WHERE cliente_id = ?", 1},
	{"DELETE FROM monitor_idempotencia WHERE resultado_id = ? AND recurso = 'clientes'", 1},
	{keepLogs, 1},
	{"UPDATE logs_auditoria SET cliente_id = NULL WHERE cliente_id = ?", 1},
	{"DELETE FROM clientes WHERE id = ?", 1},
}
