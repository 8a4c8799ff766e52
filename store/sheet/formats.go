package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// numFormat is what a number format makes of a number.
type numFormat struct {
	date, clock, elapsed bool
	sections             []section
}

// section is a format of numbers that satisfy a condition; pad is the number of its digits
// where it is made of zeros only, as the formats of CPF and CEP are.
type section struct {
	op    string
	limit float64
	pad   int
}

// builtin is the code of a format that files do not write out.
func builtin(id int) string {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return "dd/mm/yyyy"
	case id == 22:
		return "dd/mm/yyyy hh:mm"
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return "hh:mm:ss"
	case id == 46:
		return "[h]:mm:ss"
	default:
		return "General"
	}
}

// parseFormat reads a code as "dd/mm/yyyy;@" or `[<=99999999999]000\.000\.000\-00;…`.
func parseFormat(code string) *numFormat {
	f := &numFormat{}
	if len(code) > 1000 || strings.HasPrefix(strings.ToLower(code), "general") {
		return f
	}
	var s section
	zeros, other, month, first := 0, false, false, true
	end := func() {
		if zeros > 1 && !other {
			s.pad = zeros
		}
		f.sections = append(f.sections, s)
		s, zeros, other, first = section{}, 0, false, false
	}
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			n := strings.IndexByte(code[i+1:], '"')
			if n < 0 {
				n = len(code) - i - 1
			}
			i += n + 1
		case '\\', '_', '*':
			i++
		case '[':
			n := strings.IndexByte(code[i:], ']')
			if n < 0 {
				n = len(code) - i
			}
			f.bracket(strings.ToLower(code[i+1:min(i+n, len(code))]), &s)
			i += n
		case ';':
			end()
		case '0':
			zeros++
		case 'd', 'D', 'y', 'Y':
			f.date, other = f.date || first, true
		case 'h', 'H', 's', 'S':
			f.clock, other = f.clock || first, true
		case 'm', 'M':
			month, other = month || first, true
		case '#', '?', ',', '.', '%', 'E', 'e', '/', '@', 'a', 'A', 'g', 'G':
			other = true
		}
	}
	end()
	f.date = f.date || month && !f.clock && !f.elapsed
	return f
}

// bracket reads a condition or the mark of hours beyond a day; colours and currencies are none.
func (f *numFormat) bracket(text string, s *section) {
	if text != "" && strings.Trim(text, text[:1]) == "" && strings.ContainsAny(text[:1], "hms") {
		f.elapsed = true
		return
	}
	for _, op := range []string{"<=", ">=", "<>", "<", ">", "="} {
		if rest, ok := strings.CutPrefix(text, op); ok {
			if v, err := strconv.ParseFloat(strings.TrimSpace(rest), 64); err == nil {
				s.op, s.limit = op, v
			}
			return
		}
	}
}

func (s section) holds(v float64) bool {
	switch s.op {
	case "<=":
		return v <= s.limit
	case ">=":
		return v >= s.limit
	case "<>":
		return v != s.limit
	case "<":
		return v < s.limit
	case ">":
		return v > s.limit
	case "=":
		return v == s.limit
	default:
		return true
	}
}

// numberCell is a number as its format shows it.
func (w *workbook) numberCell(raw string, style int) Cell {
	raw = strings.TrimSpace(raw)
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return Cell{Kind: Text, Text: raw}
	}
	c := Cell{Kind: Number, Text: shown(raw), since1904: w.since1904}
	if style < 0 || style >= len(w.formats) {
		return c
	}
	f := w.formats[style]
	switch {
	case f.elapsed && v >= 0 && v < maxSerial:
		return Cell{Kind: Text, Text: spell(v)}
	case f.clock && !f.date && v >= 0 && v < 1:
		return Cell{Kind: Text, Text: spell(v)}
	case f.date || f.clock:
		if at, ok := serial(v, w.since1904); ok {
			return dateCell(at)
		}
		return c
	}
	for _, s := range f.sections {
		if s.holds(v) {
			if digits := c.Text; v >= 0 && len(digits) < s.pad && !strings.Contains(digits, ".") {
				c.Text = strings.Repeat("0", s.pad-len(digits)) + digits
			}
			break
		}
	}
	return c
}

// dateCell is an instant as a cell.
func dateCell(at time.Time) Cell {
	if at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return Cell{Kind: Date, Text: at.Format(time.DateOnly)}
	}
	return Cell{Kind: Date, Text: at.Format(dateTime)}
}

const (
	dateTime  = "2006-01-02T15:04:05"
	maxSerial = 2_958_466 // the day after 31/12/9999
)

// serial is the day and time of a number. Excel takes 1900 for a leap year: days before its
// 29 February are one nearer.
func serial(v float64, since1904 bool) (time.Time, bool) {
	if v < 0 || v >= maxSerial {
		return time.Time{}, false
	}
	seconds := int64(math.Round(v * 86400))
	day, second := seconds/86400, seconds%86400
	switch {
	case since1904:
		day += 1462
	case day == 0, day == 60:
		return time.Time{}, false
	case day < 60:
		day++
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(day)).Add(time.Duration(second) * time.Second), true
}

// spell is a duration in days as hours, minutes, seconds.
func spell(v float64) string {
	s := int64(math.Round(v * 86400))
	two := func(n int64) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }
	hours := strconv.FormatInt(s/3600, 10)
	if len(hours) < 2 {
		hours = "0" + hours
	}
	return hours + ":" + two(s/60%60) + ":" + two(s%60)
}

// shown is a number in plain digits, with the fifteen that Excel shows; a whole number that is
// written out keeps all of its digits.
func shown(raw string) string {
	digits := plainNumber(raw)
	if !strings.ContainsAny(raw, ".eE") || significant(digits) <= 15 {
		return digits
	}
	v, _ := strconv.ParseFloat(raw, 64)
	return plainNumber(strconv.FormatFloat(v, 'e', 14, 64))
}

// significant is the number of digits of a plain number that are not only zeros at its ends.
func significant(digits string) int {
	return len(strings.Trim(strings.ReplaceAll(strings.TrimPrefix(digits, "-"), ".", ""), "0"))
}

// plainNumber writes a decimal number without an exponent, exactly; zeros behind the point
// that an exponent brought are left out.
func plainNumber(raw string) string {
	raw = strings.TrimPrefix(raw, "+")
	i := strings.IndexAny(raw, "eE")
	if i < 0 {
		return raw
	}
	mantissa := raw[:i]
	exponent, err := strconv.Atoi(raw[i+1:])
	if err != nil || exponent > 400 || exponent < -400 {
		return raw
	}
	sign := ""
	if strings.HasPrefix(mantissa, "-") {
		sign, mantissa = "-", mantissa[1:]
	}
	whole, part, _ := strings.Cut(mantissa, ".")
	digits, point := whole+part, len(whole)+exponent
	if point <= 0 {
		digits, point = strings.Repeat("0", 1-point)+digits, 1
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	whole, part = strings.TrimLeft(digits[:point], "0"), strings.TrimRight(digits[point:], "0")
	if whole == "" {
		whole = "0"
	}
	if part != "" {
		part = "." + part
	}
	if sign != "" && whole == "0" && part == "" {
		sign = ""
	}
	return sign + whole + part
}
