package feed

import (
	"context"
	"errors"
	"sync"
	"time"

	"example.com/monitor/store/fault"
)

// The kinds of Evento.
const (
	EventoMudanca   = "mudanca"   // records of Recurso changed
	EventoRecomecar = "recomecar" // changes were missed: load everything again
	EventoFim       = "fim"       // the credential no longer counts
)

// Evento tells a listener what changed. After a mudanca every list of Recurso may
// be stale; ID and Acao say more where it is known.
type Evento struct {
	Tipo    string // one of the kinds above
	Recurso string // a noun of Recursos, only in a mudanca
	ID      int64  // the record; 0 when many changed or it is not known which
	Acao    string // what the audit trail calls it; "" when another program or telemetry did it
	at      position
}

// Noun is a noun that changes are told about.
type Noun int

// The nouns that changes are told about.
const (
	Clientes Noun = iota
	Dispositivos
	Conexoes
	Chat
	Sessoes
	Chaves
	Logs
	Estatisticas
	NumNouns
)

// Nouns are the nouns that changes are told about, in the order of recurso.
var Nouns = []string{"clientes", "dispositivos", "conexoes", "chat", "sessoes", "chaves", "logs", "estatisticas"}

// Reach is how much of a noun a listener hears about.
type Reach int

// What a listener hears of a noun: nothing, its own records, all.
const (
	ReachNone Reach = iota
	ReachOwn
	ReachAll
)

// View is what a listener hears, by noun.
type View [NumNouns]Reach

// maxQueued bounds the events that wait for a listener. One that falls further
// behind is told to begin again.
const maxQueued = 512

// errEnded ends the work of Next.
var errEnded = errors.New("store: a escuta terminou")

// Listener is somebody who hears of changes.
type Listener struct {
	Ref    string // tells callers apart
	Person int64  // whose records are its own; 0 for nobody's
	View   View   // what it asked for
	Level  View   // what its level may hear
	Who    any    // the store's own word for it
}

// Subscription is one listener's share of the feed. Next and Posicao belong to one
// goroutine; Close may be called from anywhere.
type Subscription struct {
	Listener
	feed  *Feed
	since string
	wake  chan struct{} // something waits in fila, or an end came

	// The feed's own, touched by its goroutine only: what was handed out.
	delivered   position
	lastUnnamed [NumNouns]time.Time // of the last event that named no record
	begun       bool                // delivered counts
	out         bool                // its credential no longer counts

	mu         sync.Mutex
	queue      []Evento
	overflowed bool     // queue overflowed: recomecar is due
	caughtUp   position // where the listener is when queue is empty
	heard      position // where it is while something waits
	placed     bool     // caughtUp counts
	hasHeard   bool     // heard counts
	endErr     error    // why it ended
}

// Next waits for the next event. After a fim, or when the store closes or ctx
// ends, it returns an error.
func (e *Subscription) Next(ctx context.Context) (Evento, error) {
	for {
		if ev, ok, err := e.take(); ok || err != nil {
			return ev, err
		}
		select {
		case <-e.wake:
		case <-ctx.Done():
			return Evento{}, ctx.Err()
		}
	}
}

// take gives what is there. An end comes before events that still wait: they are
// not for somebody whose credential is gone.
func (e *Subscription) take() (Evento, bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case errors.Is(e.endErr, fault.ErrUnauthenticated):
		e.endErr, e.queue = errEnded, nil
		return Evento{Tipo: EventoFim, at: e.caughtUp}, true, nil
	case e.endErr != nil:
		return Evento{}, false, e.endErr
	case e.overflowed:
		e.overflowed = false
		return Evento{Tipo: EventoRecomecar, at: e.caughtUp}, true, nil
	case len(e.queue) == 0:
		return Evento{}, false, nil
	}
	ev := e.queue[0]
	e.queue, e.heard, e.hasHeard = e.queue[1:], ev.at, true
	return ev, true, nil
}

// Posicao is opaque: handed to Eventos of any process on the same database it goes
// on after ev.
func (e *Subscription) Posicao(ev Evento) string { return e.feed.sealer.write(ev.at) }

// Agora is how far a listener has heard: what waits for it comes after. It is "" after
// an end, and where a listener that came back has heard nothing yet: that goes on from
// the position that it gave.
func (e *Subscription) Agora() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.overflowed || e.endErr != nil:
		return ""
	case len(e.queue) == 0:
		return e.feed.sealer.write(e.caughtUp)
	case e.hasHeard:
		return e.feed.sealer.write(e.heard)
	default:
		return ""
	}
}

// Close stops listening.
func (e *Subscription) Close() { e.feed.leave(e) }

// put hands events over; at is where they lead.
func (e *Subscription) put(events []Evento, at position) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.queue) == 0 && e.placed {
		e.heard, e.hasHeard = e.caughtUp, true
	}
	e.caughtUp, e.placed = at, true
	if len(events) == 0 || e.endErr != nil || e.overflowed {
		return
	}
	if len(e.queue)+len(events) > maxQueued {
		e.queue, e.overflowed = nil, true
	} else {
		e.queue = append(e.queue, events...)
	}
	signal(e.wake)
}

// restart lets the listener begin again at a position.
func (e *Subscription) restart(at position) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue, e.overflowed, e.caughtUp, e.placed = nil, true, at, true
	signal(e.wake)
}

// end closes the stream from our side.
func (e *Subscription) end(why error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.endErr == nil {
		e.endErr = why
	}
	e.queue = nil
	signal(e.wake)
}
