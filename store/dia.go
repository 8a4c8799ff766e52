package store

import "time"

// dayStart is the first instant of t's day in fuso. Where the clocks jump over
// midnight the day begins later; where they come back to it, it begins once.
func dayStart(t time.Time, fuso *time.Location) time.Time {
	y, m, d := t.In(fuso).Date()
	return localDay(y, m, d, fuso)
}

// localDay is the first instant of a day that is named as time.Date names it.
func localDay(y int, m time.Month, d int, fuso *time.Location) time.Time {
	const step = 15 * time.Minute // no zone moves its clocks by less
	want := time.Date(y, m, d, 12, 0, 0, 0, fuso).YearDay()
	start := time.Date(y, m, d, 0, 0, 0, 0, fuso)
	for start.YearDay() != want {
		start = start.Add(step)
	}
	for start.Add(-step).YearDay() == want {
		start = start.Add(-step)
	}
	return start
}

// hourStart is the beginning of the hour that clocks in fuso show.
func hourStart(t time.Time, fuso *time.Location) time.Time {
	l := t.In(fuso)
	past := time.Duration(l.Minute())*time.Minute + time.Duration(l.Second())*time.Second + time.Duration(l.Nanosecond())
	return l.Add(-past)
}

// limite is an instant of whole seconds as the bound of a range of stored times:
// SQLite compares texts, and this one stands before every spelling of its second.
func limite(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// The first and the last instant that the texts of all engines can hold and compare;
// a second before the first is the zero time, which stands for NULL.
var (
	primeiraHora = time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)
	ultimaHora   = time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
)

// guardavel is t, or the nearest instant that every engine can compare with its times.
func guardavel(t time.Time) time.Time {
	switch {
	case t.Before(primeiraHora):
		return primeiraHora
	case t.After(ultimaHora):
		return ultimaHora
	}
	return t
}

// formasDia are the ways to write a local day.
var formasDia = []string{time.DateOnly, "02/01/2006"}

// fraseInstante says what diaOuInstante reads.
const fraseInstante = "Use um dia, como 24/11/2026 ou 2026-11-24, ou um instante, como 2026-11-24T09:00:00Z"

// diaOuInstante reads a local day, whose first instant it gives, or an RFC 3339
// instant.
func diaOuInstante(text string, fuso *time.Location) (t time.Time, dia, ok bool) {
	for _, form := range formasDia {
		if d, err := time.Parse(form, text); err == nil {
			return localDay(d.Year(), d.Month(), d.Day(), fuso), true, true
		}
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, false, err == nil
}
