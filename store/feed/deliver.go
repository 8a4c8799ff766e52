package feed

import (
	"slices"
	"time"
)

// hand gives e what one look has found.
func (d *Feed) hand(e *Subscription, o *findings) {
	back, isBack := o.backlogs[e]
	now := o.marks.of(e)
	first := !e.begun
	e.begun = true
	switch {
	case first && !isBack:
		e.delivered = position{lanes: o.lanes, marks: now}
		e.put(nil, e.delivered)
	case (first && back.gap) || (!first && o.gap):
		e.delivered = position{lanes: o.lanes, marks: now}
		e.restart(e.delivered)
	case first:
		e.delivered = back.from
		e.deliver(back.links, nil, now, o)
	default:
		e.deliver(o.links, o.after, now, o)
	}
}

// deliver turns links and marks that moved into events.
func (e *Subscription) deliver(links []change, lanesAfter [][]laneHead, now marks, o *findings) {
	out := e.follow(links, lanesAfter)
	e.delivered.lanes = o.lanes
	out = append(out, e.compare(now, out, o.at)...)
	e.put(out, e.delivered)
}

// follow turns links into events and moves the listener along. depois is how far
// the lanes are after each, where that is known already.
func (e *Subscription) follow(links []change, lanesAfter [][]laneHead) []Evento {
	var out []Evento
	for i := range links {
		m := &links[i]
		before, after := e.delivered, e.delivered
		if lanesAfter != nil {
			after.lanes = lanesAfter[i]
		} else {
			after.lanes = withPoint(after.lanes, m.at)
		}
		begun := int64(0)
		if e.delivered.skip.lane == m.at.lane {
			begun, before.skip, after.skip = e.delivered.skip.n, skip{}, skip{}
		}
		events := m.events(e, before, after)
		out = append(out, events[min(int(begun), len(events)):]...)
		e.delivered = after
	}
	return out
}

// compare makes events of marks that moved. One that a link has told about is not
// told again: marks are read before links, so whoever loads the noun because of
// the link sees all that the mark stands for. When it is too soon to say it again
// the old mark stays, and a later look says it.
func (e *Subscription) compare(now marks, told []Evento, at time.Time) []Evento {
	var out []Evento
	for r := range NumNouns {
		if e.View[r] == ReachNone || now[r] == e.delivered.marks[r] {
			continue
		}
		named := slices.ContainsFunc(told, func(ev Evento) bool { return ev.Recurso == Nouns[r] })
		if !named && at.Sub(e.lastUnnamed[r]) < repeatEvery {
			continue
		}
		e.delivered.marks[r] = now[r]
		if !named {
			e.lastUnnamed[r] = at
			out = append(out, Evento{Tipo: EventoMudanca, Recurso: Nouns[r], at: e.delivered})
		}
	}
	return out
}
