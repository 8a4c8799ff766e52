package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/list"
)

// readPage reads a window for a caller of the store.
func readPage[T any](ctx context.Context, c *call, s *list.Selection[T], j list.Window) (Pagina[T], error) {
	page := list.Empty[T](j)
	err := c.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		page, err = s.List(ctx, q, j)
		return err
	})
	return page, err
}
