package feed

import (
	"context"
	"crypto/sha256"
	"sync"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// HeadsOfLanes and LinksBetween read the chain for a look.
var (
	HeadsOfLanes = laneHeads
	LinksBetween = newLinks
)

// PostgresMark is what a mark of a noun's table is made of: a sum, and what the server's
// statistics add for a large one.
func PostgresMark(ctx context.Context, q engine.Q, r Noun) (large bool, sum, stats string, err error) {
	st, err := (&postgresMarks{}).state(ctx, q, when.Hora{})
	if err != nil {
		return false, "", "", err
	}
	var t markTexts
	err = t.read(ctx, q, st.sum(r))
	return st.large[r], t[r], st.lastTexts[r], err
}

var testSealer = sync.OnceValue(func() *positionSealer {
	s := &positionSealer{}
	s.once.Do(func() { s.aead = cipherOf(make([]byte, sha256.Size)) })
	return s
})

// Sealed is the text of a position that has heard so many links of one lane.
func Sealed(seq int64) string {
	return testSealer().write(position{lanes: []laneHead{{lane: 1, seq: seq}}})
}

// Opened returns how far a position is, and whether the text is one of the same key.
func Opened(text string) (seq int64, ok bool) {
	p, ok := testSealer().read(text)
	return seqOf(p.lanes, 1), ok
}
