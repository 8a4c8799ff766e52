package store

import "example.com/monitor/store/feed"

type (
	// Escuta is feed.Subscription.
	Escuta = feed.Subscription
	// Evento is feed.Evento.
	Evento = feed.Evento
)

// What doors know of package feed.
const (
	EventoFim       = feed.EventoFim
	EventoMudanca   = feed.EventoMudanca
	EventoRecomecar = feed.EventoRecomecar
)

// What doors know of package feed.
var (
	Recursos = feed.Nouns
)
