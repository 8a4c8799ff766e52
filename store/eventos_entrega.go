package store

import (
	"slices"
	"time"
)

// hand gives e what one look has found.
func (d *difusao) hand(e *Escuta, o *olhada) {
	back, isBack := o.atrasos[e]
	now := o.digitais.of(e)
	first := !e.comecou
	e.comecou = true
	switch {
	case first && !isBack:
		e.dada = lugar{faixas: o.faixas, digitais: now}
		e.put(nil, e.dada)
	case (first && back.salto) || (!first && o.salto):
		e.dada = lugar{faixas: o.faixas, digitais: now}
		e.restart(e.dada)
	case first:
		e.dada = back.de
		e.deliver(back.elos, nil, now, o)
	default:
		e.deliver(o.elos, o.depois, now, o)
	}
}

// deliver turns links and marks that moved into events.
func (e *Escuta) deliver(links []mudanca, depois [][]ponto, now digitais, o *olhada) {
	out := e.follow(links, depois)
	e.dada.faixas = o.faixas
	out = append(out, e.compare(now, out, o.at)...)
	e.put(out, e.dada)
}

// follow turns links into events and moves the listener along. depois is how far
// the lanes are after each, where that is known already.
func (e *Escuta) follow(links []mudanca, depois [][]ponto) []Evento {
	var out []Evento
	for i := range links {
		m := &links[i]
		before, after := e.dada, e.dada
		if depois != nil {
			after.faixas = depois[i]
		} else {
			after.faixas = withPoint(after.faixas, m.em)
		}
		begun := int64(0)
		if e.dada.pulo.faixa == m.em.faixa {
			begun, before.pulo, after.pulo = e.dada.pulo.n, pulo{}, pulo{}
		}
		events := m.events(e, before, after)
		out = append(out, events[min(int(begun), len(events)):]...)
		e.dada = after
	}
	return out
}

// compare makes events of marks that moved. One that a link has told about is not
// told again: marks are read before links, so whoever loads the noun because of
// the link sees all that the mark stands for. When it is too soon to say it again
// the old mark stays, and a later look says it.
func (e *Escuta) compare(now digitais, told []Evento, at time.Time) []Evento {
	var out []Evento
	for r := range nRecursos {
		if e.visao[r] == alcanceNada || now[r] == e.dada.digitais[r] {
			continue
		}
		named := slices.ContainsFunc(told, func(ev Evento) bool { return ev.Recurso == Recursos[r] })
		if !named && at.Sub(e.ultima[r]) < repetirACada {
			continue
		}
		e.dada.digitais[r] = now[r]
		if !named {
			e.ultima[r] = at
			out = append(out, Evento{Tipo: EventoMudanca, Recurso: Recursos[r], lugar: e.dada})
		}
	}
	return out
}
