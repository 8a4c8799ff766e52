package store

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"example.com/monitor/store/engine"
)

// Names in monitor_estado of what was done last; the value is JSON.
const (
	noteBackup        = "copia"
	estadoVerificacao = "verificacao"
)

// backupNote is the last copy that monitor backup finished.
type backupNote struct {
	FeitaEm Hora  `json:"feita_em"`
	Bytes   int64 `json:"bytes"`
}

// verifyNote is the last time that the audit trail was checked.
type verifyNote struct {
	FeitaEm   Hora `json:"feita_em"`
	Integra   bool `json:"integra"`
	Problemas int  `json:"problemas"`
}

// remember notes what was done last. It is a convenience: what was done stands,
// even if this cannot be written.
func (c *call) remember(ctx context.Context, nome string, value any) {
	if c.s.Writable() != nil {
		return
	}
	text, err := json.Marshal(value)
	if err == nil {
		err = c.write(context.WithoutCancel(ctx), func(ctx context.Context, t *tx) error { return t.estado(ctx, nome, string(text)) })
	}
	if err != nil && !errors.Is(err, engine.ErrUnique) { // somebody else noted it at the same moment
		c.s.cfg.Log.WarnContext(ctx, "não foi possível anotar o que acabou de ser feito", slog.String("nome", nome))
	}
}

func (t *tx) estado(ctx context.Context, nome, value string) error {
	n, err := t.Exec(ctx, "UPDATE monitor_estado SET valor = ? WHERE nome = ?", value, nome)
	if err != nil || n > 0 {
		return err
	}
	_, err = t.Exec(ctx, "INSERT INTO monitor_estado(nome, valor) VALUES (?, ?)", nome, value)
	return err
}

// recall reads what remember wrote into valor; nothing where it never did.
func recall(ctx context.Context, q engine.Q, nome string, value any) error {
	var text string
	err := q.Get(ctx, []any{&text}, "SELECT valor FROM monitor_estado WHERE nome = ?", nome)
	if engine.IsNoRows(err) {
		return nil
	}
	if err == nil {
		_ = json.Unmarshal([]byte(text), value) // what cannot be read was not written by us
	}
	return err
}
