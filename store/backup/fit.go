package backup

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/say"
	"example.com/monitor/store/when"
)

// What a column can hold differs from engine to engine. fit gives a value the form
// in which a column of the target holds it, without loss, or says why there is
// none; adjust gives the nearest that it can hold.

// fit returns why as "" where the value fits. same says that the value comes from
// the same engine, which takes back what it gave.
func fit(f *engine.Field, v any, same bool) (out any, why string) {
	if v == nil {
		if f.NotNull {
			return nil, "está vazio (NULL), e ali não pode"
		}
		return nil, ""
	}
	if f.Kind == engine.SQLite {
		return fitSQLite(f, v)
	}
	switch f.Tipo {
	case engine.Texto:
		return fitText(f, v)
	case engine.Inteiro:
		return fitWhole(f, v)
	case engine.Booleano:
		return fitBool(f, v)
	case engine.DataHora:
		return fitTime(f, v, same)
	case engine.Bytes:
		if s, ok := v.(string); ok {
			return []byte(s), ""
		}
		if _, ok := v.([]byte); !ok {
			return v, "não são bytes"
		}
	case engine.Outro:
		if s, ok := v.(string); ok && f.Kind == engine.Postgres {
			return s, wrongText(f, s)
		}
	}
	return v, ""
}

// fitSQLite says what a column's affinity makes of a value. A number beyond 64
// bits would lose digits.
func fitSQLite(f *engine.Field, v any) (any, string) {
	switch f.Tipo { //nolint:exhaustive // the others keep what they are given
	case engine.Texto:
		switch n := v.(type) {
		case int64:
			return strconv.FormatInt(n, 10), ""
		case bool:
			return strconv.FormatBool(n), ""
		}
	case engine.Inteiro, engine.Booleano:
		s, ok := v.(string)
		if !ok {
			return v, ""
		}
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, ""
		}
		if _, err := strconv.ParseFloat(s, 64); err == nil {
			return v, "é o número " + s + ", que perderia algarismos"
		}
	}
	return v, ""
}

func fitText(f *engine.Field, v any) (any, string) {
	var s string
	switch n := v.(type) {
	case string:
		s = n
	case []byte:
		s = string(n)
	case int64:
		s = strconv.FormatInt(n, 10)
	case bool:
		s = strconv.FormatBool(n)
	case float64:
		s = strconv.FormatFloat(n, 'g', -1, 64)
	}
	return s, wrongText(f, s)
}

func wrongText(f *engine.Field, s string) string {
	switch {
	case !utf8.ValidString(s):
		return "tem bytes que não são UTF-8"
	case f.Kind == engine.Postgres && strings.Contains(s, "\x00"):
		return "tem o caractere NUL"
	case f.Max > 0 && int64(utf8.RuneCountInString(s)) > f.Max:
		return fmt.Sprintf("tem %d caracteres, e cabem %d", utf8.RuneCountInString(s), f.Max)
	case f.MaxBytes > 0 && int64(len(s)) > f.MaxBytes:
		return fmt.Sprintf("ocupa %d bytes, e cabem %d", len(s), f.MaxBytes)
	case f.Charset != "":
		if i := strings.IndexFunc(s, func(r rune) bool { return !writable(f.Charset, r) }); i >= 0 {
			r, _ := utf8.DecodeRuneInString(s[i:])
			return fmt.Sprintf("tem o caractere %q, que a codificação %s da coluna não tem", r, f.Charset)
		}
	}
	return ""
}

// windows1252 are the letters of MySQL's latin1 beyond Unicode's first 256.
const windows1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"

func writable(charset string, r rune) bool {
	switch charset {
	case "utf8", "utf8mb3", "ucs2":
		return r <= math.MaxUint16
	case "latin1":
		return r < 0x80 || r >= 0xa0 && r <= 0xff || strings.ContainsRune(windows1252, r)
	case "ascii":
		return r < 0x80
	default:
		return true
	}
}

func fitWhole(f *engine.Field, v any) (any, string) {
	if b, ok := v.(bool); ok {
		if b {
			return int64(1), ""
		}
		return int64(0), ""
	}
	n, ok := v.(int64)
	if s, text := v.(string); text {
		u, err := strconv.ParseUint(s, 10, 64)
		if err == nil && u > math.MaxInt64 && f.Unsigned {
			return s, ""
		}
		p, err := strconv.ParseInt(s, 10, 64)
		n, ok = p, err == nil
	}
	if !ok {
		return v, "é " + shown(v) + ", e ali só cabe um número inteiro"
	}
	bits := f.Bits
	if bits == 0 {
		bits = 64
	}
	low, high := int64(-1)<<(bits-1), int64(1)<<(bits-1)-1
	if f.Unsigned {
		low, high = 0, math.MaxInt64
		if bits < 64 {
			high = int64(1)<<bits - 1
		}
	}
	if n < low || n > high {
		return n, fmt.Sprintf("é %d, e cabe de %d a %d", n, low, high)
	}
	return n, ""
}

func fitBool(f *engine.Field, v any) (any, string) {
	switch n := v.(type) {
	case bool:
		return n, ""
	case int64:
		switch {
		case n == 0 || n == 1:
			return n == 1, ""
		case f.Kind == engine.MySQL && n >= math.MinInt8 && n <= math.MaxInt8:
			return n, ""
		}
	}
	return v, "é " + shown(v) + ", e ali só cabe verdadeiro ou falso"
}

// ofPostgres are date-times that only PostgreSQL has.
var ofPostgres = regexp.MustCompile(`^-?infinity$| BC$|^\d{5,}-`)

