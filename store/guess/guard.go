package guess

import (
	"context"
	"sync/atomic"
	"time"

	"example.com/monitor/store/engine"
)

// Guard lets guesses in. One serves all guesses of a process.
type Guard struct {
	queue queue
	made  atomic.Int64 // counters made by this process; see sweep
}

// Enter waits until no other guess at a key is being checked. Whoever was let in calls leave.
func (g *Guard) Enter(ctx context.Context, a Key) (leave func(), err error) {
	return g.queue.enter(ctx, a.digest())
}

// Check says, without writing, whether a guess would be refused: hammering costs reads only.
func Check(ctx context.Context, q engine.Q, keys []Key, now time.Time) error {
	read, err := readTallies(ctx, q, keys, now)
	if err != nil {
		return err
	}
	return allow(read, now)
}

// Locks are the names that keep other processes from counting against the same keys.
func Locks(keys []Key) []string {
	names := make([]string, len(keys))
	for i, a := range keys {
		names[i] = "tentativa:" + a.digest()
	}
	return names
}

// Reserve counts a guess against all of keys, or none where one of them waits. The names of
// Locks are held.
func (g *Guard) Reserve(ctx context.Context, q engine.Q, keys []Key, now time.Time) (made []Guess, err error) {
	read, err := readTallies(ctx, q, keys, now)
	if err != nil {
		return nil, err
	}
	if err := allow(read, now); err != nil {
		return nil, err
	}
	for i, a := range keys {
		r, err := g.count(ctx, q, a, read[i], now)
		if err != nil {
			return nil, err
		}
		made = append(made, r)
	}
	return made, nil
}

// Forget lifts what is counted against an account whose password somebody else has set: guesses
// at the old one say nothing about the new.
func Forget(ctx context.Context, q engine.Q, email string) error {
	for _, known := range []bool{false, true} {
		if err := q.Later(ctx, "DELETE FROM monitor_tentativas WHERE chave = ?", Account(email, known).digest()); err != nil {
			return err
		}
	}
	return nil
}

// tally is a counter as the database holds it.
type tally struct {
	id       int64
	failures int
	ultima   time.Time
	ate      time.Time // until when nobody may try
}

const tallyQuery = "SELECT t.id, t.falhas, t.ultima, t.ate FROM monitor_tentativas t WHERE t.chave = ?"

// readTally reads a counter; the zero one where there is none.
func readTally(ctx context.Context, q engine.Q, a Key) (c tally, err error) {
	var ultima, until int64
	err = q.Get(ctx, []any{&c.id, &c.failures, &ultima, &until}, tallyQuery, a.digest())
	if engine.IsNoRows(err) {
		return tally{}, nil
	}
	c.ultima, c.ate = time.UnixMicro(ultima), time.UnixMicro(until)
	return c, err
}

// plausible forgets a wait that no right clock has begun: it would last for years. The
// next guess that fails begins a new one.
func (a Key) plausible(c tally, now time.Time) tally {
	if c.ate.After(now.Add(a.maxWait)) {
		c.ate = time.UnixMicro(0)
	}
	return c
}

// allow refuses while one of the counters waits.
func allow(read []tally, now time.Time) error {
	var wait time.Duration
	for _, c := range read {
		if c.id != 0 {
			wait = max(wait, c.ate.Sub(now))
		}
	}
	if wait <= 0 {
		return nil
	}
	return &BloqueioError{Wait: max(wait, time.Second)}
}

func readTallies(ctx context.Context, q engine.Q, keys []Key, now time.Time) ([]tally, error) {
	list := make([]tally, len(keys))
	for i, a := range keys {
		var err error
		if list[i], err = readTally(ctx, q, a); err != nil {
			return nil, err
		}
		list[i] = a.plausible(list[i], now)
	}
	return list, nil
}

// Guess is a guess that was counted before it is known whether it is right.
type Guess struct {
	Key
	ate int64
}

// count adds a failure to a counter.
func (g *Guard) count(ctx context.Context, q engine.Q, a Key, c tally, now time.Time) (Guess, error) {
	failures := min(a.remaining(c.failures, c.ultima, now)+1, a.maxFailures())
	r := Guess{Key: a}
	if wait := a.wait(failures); wait > 0 {
		r.ate = now.Add(wait).UnixMicro()
	}
	if c.id != 0 {
		_, err := q.Exec(
			ctx,
			"UPDATE monitor_tentativas SET falhas = ?, ultima = ?, ate = ? WHERE id = ?",
			failures,
			now.UnixMicro(),
			r.ate,
			c.id,
		)
		return r, err
	}
	if err := g.sweep(ctx, q, now); err != nil {
		return r, err
	}
	_, err := q.Insert(ctx, "INSERT INTO monitor_tentativas(chave, tipo, alvo, falhas, ultima, ate) VALUES (?, ?, ?, ?, ?, ?)",
		a.digest(), a.tipo, a.Text(), failures, now.UnixMicro(), r.ate)
	return r, err
}

// sweep makes room, once in a while: what has healed goes, and where
// that is not enough the counters that refuse nobody and moved longest ago.
func (g *Guard) sweep(ctx context.Context, q engine.Q, now time.Time) error {
	if g.made.Add(1)%100 != 0 {
		return nil
	}
	ahead := now.AddDate(0, 0, 1).UnixMicro() // of a clock that ran ahead
	for _, f := range throttles {
		old := now.Add(-f.forgiveEvery * time.Duration(f.maxFailures())).UnixMicro()
		if _, err := q.Exec(ctx, "DELETE FROM monitor_tentativas WHERE tipo = ? AND (ultima < ? OR ultima > ?)", f.tipo, old, ahead); err != nil {
			return err
		}
	}
	var n int
	if err := q.Get(ctx, []any{&n}, "SELECT count(*) FROM monitor_tentativas"); err != nil || n <= MaxKept {
		return err
	}
	var ids []int64
	if err := q.All(ctx, &ids, "SELECT id FROM monitor_tentativas ORDER BY CASE WHEN ate > ? THEN 1 ELSE 0 END, ultima, id LIMIT ?",
		now.UnixMicro(), n-MaxKept); err != nil {
		return err
	}
	for _, id := range ids {
		if err := q.Later(ctx, "DELETE FROM monitor_tentativas WHERE id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

// Refund takes guesses back that turned out right, or that were not tried. A wait
// that another guess has begun meanwhile stays.
func Refund(ctx context.Context, q engine.Q, made []Guess) error {
	for _, r := range made {
		err := q.Later(
			ctx,
			"UPDATE monitor_tentativas SET falhas = falhas - 1, ate = CASE WHEN ate = ? THEN 0 ELSE ate END WHERE chave = ? AND falhas > 0",
			r.ate,
			r.digest(),
		)
		if err != nil {
			return err
		}
	}
	return nil
}
