package cmd

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProgressShowsLateAndLeavesNothing(t *testing.T) {
	t.Setenv("TERM", "xterm")
	var err lockedBuffer
	a := &app{terminal: &terminal{Streams: Streams{Err: &err, ErrTerminal: true}}}
	synctest.Test(t, func(t *testing.T) {
		p := a.working("Consultando")
		p.set("%s de %s", "1", "2")
		synctest.Wait()
		require.Empty(t, err.String())
		time.Sleep(progressDelay)
		synctest.Wait()
		require.Contains(t, err.String(), "1 de 2")
		p.stop()
		p.stop()
		require.Regexp(t, `\r\x1b\[K$`, err.String())

		// Short work, pipes and dumb terminals see nothing.
		err = lockedBuffer{}
		a.working("rápido").stop()
	})
	a.ErrTerminal = false
	a.working("pipe").stop()
	t.Setenv("TERM", "dumb")
	a.ErrTerminal = true
	q := a.working("burro")
	require.Empty(t, err.String())
	select {
	case <-q.done:
	default:
		t.Error("a dumb terminal gets no progress")
	}
	q.stop()
}
