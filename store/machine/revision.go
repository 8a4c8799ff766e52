package machine

import (
	"bytes"
	"encoding/json"
	"maps"

	"example.com/monitor/store/record"
)

// Revision is what a registration changes of a device.
type Revision struct {
	Sets          []string
	Args          []any
	Before, After map[string]any // what the audit trail is told
}

// NewRevision begins with nothing changed.
func NewRevision() *Revision {
	return &Revision{Before: map[string]any{}, After: map[string]any{}}
}

// Set sets a column.
func (v *Revision) Set(col string, value any) {
	v.Sets, v.Args = append(v.Sets, col+" = ?"), append(v.Args, value)
}

// Take sets a column to what the machine says now, if it says anything else.
func (v *Revision) Take(col, was, now string) {
	if now != "" && now != was {
		v.Set(col, now)
	}
}

// Tell is Take for what people know a machine by.
func (v *Revision) Tell(col, was, now string) {
	v.Take(col, was, now)
	if now != "" && now != was {
		v.Before[col], v.After[col] = record.Text(was), now
	}
}

// Columns takes what the machine says now for the columns that are only its own.
func (v *Revision) Columns(was *record.Dispositivo, info Info) {
	v.Tell("mac_address", was.MACAddress, info.MAC())
	v.Tell("tipo", was.Tipo, info.Text(50, "tipo"))
	v.Take("sistema_operacional", was.SistemaOperacional, info.Text(50, "sistema", "sistema_operacional"))
	v.Take("versao_so", was.VersaoSO, info.Text(50, "versao", "versao_so"))
	v.Take("ip_local", was.IPLocal, info.Text(45, "ip_local"))
	v.Take("processador", was.Processador, info.Text(100, "processador"))
	v.Take("memoria_total", was.MemoriaTotal, info.Text(20, "memoria", "memoria_total"))
	v.Take("disco_total", was.DiscoTotal, info.Text(20, "disco", "disco_total"))
	v.Take("virtual_type", was.VirtualType, info.Text(50, "virtual_type"))
	if is := info.Flag("is_virtual"); info["is_virtual"] != nil && (was.IsVirtual == nil || *was.IsVirtual != is) {
		v.Set("is_virtual", is)
	}
}

// MergeInfo lays what a machine says now over what it said before, key by key.
// What both together are too large for, or is no object, gives way to the new.
func MergeInfo(old, now record.Objeto) (merged record.Objeto, changed bool) {
	if len(now) == 0 {
		return old, false
	}
	var before, keys map[string]json.RawMessage
	if json.Unmarshal(now, &keys) != nil || json.Unmarshal(old, &before) != nil || before == nil {
		return now, true
	}
	all := maps.Clone(before)
	maps.Copy(all, keys)
	whole, err := json.Marshal(all)
	if err != nil || record.ObjectProblem(whole) != "" {
		return now, true
	}
	as, _ := json.Marshal(before) //nolint:errchkjson // it came from JSON
	return whole, !bytes.Equal(as, whole)
}
