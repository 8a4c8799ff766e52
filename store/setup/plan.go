package setup

import (
	"context"

	"example.com/monitor/store/drift"
	"example.com/monitor/store/engine"
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

// PlanOf tells what preparing a database would do. It changes nothing.
func PlanOf(ctx context.Context, db *engine.DB) (p Plano, err error) {
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
	closing, err := schema.ClosingPlan(ctx, db, p.Estado)
	if err != nil {
		return p, err
	}
	p.SQL = append(p.SQL, closing...)
	if p.Estado != schema.Missing && p.Estado != schema.Alien {
		err = db.Reader().Get(ctx, []any{&p.Linhas}, "SELECT count(*) FROM clientes")
	}
	if err == nil && p.Estado == schema.Foreign {
		p.Custo, err = costOf(ctx, db)
	}
	return p, err
}
