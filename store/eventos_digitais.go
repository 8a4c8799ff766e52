package store

import (
	"context"

	"example.com/monitor/store/engine"
)

// leitura are the marks of one look.
type leitura struct{}

// of are the marks that a listener may know of.
func (l *leitura) of(*Escuta) digitais { return digitais{} }

func (d *difusao) readMarks(context.Context, engine.Q, *olhada, []*Escuta) error { return nil }
