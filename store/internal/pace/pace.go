// Package pace holds what the store does slowly on purpose. Only packages below
// store can import it, and only storetest changes it: nothing that is configured,
// given as a flag or found in the environment reaches the product's values.
package pace

import (
	"sync/atomic"
	"time"
)

const (
	// fullRounds is OWASP's minimum for PBKDF2 with SHA-256.
	fullRounds = 600_000
	// fullStep is how coarsely the time of an answer to a login may be read.
	fullStep = 250 * time.Millisecond
)

var rounds, step atomic.Int64

func init() { Full() }

// HashRounds are the rounds of a new password's hash.
func HashRounds() int { return int(rounds.Load()) }

// LoginStep is the time at whose multiples answers to logins leave.
func LoginStep() time.Duration { return time.Duration(step.Load()) }

// Full is how the product works.
func Full() {
	rounds.Store(fullRounds)
	step.Store(int64(fullStep))
}

// Quick is for tests that are about something else: hashes cost a thousandth.
func Quick() {
	rounds.Store(fullRounds / 1000)
	step.Store(int64(time.Millisecond))
}
