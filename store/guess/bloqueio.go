package guess

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// Bloqueio is a counter of wrong passwords that still counts.
type Bloqueio struct {
	bun.BaseModel `bun:"table:monitor_tentativas,alias:t"`

	ID int64 `bun:"id" json:"id"`
	// Tipo says what is counted: conta (an e-mail address, as seen from anywhere),
	// conhecida (the same, as seen from where its person logged in lately), endereco
	// (a network address) or sessao (the current password, asked for in a session).
	Tipo   string    `bun:"tipo" json:"tipo"`
	Alvo   string    `bun:"alvo" json:"alvo"`
	Falhas int       `bun:"falhas" json:"falhas"` // those that still count
	Ultima when.Hora `bun:"-" json:"ultima"`      // failure
	Ate    when.Hora `bun:"-" json:"ate"`         // no try before it; zero where tries are let in

	LastMicros  int64 `bun:"ultima" json:"-"`
	UntilMicros int64 `bun:"ate" json:"-"`
}

// maxListed is how many counters a list shows.
const maxListed = 500

// List returns the counters that still count, those that refuse first, then the latest
// failures; at most 500.
func List(ctx context.Context, q engine.Q, now time.Time) ([]Bloqueio, error) {
	list := []Bloqueio{}
	err := q.All(
		ctx,
		&list,
		"SELECT t.id, t.tipo, t.alvo, t.falhas, t.ultima, t.ate FROM monitor_tentativas t WHERE t.falhas > 0 ORDER BY CASE WHEN t.ate > ? THEN 0 ELSE 1 END, t.ultima DESC, t.id LIMIT ?",
		now.UnixMicro(),
		maxListed,
	)
	for i := range list {
		list[i].fillRemaining(now)
	}
	return slices.DeleteFunc(list, func(b Bloqueio) bool { return b.Falhas == 0 && b.Ate.IsZero() }), err
}

// ByID and ByName read the counters that are about to be lifted.
func ByID(ctx context.Context, q engine.Q, id int64) ([]Bloqueio, error) {
	return locked(ctx, q, "t.id = ?", id)
}

// ByName finds all counters of an e-mail address or network address.
func ByName(ctx context.Context, q engine.Q, name string) ([]Bloqueio, error) {
	name = strings.TrimSpace(name)
	if network := Network(name); network != "" {
		name = network
	}
	return locked(ctx, q, "t.alvo = ?", Account(name, false).Text())
}

func locked(ctx context.Context, q engine.Q, cond string, arg any) (list []Bloqueio, err error) {
	err = q.All(
		ctx,
		&list,
		"SELECT t.id, t.tipo, t.alvo, t.falhas, t.ultima, t.ate FROM monitor_tentativas t WHERE "+cond+" ORDER BY t.id FOR_UPDATE",
		arg,
	)
	return list, err
}

// fillRemaining fills in what is left of a counter.
func (b *Bloqueio) fillRemaining(now time.Time) {
	b.Ultima = when.Of(time.UnixMicro(b.LastMicros))
	for _, f := range throttles {
		if f.tipo == b.Tipo {
			c := Key{throttle: f}.plausible(tally{ate: time.UnixMicro(b.UntilMicros)}, now)
			if c.ate.After(now) {
				b.Ate = when.Of(c.ate)
			}
			b.Falhas = f.remaining(b.Falhas, b.Ultima.Time, now)
		}
	}
}
