package password

import (
	"sync"
	"time"
)

// timedHash is a hash of ours and the time that it took.
type timedHash struct {
	hash string
	took time.Duration
}

// dummyHash is verified when there is no hash to verify: every way to fail
// costs one computation.
var dummyHash = sync.OnceValue(func() timedHash {
	start := time.Now()
	return timedHash{Hash("ninguém tem esta senha"), time.Since(start)}
})

// VerifyEvenly is Verify, but a wrong password costs as much for the weaker hashes
// of older systems as for ours: else the time would tell whose account exists.
func VerifyEvenly(hash, senha string) bool {
	baseline := dummyHash()
	start := time.Now()
	if Verify(hash, senha) {
		return true
	}
	Spend(senha, RoundsLeft(hash, time.Since(start), baseline.took))
	return false
}

// Nobody is a hash that nobody's password has, to be verified where there is none.
func Nobody() string { return dummyHash().hash }
