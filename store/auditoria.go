package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
)

// Auditoria are the operations on the key that signs the audit trail. They are the
// local operator's: who reaches the database from elsewhere has no business with it.
type Auditoria struct{ *call }

// sujeitoChave begins the subject of entries on keys of the trail.
const sujeitoChave = "chave_auditoria:"

// ChaveEmUso says which key is at hand, and which one signs the trail.
type ChaveEmUso struct {
	Aqui   []string `json:"aqui"`   // fingerprints of the keys at hand, the first one first
	Lugar  string   `json:"lugar"`  // where they are kept
	Trilha string   `json:"trilha"` // fingerprint of the one that signs the trail; "" before its first link
	Onde   string   `json:"onde"`   // host and place where that one began to sign; "" where it is not known
	// Assina says that the trail's key is at hand, or that there is no trail yet.
	Assina bool `json:"assina"`
}

// AuditKey compares the key at hand with the trail's. A database that is only read
// tells, too.
func (s *Store) AuditKey(ctx context.Context) (ChaveEmUso, error) {
	ctx, cancel := s.deadline(ctx)
	defer cancel()
	return s.trilha.inUse(ctx, s.db.Reader())
}

func (t *trilha) inUse(ctx context.Context, q engine.Q) (ChaveEmUso, error) {
	list, err := t.loadKeys()
	if err != nil {
		return ChaveEmUso{}, err
	}
	a, err := lerAssinante(ctx, q)
	if err != nil {
		return ChaveEmUso{}, err
	}
	return t.use(list, a), nil
}

// use compares the keys at hand with the one that signs.
func (t *trilha) use(list Keyring, a assinante) ChaveEmUso {
	u := ChaveEmUso{
		Aqui: []string{}, Lugar: t.origemChave(), Trilha: a.id, Onde: a.onde, Assina: a.id == "" && len(a.usadas) == 0,
	}
	for _, k := range list {
		u.Aqui = append(u.Aqui, k.id)
		if !u.Assina && a.aceita(k.id) {
			u.Assina, u.Trilha = true, k.id
		}
	}
	u.Trilha = cmp.Or(u.Trilha, strings.Join(a.usadas, ", "))
	return u
}

// KeyFile is the file that keys of the trail are kept in.
func (s *Store) KeyFile() string { return s.trilha.keyPath() }

// CheckKey fails with a *ChaveError where nothing could be written for want of the
// trail's key.
func (s *Store) CheckKey(context.Context) error {
	_, _, err := s.trilha.signingKey()
	return err
}

func (a Auditoria) requireLocal() error {
	if a.actor.kind != kindLocal {
		return errProibido
	}
	return nil
}

// ShowKey gives the key that signs the trail, in hex, and its fingerprint. That it was
// shown is an entry of the trail.
func (a Auditoria) ShowKey(ctx context.Context) (chave, id string, err error) {
	if err := a.requireLocal(); err != nil {
		return "", "", err
	}
	key, id, err := a.s.trilha.signingKey()
	if err != nil {
		return "", "", err
	}
	err = a.write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, registro{acao: acaoChaveMostrada, descricao: "Chave da auditoria mostrada", nivel: "warning", sujeito: sujeitoChave + id})
	})
	return hex.EncodeToString(key), id, err
}

var (
	errChaveForma    = &ChaveError{Frase: "a chave da auditoria tem 64 dígitos hexadecimais", Remedio: "copie-a inteira do que monitor auditoria chave mostrar escreveu"}
	errTrilhaVazia   = &ChaveError{Frase: "este banco ainda não tem trilha com que conferir a chave", Remedio: "para começar com uma chave sua, ponha-a em MONITOR_AUDITORIA_CHAVE antes da primeira gravação"}
	errChaveAlheia   = &ChaveError{Frase: "esta chave não assinou a trilha deste banco: nada foi guardado", Remedio: "confira o banco (--banco) e traga a chave que monitor logs verificar pede"}
	errOutrosAbertos = fault.Rule(ErrConflict, "banco_em_uso", "outro monitor gravou neste banco há menos de dois minutos: encerre-o antes de trocar a chave; se ele caiu, espere dois minutos")
)

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
	k, tr := newChaveTrilha(raw), a.s.trilha
	var signs assinante
	err = a.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		if signs, err = lerAssinante(ctx, q); err != nil {
			return err
		}
		return k.proveOn(ctx, q)
	})
	if err != nil {
		return "", false, err
	}
	if err := tr.keep(k, signs.aceita(k.id)); err != nil {
		return "", false, err
	}
	tr.useKey(chaveTrilha{})
	if a.s.Writable() != nil || !signs.aceita(k.id) {
		return k.id, signs.aceita(k.id), nil //nolint:nilerr // who only reads has brought the key all the same
	}
	err = a.write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, registro{acao: acaoChaveTrazida, descricao: "Chave da auditoria trazida para este computador", sujeito: sujeitoChave + k.id, depois: map[string]any{"lugar": tr.onde()}})
	})
	return k.id, true, err
}

