package when

import (
	"strings"
	"time"

	"example.com/monitor/store/fault"
)

// Period reads de and ate: local days ("2026-11-24", "24/11/2026") or RFC 3339
// instants, both inclusive, "" for open. ate becomes the first instant after it.
func Period(de, ate string, zone *time.Location) (start, end Hora, err error) {
	var bad fault.InvalidError
	read := func(field, text string, end bool) Hora {
		if text = strings.TrimSpace(text); text == "" {
			return Hora{}
		}
		t, day, ok := DayOrInstant(text, zone)
		switch {
		case !ok:
			bad.Add(field, InstantForms)
		case end && day:
			y, m, d := t.Date()
			t = LocalDay(y, m, d+1, zone)
		case end:
			t = t.Add(time.Microsecond)
		}
		return Of(Storable(t))
	}
	start, end = read("de", de, false), read("ate", ate, true)
	if bad.OrNil() == nil && !start.IsZero() && !end.IsZero() && !start.Before(end.Time) {
		bad.Add("ate", "O fim do período vem antes do começo")
	}
	return start, end, bad.OrNil()
}
