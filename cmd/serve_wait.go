package cmd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/server"
	"example.com/monitor/store"
)

// retryEvery is how often an absent database is looked for.
const retryEvery = 500 * time.Millisecond

// mayComeBack says that the database is only out of reach for now. A wrong
// password, a missing schema or a missing file will not mend themselves.
func mayComeBack(err error) bool {
	return err != nil && exitCode(err) == exitUnavailable && store.Ausente(err)
}

// serveWaiting answers that there is no database yet (/livez 200, everything else
// 503) and looks for it until it comes.
func (a *app) serveWaiting(ctx context.Context, cfg *settings.Config, ln net.Listener, until time.Time, cause error) error {
	srv, err := a.newServer(cfg, server.Config{LegacyUntil: until})
	if err != nil {
		return err
	}
	a.tellAddress(cfg, ln)
	why, _ := a.describe(cause)
	fmt.Fprintf(a.Err, "aviso: %s; o servidor está no ar e espera por ele\n", term.OneLine(why))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, ln) }()
	s, err := a.awaitStore(ctx, cfg)
	if err == nil {
		defer func() { _ = s.st.Close() }()
		if err = a.prepare(ctx, s, ln, false, until); err == nil {
			srv.Use(s.st)
			a.notice("O banco de dados respondeu. Atendendo. Ctrl-C encerra.")
		}
	}
	if err != nil && ctx.Err() == nil {
		cancel()
		return errors.Join(err, <-served)
	}
	if err := <-served; err != nil {
		return err
	}
	a.notice("Encerrado.")
	return nil
}

// awaitStore tries to open the database until it can, or until waiting is in vain.
func (a *app) awaitStore(ctx context.Context, cfg *settings.Config) (*session, error) {
	tick := time.NewTicker(retryEvery)
	defer tick.Stop()
	for {
		s, _, err := a.openForServe(ctx, cfg)
		if !mayComeBack(err) {
			return s, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
