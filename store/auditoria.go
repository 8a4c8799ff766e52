package store

import (
	"context"
	"encoding/hex"
	"errors"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/trail"
)

// Auditoria are the operations on the key that signs the audit trail. They are the
// local operator's: who reaches the database from elsewhere has no business with it.
type Auditoria struct{ *call }

// AuditKey compares the key at hand with the trail's. A database that is only read
// tells, too.
func (s *Store) AuditKey(ctx context.Context) (trail.ChaveEmUso, error) {
	ctx, cancel := s.deadline(ctx)
	defer cancel()
	return s.chain.InUse(ctx, s.db.Reader())
}

// KeyFile is the file that keys of the trail are kept in.
func (s *Store) KeyFile() string { return s.chain.Cfg.KeyPath }

// CheckKey fails with a *ChaveError where nothing could be written for want of the
// trail's key.
func (s *Store) CheckKey(context.Context) error {
	_, _, err := s.chain.SigningKey()
	return err
}

func (a Auditoria) requireLocal() error {
	if a.actor.kind != kindLocal {
		return errForbidden
	}
	return nil
}

// ShowKey gives the key that signs the trail, in hex, and its fingerprint. That it was
// shown is an entry of the trail.
func (a Auditoria) ShowKey(ctx context.Context) (chave, id string, err error) {
	if err := a.requireLocal(); err != nil {
		return "", "", err
	}
	key, id, err := a.s.chain.SigningKey()
	if err != nil {
		return "", "", err
	}
	err = a.write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, entry{acao: actKeyShown, text: "Chave da auditoria mostrada", nivel: "warning", subject: trail.KeySubject + id})
	})
	return hex.EncodeToString(key), id, err
}

var errChaveForma = &ChaveError{Frase: "a chave da auditoria tem 64 dígitos hexadecimais", Remedio: "copie-a inteira do que monitor auditoria chave mostrar escreveu"}

// BringKey keeps a key that was shown on another computer, once it has verified a link
// of the trail, and returns its fingerprint. assina says that the trail goes on with
// it; one that has been followed by another only verifies.
func (a Auditoria) BringKey(ctx context.Context, chave string) (id string, assina bool, err error) {
	if err := a.requireLocal(); err != nil {
		return "", false, err
	}
	raw, err := hex.DecodeString(chave)
	if err != nil || len(raw) != 32 {
		return "", false, errChaveForma
	}
	k, tr := trail.NewKey(raw), a.s.chain
	var signs trail.Signer
	err = a.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		if signs, err = trail.ReadSigner(ctx, q); err != nil {
			return err
		}
		return k.ProveOn(ctx, q)
	})
	if err != nil {
		return "", false, err
	}
	if err := tr.Keep(k, signs.Accepts(k.ID)); err != nil {
		return "", false, err
	}
	tr.UseKey(trail.Key{})
	if a.s.Writable() != nil || !signs.Accepts(k.ID) {
		return k.ID, signs.Accepts(k.ID), nil //nolint:nilerr // who only reads has brought the key all the same
	}
	err = a.write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, entry{acao: actKeyBrought, text: "Chave da auditoria trazida para este computador", subject: trail.KeySubject + k.ID, depois: map[string]any{"lugar": tr.Place()}})
	})
	return k.ID, true, err
}

// ChangeKey has a new key go on with the trail: the old one signs which one follows
// it, and the new one that it does. Both stay in the file, for verifying. It returns
// their fingerprints. Other processes that write must have ended: they would go on
// with the old one.
func (a Auditoria) ChangeKey(ctx context.Context) (de, para string, err error) {
	if err := a.requireLocal(); err != nil {
		return "", "", err
	}
	if err := a.s.Writable(); err != nil {
		return "", "", err
	}
	tr := a.s.chain
	raw, de, err := tr.SigningKey()
	if err != nil {
		return "", "", err
	}
	if err := a.read(ctx, tr.Alone); err != nil {
		return "", "", err
	}
	old, k := trail.Key{ID: de, Secret: raw}, trail.NewKey(trail.RandomKey())
	// Both are on the disk before anything is signed with the new one.
	if err := errors.Join(tr.Keep(old, true), tr.Keep(k, true)); err != nil {
		return "", "", err
	}
	err = a.write(ctx, func(ctx context.Context, t *tx) error {
		tr.UseKey(old)
		if err := tr.Alone(ctx, t.Q); err != nil {
			return err
		}
		return t.handOver(ctx, old, k)
	})
	if err != nil {
		tr.UseKey(trail.Key{}) // the chain says which one signs
		return "", "", err
	}
	return de, k.ID, nil
}

// handOver writes the two entries of a change of keys.
func (t *tx) handOver(ctx context.Context, old, k trail.Key) error {
	err := t.audit(ctx, entry{
		acao: actKeyChanged, text: "Chave da auditoria trocada", nivel: "warning", subject: trail.KeySubject + k.ID,
		antes: map[string]any{"chave": old.ID}, depois: map[string]any{"chave": k.ID},
	})
	if err != nil {
		return err
	}
	tr := t.s.chain
	tr.UseKey(k)
	err = t.audit(ctx, entry{
		acao: actKeyAssumed, text: "Nova chave da auditoria em uso", subject: trail.KeySubject + old.ID,
		antes: map[string]any{"chave": old.ID}, depois: map[string]any{"chave": k.ID},
	})
	if err != nil {
		return err
	}
	return tr.NoteKey(ctx, t.Q, k.ID)
}
