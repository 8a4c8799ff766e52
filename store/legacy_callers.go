package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/legacy"
	"example.com/monitor/store/record"
)

// Pendente is legacy.Pendente.
type Pendente = legacy.Pendente

// While an owner changes over, callers of the Flask system's days go on
// registering and beating without a credential that counts, until a date. They
// reach only devices that have neither a secret nor a key, and each of them is
// written down, so that the owner sees who is left.

// The routes on which such callers are let in.
const (
	RotaRegistrar = "registrar"
	RotaHeartbeat = "heartbeat"
	RotaConexoes  = "conexoes"
)

var errTransicao = fault.Rule(ErrUnauthenticated, "transicao_encerrada", "O prazo para chamadas sem credencial terminou: use uma chave de API de agente")

// Antigo is a caller of the Flask system's days on one of the routes above, let
// in until ate. After it the error is ErrUnauthenticated.
func (s *Store) Antigo(o Origem, rota string, until time.Time) (Actor, error) {
	a := Actor{kind: kindLegacy, nome: "chamador antigo", rota: rota, Origem: o}
	if !s.cfg.Now().Before(until) {
		s.anotaChamada(context.Background(), a, 0, true)
		return Stranger(o), errTransicao
	}
	return a, nil
}

// livres are the devices that such a caller may speak for.
const livres = " AND NOT EXISTS (" + ourDeviceRow + " AND (m.chave_id IS NOT NULL OR m.segredo_hash IS NOT NULL))"

// Pendentes lists who called during the change-over, latest first. Admins only.
func (h *Handle) Pendentes(ctx context.Context) (list []Pendente, err error) {
	if err := h.require(Admin); err != nil {
		return nil, err
	}
	err = h.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		list, err = legacy.List(ctx, q)
		return err
	})
	return list, err
}

// noteLegacyCall writes down that a caller of the old days called, and whether it was refused.
// It never makes the call wait or fail: it is telemetry.
func (c *call) noteLegacyCall(ctx context.Context, dispositivo int64, err error) {
	if c.actor.kind == kindLegacy && (err == nil || errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound)) {
		c.s.anotaChamada(ctx, c.actor, dispositivo, err != nil)
	}
}

func (s *Store) anotaChamada(ctx context.Context, a Actor, dispositivo int64, recusada bool) {
	if s.cfg.SomenteLeitura {
		return
	}
	p := Pendente{
		Endereco: chars.Truncate(a.IP, 45), Programa: chars.Truncate(strings.ToValidUTF8(a.UserAgent, "\uFFFD"), 200), Rota: a.rota,
		Dispositivo: record.ID(dispositivo), Recusada: recusada, Ultima: s.now(),
	}
	if p.Chamadas = s.legacyCalls.Due(p.Key(), p.Ultima.Time); p.Chamadas == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	s.touches.pending.Go(func() {
		defer s.legacyCalls.Done()
		ctx, cancel := s.deadline(ctx)
		defer cancel()
		err := s.db.Write(ctx, p.Note)
		// Another process may be quicker with the same caller; the next call counts on.
		if err != nil && !errors.Is(err, engine.ErrUnique) {
			s.cfg.Log.WarnContext(ctx, "não foi possível anotar quem ainda chama sem credencial")
		}
	})
}
