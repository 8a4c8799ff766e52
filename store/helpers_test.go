package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// How long tests wait for background work, and how often they look.
const (
	settle = 20 * time.Second
	tick   = 20 * time.Millisecond
)

// contextBackground outlives a subtest's ctx where a table is built once.
func contextBackground() context.Context { return context.Background() }

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
