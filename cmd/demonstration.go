package cmd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"example.com/monitor/cmd/demo"
	"example.com/monitor/cmd/settings"
	"example.com/monitor/store"
)

// demonstration is a temporary database full of invented people.
type demonstration struct {
	*session
	people *demo.Demo
}

// withDemo makes the demonstration, runs fn on it and removes it again.
func (a *app) withDemo(ctx context.Context, cfg *settings.Config, canal string, fn func(context.Context, *demonstration) error) error {
	dir, err := os.MkdirTemp("", "monitor-demo-*")
	if err != nil {
		return fmt.Errorf("cmd: demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	p := a.Working("Preparando a demonstração")
	d, err := a.seedDemo(ctx, cfg, dir, canal)
	p.Stop()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var living sync.WaitGroup
	living.Go(func() { d.people.Live(ctx) })
	err = fn(ctx, d)
	cancel()
	living.Wait()
	if closeErr := d.st.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (a *app) seedDemo(ctx context.Context, cfg *settings.Config, dir, canal string) (*demonstration, error) {
	clock := demo.NewClock()
	sc := store.Config{
		URL: "sqlite:///" + filepath.ToSlash(filepath.Join(dir, "demonstracao.db")),
		Now: clock.Now, Fuso: cfg.Zone(), Create: true,
	}
	if a.debug {
		sc.Log = a.debugLog()
	}
	s, err := a.openStore(ctx, cfg, sc, canal)
	if err != nil {
		return nil, err
	}
	people, err := demo.Seed(ctx, s.st, s.Handle, clock)
	if err != nil {
		_ = s.st.Close()
		return nil, err
	}
	return &demonstration{session: s, people: people}, nil
}
