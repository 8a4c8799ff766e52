package store

import (
	"context"
	"errors"
	"slices"
	"strings"
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
	lugar   lugar
}

// EventoFiltro narrows what a listener hears.
type EventoFiltro struct {
	Recursos []string // nouns; none means all that the actor may hear
	// Desde is the position after which to go on, from Escuta.Posicao; "" is now.
	Desde string
}

// recurso is a noun that changes are told about.
type recurso int

const (
	rClientes recurso = iota
	rDispositivos
	rConexoes
	rChat
	rSessoes
	rChaves
	rLogs
	rEstatisticas
	nRecursos
)

// Recursos are the nouns that changes are told about, in the order of recurso.
var Recursos = []string{"clientes", "dispositivos", "conexoes", "chat", "sessoes", "chaves", "logs", "estatisticas"}

// alcance is how much of a noun a listener hears about.
type alcance int

const (
	alcanceNada alcance = iota
	alcanceProprio
	alcanceTudo
)

// visao is what a listener hears, by noun.
type visao [nRecursos]alcance

// The views of the levels follow what each may list.
var visoes = map[string]visao{
	Admin: {alcanceTudo, alcanceTudo, alcanceTudo, alcanceTudo, alcanceTudo, alcanceTudo, alcanceTudo, alcanceTudo},
	Moderador: {
		rClientes: alcanceTudo, rDispositivos: alcanceTudo, rConexoes: alcanceTudo, rChat: alcanceTudo, rSessoes: alcanceProprio,
		rLogs: alcanceTudo, rEstatisticas: alcanceTudo,
	},
	Usuario: {
		rClientes: alcanceProprio, rDispositivos: alcanceProprio, rConexoes: alcanceProprio, rChat: alcanceTudo, rSessoes: alcanceProprio,
	},
	Leitura: {rClientes: alcanceTudo, rDispositivos: alcanceTudo, rConexoes: alcanceTudo, rChat: alcanceTudo, rEstatisticas: alcanceTudo},
}

// narrow leaves the named nouns. Naming what the level may not hear is refused.
func (v visao) narrow(names []string) (visao, error) {
	if len(names) == 0 {
		return v, nil
	}
	var some visao
	for _, nome := range names {
		i := slices.Index(Recursos, nome)
		switch {
		case i < 0:
			return some, fault.Invalid("recursos", "Use nomes desta lista, separados por vírgula: "+strings.Join(Recursos, ", "))
		case v[i] == alcanceNada:
			return some, errProibido
		}
		some[i] = v[i]
	}
	return some, nil
}

// Eventos begins to listen to changes, whoever makes them and in whatever process
// (within about a second when it is another). Admins hear everything, moderadores
// everything but keys and others' sessions, leitura keys what they may list,
// people what is their own and the chat. Close the Escuta. ErrTooMany when too
// many listen already.
func (h *Handle) Eventos(ctx context.Context, f EventoFiltro) (*Escuta, error) {
	if err := h.require(Admin, Moderador, Usuario, Leitura); err != nil {
		return nil, err
	}
	view, err := visoes[h.actor.nivel].narrow(f.Recursos)
	if err != nil {
		return nil, err
	}
	e := &Escuta{difusao: h.s.eventos, ator: h.actor, visao: view, desde: f.Desde, sinal: make(chan struct{}, 1)}
	ctx, cancel := h.s.deadline(ctx)
	defer cancel()
	if err := h.s.eventos.join(ctx, e); err != nil {
		return nil, err
	}
	return e, nil
}

// maxFila bounds the events that wait for a listener. One that falls further
// behind is told to begin again.
const maxFila = 512

// errEscutaFim ends the work of Next.
var errEscutaFim = errors.New("store: a escuta terminou")

// Escuta is one listener's share of the feed. Next and Posicao belong to one
// goroutine; Close may be called from anywhere.
type Escuta struct {
	difusao *difusao
	ator    Actor
	visao   visao
	desde   string
	sinal   chan struct{} // something waits in fila, or an end came

	// The feed's own, touched by its goroutine only: what was handed out.
	dada    lugar
	ultima  [nRecursos]time.Time // of the last event that named no record
	comecou bool                 // dada counts
	fora    bool                 // its credential no longer counts

	mu     sync.Mutex
	fila   []Evento
	perdeu bool  // fila overflowed: recomecar is due
	resto  lugar // where the listener is when fila is empty
	fim    error // why it ended
}

// Next waits for the next event. After a fim, or when the store closes or ctx
// ends, it returns an error.
func (e *Escuta) Next(ctx context.Context) (Evento, error) {
	for {
		if ev, ok, err := e.take(); ok || err != nil {
			return ev, err
		}
		select {
		case <-e.sinal:
		case <-ctx.Done():
			return Evento{}, ctx.Err()
		}
	}
}

// take gives what is there. An end comes before events that still wait: they are
// not for somebody whose credential is gone.
func (e *Escuta) take() (Evento, bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case errors.Is(e.fim, ErrUnauthenticated):
		e.fim, e.fila = errEscutaFim, nil
		return Evento{Tipo: EventoFim, lugar: e.resto}, true, nil
	case e.fim != nil:
		return Evento{}, false, e.fim
	case e.perdeu:
		e.perdeu = false
		return Evento{Tipo: EventoRecomecar, lugar: e.resto}, true, nil
	case len(e.fila) == 0:
		return Evento{}, false, nil
	}
	ev := e.fila[0]
	e.fila = e.fila[1:]
	return ev, true, nil
}

// Posicao is opaque: handed to Eventos of any process on the same database it goes
// on after ev.
func (e *Escuta) Posicao(ev Evento) string { return e.difusao.selo.escreve(ev.lugar) }

// Agora is the position of a listener that has heard everything so far; "" while
// events wait for it.
func (e *Escuta) Agora() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.perdeu || len(e.fila) > 0 || e.fim != nil {
		return ""
	}
	return e.difusao.selo.escreve(e.resto)
}

// Close stops listening.
func (e *Escuta) Close() { e.difusao.leave(e) }

// put hands events over; at is where they lead.
func (e *Escuta) put(events []Evento, at lugar) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.resto = at
	if len(events) == 0 || e.fim != nil || e.perdeu {
		return
	}
	if len(e.fila)+len(events) > maxFila {
		e.fila, e.perdeu = nil, true
	} else {
		e.fila = append(e.fila, events...)
	}
	signal(e.sinal)
}

// restart lets the listener begin again at a position.
func (e *Escuta) restart(at lugar) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fila, e.perdeu, e.resto = nil, true, at
	signal(e.sinal)
}

// end closes the stream from our side.
func (e *Escuta) end(why error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fim == nil {
		e.fim = why
	}
	e.fila = nil
	signal(e.sinal)
}
