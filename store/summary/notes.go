package summary

import (
	"context"
	"encoding/json"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// Names in monitor_estado of what was done last; the value is JSON.
const (
	NoteCopy         = "copia"
	NoteVerification = "verificacao"
)

// Copy is the last copy that monitor backup finished.
type Copy struct {
	FeitaEm when.Hora `json:"feita_em"`
	Bytes   int64     `json:"bytes"`
}

// Verification is the last time that the audit trail was checked.
type Verification struct {
	FeitaEm   when.Hora `json:"feita_em"`
	Integra   bool      `json:"integra"`
	Problemas int       `json:"problemas"`
}

// recall reads what was noted into value; nothing where nothing was.
func recall(ctx context.Context, q engine.Q, name string, value any) error {
	var text string
	err := q.Get(ctx, []any{&text}, "SELECT valor FROM monitor_estado WHERE nome = ?", name)
	if engine.IsNoRows(err) {
		return nil
	}
	if err == nil {
		_ = json.Unmarshal([]byte(text), value) // what cannot be read was not written by us
	}
	return err
}
