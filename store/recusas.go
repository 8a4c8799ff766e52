package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"example.com/monitor/store/internal/chars"
)

// Refusals reach the audit trail as one row for each caller and minute, so that
// whoever is refused a thousand times a second makes us write no more than anybody
// else. What was counted and not yet written is lost with a process that is killed.

// recusasACada is how often what was counted is written.
const recusasACada = time.Minute

// What callers can make us keep for one row, and in one minute.
const (
	maxMotivos   = 20
	maxPorMinuto = 200
	motivoResto  = "outros"
)

// recusa is what one caller was refused.
type recusa struct {
	actor   Actor
	desde   Hora
	joining int
	motivos map[string]int
}

func (r *recusa) add(motivo string, n int) {
	if _, there := r.motivos[motivo]; !there && len(r.motivos) >= maxMotivos {
		motivo = motivoResto
	}
	r.motivos[motivo] += n
	r.joining += n
}

// recusas counts until the next row.
type recusas struct {
	mu sync.Mutex
	m  map[string]*recusa
}

// of finds the counter of a caller; all who come after the first maxPorMinuto in a
// minute share one.
func (c *recusas) of(a Actor, agora Hora) *recusa {
	nome := a.ref() + " " + redeOuIP(a.IP)
	if r := c.m[nome]; r != nil {
		return r
	}
	if len(c.m) >= maxPorMinuto {
		a, nome = Stranger(Origem{Canal: a.Canal}), motivoResto
		if r := c.m[nome]; r != nil {
			return r
		}
	}
	if c.m == nil {
		c.m = map[string]*recusa{}
	}
	c.m[nome] = &recusa{actor: a, desde: agora, motivos: map[string]int{}}
	return c.m[nome]
}

func redeOuIP(ip string) string {
	if rede := redeDe(ip); rede != "" {
		return rede
	}
	return ip
}

func (c *recusas) take() map[string]*recusa {
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
	s.recusas.mu.Lock()
	defer s.recusas.mu.Unlock()
	s.recusas.of(a, s.agora()).add(chars.Truncate(pedido, 100)+" "+chars.Truncate(codigo, 50), 1)
}

// anotarRecusas writes what was counted once a minute.
func (s *Store) anotarRecusas(ctx context.Context) {
	tick := time.NewTicker(recusasACada)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.gravarRecusas(ctx)
		}
	}
}

// gravarRecusas writes what was counted; what cannot be written waits.
func (s *Store) gravarRecusas(ctx context.Context) {
	list := s.recusas.take()
	if len(list) == 0 {
		return // a database that sleeps is not woken for this
	}
	ctx, cancel := s.deadline(context.WithoutCancel(ctx))
	defer cancel()
	c := &call{s: s}
	err := c.write(ctx, func(ctx context.Context, t *tx) error {
		for _, r := range list {
			t.actor = r.actor
			if err := t.audit(ctx, r.registro(t.agora)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "não foi possível anotar na trilha os pedidos recusados; nova tentativa em instantes", slog.Any("erro", err))
		s.recusas.back(list)
	}
}

// back counts again what could not be written, within the same bounds.
func (c *recusas) back(list map[string]*recusa) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, old := range list {
		r := c.of(old.actor, old.desde)
		for motivo, n := range old.motivos {
			r.add(motivo, n)
		}
	}
}

func (r *recusa) registro(until Hora) registro {
	descricao := "1 pedido recusado"
	if r.joining != 1 {
		descricao = fmt.Sprintf("%d pedidos recusados", r.joining)
	}
	reg := registro{
		acao: acaoRecusa, nivel: "warning", descricao: descricao,
		depois: map[string]any{"pedidos": r.joining, "motivos": r.motivos, "desde": r.desde, "ate": until},
	}
	if id, person := r.actor.Pessoa(); person {
		reg.clienteID = id
	}
	return reg
}
