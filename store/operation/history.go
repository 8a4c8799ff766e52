package operation

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/record"
	"example.com/monitor/store/trail"
	"example.com/monitor/store/when"
)

// IsChange is the condition on a row of logs_auditoria l in which a client's record changed.
const IsChange = "l.acao IN ('cliente_criado', 'cliente_atualizado', 'cliente_desativado', 'email_alterado', 'senha_alterada', 'cliente_deletado')"

// Versao is a change of a client, as its history tells it.
type Versao struct {
	ID         int64       `json:"id"` // of the entry, by which it is taken back
	Acao       string      `json:"acao"`
	Descricao  string      `json:"descricao"`
	DataHora   when.Hora   `json:"data_hora"`
	Ator       record.Text `json:"ator"`
	Canal      record.Text `json:"canal"`
	IP         record.Text `json:"ip"`
	Campos     []Campo     `json:"campos"`
	Operacao   record.ID   `json:"operacao"` // the one about many records that it was part of
	Desfaz     record.ID   `json:"desfaz"`   // the entry that it took back
	Reversivel bool        `json:"reversivel"`
	Motivo     record.Text `json:"motivo"` // why it cannot be taken back
}

// Campo is a column that changed; null where there was nothing.
type Campo struct {
	Campo  string          `json:"campo"`
	Antes  json.RawMessage `json:"antes"`
	Depois json.RawMessage `json:"depois"`
}

// Removed are those of rows that are about a client who was removed for good.
func Removed(ctx context.Context, q engine.Q, rows []record.Log) (map[int64]bool, error) {
	ids, removed := make([]int64, len(rows)), map[int64]bool{}
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return removed, engine.InLots(ids, func(list string, args []any) error {
		var found []int64
		err := q.All(ctx, &found, "SELECT log_id FROM monitor_logs_clientes WHERE log_id IN "+list, args...)
		for _, id := range found {
			removed[id] = true
		}
		return err
	})
}

// VersionOf reads a row of the audit trail, about a client who was removed or not. Whether its
// link vouches for it is seen when it is taken back.
func VersionOf(l *record.Log, removed bool) Versao {
	a := l.Autoria()
	v := Versao{
		ID: l.ID, Acao: l.Acao, Descricao: l.Descricao, DataHora: l.DataHora, Campos: []Campo{},
		Ator: record.Text(a.Ator), Canal: record.Text(a.Canal), IP: record.Text(a.IP),
	}
	var d struct {
		entryData
		Desfaz int64 `json:"desfaz"`
	}
	if json.Unmarshal(l.Dados, &d) == nil {
		v.Operacao, v.Desfaz, v.Campos = record.ID(d.Part), record.ID(d.Desfaz), fieldsOf(d.Antes, d.Depois)
	}
	_, err := Reverse(trail.Entry{ID: l.ID, ClienteID: int64(l.ClienteID), Action: l.Acao, Data: string(l.Dados), Removed: removed})
	if v.Reversivel = err == nil; err != nil {
		v.Motivo = record.Text(err.Error())
	}
	return v
}

// fieldsOf are the columns of either side, by name.
func fieldsOf(before, after map[string]json.RawMessage) []Campo {
	null := json.RawMessage("null")
	names := maps.Clone(before)
	if names == nil {
		names = map[string]json.RawMessage{}
	}
	maps.Copy(names, after)
	out := make([]Campo, 0, len(names))
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := Campo{Campo: name, Antes: null, Depois: null}
		if v, there := before[name]; there {
			f.Antes = v
		}
		if v, there := after[name]; there {
			f.Depois = v
		}
		out = append(out, f)
	}
	return out
}
