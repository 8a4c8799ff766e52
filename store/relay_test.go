package store_test

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// rele stands between the store and a server and counts round trips: how often
// the client speaks after the server did.
type rele struct {
	addr    string
	viagens atomic.Int64
	bytes   atomic.Int64 // from the client
	morto   atomic.Bool  // nothing passes any more, as after kill -9
	// corta decides, before a message reaches the server, what happens to it.
	corta atomic.Pointer[func(n int64, message []byte) corte]
}

// cortar sets what happens to messages from now on; nil lets all pass.
func (r *rele) cortar(fn func(n int64, message []byte) corte) {
	if fn == nil {
		fn = func(int64, []byte) corte { return passa }
	}
	r.corta.Store(&fn)
}

type corte int

const (
	passa      corte = iota
	antes            // the server never sees it
	semReposta       // the server sees it, nobody hears its answer
)

func newRele(t *testing.T, upstream string) *rele {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &rele{addr: listener.Addr().String()}
	r.cortar(nil)
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

// zera returns the count so far and begins again.
func (r *rele) zera() int { return int(r.viagens.Swap(0)) }

func (r *rele) serve(client net.Conn, upstream string) {
	defer client.Close()
	if r.morto.Load() {
		return
	}
	server, err := net.Dial("tcp", upstream)
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
			if err != nil || deaf.Load() || r.morto.Load() {
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

func (r *rele) forward(client, server net.Conn, answered, deaf *atomic.Bool) {
	buf := make([]byte, 256<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		if r.morto.Load() {
			return
		}
		r.bytes.Add(int64(n))
		number := r.viagens.Load()
		if answered.Swap(false) {
			number = r.viagens.Add(1)
		}
		switch (*r.corta.Load())(number, buf[:n]) {
		case antes:
			return
		case semReposta:
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
