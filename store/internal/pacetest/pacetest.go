// Package pacetest lets a test pay what passwords cost in the product.
package pacetest

import (
	"testing"

	"example.com/monitor/store/internal/pace"
)

// Full makes hashes and logins cost what they cost in the product until t ends.
func Full(t testing.TB) {
	t.Helper()
	t.Setenv("STORETEST_PACE", "full") // refuses parallel tests
	was := pace.HashRounds()
	pace.Full()
	t.Cleanup(func() {
		if was != pace.HashRounds() {
			pace.Quick()
		}
	})
}
