package cmd

import (
	"os"
	"runtime/debug"
)

// memoryAim is what the Go part of a server should get along with. It is no wall: it
// makes the collector work more before the process grows, so that a crowd of callers
// does not leave a heap of twice its size behind.
const memoryAim = 160 << 20

// aimForLittleMemory sets the aim, unless the operator has set one, until restore is
// called: a process that does other things afterwards, such as a test's, and needs more
// would do little but collect.
func aimForLittleMemory() (restore func()) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	before := debug.SetMemoryLimit(memoryAim)
	return func() { debug.SetMemoryLimit(before) }
}
