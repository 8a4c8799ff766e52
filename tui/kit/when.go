package kit

import (
	"time"

	"example.com/monitor/store/say"
)

const (
	dayForm  = "02/01/2006"
	timeForm = "02/01/2006 15:04"
)

// Day is the local date of t, a dash for an absent one.
func (sh *Shell) Day(t time.Time) string { return sh.Stamp(t, dayForm) }

// Moment is the local date and time of t, a dash for an absent one.
func (sh *Shell) Moment(t time.Time) string { return sh.Stamp(t, timeForm) }

// Stamp is the local time of t in a form of package time, a dash for an absent one.
func (sh *Shell) Stamp(t time.Time, form string) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(sh.Zone).Format(form)
}

// Ago is the age of t for people.
func (sh *Shell) Ago(t time.Time) string { return "há " + say.Span(sh.Now().Sub(t)) }

// Local is the present time in the person's zone.
func (sh *Shell) Local() time.Time { return sh.Now().In(sh.Zone) }

// Brief is the local time of t where that is today, else the day.
func (sh *Shell) Brief(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(sh.Zone)
	now := sh.Local()
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

// Weekday is the local day of t with its name, or how near it is.
func (sh *Shell) Weekday(t time.Time) string {
	if t.IsZero() {
		return "sem data"
	}
	t = t.In(sh.Zone)
	for back, name := range []string{"hoje", "ontem"} {
		if sh.Local().AddDate(0, 0, -back).Format(dayForm) == t.Format(dayForm) {
			return name
		}
	}
	return weekdays[t.Weekday()] + ", " + t.Format(dayForm)
}
