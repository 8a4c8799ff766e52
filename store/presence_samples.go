package store

import (
	"context"
	"errors"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/summary"
)

// sample writes down how many devices are online, if nobody did for a while. The
// heartbeat that it follows neither waits nor fails for it.
func (c *call) sample(ctx context.Context) {
	now := c.s.now()
	n := summary.Slot(now.Time)
	if c.s.cfg.SomenteLeitura || !c.s.sampler.Due(n) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	c.s.touches.pending.Go(func() {
		ctx, cancel := c.s.deadline(ctx)
		defer cancel()
		err := c.s.db.Write(ctx, func(ctx context.Context, q engine.Q) error { return summary.Sample(ctx, q, n, now) })
		// Another process may have been quicker.
		if err != nil && !errors.Is(err, engine.ErrUnique) {
			c.s.cfg.Log.WarnContext(ctx, "não foi possível contar os dispositivos em uso")
		}
	})
}
