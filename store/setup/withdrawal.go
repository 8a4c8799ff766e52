package setup

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"time"

	"example.com/monitor/store/drift"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/when"
)

// Remocao is what Remove would take away, and what is lost with it.
type Remocao struct {
	// Adotado says that the six tables are older than monitor; without it the
	// database is monitor's own work.
	Adotado bool `json:"adotado"`
	// Interrompida says that an earlier Remove was killed before its end.
	Interrompida bool     `json:"interrompida"`
	SQL          []string `json:"sql"` // empty: there is nothing of monitor's
	Chaves       int64    `json:"chaves"`
	Segredos     int64    `json:"segredos"` // secrets of devices
	Elos         int64    `json:"elos"`     // links of the audit chain
	Sessoes      int64    `json:"sessoes"`  // open ones that only monitor can read
	// Extensao says that pg_trgm is there. It stays: others may use it.
	Extensao bool `json:"extensao_pg_trgm"`
}

// PlanRemoval tells what Remove would do. It changes nothing. It returns a
// *schema.Error where there is no database of the six tables, or one that a newer
// monitor prepared.
func PlanRemoval(ctx context.Context, db *engine.DB) (r Remocao, err error) {
	state, err := schema.StateOf(ctx, db)
	if err != nil {
		return r, err
	}
	if state == schema.Missing || state == schema.Alien || state == schema.Newer {
		return r, &schema.Error{Estado: state, Banco: db.Target.Nome}
	}
	if r.SQL, err = db.UndoStatements(ctx); err != nil || len(r.SQL) == 0 {
		return r, err
	}
	if err := independent(ctx, db); err != nil {
		return r, err
	}
	names, err := db.Tables(ctx)
	if err != nil {
		return r, err
	}
	r.Adotado = true
	if names["monitor_migracoes"] {
		if r.Adotado, err = db.Adopted(ctx); err != nil {
			return r, err
		}
	}
	if r.Interrompida, err = db.HalfUndone(ctx); err != nil {
		return r, err
	}
	if db.Kind == engine.Postgres {
		if err := db.Reader().Get(ctx, []any{&r.Extensao}, "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')"); err != nil {
			return r, err
		}
	}
	return r, r.count(ctx, db, names)
}

// independent makes sure that nobody built on what is to go: a removal must not
// stop in the middle, nor break what others made.
func independent(ctx context.Context, db *engine.DB) error {
	stmts, err := db.Dependents(ctx)
	if err != nil || len(stmts) == 0 {
		return err
	}
	return fault.Rule(
		fault.ErrConflict,
		drift.ReasonDependants,
		"Outras partes do banco usam o que o monitor acrescentou, e nada foi retirado; tire-as antes (e refaça depois, sem as colunas monitor_): "+strings.Join(
			stmts,
			"; ",
		),
	)
}

// count counts what is lost, as far as its tables are there.
func (r *Remocao) count(ctx context.Context, db *engine.DB, names map[string]bool) error {
	for _, c := range []struct {
		n            *int64
		table, query string
		args         []any
	}{
		{&r.Chaves, "monitor_chaves", "SELECT count(*) FROM monitor_chaves WHERE revogada_em IS NULL", nil},
		{&r.Segredos, "monitor_dispositivos", "SELECT count(*) FROM monitor_dispositivos WHERE segredo_hash IS NOT NULL", nil},
		{&r.Elos, "monitor_trilha", "SELECT count(*) FROM monitor_trilha", nil},
		{&r.Sessoes, "sessoes", "SELECT count(*) FROM sessoes WHERE ativa = ? AND token LIKE ?", []any{true, schema.HashedTokenPrefix + "%"}},
	} {
		if !names[c.table] {
			continue
		}
		if err := db.Reader().Get(ctx, []any{c.n}, c.query, c.args...); err != nil {
			return err
		}
	}
	return nil
}

var errInUse = fault.Rule(
	fault.ErrConflict,
	"banco_em_uso",
	"outro monitor gravou neste banco há menos de dois minutos: encerre-o e repita; se ele caiu, espere dois minutos",
)

// Farewell is what stays of monitor in a database.
type Farewell struct {
	Now   func() time.Time
	Log   *slog.Logger
	Entry string // dados of the last row in logs_auditoria
	// Anchor is the file with the heads of the chain that ends.
	Anchor string
}

// Remove takes away all that monitor added to the database. A run that was killed is
// finished by the next.
func Remove(ctx context.Context, db *engine.DB, f Farewell) error {
	r, err := PlanRemoval(ctx, db)
	if err != nil || len(r.SQL) == 0 {
		return err
	}
	if err := db.StartWriter(ctx, engine.Hooks{}); err != nil {
		return err
	}
	return db.Undo(ctx, f.say)
}

// say leaves the six tables as the Flask system can use them.
func (f Farewell) say(ctx context.Context, q engine.Q) error {
	var busy bool
	if err := q.Get(ctx, []any{&busy}, "SELECT EXISTS (SELECT 1 FROM monitor_faixas WHERE ate > ?)", f.Now().Unix()); err != nil {
		return err
	}
	if busy {
		return errInUse
	}
	if _, err := q.Exec(ctx, "UPDATE sessoes SET ativa = ? WHERE ativa = ? AND token LIKE ?", false, true, schema.HashedTokenPrefix+"%"); err != nil {
		return err
	}
	if _, err := q.Exec(ctx, "INSERT INTO logs_auditoria(acao, descricao, dados, data_hora, nivel) VALUES (?, ?, ?, ?, ?)",
		actWithdrawn, "O monitor foi retirado deste banco", f.Entry, when.Of(f.Now()), "warning"); err != nil {
		return err
	}
	f.retireAnchor(ctx)
	return nil
}

// retireAnchor keeps the heads of the chain that ends from being missed in one
// that begins later.
func (f Farewell) retireAnchor(ctx context.Context) {
	if err := os.Rename(f.Anchor, f.Anchor+".desfeita"); err != nil && !errors.Is(err, os.ErrNotExist) {
		f.Log.WarnContext(ctx, "a âncora não pôde ser renomeada; antes de recomeçar, tire-a do lugar", slog.Any("erro", err))
	}
}

// actWithdrawn is what the audit trail calls it.
const actWithdrawn = "monitor_retirado"
