package store

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"example.com/monitor/store/engine"
)

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
