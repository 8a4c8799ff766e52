package legacy

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestOldCallersDoNotPileUp: while the database is slow only some are on their way, and
// the others' calls are counted until they can be.
func TestOldCallersDoNotPileUp(t *testing.T) {
	t.Parallel()
	var a Calls
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	begun := 0
	for i := range 1000 {
		begun += int(a.Due(strconv.Itoa(i), now))
	}
	require.Equal(t, maxNoting, begun)
	require.Zero(t, a.Due("999", now))
	a.Done()
	require.EqualValues(t, 3, a.Due("999", now), "nothing that was counted is lost")
}
