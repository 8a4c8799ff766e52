package server

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// Bodies are received without a seat, since senders may be slow. What keeps a few of
// them from all the others is written here:
//
//   - All bodies that are being received or worked on share a budget of bytes, those
//     of strangers a part of it, and each sender has a share.
//   - Where there is no room, what arrives slowly or belongs to whoever holds most
//     gives way to what holds less: who stalls keeps nobody out.
//   - What does not get on at all is cut, needed or not.
const (
	bodyBudget     = 32 << 20 // bytes
	strangerBudget = 8 << 20  // of those without a credential
	// A sender, be it a credential or the address of those without, has this part of
	// each. Its only body may take more.
	senderPart = 4
	// bodyStep is what a body must grow by, in bytes, to be getting on: in bodyWait,
	// else it is cut, and in bodyPatience, else it is the first to give way.
	bodyStep     = 4 << 10
	bodyWait     = 5 * time.Second
	bodyPatience = time.Second
)

// bodies is the budget and who holds what of it.
type bodies struct {
	most, strangers int64
	step            int64
	wait, patience  time.Duration
	now             func() time.Time

	mu      sync.Mutex
	all     int64 // taken
	strange int64 // of it, by strangers
	of      map[string]*sender
}

// sender is one who sends bodies.
type sender struct {
	held     int64
	arriving map[*charged]struct{}
	bodies   int // with those that have arrived
}

func newBodies() *bodies {
	return &bodies{
		most: bodyBudget, strangers: strangerBudget, step: bodyStep, wait: bodyWait, patience: bodyPatience,
		now: time.Now, of: map[string]*sender{},
	}
}

// charged is a body. What is read of it counts until given back.
type charged struct {
	io.Reader
	from     *bodies
	sender   string
	proved   bool
	deadline func(time.Time) // of the reading
	closed   bool

	// The rest is under the lock of from.
	held    int64
	step    int64     // held when it last got on
	stepAt  time.Time // and when that was
	end     time.Time // must have arrived by then
	gaveWay bool
}

// open begins to count a body.
func (b *bodies) open(w http.ResponseWriter, body io.Reader, from string, proved bool) *charged {
	conn := http.NewResponseController(w)
	c := &charged{Reader: body, from: b, sender: from, proved: proved}
	c.deadline = func(t time.Time) { _ = conn.SetReadDeadline(t) } // of tests' recorders there is none
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.of[from]
	if s == nil {
		s = &sender{arriving: map[*charged]struct{}{}}
		b.of[from] = s
	}
	s.bodies++
	s.arriving[c] = struct{}{}
	c.end = b.now().Add(readWait)
	c.gotOn()
	return c
}

// gotOn gives the body the time for another step.
func (c *charged) gotOn() {
	now := c.from.now()
	c.step, c.stepAt = c.held, now
	next := now.Add(c.from.wait)
	if next.After(c.end) {
		next = c.end
	}
	c.deadline(next)
}

// Read implements io.Reader.
func (c *charged) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if refused := c.from.take(c, int64(n)); refused != nil {
		return 0, refused
	}
	return n, err
}

// take counts n more bytes of a body; errOverload when there are too few, or when
// others have needed those of this one.
func (b *bodies) take(c *charged, n int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !c.gaveWay && n > 0 && !b.fits(c, n) {
		if !b.makeWay(c, n) {
			return errOverload
		}
	}
	if c.gaveWay {
		return errOverload
	}
	b.count(c, n)
	if c.held-c.step >= b.step {
		c.gotOn()
	}
	return nil
}

func (b *bodies) count(c *charged, n int64) {
	c.held += n
	b.of[c.sender].held += n
	b.all += n
	if !c.proved {
		b.strange += n
	}
}

func (b *bodies) fits(c *charged, n int64) bool {
	return b.all+n <= b.most && (c.proved || b.strange+n <= b.strangers) && b.withinShare(c, n)
}

func (b *bodies) withinShare(c *charged, n int64) bool {
	part := b.most / senderPart
	if !c.proved {
		part = b.strangers / senderPart
	}
	held := b.of[c.sender].held
	return held+n <= part || held == c.held
}

// makeWay ends one body so that n bytes of another find room, if that is fair: of who
// holds most, or of the sender itself when its share is what lacks.
func (b *bodies) makeWay(c *charged, n int64) bool {
	mine, fair := b.of[c.sender], func(v *charged) bool { return v.held > c.held+n }
	helps := func(v *charged) bool { return v.sender == c.sender }
	if b.withinShare(c, n) {
		ofStrangers := b.all+n <= b.most
		fair = func(v *charged) bool { return b.of[v.sender].held > mine.held+n }
		helps = func(v *charged) bool { return !ofStrangers || !v.proved }
	}
	v := b.first(func(v *charged) bool { return v != c && v.held > 0 && helps(v) })
	if v == nil || !b.stalls(v) && !fair(v) {
		return false
	}
	b.count(v, -v.held)
	v.gaveWay = true
	delete(b.of[v.sender].arriving, v)
	v.deadline(time.Unix(1, 0))
	return true
}

// first is the body that gives way before all others that would help: of whoever holds
// most, the one that stalls longest, else the largest.
func (b *bodies) first(helps func(*charged) bool) (v *charged) {
	for _, s := range b.of {
		for o := range s.arriving {
			if helps(o) && (v == nil || b.before(o, v)) {
				v = o
			}
		}
	}
	return v
}

func (b *bodies) before(x, y *charged) bool {
	ofX, ofY := b.of[x.sender].held, b.of[y.sender].held
	switch {
	case ofX != ofY:
		return ofX > ofY
	case b.stalls(x) != b.stalls(y):
		return b.stalls(x)
	case b.stalls(x):
		return x.stepAt.Before(y.stepAt)
	default:
		return x.held > y.held
	}
}

func (b *bodies) stalls(c *charged) bool { return b.now().Sub(c.stepAt) >= b.patience }

// arrived keeps a body from giving way: it is being worked on. The connection may be
// read until the request ends, which tells when the caller leaves. What has given way
// meanwhile is errOverload, and nothing is read of its connection any more.
func (c *charged) arrived() error {
	c.from.mu.Lock()
	defer c.from.mu.Unlock()
	if c.gaveWay {
		return errOverload
	}
	delete(c.from.of[c.sender].arriving, c)
	c.deadline(c.end)
	return nil
}

// giveBack may be called more than once, and for a request that had no body.
func (c *charged) giveBack() {
	if c == nil || c.closed {
		return
	}
	c.closed = true
	b := c.from
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count(c, -c.held)
	s := b.of[c.sender]
	delete(s.arriving, c)
	if s.bodies--; s.bodies == 0 {
		delete(b.of, c.sender)
	}
}
