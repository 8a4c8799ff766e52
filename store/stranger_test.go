package store_test

import (
	"context"
	"os/exec"
	"sync"
	"testing"
	"time"

	"example.com/monitor/store/storetest"
)

// stranger runs SQLite's own shell on the file beside us, again and again, until
// stop is called: it opens the file, does what text says, and tidies up as the last
// to leave does. The complete runs have one beside them.
func stranger(ctx context.Context, path, text string) (stop func() (runs int)) {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	runs := 0
	working.Go(func() {
		for ctx.Err() == nil {
			// Not killed with ctx: it ends by itself, and closes the file.
			if exec.Command("sqlite3", "-cmd", ".timeout 10000", path, text).Run() == nil {
				runs++
			}
			select {
			case <-ctx.Done():
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	return func() int { cancel(); working.Wait(); return runs }
}

// strangerAtHand says whether a complete run can have one.
func strangerAtHand(t *testing.T) bool {
	t.Helper()
	_, err := exec.LookPath("sqlite3")
	switch {
	case !storetest.Complete():
		return false
	case err != nil:
		t.Log("sqlite3 não está instalado: nenhum programa alheio ao lado")
		return false
	default:
		return true
	}
}