// proveOn has k verify a link that names it.
func (k chaveTrilha) proveOn(ctx context.Context, q engine.Q) error {
	var e elo
	err := q.Get(ctx, e.dest(), "SELECT "+eloCols+" FROM monitor_trilha t WHERE t.chave = ? ORDER BY t.faixa, t.sequencia LIMIT 1", k.id)
	switch {
	case err == nil && k.verifies(&e):
		return nil
	case err != nil && !errors.Is(err, engine.ErrNoRows):
		return err
	}
	var some bool
	if err := q.Get(ctx, []any{&some}, "SELECT EXISTS (SELECT 1 FROM monitor_trilha)"); err != nil {
		return err
	}
	if !some {
		return errTrilhaVazia
	}
	return errChaveAlheia
}

// keep writes k into the file beside those that are there, before them if it signs.
func (t *trilha) keep(k chaveTrilha, first bool) error {
	list, err := t.fileKeys()
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(o chaveTrilha) bool { return o.id == k.id })
	if first {
		list = append(Keyring{k}, list...)
	} else {
		list = append(list, k)
	}
	return t.saveKeys(list)
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
	tr := a.s.trilha
	raw, de, err := tr.signingKey()
	if err != nil {
		return "", "", err
	}
	if err := a.read(ctx, tr.alone); err != nil {
		return "", "", err
	}
	old, k := chaveTrilha{de, raw}, newChaveTrilha(randomKey())
	// Both are on the disk before anything is signed with the new one.
	if err := errors.Join(tr.keep(old, true), tr.keep(k, true)); err != nil {
		return "", "", err
	}
	err = a.write(ctx, func(ctx context.Context, t *tx) error {
		tr.useKey(old)
		if err := tr.alone(ctx, t.Q); err != nil {
			return err
		}
		return t.handOver(ctx, old, k)
	})
	if err != nil {
		tr.useKey(chaveTrilha{}) // the chain says which one signs
		return "", "", err
	}
	return de, k.id, nil
}

// alone refuses while another process may write.
func (t *trilha) alone(ctx context.Context, q engine.Q) error {
	now := t.cfg.Now()
	var busy bool
	err := q.Get(ctx, []any{&busy}, "SELECT EXISTS (SELECT 1 FROM monitor_faixas WHERE ate > ? AND ate <= ? AND dono <> ?)",
		now.Unix(), now.Add(2*laneLease).Unix(), t.dono)
	if err == nil && busy {
		err = errOutrosAbertos
	}
	return err
}

// handOver writes the two entries of a change of keys.
func (t *tx) handOver(ctx context.Context, old, k chaveTrilha) error {
	err := t.audit(ctx, registro{
		acao: acaoChaveTrocada, descricao: "Chave da auditoria trocada", nivel: "warning", sujeito: sujeitoChave + k.id,
		antes: map[string]any{"chave": old.id}, depois: map[string]any{"chave": k.id},
	})
	if err != nil {
		return err
	}
	tr := t.s.trilha
	tr.useKey(k)
	err = t.audit(ctx, registro{
		acao: acaoChaveAssumida, descricao: "Nova chave da auditoria em uso", sujeito: sujeitoChave + old.id,
		antes: map[string]any{"chave": old.id}, depois: map[string]any{"chave": k.id},
	})
	if err != nil {
		return err
	}
	return tr.noteKey(ctx, t.Q, k.id)
}
