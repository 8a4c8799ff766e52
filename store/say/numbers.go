package say

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Thousands writes n as people do: 1.234.567.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

// Count is a number with its noun, in the form for one or for many.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + many
}

// Bytes is an amount of data: 512 bytes, 1,5 KB, 20,0 MB. Prefixes are decimal, as discs
// and networks are sold; the pages say the same (static/js/format.js).
func Bytes(n int64) string {
	units := []string{"bytes", "KB", "MB", "GB", "TB"}
	v, i := float64(n), 0
	for math.Round(v) >= 1000 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	digits, scale := 1, 10.0
	if i == 0 || v >= 100 {
		digits, scale = 0, 1
	}
	return strings.Replace(strconv.FormatFloat(math.Round(v*scale)/scale, 'f', digits, 64), ".", ",", 1) + " " + units[i]
}

// Span is a duration in its largest whole unit, short: 3 min.
func Span(d time.Duration) string {
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

// Ago is how long ago something was, in a sentence: há 3 minutos.
func Ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "há instantes"
	case d < time.Hour:
		return "há " + Count(int(d.Minutes()), "minuto", "minutos")
	case d < 48*time.Hour:
		return "há " + Count(int(d.Hours()), "hora", "horas")
	default:
		return "há " + Count(int(d.Hours()/24), "dia", "dias")
	}
}

// Enumerate writes items as a sentence does: a, b e c.
func Enumerate(items []string) string {
	last := len(items) - 1
	if last < 1 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:last], ", ") + " e " + items[last]
}
