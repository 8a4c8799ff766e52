package store

import (
	"context"
	"errors"
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
				s.cfg.Log.WarnContext(ctx, "não foi possível selar a trilha de auditoria; nova tentativa em um minuto", slog.Any("erro", err))
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
// database cannot also rewrite a copy of that file kept elsewhere. Where the file
// does not go on from what this process wrote there, the chain is told first.
func (t *trilha) anchor(ctx context.Context, s *Store) error {
	text, err := heads(ctx, s.db.Reader())
	if err != nil || text == "" || text == t.selado {
		return err
	}
	if t.selado != "" && !t.readTail().covers(t.selado) {
		if text, err = t.noteNow(ctx, s); err != nil {
			return err
		}
	}
	line, err := t.anchorLine(s.agora(), text)
	if err != nil {
		return err
	}
	if err = appendAnchor(t.anchorPath(), line); err == nil {
		t.selado = text
	}
	return err
}

// noteNow puts into the chain that the anchor was taken away or cut while this
// process ran, and returns the heads with that.
func (t *trilha) noteNow(ctx context.Context, s *Store) (text string, err error) {
	err = s.As(Actor{}).write(ctx, func(ctx context.Context, w *tx) error {
		if err := t.hold(ctx, w.Q); err != nil {
			return err
		}
		return t.note(ctx, w.Q, t.stateOfAnchor())
	})
	if err != nil {
		return "", err
	}
	return heads(ctx, s.db.Reader())
}

// release gives the lane back, so that the next short-lived command takes it
// instead of beginning another. What it wrote is anchored before.
func (t *trilha) release(s *Store) {
	if !t.leased.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := t.anchor(ctx, s)
	err = errors.Join(err, s.db.Write(ctx, func(ctx context.Context, q engine.Q) error {
		_, err := q.Exec(ctx, "UPDATE monitor_faixas SET ate = 0 WHERE id = ? AND dono = ?", t.lane.id, t.dono)
		return err
	}))
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "a faixa da trilha de auditoria não foi devolvida; ela fica livre sozinha em instantes", slog.Any("erro", err))
	}
}
