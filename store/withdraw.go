package store

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"example.com/monitor/store/setup"
)

// PlanWithdrawal tells what Withdraw would do. It changes nothing. It returns a
// *SchemaError where there is no database of the six tables, or one that a newer
// monitor prepared.
func PlanWithdrawal(ctx context.Context, cfg Config) (Remocao, error) {
	db, err := openBare(ctx, cfg.withDefaults())
	if err != nil {
		return Remocao{}, err
	}
	defer db.Close()
	return setup.PlanRemoval(ctx, db)
}

// Withdraw takes away all that monitor added to the database: its tables, columns,
// indexes and triggers. The six tables and their rows stay, also what monitor
// wrote there; so do the extension pg_trgm, which others may use, row-level
// security where setup had to enable it, and the files beside the database. A run
// that was killed is finished by the next.
//
// Sessions whose token is stored as a hash are ended: only monitor could read
// them, and the Flask system would take the stored value for the token. quem is
// recorded in logs_auditoria. Another monitor that wrote here within the last two
// minutes makes it fail with ErrConflict.
func Withdraw(ctx context.Context, cfg Config, quem Actor) error {
	cfg = cfg.withDefaults()
	dados, err := json.Marshal(entryData{Ator: quem.describe(), Canal: quem.Canal, IP: quem.IP})
	if err != nil {
		return err
	}
	db, err := openBare(ctx, cfg)
	if err != nil {
		return err
	}
	target := db.Target
	err = setup.Remove(ctx, db, setup.Farewell{Now: cfg.Now, Log: cfg.Log, Entry: string(dados), Anchor: cfg.anchorPath(target)})
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := target.Compact(ctx); err != nil {
		cfg.Log.WarnContext(ctx, "o arquivo do banco não pôde ser compactado", slog.Any("erro", err))
	}
	return nil
}
