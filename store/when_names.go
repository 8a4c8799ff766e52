package store

import "example.com/monitor/store/when"

type (
	// Hora is when.Hora.
	Hora = when.Hora
)
