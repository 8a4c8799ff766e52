package store

import (
	"context"
	"errors"
	"path/filepath"

	"example.com/monitor/store/backup"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/list"
	"example.com/monitor/store/trail"
)

// Restore brings the copy at path into the database that cfg names, on whatever
// engine. It verifies the copy before, and that the target can hold every value, and
// all rows after; until they are right nothing has changed, and a restore that fails
// leaves nothing behind. A server's database must be empty, else the error is
// ErrConflict; a SQLite file that exists gives way only with Substituir. The
// schema becomes this program's, sessions stay, and the trail goes on in a new
// lane that quotes the old heads. Admins only.
func Restore(ctx context.Context, cfg Config, actor Actor, path string, o RestoreOptions) (Restauracao, error) {
	cfg = cfg.withDefaults()
	if err := (&call{actor: actor}).require(Admin); err != nil {
		return Restauracao{}, err
	}
	target, err := cfg.target()
	if err != nil {
		return Restauracao{}, err
	}
	return backup.Restore(ctx, target, backup.RestoreConfig{
		Config: cfg.copies(target),
		Prepare: func(ctx context.Context, p backup.Place, progress func(done, total int)) error {
			return Prepare(ctx, cfg.at(p), progress)
		},
		Record: func(ctx context.Context, p backup.Place, r Restauracao, assume bool) error {
			s, err := Open(ctx, cfg.at(p))
			if err != nil {
				return err
			}
			return errors.Join(s.recordRestore(ctx, actor, r, assume, o), s.Close())
		},
	}, path, o)
}

// at is the configuration for a database that a restore makes.
func (cfg Config) at(p backup.Place) Config {
	if p.File != "" {
		cfg.URL = "sqlite:///" + filepath.ToSlash(p.File)
	}
	cfg.ChaveAuditoria, cfg.lugarChave = p.Keys, p.KeyPlace
	cfg.SomenteLeitura, cfg.Create = false, true
	return cfg
}

// recordRestore brings the search index up to date, and begins a lane by quoting the
// heads of the old ones.
func (s *Store) recordRestore(ctx context.Context, actor Actor, r Restauracao, assume bool, o RestoreOptions) error {
	if s.db.Kind == engine.SQLite {
		err := s.index.Drain(ctx, list.SetupBatch, func(n, total int) {
			if o.Progresso != nil {
				o.Progresso("Preparando a busca", int64(n), int64(total))
			}
		})
		if err != nil {
			return err
		}
	}
	heads, err := trail.Heads(ctx, s.db.Reader())
	if err != nil {
		return err
	}
	adopted, err := s.db.Adopted(ctx)
	if err != nil {
		return err
	}
	// That the anchor is new is no news, and the chain may go on with a key that did
	// not sign it: whoever restores answers for both.
	s.chain.Quiet, s.chain.Assume = true, assume
	err = s.As(actor).write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, entry{
			acao: actRestored, text: "Banco restaurado de uma cópia de segurança", subject: "banco", nivel: "warning",
			depois: map[string]any{
				"arquivo": r.Copia.Arquivo, "sha256": r.Copia.SHA256, "feita_em": r.Copia.FeitaEm, "fins": heads, "adotado": adopted,
				"valores_ajustados": r.Ajustados, "assinatura": r.Copia.Assinatura,
			},
		})
	})
	if err != nil {
		return err
	}
	return s.chain.Seal(ctx, chainDB{s})
}
