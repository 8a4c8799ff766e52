package record

import (
	"encoding/json"
	"strings"

	"example.com/monitor/store/fault"
)

// DispositivoMudanca is what people change of a device; nil leaves a column alone.
type DispositivoMudanca struct {
	Nome      *string
	Tipo      *string
	ClienteID *int64 // 0 takes its owner away
	Ativo     *bool
	// Liberar forgets key and secret: the next credential that registers the device gets it.
	Liberar bool
}

// Validate trims the texts and refuses what no device may have.
func (m *DispositivoMudanca) Validate() error {
	var bad fault.InvalidError
	for _, f := range []struct {
		nome string
		v    *string
		max  int
	}{{"nome", m.Nome, 100}, {"tipo", m.Tipo, 50}} {
		if f.v == nil {
			continue
		}
		if *f.v = strings.TrimSpace(*f.v); *f.v == "" {
			bad.Add(f.nome, "Não pode ficar vazio")
		}
		bad.Add(f.nome, TextProblem(*f.v, f.max, true))
	}
	return bad.OrNil()
}

// ReadMudanca reads columns of a device and their values in JSON; null takes the owner away, and
// stands for active, as in rows that other programs write. Others are refused by name.
func ReadMudanca(columns map[string]json.RawMessage) (m DispositivoMudanca, err error) {
	var bad fault.InvalidError
	for column, value := range columns {
		var to any
		switch column {
		case "nome":
			to = &m.Nome
		case "tipo":
			to = &m.Tipo
		case "cliente_id":
			m.ClienteID = new(int64)
			to = m.ClienteID
		case "ativo":
			yes := true
			m.Ativo, to = &yes, &yes
		default:
			bad.Add(column, "Este campo não pode ser alterado assim; use: nome, tipo, cliente_id, ativo")
			continue
		}
		if json.Unmarshal(value, to) != nil {
			bad.Add(column, "O valor não é do tipo certo")
		}
	}
	return m, bad.OrNil()
}

// Without leaves out what the device has already.
func (m DispositivoMudanca) Without(was *Dispositivo) DispositivoMudanca {
	if m.Nome != nil && *m.Nome == was.Nome {
		m.Nome = nil
	}
	if m.Tipo != nil && *m.Tipo == was.Tipo {
		m.Tipo = nil
	}
	if m.ClienteID != nil && *m.ClienteID == was.ClienteID {
		m.ClienteID = nil
	}
	if m.Ativo != nil && *m.Ativo == (was.Ativo == nil || *was.Ativo) {
		m.Ativo = nil
	}
	return m
}

// IsEmpty returns whether nothing is to be changed.
func (m DispositivoMudanca) IsEmpty() bool { return m == DispositivoMudanca{} }

// Values are the columns that m sets, as the audit trail writes them.
func (m DispositivoMudanca) Values() map[string]any {
	out := map[string]any{}
	if m.Nome != nil {
		out["nome"] = *m.Nome
	}
	if m.Tipo != nil {
		out["tipo"] = *m.Tipo
	}
	if m.ClienteID != nil {
		out["cliente_id"] = ID(*m.ClienteID)
	}
	if m.Ativo != nil {
		out["ativo"] = *m.Ativo
	}
	return out
}
