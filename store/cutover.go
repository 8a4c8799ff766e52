package store

import (
	"context"
	"errors"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/trail"
)

// semCorte lets a statement find something during convivência only.
const semCorte = " AND NOT EXISTS (SELECT 1 FROM monitor_estado WHERE nome = 'corte')"

// Stage tells how far the change is; admins only.
func (s Sessoes) Stage(ctx context.Context) (e Etapa, err error) {
	if err := s.require(Admin); err != nil {
		return e, err
	}
	err = s.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		e, err = schema.ReadStage(ctx, q)
		return err
	})
	return e, err
}

// Cut ends the life together with the Flask system, which must be off: every
// token that stands in clear in sessoes is replaced by its hash, and a clear
// stored one is refused from then on. Sessions that are open stay open for whoever
// holds their token; their twelve hours without use begin now. progress may be
// nil. A run that was killed is finished by the next; repeating it hashes what a
// forgotten Flask system has inserted since, and ends that. It returns how many
// tokens it replaced; admins only.
func (s Sessoes) Cut(ctx context.Context, progress func(done int)) (int, error) {
	if err := s.require(Admin); err != nil {
		return 0, err
	}
	var done Hora
	err := s.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		done, err = schema.CutoverAt(ctx, q)
		return err
	})
	n := 0
	if err == nil && done.IsZero() {
		// Hash first: who is cut off in between has lost nobody's session.
		if n, err = s.hashTokens(ctx, swapToken, progress); err == nil {
			err = s.recordCut(ctx, n)
		}
	}
	if err != nil {
		return n, err
	}
	late, err := s.hashTokens(ctx, trocaEncerra, progress)
	return n + late, err
}

// A token is replaced only as long as it is the one that was read.
const (
	swapToken = `UPDATE sessoes SET token = ?, ultima_atividade = CASE WHEN ativa = ? AND data_expiracao > ? THEN ? ELSE ultima_atividade END
		WHERE id = ? AND token = ?`
	trocaEncerra = "UPDATE sessoes SET token = ?, ativa = ? WHERE id = ? AND token = ?"
	loteCorte    = 200
)

// hashTokens goes through all sessions in batches, each a transaction.
func (s Sessoes) hashTokens(ctx context.Context, troca string, progress func(done int)) (total int, err error) {
	var last int64
	for {
		n, next := 0, last
		err := s.write(ctx, func(ctx context.Context, t *tx) (err error) {
			n, next, err = t.hashBatch(ctx, troca, last)
			return err
		})
		if err != nil || next == last {
			return total, err
		}
		total, last = total+n, next
		if progress != nil {
			progress(total)
		}
	}
}

// hashBatch replaces the clear tokens among the sessions after id last, and says
// how many they were and which session was the last.
func (t *tx) hashBatch(ctx context.Context, troca string, last int64) (n int, next int64, err error) {
	var list []struct {
		ID    int64  `bun:"id"`
		Token string `bun:"token"`
	}
	if err := t.All(ctx, &list, "SELECT id, token FROM sessoes WHERE id > ? ORDER BY id LIMIT ?", last, loteCorte); err != nil {
		return 0, last, err
	}
	for _, x := range list {
		last = x.ID
		if strings.HasPrefix(x.Token, schema.HashedTokenPrefix) {
			continue
		}
		args := []any{schema.HashedTokenPrefix + sha256Hex(x.Token), false, x.ID, x.Token}
		if troca == swapToken {
			args = []any{args[0], true, t.now, t.now, x.ID, x.Token}
		}
		if err := t.Later(ctx, troca, args...); err != nil {
			return 0, last, err
		}
		n++
	}
	return n, last, nil
}

// recordCut makes the cut count.
func (s Sessoes) recordCut(ctx context.Context, n int) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.Exec(ctx, "INSERT INTO monitor_estado(nome, valor) VALUES ('corte', ?)", t.now); err != nil {
			return err
		}
		// From here on a row without a link is nobody's honest work.
		var expired int64
		if err := t.Get(ctx, []any{&expired}, "SELECT count(*) "+trail.UnlinkedRows); err != nil {
			return err
		}
		return t.audit(ctx, entry{
			acao: actCutover, text: "Sistema antigo encerrado: os tokens abertos viraram resumos", nivel: "warning",
			depois: map[string]any{"tokens": n, "fora_cadeia": expired},
		})
	})
	if errors.Is(err, engine.ErrUnique) { // somebody else cut at the same moment
		return nil
	}
	return err
}
