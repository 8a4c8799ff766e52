package store

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"example.com/monitor/store/engine"
)

func dirOf(path string) string { return filepath.Dir(path) }

// run seals the heads of all lanes once a minute while something moves, and
// copies them to the anchor file.
func (t *trilha) run(ctx context.Context, s *Store) {
	tick := time.NewTicker(selarACada)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := t.seal(ctx, s); err != nil && ctx.Err() == nil {
				s.cfg.Log.WarnContext(ctx, "audit seal failed", slog.Any("erro", err))
			}
		}
	}
}

// heads lists every lane as "lane:sequence:mac", in order.
func heads(ctx context.Context, q engine.Q) (string, error) {
	rows, err := q.Rows(ctx, "SELECT id, sequencia, mac FROM monitor_faixas WHERE sequencia > 0 ORDER BY id")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var parts []string
	for rows.Next() {
		var id, seq int64
		var mac []byte
		if err := rows.Scan(numero(&id), numero(&seq), &mac); err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("%d:%d:%x", id, seq, mac))
	}
	return strings.Join(parts, " "), rows.Err()
}

// seal quotes all heads in a signed link of this process's lane. It does nothing
// when this process wrote nothing since it last did, so that an idle program
// leaves the database alone; whoever wrote seals.
func (t *trilha) seal(ctx context.Context, s *Store) error {
	if !t.moved.Swap(false) {
		return nil // a database that sleeps is not woken for this
	}
	now, err := heads(ctx, s.db.Reader())
	if err != nil || now == t.selado || now == "" {
		return err
	}
	key, _, err := t.signingKey()
	if err != nil {
		return err
	}
	err = s.As(Actor{}).write(ctx, func(ctx context.Context, w *tx) error {
		text, err := heads(ctx, w.Q)
		if err != nil {
			return err
		}
		if err := t.hold(ctx, w.Q); err != nil {
			return err
		}
		if _, err := w.Exec(ctx, "INSERT INTO monitor_selos(faixa, sequencia, texto) VALUES (?, ?, ?)", t.lane.id, t.lane.seq+1, text); err != nil {
			return err
		}
		return t.extend(ctx, w.Q, elo{tipo: eloSelo, sujeito: "faixas", acao: "selo", instante: w.agora.UnixMicro(), resumo: digest(key, text)})
	})
	if err != nil {
		return err
	}
	return t.anchor(ctx, s)
}

// anchor appends the heads to a file outside the database: who rewrites the
// database cannot also rewrite a copy of that file kept elsewhere.
func (t *trilha) anchor(ctx context.Context, s *Store) error {
	text, err := heads(ctx, s.db.Reader())
	if err != nil || text == "" || text == t.selado {
		return err
	}
	if err = appendAnchor(t.anchorPath(), fmt.Sprintf("%s %s\n", s.agora(), text)); err == nil {
		t.selado = text
	}
	return err
}

// release gives the lane back, so that the next short-lived command takes it
// instead of beginning another.
func (t *trilha) release(s *Store) {
	if !t.leased.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := s.db.Write(ctx, func(ctx context.Context, q engine.Q) error {
		_, err := q.Exec(ctx, "UPDATE monitor_faixas SET ate = 0 WHERE id = ? AND dono = ?", t.lane.id, t.dono)
		return err
	})
	if err == nil {
		err = t.anchor(ctx, s)
	}
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "audit lane not released", slog.Any("erro", err))
	}
}
