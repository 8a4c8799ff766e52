package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"example.com/monitor/store/operation"
	"example.com/monitor/store/trail"
)

// entry is an audit entry: what was done, to whom, with which values.
type entry struct {
	acao      string
	text      string
	nivel     string // info when empty
	clienteID int64  // the client that the row is about, 0 for none
	subject   string // what else it is about, e.g. "chave:3"
	antes     map[string]any
	depois    map[string]any
	versao    string // of the record afterwards, where the change can be taken back
}

// entryData is the JSON in logs_auditoria.dados. The address of the caller
// stands here and not in ip_address: recorded answers have null there.
type entryData struct {
	Ator   string         `json:"ator"`
	Canal  string         `json:"canal,omitempty"`
	IP     string         `json:"ip,omitempty"`
	Antes  map[string]any `json:"antes,omitempty"`
	Depois map[string]any `json:"depois,omitempty"`
	// Versao is the record's afterwards; Operacao the head of the operation that the
	// change is part of; Desfaz the entry that it takes back.
	Versao   string `json:"versao,omitempty"`
	Operacao int64  `json:"operacao,omitempty"`
	Desfaz   int64  `json:"desfaz,omitempty"`
}

// audit writes the row and its link with the change they are about.
func (t *tx) audit(ctx context.Context, r entry) error {
	if r.nivel == "" {
		r.nivel = "info"
	}
	if r.clienteID != 0 {
		r.subject = strings.TrimSpace(fmt.Sprintf("%s cliente:%d", r.subject, r.clienteID))
	}
	data := entryData{Ator: t.actor.describe(), Canal: t.actor.Canal, IP: t.actor.IP, Antes: r.antes, Depois: r.depois, Versao: r.versao}
	if t.part != nil {
		data.Operacao, data.Desfaz = t.part.head, t.part.undoes
	}
	dados, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if err := t.s.chain.Hold(ctx, t.Q); err != nil {
		return err
	}
	step, err := t.s.chain.Step(ctx, t.Q)
	if err != nil {
		return err
	}
	at := Hora{Time: t.now.Truncate(step)} // a server would round it in its own way
	var clienteID any
	if r.clienteID != 0 && r.acao != actClienteDeleted {
		clienteID = r.clienteID
	}
	id, err := t.Insert(ctx, "INSERT INTO logs_auditoria(cliente_id, acao, descricao, dados, data_hora, nivel) VALUES (?, ?, ?, ?, ?, ?)",
		clienteID, r.acao, r.text, string(dados), at, r.nivel)
	if err != nil {
		return err
	}
	if r.acao == actClienteDeleted {
		if err := t.Later(ctx, "INSERT INTO monitor_logs_clientes(log_id, cliente_id) VALUES (?, ?)", id, r.clienteID); err != nil {
			return err
		}
	}
	if err := t.part.wrote(ctx, t, id, r.clienteID, t.canUndo(&r, string(dados))); err != nil {
		return err
	}
	key, _, err := t.s.chain.SigningKey()
	if err != nil {
		return err
	}
	return t.s.chain.Extend(ctx, t.Q, trail.Link{
		Kind: trail.KindEntry, LogID: id, Subject: r.subject, Action: r.acao, AtMicros: at.UnixMicro(), Step: step.Microseconds(),
		Digest: trail.Digest(key, r.text, string(dados), r.nivel),
	})
}

// canUndo returns whether what is written can be taken back, by whoever writes it.
func (t *tx) canUndo(r *entry, dados string) bool {
	ownEmail := r.acao == actEmail && t.actor.kind == kindPerson && t.actor.id == r.clienteID
	return t.part != nil && t.part.told != nil && !ownEmail && operation.Reversible(r.acao, dados)
}

// describe names the actor in the audit trail with the id that survives a rename.
func (a Actor) describe() string {
	if a.kind == kindLocal || a.kind == kindStranger || a.kind == kindLegacy {
		return a.nome
	}
	return a.ref() + " " + a.nome
}
