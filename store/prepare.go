package store

import (
	"context"
	"errors"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/list"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/setup"
)

// openBare opens for looking, whatever the schema.
func openBare(ctx context.Context, cfg Config) (*engine.DB, error) {
	target, err := cfg.target()
	if err != nil {
		return nil, err
	}
	if err := requireFile(target, false); err != nil {
		return nil, err
	}
	return engine.Open(ctx, target)
}

// Prepare creates the database or brings its schema up to date, and fills the
// search index. progress may be nil; it is told how many clients are indexed.
func Prepare(ctx context.Context, cfg Config, progress func(done, total int)) error {
	cfg.Create, cfg.mend = true, true
	s, err := Open(ctx, cfg)
	if err != nil {
		return err
	}
	if s.db.Kind == engine.SQLite { // servers fill their column themselves
		err = s.index.Drain(ctx, list.SetupBatch, progress)
	}
	return errors.Join(err, schema.CloseTables(ctx, s.db), s.Close())
}

// CreateDatabase creates the database that cfg.URL names on its server, where the
// user may. One that exists is left as it is.
func CreateDatabase(ctx context.Context, cfg Config) error {
	t, err := cfg.target()
	if err != nil || t.Kind == engine.SQLite {
		return err
	}
	db, err := engine.Open(ctx, t.Maintenance())
	if err != nil {
		return err
	}
	return errors.Join(db.CreateDatabase(ctx, t), db.Close())
}

// Certificado is what a server shows of itself.
type Certificado = engine.Certificado

// Plan tells what Prepare would do. It changes nothing; the file must exist.
func Plan(ctx context.Context, cfg Config) (Plano, error) {
	db, err := openBare(ctx, cfg)
	if err != nil {
		return Plano{}, err
	}
	defer db.Close()
	return setup.PlanOf(ctx, db)
}
