package storetest

import (
	"os"
	"testing"

	"example.com/monitor/store/internal/pace"
)

// envPace set to full makes test processes hash passwords and wait as the product
// does. It is of this package: the product knows nothing of it.
const envPace = "STORETEST_PACE"

// Test processes, and the programs that they play, hash quickly; complete runs do not.
func init() {
	if os.Getenv(envPace) != "full" && !Complete() {
		pace.Quick()
	}
}

// FullPace makes passwords and logins cost what they cost in the product, until t
// ends, for tests that are about that. Those cannot be parallel.
func FullPace(t *testing.T) {
	t.Helper()
	t.Setenv(envPace, "full") // of the programs that t starts; refuses parallel tests
	if Complete() {
		return
	}
	pace.Full()
	t.Cleanup(pace.Quick)
}
