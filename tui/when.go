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
func (sh *shell) day(t time.Time) string { return sh.stamp(t, dayForm) }

// moment is the local date and time of t, a dash for an absent one.
func (sh *shell) moment(t time.Time) string { return sh.stamp(t, timeForm) }

func (sh *shell) stamp(t time.Time, form string) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(sh.zone).Format(form)
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

// ago is the age of t for people.
func (sh *shell) ago(t time.Time) string { return "há " + span(sh.now().Sub(t)) }

// local is the present time in the person's zone.
func (sh *shell) local() time.Time { return sh.now().In(sh.zone) }

// brief is the local time of t where that is today, else the day.
func (sh *shell) brief(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(sh.zone)
	now := sh.local()
	switch {
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		return t.Format("15:04:05")
	case t.Year() == now.Year():
		return t.Format("02/01 15:04")
	default:
		return t.Format(dayForm)
	}
}

var weekdays = [...]string{"domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"}

// weekday is the local day of t with its name, or how near it is.
func (sh *shell) weekday(t time.Time) string {
	if t.IsZero() {
		return "sem data"
	}
	t = t.In(sh.zone)
	for back, name := range []string{"hoje", "ontem"} {
		if sh.local().AddDate(0, 0, -back).Format(dayForm) == t.Format(dayForm) {
			return name
		}
	}
	return weekdays[t.Weekday()] + ", " + t.Format(dayForm)
}
