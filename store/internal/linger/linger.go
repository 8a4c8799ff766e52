// Package linger lets background work that has asked the database something hear the
// answer when the store closes. PgBouncer 1.18 to 1.20.0 ends when a query is given up at
// the wrong moment, for all its clients.
package linger

import (
	"context"
	"time"
)

// grace is how long work goes on once its ctx ends. A program has five seconds to stop.
const grace = 2 * time.Second

// After is a context that ends a moment after ctx does, and after limit at the latest.
func After(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return work, func() { stop(); cancel() }
}
