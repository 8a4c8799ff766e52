package store

import (
	"context"
	"errors"

	"example.com/monitor/store/drift"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/list"
	"example.com/monitor/store/schema"
)

// Plano is what Prepare would do.
type Plano struct {
	Estado schema.State `json:"estado"`
	Linhas int64        `json:"linhas"` // clients already there
	SQL    []string     `json:"sql"`
	// Consertos are the first of SQL: they mend what the six tables lack.
	Consertos []string `json:"consertos,omitempty"`
	Custo     *Custo   `json:"custo,omitempty"` // of an adoption
}

// Plan tells what Prepare would do. It changes nothing; the file must exist.
func Plan(ctx context.Context, cfg Config) (Plano, error) {
	var p Plano
	db, err := openBare(ctx, cfg)
	if err != nil {
		return p, err
	}
	defer db.Close()
	if p.Estado, err = schema.StateOf(ctx, db); err != nil {
		return p, err
	}
	form, err := db.Versao(ctx)
	if err != nil {
		return p, err
	}
	if p.Consertos, err = drift.Plan(ctx, db, p.Estado); err != nil {
		return p, err
	}
	p.SQL = append(append([]string{}, p.Consertos...), db.Statements(form)...)
	fechar, err := schema.ClosingPlan(ctx, db, p.Estado)
	if err != nil {
		return p, err
	}
	p.SQL = append(p.SQL, fechar...)
	if p.Estado != schema.Missing && p.Estado != schema.Alien {
		err = db.Reader().Get(ctx, []any{&p.Linhas}, "SELECT count(*) FROM clientes")
	}
	if err == nil && p.Estado == schema.Foreign {
		p.Custo, err = costOf(ctx, db)
	}
	return p, err
}

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
