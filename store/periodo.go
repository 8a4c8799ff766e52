package store

import (
	"strings"
	"time"
)

// The ways to write a local day.
var formasDia = []string{"2006-01-02", "02/01/2006"}

// periodo reads de and ate: local days ("2026-11-24", "24/11/2026") or RFC 3339
// instants, both inclusive, "" for open. ate becomes the first instant after it.
func (s *Store) periodo(de, ate string) (inicio, fim Hora, err error) {
	var bad InvalidError
	read := func(campo, text string, dias int) Hora {
		if text = strings.TrimSpace(text); text == "" {
			return Hora{}
		}
		for _, form := range formasDia {
			if d, err := time.Parse(form, text); err == nil {
				return horaDe(time.Date(d.Year(), d.Month(), d.Day()+dias, 0, 0, 0, 0, s.cfg.Fuso))
			}
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			bad.add(campo, "Use um dia, como 24/11/2026 ou 2026-11-24, ou um instante, como 2026-11-24T09:00:00Z")
		}
		return horaDe(at.Add(time.Duration(dias) * time.Microsecond))
	}
	inicio, fim = read("de", de, 0), read("ate", ate, 1)
	if bad.orNil() == nil && !inicio.IsZero() && !fim.IsZero() && !inicio.Before(fim.Time) {
		bad.add("ate", "O fim do período vem antes do começo")
	}
	return inicio, fim, bad.orNil()
}

// noPeriodo narrows to rows whose time lies within; rows without one do not.
func (s *selecao[T]) noPeriodo(inicio, fim Hora) {
	if !inicio.IsZero() {
		s.and(s.l.hora+" >= ?", inicio)
	}
	if !fim.IsZero() {
		s.and(s.l.hora+" < ?", fim)
	}
}
