// Package feed tells listeners what changed in a database, whoever changed it: what the
// audit chain has a link for by name, everything else by marks of the tables that move
// with each change. A listener that comes back shows a position and hears what it missed.
// Whose records somebody may hear of is the store's.
//
// What looks like more than that takes has its case:
//   - Positions are sealed: they hold the heads of all lanes, so that a person of level
//     usuario, who may hear of its own rows only, could count from them what everybody else
//     does, and make up others (TestAPositionTellsNothing).
//   - They stand inside a link, too (skip): a message is one link and two events, of chat
//     and of logs, and a stream that breaks between them neither loses nor repeats one
//     (TestEventosRetomados).
//   - PostgreSQL is asked in three ways (postgres.go). Measured on 15, with a table of 500,000
//     and one of 3,000,000 rows: the sum of all xmin 330 and 980 ms, that of the newest 20,000
//     5 to 12, the statistics 3 to 6. Only the first sees every change at once; only the
//     second one among the newest rows of a large table, where nearly all are; only the
//     third one of its old rows (TestLargeTablesOfPostgresAreHeard).
package feed

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/linger"
	"example.com/monitor/store/trail"
)

const (
	// lookEvery is how often the database is asked for what other processes did.
	lookEvery = time.Second
	// lookAtLeast keeps our own commits, which are told at once, from asking more
	// often than that.
	lookAtLeast = 50 * time.Millisecond
	// repeatEvery is how often a listener hears, at most, that something
	// unspecified of a noun changed.
	repeatEvery = time.Second
	// maxLinks bounds the links that one look reads.
	maxLinks = 5000
	// maxSubscriptions and maxPerActor bound the listeners of a process and of one
	// person or key.
	maxSubscriptions = 1000
	maxPerActor      = 20
)

var errTooMany = fault.Rule(
	fault.ErrTooMany,
	"muitas_escutas",
	"Há escutas demais abertas: feche as que não usa e tente de novo em instantes",
)

// Feed is the feed of one process: a goroutine that looks at the database while
// somebody listens, and only then.
type Feed struct {
	cfg      Config
	sealer   positionSealer
	wake     chan struct{} // this process committed something
	arrivals chan struct{} // somebody came or went
	Active   atomic.Bool   // the goroutine runs

	mu       sync.Mutex
	closed   bool
	subs     map[*Subscription]struct{}
	perActor map[string]int
	joining  []*joinRequest
	cancel   context.CancelFunc // of the goroutine's work

	// The goroutine's own.
	primed    bool       // lanes was read
	lanes     []laneHead // how far the lanes were followed
	lastTexts markTexts
	marks     reading
	postgres  postgresMarks
	mysql     mysqlMarks
	blind     bool // the database does not answer what marks ask for
}

// joinRequest is a listener that waits for its start.
type joinRequest struct {
	sub  *Subscription
	done chan error
}

// Config is what the feed needs of the program that it runs in.
type Config struct {
	Reader func() engine.Q
	Chain  *trail.Chain
	Now    func() time.Time
	Log    *slog.Logger
	// Deadline bounds a look.
	Deadline time.Duration
	// OnlineFor is how long a device counts as online after it was heard of.
	OnlineFor time.Duration
	// NoTableTimes takes a MySQL for one that does not say when tables changed.
	NoTableTimes bool
	// Go runs the feed's goroutine.
	Go func(func())
	// Alive tells whose credential still counts and gives what it gave; Gone is the
	// error that the others end with, an ErrUnauthenticated.
	Alive func(ctx context.Context, q engine.Q, all []*Subscription) (map[*Subscription]bool, error)
	Gone  error
}

// New is a feed that looks at nothing until somebody joins.
func New(cfg Config) *Feed {
	return &Feed{
		cfg:      cfg,
		sealer:   positionSealer{chain: cfg.Chain},
		wake:     make(chan struct{}, 1),
		arrivals: make(chan struct{}, 1),
		subs:     map[*Subscription]struct{}{},
		perActor: map[string]int{},
	}
}

