package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/feed"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/when"
)

// alive says whose credential still counts and gives what it gave when the
// listener began. Whoever's level has changed must come again.
func (s *Store) alive(ctx context.Context, q engine.Q, all []*feed.Subscription) (map[*feed.Subscription]bool, error) {
	var sessoes, keyCols []int64
	for _, e := range all {
		switch a := actorOf(e); a.kind {
		case kindPerson:
			sessoes = append(sessoes, a.sessaoID)
		case kindKey:
			keyCols = append(keyCols, a.id)
		}
	}
	pessoas, err := s.sessionsNow(ctx, q, sessoes)
	if err != nil {
		return nil, err
	}
	niveis, err := s.keysNow(ctx, q, keyCols)
	if err != nil {
		return nil, err
	}
	out := map[*feed.Subscription]bool{}
	for _, e := range all {
		a := actorOf(e)
		switch now := pessoas[a.sessaoID]; a.kind {
		case kindPerson:
			out[e] = now.id == a.id && now.nivel == a.nivel && now.proof == a.proof && !now.mustChange
		case kindKey:
			out[e] = niveis[a.id] == a.nivel
		default:
			out[e] = a.kind == kindLocal
		}
	}
	return out, nil
}

// sessionsNow reads the sessions that count, by id.
func (s *Store) sessionsNow(ctx context.Context, q engine.Q, ids []int64) (map[int64]Actor, error) {
	found := map[int64]Actor{}
	if len(ids) == 0 {
		return found, nil
	}
	Fate, err := schema.CutoverAt(ctx, q)
	if err != nil {
		return nil, err
	}
	return found, engine.InLots(ids, func(list string, args []any) error {
		rows, err := q.Rows(ctx, sessaoSelect+" AND s.id IN "+list, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var l storedSession
			if err := rows.Scan(l.dest()...); err != nil {
				return engine.Translate(err)
			}
			if s.counts(&l) && (l.ours() || Fate.IsZero()) {
				found[l.id] = l.actor(Origem{})
			}
		}
		return engine.Translate(rows.Err())
	})
}

// keysNow reads the levels of the keys that count, by id.
func (s *Store) keysNow(ctx context.Context, q engine.Q, ids []int64) (map[int64]string, error) {
	found := map[int64]string{}
	return found, engine.InLots(ids, func(list string, args []any) error {
		rows, err := q.Rows(ctx, "SELECT id, nivel, AS_TEXT(expira_em), AS_TEXT(revogada_em) FROM monitor_chaves WHERE id IN "+list, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			var nivel string
			var expira, revogada when.Hora
			if err := rows.Scan(&id, &nivel, &expira, &revogada); err != nil {
				return engine.Translate(err)
			}
			if revogada.IsZero() && !s.past(expira) {
				found[id] = nivel
			}
		}
		return engine.Translate(rows.Err())
	})
}

// actorOf is who listens.
func actorOf(e *feed.Subscription) Actor {
	a, _ := e.Who.(Actor)
	return a
}
