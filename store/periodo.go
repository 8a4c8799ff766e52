package store

import (
	"strings"
	"time"
)

// periodo reads de and ate: local days ("2026-11-24", "24/11/2026") or RFC 3339
// instants, both inclusive, "" for open. ate becomes the first instant after it.
func (s *Store) periodo(de, ate string) (inicio, fim Hora, err error) {
	var bad InvalidError
	read := func(campo, text string, fim bool) Hora {
		if text = strings.TrimSpace(text); text == "" {
			return Hora{}
		}
		t, dia, ok := diaOuInstante(text, s.cfg.Fuso)
		switch {
		case !ok:
			bad.Add(campo, fraseInstante)
		case fim && dia:
			y, m, d := t.Date()
			t = localDay(y, m, d+1, s.cfg.Fuso)
		case fim:
			t = t.Add(time.Microsecond)
		}
		return horaDe(guardavel(t))
	}
	inicio, fim = read("de", de, false), read("ate", ate, true)
	if bad.OrNil() == nil && !inicio.IsZero() && !fim.IsZero() && !inicio.Before(fim.Time) {
		bad.Add("ate", "O fim do período vem antes do começo")
	}
	return inicio, fim, bad.OrNil()
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
