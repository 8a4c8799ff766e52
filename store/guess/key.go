package guess

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"
	"time"

	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
)

// throttle says how a kind of counter grows and heals.
type throttle struct {
	tipo         string
	free         int           // failures that cost no wait
	firstWait    time.Duration // the wait after them; each further failure doubles it
	maxWait      time.Duration // the longest wait
	forgiveEvery time.Duration // each takes one failure off
}

// An account computes at most five hashes in a quarter of an hour for strangers
// and as many for places that it knows.
var (
	accountBrake = throttle{tipo: "conta", free: 4, firstWait: 5 * time.Minute, maxWait: 20 * time.Minute, forgiveEvery: time.Hour}
	placeBrake   = throttle{tipo: "conhecida", free: 4, firstWait: 5 * time.Minute, maxWait: 20 * time.Minute, forgiveEvery: time.Hour}
	sessionBrake = throttle{tipo: "sessao", free: 4, firstWait: 5 * time.Minute, maxWait: 20 * time.Minute, forgiveEvery: time.Hour}
	addressBrake = throttle{tipo: "endereco", free: 30, firstWait: time.Minute, maxWait: 15 * time.Minute, forgiveEvery: 5 * time.Minute}
)

var throttles = []throttle{accountBrake, placeBrake, sessionBrake, addressBrake}

// maxFailures bounds a counter, and with it the time that it takes to heal.
func (f throttle) maxFailures() int { return f.free + 6 }

// wait is how long nobody may try after so many failures.
func (f throttle) wait(failures int) time.Duration {
	if failures < f.free {
		return 0
	}
	return min(f.firstWait<<(failures-f.free), f.maxWait)
}

// remaining is how many of the failures still count.
func (f throttle) remaining(failures int, ultima, now time.Time) int {
	return max(0, failures-int(max(0, now.Sub(ultima))/f.forgiveEvery))
}

// KnownFor is how long a place counts as the person's own after a login.
const KnownFor = 30 * 24 * time.Hour

// MaxKept bounds the counters that strangers can make us keep.
const MaxKept = 10_000

// Key is what a guess counts against.
type Key struct {
	throttle
	nome string // what administrators see
}

// digest is what the table knows the key by.
func (a Key) digest() string {
	sum := sha256.Sum256([]byte(a.tipo + ":" + a.nome))
	return hex.EncodeToString(sum[:])
}

// Text is the name as every engine can hold it.
func (a Key) Text() string {
	return chars.Truncate(strings.ReplaceAll(strings.ToValidUTF8(a.nome, "\uFFFD"), "\x00", "\uFFFD"), 200)
}

// Account is the counter of an account as seen from a place, known or not.
func Account(email string, known bool) Key {
	if known {
		return Key{placeBrake, record.EmailKey(email)}
	}
	return Key{accountBrake, record.EmailKey(email)}
}

// Session is the counter of the current password, asked for in a session.
func Session(nome string) Key { return Key{sessionBrake, nome} }

// Address is the counter of the network that a caller's address belongs to; false where the
// address says nothing, as behind a proxy on this machine that was not made known.
func Address(ip string) (Key, bool) {
	network := Network(ip)
	return Key{addressBrake, network}, network != ""
}

// Network is the network that one subscriber has: an IPv4 address, or 64 bits of
// an IPv6 one; "" for this machine and for what is no address.
func Network(ip string) string {
	at, err := netip.ParseAddr(ip)
	at = at.Unmap().WithZone("")
	switch {
	case err != nil || at.IsLoopback():
		return ""
	case at.Is4():
		return at.String()
	default:
		return netip.PrefixFrom(at, 64).Masked().String()
	}
}
