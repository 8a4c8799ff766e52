package trail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/linger"
	"example.com/monitor/store/when"
)

// Database is what the chain writes to by itself, once a minute.
type Database interface {
	Reader() engine.Q
	Write(ctx context.Context, fn func(ctx context.Context, q engine.Q) error) error
	// Change is a change as people make them: with a deadline, and with the lane as it
	// was where it fails.
	Change(ctx context.Context, fn func(ctx context.Context, q engine.Q, now when.Hora) error) error
}

// Run seals the heads of all lanes once a minute while something moves, and
// copies them to the anchor file.
func (t *Chain) Run(ctx context.Context, db Database) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := t.sealOnce(ctx, db); err != nil && ctx.Err() == nil {
				t.Cfg.Log.WarnContext(
					ctx,
					"não foi possível selar a trilha de auditoria; nova tentativa em um minuto",
					slog.Any("erro", err),
				)
			}
		}
	}
}

// sealLimit bounds one sealing.
const sealLimit = 30 * time.Second

func (t *Chain) sealOnce(ctx context.Context, db Database) error {
	ctx, cancel := linger.After(ctx, sealLimit)
	defer cancel()
	return t.Seal(ctx, db)
}

// Heads lists every lane as "lane:sequence:mac", in order.
func Heads(ctx context.Context, q engine.Q) (string, error) {
	rows, err := q.Rows(ctx, "SELECT id, sequencia, mac FROM monitor_faixas WHERE sequencia > 0 ORDER BY id")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var parts []string
	for rows.Next() {
		var id, seq int64
		var mac []byte
		if err := rows.Scan(engine.AsStrict(&id), engine.AsStrict(&seq), &mac); err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("%d:%d:%x", id, seq, mac))
	}
	return strings.Join(parts, " "), rows.Err()
}

// Seal quotes all heads in a signed link of this process's lane. It does nothing
// when this process wrote nothing since it last did, so that an idle program
// leaves the database alone; whoever wrote seals.
func (t *Chain) Seal(ctx context.Context, db Database) error {
	if !t.moved.Swap(false) {
		return nil // a database that sleeps is not woken for this
	}
	now, err := Heads(ctx, db.Reader())
	if err != nil || now == t.sealedHeads || now == "" {
		return err
	}
	key, _, err := t.SigningKey()
	if err != nil {
		return err
	}
	err = db.Change(ctx, func(ctx context.Context, w engine.Q, now when.Hora) error {
		text, err := Heads(ctx, w)
		if err != nil {
			return err
		}
		if err := t.Hold(ctx, w); err != nil {
			return err
		}
		if _, err := w.Exec(ctx, "INSERT INTO monitor_selos(faixa, sequencia, texto) VALUES (?, ?, ?)", t.lane.id, t.lane.seq+1, text); err != nil {
			return err
		}
		return t.Extend(
			ctx,
			w,
			Link{Kind: kindSeal, Subject: "faixas", Action: "selo", AtMicros: now.UnixMicro(), Digest: Digest(key, text)},
		)
	})
	if err != nil {
		return err
	}
	return t.anchor(ctx, db)
}

// anchor appends the heads to a file outside the database: who rewrites the
// database cannot also rewrite a copy of that file kept elsewhere. Where the file
// does not go on from what this process wrote there, the chain is told first.
func (t *Chain) anchor(ctx context.Context, db Database) error {
	text, err := Heads(ctx, db.Reader())
	if err != nil || text == "" || text == t.sealedHeads {
		return err
	}
	if t.sealedHeads != "" && !t.readTail().covers(t.sealedHeads) {
		if text, err = t.noteNow(ctx, db); err != nil {
			return err
		}
	}
	line, err := t.newLine(when.Of(t.Cfg.Now()), text)
	if err != nil {
		return err
	}
	if err = AppendAnchor(t.Cfg.AnchorPath, line); err == nil {
		t.sealedHeads = text
	}
	return err
}

// noteNow puts into the chain that the anchor was taken away or cut while this
// process ran, and returns the heads with that.
func (t *Chain) noteNow(ctx context.Context, db Database) (text string, err error) {
	err = db.Change(ctx, func(ctx context.Context, w engine.Q, _ when.Hora) error {
		if err := t.Hold(ctx, w); err != nil {
			return err
		}
		return t.note(ctx, w, t.stateOfAnchor())
	})
	if err != nil {
		return "", err
	}
	return Heads(ctx, db.Reader())
}

// Release gives the lane back, so that the next short-lived command takes it
// instead of beginning another. What it wrote is anchored before.
func (t *Chain) Release(db Database) {
	if !t.leased.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := t.anchor(ctx, db)
	err = errors.Join(err, db.Write(ctx, func(ctx context.Context, q engine.Q) error {
		_, err := q.Exec(ctx, "UPDATE monitor_faixas SET ate = 0 WHERE id = ? AND dono = ?", t.lane.id, t.owner)
		return err
	}))
	if err != nil {
		t.Cfg.Log.WarnContext(
			ctx,
			"a faixa da trilha de auditoria não foi devolvida; ela fica livre sozinha em instantes",
			slog.Any("erro", err),
		)
	}
}
