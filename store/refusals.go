package store

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"example.com/monitor/store/guess"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/refusal"
)

// refusalsEvery is how often what was counted is written; what was not yet is lost with a process
// that is killed.
const refusalsEvery = time.Minute

// newRefusals counts by caller and network.
func newRefusals() *refusal.Counter[Actor] {
	return &refusal.Counter[Actor]{
		Name: func(a Actor) string {
			if network := guess.Network(a.IP); network != "" {
				return a.ref() + " " + network
			}
			return a.ref() + " " + a.IP
		},
		Crowd: func(a Actor) Actor { return Stranger(Origem{Canal: a.Canal}) },
	}
}

// Refused notes that a door refused an actor something: pedido says what, in few
// different texts, codigo why. It returns at once; the trail gets one row for each
// actor, address and minute.
func (s *Store) Refused(a Actor, pedido, codigo string) {
	if s.Writable() != nil {
		return
	}
	s.refusals.Add(a, chars.Truncate(pedido, 100)+" "+chars.Truncate(codigo, 50), s.now())
}

// runRefusals writes what was counted once a minute.
func (s *Store) runRefusals(ctx context.Context) {
	tick := time.NewTicker(refusalsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.flushRefusals(ctx)
		}
	}
}

// refusalsAtOnce bounds the rows of one transaction, which a slow server may not give the
// time for more, and which others wait for.
const refusalsAtOnce = 20

// flushRefusals writes what was counted; what cannot be written in the time of one call
// waits, for a store that closes must not take minutes.
func (s *Store) flushRefusals(ctx context.Context) {
	ctx, cancel := s.deadline(context.WithoutCancel(ctx))
	defer cancel()
	list := s.refusals.Take()
	for len(list) > 0 { // a database that sleeps is not woken for nothing
		some := list[:min(refusalsAtOnce, len(list))]
		if err := s.writeRefusals(ctx, some); err != nil {
			s.cfg.Log.WarnContext(ctx, "não foi possível anotar na trilha os pedidos recusados; nova tentativa em instantes", slog.Any("erro", err))
			s.refusals.Back(list)
			return
		}
		list = list[len(some):]
	}
}

func (s *Store) writeRefusals(ctx context.Context, list []*refusal.Refused[Actor]) error {
	c := &call{s: s}
	return c.write(ctx, func(ctx context.Context, t *tx) error {
		for _, r := range list {
			t.actor = r.Actor
			if err := t.audit(ctx, refusalEntry(r, t.now)); err != nil {
				return err
			}
		}
		return nil
	})
}

func refusalEntry(r *refusal.Refused[Actor], until Hora) entry {
	descricao := "1 pedido recusado"
	if r.Total != 1 {
		descricao = fmt.Sprintf("%d pedidos recusados", r.Total)
	}
	reg := entry{
		acao: actRefused, nivel: "warning", text: descricao,
		depois: map[string]any{"pedidos": r.Total, "motivos": r.Reasons, "desde": r.Since, "ate": until},
	}
	if id, person := r.Actor.Pessoa(); person {
		reg.clienteID = id
	}
	return reg
}
