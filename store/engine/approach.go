package engine

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// The pauses between attempts to reach a server that cannot be reached: short
// enough for nobody to notice its return late, long enough for its return not to
// be hindered. A crowd of callers that each try by themselves make a server that
// is coming back serve their corpses first (measured: seconds).
const (
	primeiraPausa = 20 * time.Millisecond
	maiorPausa    = 250 * time.Millisecond
)

// approach is the way to one server for all pools of a DB. While it is open,
// everybody connects as they please. Once an attempt has failed or gone silent, one
// is made at a time, with growing pauses; whoever wants a connection waits for it
// and shares its outcome. Nothing is tried while nobody waits.
type approach struct {
	mu    sync.Mutex
	pause time.Duration // 0: open
	// depois is when the next attempt may be made.
	depois time.Time
	vez    *vez // whose outcome all wait for; nil for none
}

// vez is the turn of one caller to try for all.
type vez struct {
	fim       chan struct{}
	err       error
	abandoned bool // its caller left before there was an outcome
}

// enter lets a caller try: with a turn when the others wait for it, with nil when
// the way is open. An error is the outcome of somebody else's attempt.
func (p *approach) enter(ctx context.Context) (*vez, error) {
	for {
		p.mu.Lock()
		if p.pause == 0 {
			p.mu.Unlock()
			return nil, nil //nolint:nilnil // no turn is needed
		}
		v := p.vez
		if v == nil {
			return p.awaitTurn(ctx)
		}
		p.mu.Unlock()
		select {
		case <-v.fim:
			if !v.abandoned && v.err != nil {
				return nil, v.err
			}
		case <-ctx.Done():
			return nil, noAnswer(ctx)
		}
	}
}

// awaitTurn takes the turn, p.mu being held, and waits for its time.
func (p *approach) awaitTurn(ctx context.Context) (*vez, error) {
	v := &vez{fim: make(chan struct{})}
	p.vez = v
	wait := time.Until(p.depois)
	p.mu.Unlock()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return v, nil
	case <-v.fim: // an older attempt has succeeded meanwhile
		return v, nil
	case <-ctx.Done():
		p.leave(v)
		return nil, noAnswer(ctx)
	}
}

// wentSilent notes that an attempt gets no answer; it may still succeed.
func (p *approach) wentSilent() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pause == 0 {
		p.slowDown()
	}
}

// slowDown makes the next attempt wait, p.mu being held.
func (p *approach) slowDown() {
	p.pause = min(max(2*p.pause, primeiraPausa), maiorPausa)
	p.depois = time.Now().Add(p.pause*3/4 + rand.N(p.pause/2)) // several processes shall not try in step
}

// report tells the outcome of an attempt; v is nil for one that nobody waits for.
func (p *approach) report(v *vez, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case err == nil:
		p.pause = 0
		p.settle(p.vez, nil) // also those who wait for another attempt
	case v != nil && v == p.vez:
		p.slowDown()
		p.settle(v, err)
	case p.pause == 0:
		p.slowDown()
	}
}

// leave gives up, because its caller has left, a turn in which nothing was tried.
func (p *approach) leave(v *vez) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passOn(v)
}

// giveUp gives up a turn in which something was tried, without an outcome: the next
// one has its pause, else each of many who lose patience would be another attempt.
func (p *approach) giveUp(v *vez) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if v != nil && v == p.vez {
		p.slowDown()
	}
	p.passOn(v)
}

// passOn lets somebody else have the turn, p.mu being held.
func (p *approach) passOn(v *vez) {
	if v != nil && v == p.vez {
		v.abandoned = true
		p.settle(v, nil)
	}
}

func (p *approach) settle(v *vez, err error) {
	if v != nil {
		v.err, p.vez = err, nil
		close(v.fim)
	}
}
