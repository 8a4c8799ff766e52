package tui

import (
	"strconv"
	"time"
)

const (
	dayForm  = "02/01/2006"
	timeForm = "02/01/2006 15:04"
)

// day is the local date of t, a dash for an absent one.
func (e *env) day(t time.Time) string { return e.stamp(t, dayForm) }

// moment is the local date and time of t, a dash for an absent one.
func (e *env) moment(t time.Time) string { return e.stamp(t, timeForm) }

func (e *env) stamp(t time.Time, form string) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(e.cfg.Fuso).Format(form)
}

// span writes a duration for people, in its largest whole unit.
func span(d time.Duration) string {
	d = max(0, d)
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + " h"
	default:
		return strconv.Itoa(int(d.Hours()/24)) + " dias"
	}
}