// Poke says that this process committed something. It costs next to nothing while
// nobody listens.
func (d *Feed) Poke() {
	if d.Active.Load() {
		signal(d.wake)
	}
}

// signal wakes whoever waits for c, or will.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Join lets somebody take part, after the position desde or from now on, and returns when
// its place is known: what is committed afterwards reaches it.
func (d *Feed) Join(ctx context.Context, who Listener, desde string) (*Subscription, error) {
	e := &Subscription{Listener: who, feed: d, since: desde, wake: make(chan struct{}, 1)}
	if err := d.join(ctx, e); err != nil {
		return nil, err
	}
	return e, nil
}

func (d *Feed) join(ctx context.Context, e *Subscription) error {
	p := &joinRequest{sub: e, done: make(chan error, 1)}
	if err := d.ask(p); err != nil {
		return err
	}
	signal(d.arrivals)
	select {
	case err := <-p.done:
		if err != nil {
			d.leave(e)
		}
		return err
	case <-ctx.Done():
		d.leave(e)
		return ctx.Err()
	}
}

func (d *Feed) ask(p *joinRequest) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	ref := p.sub.Ref
	switch {
	case d.closed:
		return engine.ErrClosed
	case len(d.subs) >= maxSubscriptions || d.perActor[ref] >= maxPerActor:
		return errTooMany
	}
	d.subs[p.sub] = struct{}{}
	d.perActor[ref]++
	d.joining = append(d.joining, p)
	if !d.Active.Swap(true) {
		var ctx context.Context
		ctx, d.cancel = context.WithCancel(context.Background())
		d.cfg.Go(func() { d.run(ctx) })
	}
	return nil
}

// leave takes e out. The goroutine ends with the last one.
func (d *Feed) leave(e *Subscription) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, there := d.subs[e]; !there {
		return
	}
	delete(d.subs, e)
	ref := e.Ref
	if d.perActor[ref]--; d.perActor[ref] <= 0 {
		delete(d.perActor, ref)
	}
	d.joining = slices.DeleteFunc(d.joining, func(p *joinRequest) bool { return p.sub == e })
	if len(d.subs) == 0 {
		signal(d.arrivals)
	}
}

// Close ends all listeners; nobody may join any more.
func (d *Feed) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for e := range d.subs {
		e.end(engine.ErrClosed)
	}
	for _, p := range d.joining {
		p.done <- engine.ErrClosed
	}
	d.joining = nil
	if d.cancel != nil {
		d.cancel()
	}
	signal(d.arrivals)
}

// run looks until nobody listens.
func (d *Feed) run(ctx context.Context) {
	tick := time.NewTimer(0)
	defer tick.Stop()
	// What was known when the last listener left is old.
	d.primed, d.marks, d.postgres, d.mysql = false, reading{}, postgresMarks{}, mysqlMarks{}
	for {
		listening, joining, ok := d.listeners()
		if !ok {
			return
		}
		began := time.Now()
		err := d.look(ctx, listening, joining)
		if err != nil && ctx.Err() == nil {
			d.cfg.Log.WarnContext(
				ctx,
				"não foi possível procurar mudanças para quem acompanha ao vivo; nova tentativa em instantes",
				slog.Any("erro", err),
			)
		}
		for _, p := range joining {
			p.done <- err
		}
		d.rest(tick, began, err != nil)
	}
}

// rest waits for the next look: a second, or until something is known to be there.
// Who comes does not wait, and those who come during a look share the next.
func (d *Feed) rest(tick *time.Timer, began time.Time, failed bool) {
	tick.Reset(lookEvery - time.Since(began)%lookEvery)
	select {
	case <-tick.C:
		return
	case <-d.arrivals:
		return
	case <-d.wake:
	}
	least := lookAtLeast
	if failed {
		least = lookEvery
	}
	tick.Reset(max(0, least-time.Since(began)))
	select {
	case <-tick.C:
	case <-d.arrivals:
	}
}

