// Package refusal counts what callers are refused, so that the audit trail gets one row for each
// caller and minute, and whoever is refused a thousand times a second makes us write no more than
// anybody else. Who a caller is, and the rows, are the store's.
package refusal

import (
	"maps"
	"slices"
	"sync"

	"example.com/monitor/store/when"
)

// MaxPerMinute bounds the callers that are counted apart.
const MaxPerMinute = 200

// What one caller can make us keep.
const (
	maxReasons = 20
	other      = "outros"
)

// Refused is what one caller was refused since a moment.
type Refused[A any] struct {
	Actor   A
	Since   when.Hora
	Total   int
	Reasons map[string]int
}

func (r *Refused[A]) add(reason string, n int) {
	if _, there := r.Reasons[reason]; !there && len(r.Reasons) >= maxReasons {
		reason = other
	}
	r.Reasons[reason] += n
	r.Total += n
}

// Counter counts until its callers are taken.
type Counter[A any] struct {
	// Name tells callers apart; Crowd is who stands for all who come after the first
	// MaxPerMinute.
	Name  func(A) string
	Crowd func(A) A

	mu sync.Mutex
	m  map[string]*Refused[A]
}

// Add counts that a caller was refused something.
func (c *Counter[A]) Add(actor A, reason string, now when.Hora) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of(actor, now).add(reason, 1)
}

func (c *Counter[A]) of(actor A, now when.Hora) *Refused[A] {
	name := c.Name(actor)
	if r := c.m[name]; r != nil {
		return r
	}
	if len(c.m) >= MaxPerMinute {
		actor, name = c.Crowd(actor), other
		if r := c.m[name]; r != nil {
			return r
		}
	}
	if c.m == nil {
		c.m = map[string]*Refused[A]{}
	}
	c.m[name] = &Refused[A]{Actor: actor, Since: now, Reasons: map[string]int{}}
	return c.m[name]
}

// Take gives what was counted, and begins anew.
func (c *Counter[A]) Take() []*Refused[A] {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := slices.Collect(maps.Values(c.m))
	c.m = nil
	return list
}

// Back counts again what could not be written, within the same bounds.
func (c *Counter[A]) Back(list []*Refused[A]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, old := range list {
		r := c.of(old.Actor, old.Since)
		for reason, n := range old.Reasons {
			r.add(reason, n)
		}
	}
}
