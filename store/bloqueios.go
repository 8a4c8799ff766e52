package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/when"
)

// Bloqueio is a counter of wrong passwords that still counts.
type Bloqueio struct {
	bun.BaseModel `bun:"table:monitor_tentativas,alias:t"`

	ID int64 `bun:"id" json:"id"`
	// Tipo says what is counted: conta (an e-mail address, as seen from anywhere),
	// conhecida (the same, as seen from where its person logged in lately), endereco
	// (a network address) or sessao (the current password, asked for in a session).
	Tipo   string `bun:"tipo" json:"tipo"`
	Alvo   string `bun:"alvo" json:"alvo"`
	Falhas int    `bun:"falhas" json:"falhas"` // those that still count
	Ultima Hora   `bun:"-" json:"ultima"`      // failure
	Ate    Hora   `bun:"-" json:"ate"`         // no try before it; zero where tries are let in

	UltimaMicro int64 `bun:"ultima" json:"-"`
	AteMicro    int64 `bun:"ate" json:"-"`
}

// Bloqueios are the operations on counters of wrong passwords; admins only.
type Bloqueios struct{ *call }

// maxBloqueios is how many counters a list shows.
const maxBloqueios = 500

// List returns the counters that still count, those that refuse first, then the
// latest failures; at most 500.
func (b Bloqueios) List(ctx context.Context) ([]Bloqueio, error) {
	if err := b.require(Admin); err != nil {
		return nil, err
	}
	now := b.s.now()
	list := []Bloqueio{}
	err := b.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.All(ctx, &list, "SELECT t.id, t.tipo, t.alvo, t.falhas, t.ultima, t.ate FROM monitor_tentativas t WHERE t.falhas > 0 ORDER BY CASE WHEN t.ate > ? THEN 0 ELSE 1 END, t.ultima DESC, t.id LIMIT ?",
			now.UnixMicro(), maxBloqueios)
	})
	for i := range list {
		list[i].fillRemaining(now.Time)
	}
	return slices.DeleteFunc(list, func(b Bloqueio) bool { return b.Falhas == 0 && b.Ate.IsZero() }), err
}

// fillRemaining fills in what is left of a counter.
func (b *Bloqueio) fillRemaining(now time.Time) {
	b.Ultima = when.Of(time.UnixMicro(b.UltimaMicro))
	for _, f := range throttles {
		if f.tipo == b.Tipo {
			c := counterKey{throttle: f}.plausible(tally{ate: time.UnixMicro(b.AteMicro)}, now)
			if c.ate.After(now) {
				b.Ate = when.Of(c.ate)
			}
			b.Falhas = f.remaining(b.Falhas, b.Ultima.Time, now)
		}
	}
}

var errBloqueioNaoEncontrado = fault.Rule(ErrNotFound, "nao_encontrado", "Não há tentativas contadas para isso")

// Lift forgets one counter and audits it. ErrNotFound when there is none.
func (b Bloqueios) Lift(ctx context.Context, id int64) error {
	return b.lift(ctx, "t.id = ?", id)
}

// LiftOf is Lift for all counters of an e-mail address or network address.
func (b Bloqueios) LiftOf(ctx context.Context, counterKey string) error {
	counterKey = strings.TrimSpace(counterKey)
	if network := networkOf(counterKey); network != "" {
		counterKey = network
	}
	return b.lift(ctx, "t.alvo = ?", accountKey(counterKey, false).texto())
}

func (b Bloqueios) lift(ctx context.Context, cond string, arg any) error {
	if err := b.require(Admin); err != nil {
		return err
	}
	return b.write(ctx, func(ctx context.Context, t *tx) error {
		var list []Bloqueio
		if err := t.All(ctx, &list, "SELECT t.id, t.tipo, t.alvo, t.falhas, t.ultima, t.ate FROM monitor_tentativas t WHERE "+cond+" ORDER BY t.id FOR_UPDATE", arg); err != nil {
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

// forgetGuesses lifts what is counted against an account whose password an administrator
// has set: guesses at the old one say nothing about the new.
func (t *tx) forgetGuesses(ctx context.Context, email string) error {
	for _, conhecido := range []bool{false, true} {
		if err := t.Later(ctx, "DELETE FROM monitor_tentativas WHERE chave = ?", accountKey(email, conhecido).chave()); err != nil {
			return err
		}
	}
	return nil
}
