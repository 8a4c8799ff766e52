package record

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Versao is the version of a device as a caller saw it: a hash over the columns
// that people edit, so that an edit by any program shows. Heartbeats leave it as
// it is.
func (d *Dispositivo) Versao() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %q %d %s %s", d.ID, d.Nome, d.Tipo, d.ClienteID, BoolText(d.Ativo), d.DataRegistro)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Only gives the earlier values of what changed.
func (d *Dispositivo) Only(changed map[string]any) map[string]any {
	before := map[string]any{}
	for k := range changed {
		if v, ok := d.Column(k); ok {
			before[k] = v
		}
	}
	return before
}

// Column is what stands in a column that people edit, as the audit trail writes it.
func (d *Dispositivo) Column(name string) (value any, known bool) {
	switch name {
	case "nome":
		return d.Nome, true
	case "tipo":
		return d.Tipo, true
	case "cliente_id":
		return ID(d.ClienteID), true
	case "ativo":
		return d.Ativo, true
	default:
		return nil, false
	}
}
