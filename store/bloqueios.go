package store

import (
	"context"
	"fmt"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/guess"
)

// Bloqueios are the operations on counters of wrong passwords; admins only.
type Bloqueios struct{ *call }

// List returns the counters that still count, those that refuse first, then the
// latest failures; at most 500.
func (b Bloqueios) List(ctx context.Context) (list []Bloqueio, err error) {
	if err := b.require(Admin); err != nil {
		return nil, err
	}
	now := b.s.now()
	err = b.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		list, err = guess.List(ctx, q, now.Time)
		return err
	})
	return list, err
}

var errBloqueioNaoEncontrado = fault.Rule(ErrNotFound, "nao_encontrado", "Não há tentativas contadas para isso")

// Lift forgets one counter and audits it. ErrNotFound when there is none.
func (b Bloqueios) Lift(ctx context.Context, id int64) error {
	return b.lift(ctx, func(ctx context.Context, q engine.Q) ([]Bloqueio, error) { return guess.ByID(ctx, q, id) })
}

// LiftOf is Lift for all counters of an e-mail address or network address.
func (b Bloqueios) LiftOf(ctx context.Context, name string) error {
	return b.lift(ctx, func(ctx context.Context, q engine.Q) ([]Bloqueio, error) { return guess.ByName(ctx, q, name) })
}

func (b Bloqueios) lift(ctx context.Context, find func(context.Context, engine.Q) ([]Bloqueio, error)) error {
	if err := b.require(Admin); err != nil {
		return err
	}
	return b.write(ctx, func(ctx context.Context, t *tx) error {
		list, err := find(ctx, t.Q)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return errBloqueioNaoEncontrado
		}
		for _, x := range list {
			if _, err := t.Exec(ctx, "DELETE FROM monitor_tentativas WHERE id = ?", x.ID); err != nil {
				return err
			}
			if err := t.audit(ctx, entry{
				acao: actBloqueioLifted, text: "Tentativas de " + x.Alvo + " esquecidas", subject: fmt.Sprintf("tentativas:%d", x.ID),
				antes: map[string]any{"tipo": x.Tipo, "alvo": x.Alvo, "falhas": x.Falhas},
			}); err != nil {
				return err
			}
		}
		return nil
	})
}
