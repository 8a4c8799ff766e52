package engine

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

var errRecusa = errors.New("connection refused")

// aparelho is a server that refuses, says nothing or lets in, as a test wishes.
type aparelho struct {
	driver.Connector
	vivo, silent    atomic.Bool
	tentativas, now atomic.Int64
	most            atomic.Int64 // attempts at the same moment
}

type nada struct{ driver.Conn }

func (nada) Close() error { return nil }

func (a *aparelho) Connect(ctx context.Context) (driver.Conn, error) {
	a.tentativas.Add(1)
	a.most.Store(max(a.most.Load(), a.now.Add(1)))
	defer a.now.Add(-1)
	if a.silent.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	time.Sleep(time.Millisecond)
	if a.vivo.Load() {
		return nada{}, nil
	}
	return nil, errRecusa
}

// crowd lets n callers ask again and again until ctx ends, and counts who got in.
func crowd(ctx context.Context, c hedgedConnector, n int) (in *atomic.Int64, wait func()) {
	in = &atomic.Int64{}
	var callers sync.WaitGroup
	for range n {
		callers.Go(func() {
			for ctx.Err() == nil {
				each, cancel := context.WithTimeout(ctx, 4*time.Second)
				if _, err := c.Connect(each); err == nil {
					in.Add(1)
				}
				cancel()
				time.Sleep(time.Millisecond)
			}
		})
	}
	return in, callers.Wait
}

// TestACrowdTriesOnce: a server that refuses is tried a few times a second however
// many ask for it, not at all when nobody does, and found again at once.
func TestACrowdTriesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &aparelho{}
		c := hedgedConnector{server, &approach{}}
		ctx, cancel := context.WithCancel(t.Context())
		in, wait := crowd(ctx, c, 200)
		time.Sleep(500 * time.Millisecond) // the first ones came through an open way
		server.most.Store(0)
		before := server.tentativas.Load()
		time.Sleep(10 * time.Second)
		tries := server.tentativas.Load() - before
		require.InDelta(t, 10/maiorPausa.Seconds(), tries, 15)
		require.EqualValues(t, 1, server.most.Load())

		server.vivo.Store(true)
		time.Sleep(maiorPausa*5/4 + 3*time.Millisecond)
		require.GreaterOrEqual(t, in.Load(), int64(200), "everybody is in")

		server.vivo.Store(false)
		cancel()
		wait()
		before = server.tentativas.Load()
		time.Sleep(time.Minute)
		require.Equal(t, before, server.tentativas.Load(), "nobody asks")
	})
}

// TestASilentServerIsFoundAgain: whoever gives up waiting leaves the turn to others,
// and the first attempt after the silence succeeds for all.
func TestASilentServerIsFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &aparelho{}
		server.silent.Store(true)
		server.vivo.Store(true)
		c := hedgedConnector{server, &approach{}}
		ctx, cancel := context.WithCancel(t.Context())
		in, wait := crowd(ctx, c, 50)
		time.Sleep(10 * time.Second)
		before := server.tentativas.Load()
		time.Sleep(10 * time.Second)
		require.LessOrEqual(t, server.tentativas.Load()-before, int64(20), "a few a second, not fifty")
		require.Zero(t, in.Load())
		server.silent.Store(false)
		time.Sleep(hedgeAfter + 5*time.Millisecond)
		require.GreaterOrEqual(t, in.Load(), int64(50))
		cancel()
		wait()
	})
}

// TestOnesOwnEndIsNoOutcome: a caller that leaves tells the others nothing.
func TestOnesOwnEndIsNoOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &aparelho{}
		c := hedgedConnector{server, &approach{}}
		_, err := c.Connect(t.Context())
		require.ErrorIs(t, err, errRecusa)
		server.silent.Store(true)
		ctx, leave := context.WithCancel(t.Context())
		var both sync.WaitGroup
		both.Go(func() {
			_, err := c.Connect(ctx)
			require.ErrorIs(t, err, context.Canceled)
		})
		synctest.Wait()
		time.Sleep(maiorPausa)
		both.Go(func() {
			_, err := c.Connect(t.Context())
			require.NoError(t, err)
		})
		synctest.Wait()
		server.silent.Store(false)
		server.vivo.Store(true)
		leave()
		both.Wait()
	})
}
