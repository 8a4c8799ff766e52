package store_test

import (
	"context"
	"time"
)

// How long tests wait for background work, and how often they look.
const (
	settle = 20 * time.Second
	tick   = 20 * time.Millisecond
)

// contextBackground outlives a subtest's ctx where a table is built once.
func contextBackground() context.Context { return context.Background() }
