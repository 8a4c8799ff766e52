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

// passagem is the way to one server for all pools of a DB. While it is open,
// everybody connects as they please. Once an attempt has failed or gone silent, one
// is made at a time, with growing pauses; whoever wants a connection waits for it
// and shares its outcome. Nothing is tried while nobody waits.
type passagem struct {
	mu    sync.Mutex
	pausa time.Duration // 0: open
	// depois is when the next attempt may be made.
	depois time.Time
	vez    *vez // whose outcome all wait for; nil for none
}

// vez is the turn of one caller to try for all.
type vez struct {
	fim    chan struct{}
	err    error
	deixou bool // its caller left before there was an outcome
}

// entrar lets a caller try: with a turn when the others wait for it, with nil when
// the way is open. An error is the outcome of somebody else's attempt.
func (p *passagem) entrar(ctx context.Context) (*vez, error) {
	for {
		p.mu.Lock()
		if p.pausa == 0 {
			p.mu.Unlock()
			return nil, nil //nolint:nilnil // no turn is needed
		}
		v := p.vez
		if v == nil {
			return p.esperar(ctx)
		}
		p.mu.Unlock()
		select {
		case <-v.fim:
			if !v.deixou && v.err != nil {
				return nil, v.err
			}
		case <-ctx.Done():
			return nil, semResposta(ctx)
		}
	}
}

// esperar takes the turn, p.mu being held, and waits for its time.
func (p *passagem) esperar(ctx context.Context) (*vez, error) {
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
		p.deixar(v)
		return nil, semResposta(ctx)
	}
}

// calou notes that an attempt gets no answer; it may still succeed.
func (p *passagem) calou() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pausa == 0 {
		p.fechar()
	}
}

// fechar makes the next attempt wait, p.mu being held.
func (p *passagem) fechar() {
	p.pausa = min(max(2*p.pausa, primeiraPausa), maiorPausa)
	p.depois = time.Now().Add(p.pausa*3/4 + rand.N(p.pausa/2)) // several processes shall not try in step
}

// sair tells the outcome of an attempt; v is nil for one that nobody waits for.
func (p *passagem) sair(v *vez, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case err == nil:
		p.pausa = 0
		p.soltar(p.vez, nil) // also those who wait for another attempt
	case v != nil && v == p.vez:
		p.fechar()
		p.soltar(v, err)
	case p.pausa == 0:
		p.fechar()
	}
}

// deixar gives up, because its caller has left, a turn in which nothing was tried.
func (p *passagem) deixar(v *vez) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passar(v)
}

// desistir gives up a turn in which something was tried, without an outcome: the next
// one has its pause, else each of many who lose patience would be another attempt.
func (p *passagem) desistir(v *vez) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if v != nil && v == p.vez {
		p.fechar()
	}
	p.passar(v)
}

// passar lets somebody else have the turn, p.mu being held.
func (p *passagem) passar(v *vez) {
	if v != nil && v == p.vez {
		v.deixou = true
		p.soltar(v, nil)
	}
}

func (p *passagem) soltar(v *vez, err error) {
	if v != nil {
		v.err, p.vez = err, nil
		close(v.fim)
	}
}
