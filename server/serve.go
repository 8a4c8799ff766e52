package server

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// The patience of the server with slow callers, and with itself when it stops.
const (
	headerWait = 5 * time.Second
	readWait   = 30 * time.Second
	writeWait  = 60 * time.Second
	idleWait   = 2 * time.Minute
	stopWait   = 4500 * time.Millisecond // of the 5 s that a stop may take
)

// Serve answers on ln until ctx is done. Then it stops accepting, lets requests in
// flight finish for at most 5 s, and returns nil. Only when it returns is it safe
// to close the store.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	fresh := newFreshConns()
	srv := &http.Server{
		Handler:           known(s.Handler()),
		ReadHeaderTimeout: headerWait, ReadTimeout: readWait, WriteTimeout: writeWait, IdleTimeout: idleWait,
		// Far above our own limit: what lies between gets a proper 431.
		MaxHeaderBytes: 4 * maxHeader,
		BaseContext:    func(net.Listener) context.Context { return base },
		ConnState:      fresh.note,
		ConnContext:    fresh.inContext,
		ErrorLog:       log.New(warnings{s.log}, "", 0),
	}
	srv.RegisterOnShutdown(s.endStreams)
	failed := make(chan error, 1)
	bounded := boundedListener{ln, fresh, maxConns, maxConnsEach, s.free, &atomic.Int64{}, s.metrics.refused.WithLabelValues("conexoes").Inc}
	go func() { failed <- srv.Serve(portugueseListener{bounded}) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stopped := s.stop(srv, fresh)
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return stopped
}

// stop waits for requests in flight; those that outlast the wait are cut off,
// which is not an error of the server.
func (s *Server) stop(srv *http.Server, fresh *freshConns) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWait)
	defer cancel()
	go fresh.closeAfter(ctx, stopWait/10)
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.LogAttrs(ctx, slog.LevelWarn, "requisições interrompidas na parada do servidor")
		return srv.Close()
	}
	return err
}

// warnings hands what net/http complains about to the log, under a sentence of ours.
type warnings struct{ log *slog.Logger }

// Write implements io.Writer for log.Logger, which calls it once per line.
func (w warnings) Write(line []byte) (int, error) {
	w.log.LogAttrs(context.Background(), slog.LevelWarn, "aviso do servidor HTTP", slog.String("detalhe", strings.TrimSpace(string(line))))
	return len(line), nil
}