// listeners are those who take part and those who wait to; not ok ends the
// goroutine.
func (d *Feed) listeners() (listening []*Subscription, joining []*joinRequest, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || len(d.subs) == 0 {
		d.Active.Store(false)
		return nil, nil, false
	}
	joining, d.joining = d.joining, nil
	waiting := map[*Subscription]bool{}
	for _, p := range joining {
		waiting[p.sub] = true
	}
	for e := range d.subs {
		if !waiting[e] && !e.out {
			listening = append(listening, e)
		}
	}
	return listening, joining, true
}

// findings is what one look has found.
type findings struct {
	at        time.Time
	links     []change
	after     [][]laneHead // the lanes after each link
	lanes     []laneHead   // the lanes after all
	gap       bool         // there is no way from the last look to this one
	lastTexts markTexts
	marks     reading
	backlogs  map[*Subscription]backlog
}

// look reads what is new and hands it out. The order matters: marks before links,
// so that a link read may stand for a mark that moved; credentials after links, so
// that nobody hears of a change that came after its credential's end. Nothing is
// handed out, and nothing forgotten, when any of it fails.
func (d *Feed) look(ctx context.Context, listening []*Subscription, joining []*joinRequest) error {
	ctx, cancel := linger.After(ctx, d.cfg.Deadline)
	defer cancel()
	q := d.cfg.Reader()
	o := &findings{at: time.Now(), backlogs: map[*Subscription]backlog{}}
	all := slices.Clone(listening)
	for _, p := range joining {
		all = append(all, p.sub)
	}
	if err := d.readMarks(ctx, q, o, all); err != nil {
		return err
	}
	if err := d.readLinks(ctx, q, o); err != nil {
		return err
	}
	for _, p := range joining {
		if err := d.readBehind(ctx, q, o, p.sub); err != nil {
			return err
		}
	}
	alive, err := d.cfg.Alive(ctx, q, all)
	if err != nil {
		return err
	}
	d.lanes, d.lastTexts, d.marks, d.primed = o.lanes, o.lastTexts, o.marks, true
	for _, e := range all {
		if !alive[e] {
			e.out = true
			e.end(d.cfg.Gone)
			continue
		}
		d.hand(e, o)
	}
	return nil
}

// readLinks reads the audit chain from the last look on.
func (d *Feed) readLinks(ctx context.Context, q engine.Q, o *findings) error {
	heads, err := laneHeads(ctx, q)
	if err != nil {
		return err
	}
	o.lanes = heads
	if !d.primed {
		return nil
	}
	if o.gap = wentBack(d.lanes, heads); o.gap {
		return nil
	}
	links, ok, err := newLinks(ctx, q, d.lanes, heads, maxLinks)
	if o.gap = !ok; err != nil || !ok {
		return err
	}
	o.links, o.lanes = links, d.lanes
	for i := range links {
		o.lanes = withPoint(o.lanes, links[i].at)
		o.after = append(o.after, o.lanes)
	}
	return nil
}

// wentBack says that a lane is not as far as it was: the database was restored.
func wentBack(known, heads []laneHead) bool {
	for _, k := range known {
		i := slices.IndexFunc(heads, func(h laneHead) bool { return h.lane == k.lane })
		if i < 0 || heads[i].seq < k.seq {
			return true
		}
	}
	return false
}

// backlog is what a listener that comes back has missed.
type backlog struct {
	from  position
	links []change
	gap   bool // too much, or not known any more
}

// readBehind reads what e has missed since the position that it shows.
func (d *Feed) readBehind(ctx context.Context, q engine.Q, o *findings, e *Subscription) error {
	if e.since == "" {
		return nil
	}
	a := backlog{}
	from, known := d.sealer.read(e.since)
	if known {
		var err error
		if known, err = continues(ctx, q, from.lanes, o.lanes); err != nil {
			return err
		}
	}
	if known {
		var err error
		if a.links, known, err = newLinks(ctx, q, from.lanes, from.skip.first(o.lanes), maxBacklog); err != nil {
			return err
		}
	}
	a.from, a.gap = from, !known
	o.backlogs[e] = a
	return nil
}
