package storetest

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// Relay stands between the store and a server and counts round trips: how often
// the client speaks after the server did.
type Relay struct {
	Addr  string
	Trips atomic.Int64
	Bytes atomic.Int64 // from the client
	Dead  atomic.Bool  // nothing passes any more, as after kill -9
	// cut decides, before a message reaches the server, what happens to it.
	cut atomic.Pointer[func(n int64, message []byte) Fate]
}

// Cut sets what happens to messages from now on; nil lets all pass.
func (r *Relay) Cut(fn func(n int64, message []byte) Fate) {
	if fn == nil {
		fn = func(int64, []byte) Fate { return PassOn }
	}
	r.cut.Store(&fn)
}

// Fate is what happens to a message.
type Fate int

// What may happen to a message.
const (
	PassOn     Fate = iota
	Dropped         // the server never sees it
	Unanswered      // the server sees it, nobody hears its answer
)

// NewRelay listens on loopback and hands on to upstream until the test ends.
func NewRelay(t *testing.T, upstream string) *Relay {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &Relay{Addr: listener.Addr().String()}
	r.Cut(nil)
	var conns sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		conns.Wait()
	})
	conns.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { r.serve(client, upstream) })
		}
	})
	return r
}

// Reset returns the count so far and begins again.
func (r *Relay) Reset() int { return int(r.Trips.Swap(0)) }

func (r *Relay) serve(client net.Conn, upstream string) {
	defer client.Close()
	if r.Dead.Load() {
		return
	}
	server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", upstream)
	if err != nil {
		return
	}
	defer server.Close()
	var answered, deaf atomic.Bool
	answered.Store(true)
	var back sync.WaitGroup
	back.Go(func() {
		defer client.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if err != nil || deaf.Load() || r.Dead.Load() {
				return
			}
			answered.Store(true)
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	})
	r.forward(client, server, &answered, &deaf)
	_ = server.Close()
	back.Wait()
}

func (r *Relay) forward(client, server net.Conn, answered, deaf *atomic.Bool) {
	buf := make([]byte, 256<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		if r.Dead.Load() {
			return
		}
		r.Bytes.Add(int64(n))
		number := r.Trips.Load()
		if answered.Swap(false) {
			number = r.Trips.Add(1)
		}
		switch (*r.cut.Load())(number, buf[:n]) {
		case Dropped:
			return
		case Unanswered:
			deaf.Store(true)
			_, _ = server.Write(buf[:n])
			_, _ = io.ReadFull(client, make([]byte, 1)) // until the answer has come and was dropped
			return
		default:
			if _, err := server.Write(buf[:n]); err != nil {
				return
			}
		}
	}
}
