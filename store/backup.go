package store

import (
	"context"
	"errors"

	"example.com/monitor/store/backup"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/summary"
	"example.com/monitor/store/trail"
)

// Actions of copies in the audit trail.
const (
	actBackup   = "backup"
	actRestored = trail.ActRestored
)

// Backup writes a consistent copy of the database to the file path while others
// go on working, reads it back, and leaves nothing under that name unless all of
// it is right. The file is for its owner only. The audit trail tells of it
// before it begins, so that the copy knows of itself. Admins only. It takes as
// long as it takes: bound it by ctx.
func (h *Handle) Backup(ctx context.Context, path string, o CopyOptions) (Copia, error) {
	if err := h.require(Admin); err != nil {
		return Copia{}, err
	}
	path, err := backup.NewPath(h.s.db.Target, h.s.cfg.copies(h.s.db.Target), path, o)
	if err != nil {
		return Copia{}, err
	}
	var avisos []string
	err = h.write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, entry{
			acao: actBackup, text: "Cópia de segurança iniciada", subject: "banco",
			depois: map[string]any{"arquivo": path},
		})
	})
	switch {
	case err == nil:
	case h.actor.kind == kindLocal && (errors.Is(err, ErrReadOnly) || errors.Is(err, ErrUnavailable)):
		// Whoever can read the file can copy it anyway, and a database that cannot be
		// written to needs its copy most.
		avisos = []string{"esta cópia não ficou registrada na auditoria: o banco não aceita gravação agora"}
	default:
		return Copia{}, err
	}
	c, err := backup.Write(ctx, h.s.db, h.s.cfg.copies(h.s.db.Target), path, o)
	c.Avisos = append(avisos, c.Avisos...)
	if err == nil {
		h.remember(ctx, summary.NoteCopy, summary.Copy{FeitaEm: c.FeitaEm, Bytes: c.Bytes})
	}
	return c, err
}

// BackupBefore is Handle.Backup for a database whose schema is not this
// program's: the Flask system's, or one that is behind. Take it before setup
// changes it. Nothing is written to that database, not even the trail. Admins only.
func BackupBefore(ctx context.Context, cfg Config, actor Actor, path string, o CopyOptions) (Copia, error) {
	cfg = cfg.withDefaults()
	if err := (&call{actor: actor}).require(Admin); err != nil {
		return Copia{}, err
	}
	db, err := openBare(ctx, cfg)
	if err != nil {
		return Copia{}, err
	}
	defer db.Close()
	state, err := schema.StateOf(ctx, db)
	if err != nil {
		return Copia{}, err
	}
	if state == schema.Missing || state == schema.Alien || state == schema.Newer {
		return Copia{}, &schema.Error{Estado: state, Banco: db.Target.Nome}
	}
	if path, err = backup.NewPath(db.Target, cfg.copies(db.Target), path, o); err != nil {
		return Copia{}, err
	}
	return backup.Write(ctx, db, cfg.copies(db.Target), path, o)
}

// CopyName proposes a name for a copy of the database that cfg names, taken now.
func CopyName(cfg Config) (string, error) {
	cfg = cfg.withDefaults()
	t, err := cfg.target()
	if err != nil {
		return "", err
	}
	base, ext := "clientes", "."+CopiaNeutra
	if t.Kind == engine.SQLite {
		ext = "." + CopiaSQLite
	}
	return base + "-" + cfg.Now().In(cfg.Fuso).Format("2006-01-02T1504") + ext, nil
}

// copies is what writing and restoring copies need to know.
func (cfg Config) copies(t engine.Target) backup.Config {
	return backup.Config{Now: cfg.Now, Zone: cfg.Fuso, Log: cfg.Log, Deadline: cfg.Deadline, Trail: cfg.chain(t)}
}