func fitTime(f *engine.Field, v any, same bool) (any, string) {
	s, ok := v.(string)
	if !ok {
		return v, "é " + shown(v) + ", e ali só cabe data e hora"
	}
	if same && f.Kind == engine.Postgres && ofPostgres.MatchString(s) {
		return v, ""
	}
	t, err := time.Parse(time.DateTime, s) // with as many digits of a second as there are
	zoned := false
	if err != nil {
		t, err = time.Parse(time.DateTime+"-07", s)
		zoned = err == nil
	}
	switch {
	case err != nil && same && f.Kind == engine.MySQL && strings.Contains(engine.PadDate(s), "."):
		return engine.PadDate(s), "" // such as 0000-00-00
	case err != nil, len(s) < len(time.DateTime):
		return v, "é " + shown(v) + ", que não é data e hora na forma daquele banco"
	case t.Year() < 1:
		return v, "é " + shown(v) + ", uma data que não existe"
	case f.Digits < 6 && t.Nanosecond() != t.Truncate(digit(f.Digits)).Nanosecond():
		return v, "tem frações de segundo que ali se perdem"
	case zoned:
		t = t.UTC()
	}
	return t.Format(when.SQLTime), ""
}

func digit(n int) time.Duration {
	d := time.Second
	for range n {
		d /= 10
	}
	return d
}

// shown is a value for people, short and on one line.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return "vazio (NULL)"
	case string:
		if utf8.RuneCountInString(v) > maxShown {
			return strconv.Quote(string([]rune(v)[:maxShown])) + "…"
		}
		return strconv.Quote(v)
	case []byte:
		return say.Count(len(v), "byte", "bytes")
	case bool:
		if v {
			return "verdadeiro"
		}
		return "falso"
	default:
		return fmt.Sprint(v)
	}
}

const maxShown = 40

// adjust gives the nearest value that the column can hold; ok is false where there is none.
func adjust(f *engine.Field, v any, id int64) (out any, ok bool) {
	out = nearest(f, v)
	if out == nil && f.NotNull {
		out = instead(f, id)
	}
	out, why := fit(f, out, false)
	return out, why == ""
}

func nearest(f *engine.Field, v any) any {
	if v == nil {
		return nil
	}
	switch f.Tipo {
	case engine.Texto:
		text, _ := fitText(f, v)
		s, _ := text.(string)
		return nearestText(f, s)
	case engine.Inteiro:
		return nearestWhole(v)
	case engine.Booleano:
		return nearestBool(v)
	case engine.DataHora:
		return nearestTime(f, v)
	case engine.Outro:
		if s, ok := v.(string); ok {
			return nearestText(f, s)
		}
	}
	return nil
}

func nearestText(f *engine.Field, s string) string {
	if !utf8.ValidString(s) {
		s = fromLatin1(s)
	}
	if f.Kind == engine.Postgres {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	if f.Charset != "" {
		s = strings.Map(func(r rune) rune {
			if !writable(f.Charset, r) {
				return '?'
			}
			return r
		}, s)
	}
	if r := []rune(s); f.Max > 0 && int64(len(r)) > f.Max {
		s = string(r[:f.Max])
	}
	for f.MaxBytes > 0 && int64(len(s)) > f.MaxBytes {
		s = strings.ToValidUTF8(s[:f.MaxBytes], "")
	}
	return s
}

// fromLatin1 reads bytes that are no UTF-8 as what systems wrote before it.
func fromLatin1(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			if r = rune(s[0]); r < 0xa0 {
				r = utf8.RuneError
			}
		}
		b.WriteRune(r)
		s = s[n:]
	}
	return b.String()
}

func nearestWhole(v any) any {
	var r float64
	switch n := v.(type) {
	case float64:
		r = n
	case string:
		s := strings.TrimSpace(n)
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			return i
		}
		var err error
		if r, err = strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64); err != nil {
			return nil
		}
	default:
		return nil
	}
	if r = math.Round(r); math.Abs(r) < 1<<53 {
		return int64(r)
	}
	return nil
}

func nearestBool(v any) any {
	switch n := v.(type) {
	case int64:
		return n != 0
	case float64:
		return n != 0
	case string:
		switch strings.ToLower(strings.TrimSpace(n)) {
		case "1", "t", "true", "s", "sim", "y", "yes", "verdadeiro", "on":
			return true
		case "0", "f", "false", "n", "não", "nao", "no", "falso", "off":
			return false
		}
	}
	return nil
}

// brazilian are the forms that people type, besides those of when.Hora.
var brazilian = []string{"02/01/2006 15:04:05", "02/01/2006 15:04", "02/01/2006"}

func nearestTime(f *engine.Field, v any) any {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	var h when.Hora
	_ = h.Parse(s)
	for _, form := range brazilian {
		if t, err := time.Parse(form, strings.TrimSpace(s)); h.IsZero() && err == nil {
			h.Time = t
		}
	}
	if h.IsZero() {
		return nil
	}
	return h.Truncate(max(time.Microsecond, digit(f.Digits))).Format(when.SQLTime)
}

// instead stands where nothing would be right and nothing may be missing.
func instead(f *engine.Field, id int64) any {
	switch f.Tipo {
	case engine.Inteiro:
		return int64(0)
	case engine.Booleano:
		return false
	case engine.DataHora:
		return "1970-01-01 00:00:00.000000"
	case engine.Bytes:
		return []byte{}
	default:
		if f.Nome == "email" || f.Nome == "token" {
			return fmt.Sprintf("ajustado-%d", id)
		}
		return ""
	}
}
