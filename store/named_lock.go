package store

import (
	"context"
	"sync"
)

// fila lets one caller at a time in by each name. The guesses at one account are
// checked one after the other, so that ten right logins at the same moment are not
// counted as ten failures before the first of them is known to be right.
type fila struct {
	mu sync.Mutex
	m  map[string]*vez
}

type vez struct {
	lugar   chan struct{}
	quantos int // who holds the place or waits for it
}

// enter waits for the place of a name. Whoever got it calls leave.
func (f *fila) enter(ctx context.Context, nome string) (leave func(), err error) {
	v := f.acquire(nome)
	select {
	case v.lugar <- struct{}{}:
		return func() {
			<-v.lugar
			f.release(nome)
		}, nil
	case <-ctx.Done():
		f.release(nome)
		return nil, ctx.Err()
	}
}

func (f *fila) acquire(nome string) *vez {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.m == nil {
		f.m = map[string]*vez{}
	}
	v := f.m[nome]
	if v == nil {
		v = &vez{lugar: make(chan struct{}, 1)}
		f.m[nome] = v
	}
	v.quantos++
	return v
}

func (f *fila) release(nome string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.m[nome]
	if v.quantos--; v.quantos == 0 {
		delete(f.m, nome)
	}
}
