package when

import "time"

// DayStart is the first instant of t's day in zone. Where the clocks jump over
// midnight the day begins later; where they come back to it, it begins once.
func DayStart(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return LocalDay(y, m, d, zone)
}

// LocalDay is the first instant of a day that is named as time.Date names it.
func LocalDay(y int, m time.Month, d int, zone *time.Location) time.Time {
	const step = 15 * time.Minute // no zone moves its clocks by less
	want := time.Date(y, m, d, 12, 0, 0, 0, zone).YearDay()
	start := time.Date(y, m, d, 0, 0, 0, 0, zone)
	for start.YearDay() != want {
		start = start.Add(step)
	}
	for start.Add(-step).YearDay() == want {
		start = start.Add(-step)
	}
	return start
}

// HourStart is the beginning of the hour that clocks in zone show.
func HourStart(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	past := time.Duration(l.Minute())*time.Minute + time.Duration(l.Second())*time.Second + time.Duration(l.Nanosecond())
	return l.Add(-past)
}

// SecondBound is an instant of whole seconds as the bound of a range of stored times:
// SQLite compares texts, and this one stands before every spelling of its second.
func SecondBound(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// The first and the last instant that the texts of all engines can hold and compare;
// a second before the first is the zero time, which stands for NULL.
var (
	first = time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)
	last  = time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
)

// Storable is t, or the nearest instant that every engine can compare with its times.
func Storable(t time.Time) time.Time {
	switch {
	case t.Before(first):
		return first
	case t.After(last):
		return last
	}
	return t
}

// dayForms are the ways to write a local day.
var dayForms = []string{time.DateOnly, "02/01/2006"}

// InstantForms tells people what DayOrInstant reads.
const InstantForms = "Use um dia, como 24/11/2026 ou 2026-11-24, ou um instante, como 2026-11-24T09:00:00Z"

// DayOrInstant reads a local day, whose first instant it gives, or an RFC 3339
// instant.
func DayOrInstant(text string, zone *time.Location) (t time.Time, day, ok bool) {
	for _, form := range dayForms {
		if d, err := time.Parse(form, text); err == nil {
			return LocalDay(d.Year(), d.Month(), d.Day(), zone), true, true
		}
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, false, err == nil
}
