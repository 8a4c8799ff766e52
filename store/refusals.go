package store

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"example.com/monitor/store/internal/chars"
)

// Refusals reach the audit trail as one row for each caller and minute, so that
// whoever is refused a thousand times a second makes us write no more than anybody
// else. What was counted and not yet written is lost with a process that is killed.

// refusalsEvery is how often what was counted is written.
const refusalsEvery = time.Minute

// What callers can make us keep for one row, and in one minute.
const (
	maxMotivos   = 20
	maxPorMinuto = 200
	reasonOther  = "outros"
)

// refusal is what one caller was refused.
type refusal struct {
	actor   Actor
	desde   Hora
	joining int
	motivos map[string]int
}

func (r *refusal) add(motivo string, n int) {
	if _, there := r.motivos[motivo]; !there && len(r.motivos) >= maxMotivos {
		motivo = reasonOther
	}
	r.motivos[motivo] += n
	r.joining += n
}

// refusals counts until the next row.
type refusals struct {
	mu sync.Mutex
	m  map[string]*refusal
}

// of finds the counter of a caller; all who come after the first maxPorMinuto in a
// minute share one.
func (c *refusals) of(a Actor, now Hora) *refusal {
	nome := a.ref() + " " + networkOrIP(a.IP)
	if r := c.m[nome]; r != nil {
		return r
	}
	if len(c.m) >= maxPorMinuto {
		a, nome = Stranger(Origem{Canal: a.Canal}), reasonOther
		if r := c.m[nome]; r != nil {
			return r
		}
	}
	if c.m == nil {
		c.m = map[string]*refusal{}
	}
	c.m[nome] = &refusal{actor: a, desde: now, motivos: map[string]int{}}
	return c.m[nome]
}

func networkOrIP(ip string) string {
	if network := networkOf(ip); network != "" {
		return network
	}
	return ip
}

func (c *refusals) take() map[string]*refusal {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.m
	c.m = nil
	return m
}

// Refused notes that a door refused an actor something: pedido says what, in few
// different texts, codigo why. It returns at once; the trail gets one row for each
// actor, address and minute.
func (s *Store) Refused(a Actor, pedido, codigo string) {
	if s.Writable() != nil {
		return
	}
	s.refusals.mu.Lock()
	defer s.refusals.mu.Unlock()
	s.refusals.of(a, s.now()).add(chars.Truncate(pedido, 100)+" "+chars.Truncate(codigo, 50), 1)
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
	list := slices.Collect(maps.Values(s.refusals.take()))
	for len(list) > 0 { // a database that sleeps is not woken for nothing
		some := list[:min(refusalsAtOnce, len(list))]
		if err := s.writeRefusals(ctx, some); err != nil {
			s.cfg.Log.WarnContext(ctx, "não foi possível anotar na trilha os pedidos recusados; nova tentativa em instantes", slog.Any("erro", err))
			s.refusals.back(list)
			return
		}
		list = list[len(some):]
	}
}

func (s *Store) writeRefusals(ctx context.Context, list []*refusal) error {
	c := &call{s: s}
	return c.write(ctx, func(ctx context.Context, t *tx) error {
		for _, r := range list {
			t.actor = r.actor
			if err := t.audit(ctx, r.registro(t.now)); err != nil {
				return err
			}
		}
		return nil
	})
}

// back counts again what could not be written, within the same bounds.
func (c *refusals) back(list []*refusal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, old := range list {
		r := c.of(old.actor, old.desde)
		for motivo, n := range old.motivos {
			r.add(motivo, n)
		}
	}
}

func (r *refusal) registro(until Hora) entry {
	descricao := "1 pedido recusado"
	if r.joining != 1 {
		descricao = fmt.Sprintf("%d pedidos recusados", r.joining)
	}
	reg := entry{
		acao: actRefused, nivel: "warning", text: descricao,
		depois: map[string]any{"pedidos": r.joining, "motivos": r.motivos, "desde": r.desde, "ate": until},
	}
	if id, person := r.actor.Pessoa(); person {
		reg.clienteID = id
	}
	return reg
}
