package list

import (
	"context"

	"example.com/monitor/store/engine"
)

// Counter reads one of SQLite's counters.
func Counter(col string) func(context.Context, engine.Q) (int, error) {
	return func(ctx context.Context, q engine.Q) (n int, err error) {
		err = q.Get(ctx, []any{&n}, "SELECT "+col+" FROM monitor_contadores")
		return n, err
	}
}
