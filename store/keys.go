package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/trail"
)

// KnownKeys are the audit keys that cfg leads to, nil where there are none, or none
// that can be read.
func KnownKeys(cfg Config) trail.Keyring {
	target, err := cfg.target()
	if err != nil { // the keys may be told all the same
		list, _ := trail.ParseKeys(cfg.ChaveAuditoria)
		return list
	}
	list, _ := trail.New(cfg.chain(target)).LoadKeys()
	return list
}

// chain is what the audit chain needs to know.
func (cfg Config) chain(t engine.Target) trail.Config {
	return trail.Config{
		Now: cfg.Now, Key: cfg.ChaveAuditoria, KeyPlace: cfg.lugarChave, Log: cfg.Log,
		KeyPath: cfg.keyPath(t), AnchorPath: cfg.anchorPath(t),
	}
}

// chainDB is the store as its audit chain sees it.
type chainDB struct{ s *Store }

func (d chainDB) Reader() engine.Q { return d.s.db.Reader() }

func (d chainDB) Write(ctx context.Context, fn func(ctx context.Context, q engine.Q) error) error {
	return d.s.db.Write(ctx, fn)
}

func (d chainDB) Change(ctx context.Context, fn func(ctx context.Context, q engine.Q, now Hora) error) error {
	return d.s.As(Actor{}).write(ctx, func(ctx context.Context, t *tx) error { return fn(ctx, t.Q, t.now) })
}
