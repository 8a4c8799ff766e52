package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/summary"
)

// Resumo tells what happened since desde: a local day (2026-11-24 or 24/11/2026),
// an RFC 3339 instant, or "" for the beginning of yesterday. Admins, moderadores
// and leitura keys; the last see numbers only of what the audit trail and the keys
// tell, since they may read neither.
func (h *Handle) Resumo(ctx context.Context, since string) (Resumo, error) {
	if err := h.require(Admin, Moderador, Leitura); err != nil {
		return Resumo{}, err
	}
	r, err := summary.NewReader(since, h.s.now(), h.s.cfg.Fuso, !h.actor.is(Leitura))
	if err != nil {
		return Resumo{}, err
	}
	err = h.snapshot(ctx, r.Read)
	return r.Resumo(), err
}

// Serie counts connections, messages, logins, refused logins and devices online in
// each hour of the last 24, or each of the last 7 or 30 days; "" means Serie24h.
// Admins, moderadores, leitura keys and the local operator.
func (h *Handle) Serie(ctx context.Context, periodo string) (s Serie, err error) {
	if err := h.require(Admin, Moderador, Leitura); err != nil {
		return s, err
	}
	p, err := summary.NewPeriod(periodo, h.s.cfg.Now(), h.s.cfg.Fuso)
	if err != nil {
		return s, err
	}
	err = h.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		s, err = p.Read(ctx, q)
		return err
	})
	return s, err
}

// Estatisticas counts; admins, moderadores, leitura keys and the local operator.
func (h *Handle) Estatisticas(ctx context.Context) (e Estatisticas, err error) {
	if err := h.require(Admin, Moderador, Leitura); err != nil {
		return e, err
	}
	now := h.s.now()
	err = h.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		e, err = summary.Count(ctx, q, now, h.s.cfg.Fuso)
		return err
	})
	return e, err
}
