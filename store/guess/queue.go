package guess

import (
	"context"
	"sync"
)

// queue lets one caller at a time in by each name. The guesses at one account are
// checked one after the other, so that ten right logins at the same moment are not
// counted as ten failures before the first of them is known to be right.
type queue struct {
	mu sync.Mutex
	m  map[string]*turn
}

type turn struct {
	place  chan struct{}
	wanted int // who holds the place or waits for it
}

// enter waits for the place of a name. Whoever got it calls leave.
func (f *queue) enter(ctx context.Context, name string) (leave func(), err error) {
	v := f.acquire(name)
	select {
	case v.place <- struct{}{}:
		return func() {
			<-v.place
			f.release(name)
		}, nil
	case <-ctx.Done():
		f.release(name)
		return nil, ctx.Err()
	}
}

func (f *queue) acquire(name string) *turn {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.m == nil {
		f.m = map[string]*turn{}
	}
	v := f.m[name]
	if v == nil {
		v = &turn{place: make(chan struct{}, 1)}
		f.m[name] = v
	}
	v.wanted++
	return v
}

func (f *queue) release(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.m[name]
	if v.wanted--; v.wanted == 0 {
		delete(f.m, name)
	}
}
