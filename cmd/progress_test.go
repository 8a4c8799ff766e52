package cmd

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
)

func TestProgressShowsLateAndLeavesNothing(t *testing.T) {
	t.Setenv("TERM", "xterm")
	var err lockedBuffer
	a := &app{Terminal: &term.Terminal{Streams: term.Streams{Err: &err, ErrTerminal: true}}}
	synctest.Test(t, func(t *testing.T) {
		p := a.Working("Consultando")
		p.Set("%s de %s", "1", "2")
		synctest.Wait()
		require.Empty(t, err.String())
		time.Sleep(term.ProgressDelay)
		synctest.Wait()
		require.Contains(t, err.String(), "1 de 2")
		p.Stop()
		p.Stop()
		require.Regexp(t, `\r\x1b\[K$`, err.String())

		// Short work, pipes and dumb terminals see nothing.
		err = lockedBuffer{}
		a.Working("rápido").Stop()
	})
	a.ErrTerminal = false
	a.Working("pipe").Stop()
	t.Setenv("TERM", "dumb")
	a.ErrTerminal = true
	q := a.Working("burro")
	require.Empty(t, err.String())
	select {
	case <-q.Done:
	default:
		t.Error("a dumb terminal gets no progress")
	}
	q.Stop()
}
