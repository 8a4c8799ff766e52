package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"example.com/monitor/store/trail"
)

// registro is an audit entry: what was done, to whom, with which values.
type registro struct {
	acao      string
	descricao string
	nivel     string // info when empty
	clienteID int64  // the client that the row is about, 0 for none
	sujeito   string // what else it is about, e.g. "chave:3"
	antes     map[string]any
	depois    map[string]any
}

// dadosAuditoria is the JSON in logs_auditoria.dados. The address of the caller
// stands here and not in ip_address: recorded answers have null there.
type dadosAuditoria struct {
	Ator   string         `json:"ator"`
	Canal  string         `json:"canal,omitempty"`
	IP     string         `json:"ip,omitempty"`
	Antes  map[string]any `json:"antes,omitempty"`
	Depois map[string]any `json:"depois,omitempty"`
}

// audit writes the row and its link with the change they are about.
func (t *tx) audit(ctx context.Context, r registro) error {
	if r.nivel == "" {
		r.nivel = "info"
	}
	if r.clienteID != 0 {
		r.sujeito = strings.TrimSpace(fmt.Sprintf("%s cliente:%d", r.sujeito, r.clienteID))
	}
	dados, err := json.Marshal(dadosAuditoria{Ator: t.actor.describe(), Canal: t.actor.Canal, IP: t.actor.IP, Antes: r.antes, Depois: r.depois})
	if err != nil {
		return err
	}
	if err := t.s.trilha.Hold(ctx, t.Q); err != nil {
		return err
	}
	step, err := t.s.trilha.Step(ctx, t.Q)
	if err != nil {
		return err
	}
	at := Hora{Time: t.agora.Truncate(step)} // a server would round it in its own way
	var clienteID any
	if r.clienteID != 0 && r.acao != acaoDeletado {
		clienteID = r.clienteID
	}
	id, err := t.Insert(ctx, "INSERT INTO logs_auditoria(cliente_id, acao, descricao, dados, data_hora, nivel) VALUES (?, ?, ?, ?, ?, ?)",
		clienteID, r.acao, r.descricao, string(dados), at, r.nivel)
	if err != nil {
		return err
	}
	if r.acao == acaoDeletado {
		if err := t.Later(ctx, "INSERT INTO monitor_logs_clientes(log_id, cliente_id) VALUES (?, ?)", id, r.clienteID); err != nil {
			return err
		}
	}
	key, _, err := t.s.trilha.SigningKey()
	if err != nil {
		return err
	}
	return t.s.trilha.Extend(ctx, t.Q, trail.Link{
		Kind: trail.KindEntry, LogID: id, Subject: r.sujeito, Action: r.acao, AtMicros: at.UnixMicro(), Step: step.Microseconds(),
		Digest: trail.Digest(key, r.descricao, string(dados), r.nivel),
	})
}

// describe names the actor in the audit trail with the id that survives a rename.
func (a Actor) describe() string {
	if a.kind == kindLocal || a.kind == kindStranger || a.kind == kindAntigo {
		return a.nome
	}
	return a.ref() + " " + a.nome
}
