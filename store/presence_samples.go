package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/record"
	"example.com/monitor/store/when"
)

// dispositivos keeps the last heartbeat only. How many devices were online is
// written down at most once in each amostraCada, by processes that receive
// heartbeats, when one comes: a database that nobody beats may sleep.
const (
	amostraCada = 5 * time.Minute
	// amostraGuardada bounds the table to some 26,000 rows.
	amostraGuardada = 90 * 24 * time.Hour
)

// slot numbers the stretches of time that have one sample at most.
func slot(t time.Time) int64 { return t.Unix() / int64(amostraCada/time.Second) }

// sampler remembers the stretch that this process sampled last.
type sampler struct{ ultima atomic.Int64 }

// due lets one caller in each stretch pass.
func (a *sampler) due(n int64) bool {
	last := a.ultima.Load()
	return n > last && a.ultima.CompareAndSwap(last, n)
}

// sample writes down how many devices are online, if nobody did for a while. The
// heartbeat that it follows neither waits nor fails for it.
func (c *call) sample(ctx context.Context) {
	now := c.s.now()
	n := slot(now.Time)
	if c.s.cfg.SomenteLeitura || !c.s.sampler.due(n) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	c.s.touches.pending.Go(func() {
		ctx, cancel := c.s.deadline(ctx)
		defer cancel()
		err := c.s.db.Write(ctx, func(ctx context.Context, q engine.Q) error { return amostra(ctx, q, n, now) })
		// Another process may have been quicker.
		if err != nil && !errors.Is(err, engine.ErrUnique) {
			c.s.cfg.Log.WarnContext(ctx, "não foi possível contar os dispositivos em uso")
		}
	})
}

func amostra(ctx context.Context, q engine.Q, n int64, now Hora) error {
	// Counted apart: MySQL would lock what an INSERT … SELECT reads.
	var there, online int64
	err := q.Get(ctx, []any{&there, &online}, "SELECT (SELECT count(*) FROM monitor_presenca WHERE fatia = ?), (SELECT count(*) FROM dispositivos WHERE ultimo_heartbeat > ?)",
		n, when.Of(now.Add(-record.OnlineFor)))
	if err != nil || there > 0 {
		return err
	}
	if err := q.Later(ctx, "DELETE FROM monitor_presenca WHERE fatia < ?", slot(now.Add(-amostraGuardada))); err != nil {
		return err
	}
	_, err = q.Exec(ctx, "INSERT INTO monitor_presenca(fatia, online) VALUES (?, ?)", n, online)
	return err
}
