package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/guess"
)

// guessKeys are the counters of a login.
func (c *call) guessKeys(email string, known bool) []guess.Key {
	keys := []guess.Key{guess.Account(email, known)}
	if at, ok := guess.Address(c.actor.IP); ok {
		keys = append(keys, at)
	}
	return keys
}

// admitGuess lets a guess in: one at a time against the first of keys, and counted. Whoever was
// let in calls leave.
func (c *call) admitGuess(ctx context.Context, keys []guess.Key) (made []guess.Guess, leave func(), err error) {
	err = c.read(ctx, func(ctx context.Context, q engine.Q) error { return guess.Check(ctx, q, keys, c.s.cfg.Now()) })
	if err != nil {
		return nil, nil, err
	}
	if leave, err = c.s.guesses.Enter(ctx, keys[0]); err != nil {
		return nil, nil, err
	}
	err = c.write(ctx, func(ctx context.Context, t *tx) (err error) {
		if err := t.lockNames(ctx, guess.Locks(keys)...); err != nil {
			return err
		}
		made, err = c.s.guesses.Reserve(ctx, t.Q, keys, t.now.Time)
		return err
	})
	if err != nil {
		leave()
		return nil, nil, err
	}
	return made, leave, nil
}

// abandonGuess gives guesses back that no password was compared for: who waited in
// vain for a busy machine has guessed nothing.
func (c *call) abandonGuess(ctx context.Context, made []guess.Guess) {
	ctx, cancel := c.s.deadline(context.WithoutCancel(ctx))
	defer cancel()
	if err := c.write(ctx, func(ctx context.Context, t *tx) error { return guess.Refund(ctx, t.Q, made) }); err != nil {
		c.s.cfg.Log.WarnContext(ctx, "não foi possível descontar uma tentativa de senha que não foi conferida")
	}
}
