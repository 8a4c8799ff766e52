package store

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// sqlTime is the one form of a date-time in every engine, always UTC: on SQLite
// it is the text that SQLAlchemy writes and insists on reading back.
const sqlTime = "2006-01-02 15:04:05.000000"

// jsonTime always has six digits and an explicit offset, which JavaScript, Go
// and every Python read.
const jsonTime = "2006-01-02T15:04:05.000000-07:00"

// Hora is an instant with microseconds, or NULL when it is zero.
type Hora struct{ time.Time }

func horaDe(t time.Time) Hora { return Hora{t.UTC().Truncate(time.Microsecond)} }

// Value implements driver.Valuer.
func (h Hora) Value() (driver.Value, error) {
	if h.IsZero() {
		return nil, nil //nolint:nilnil // NULL is what a zero time is
	}
	return h.UTC().Format(sqlTime), nil
}

// Scan implements sql.Scanner for what the drivers hand over: text or time.
func (h *Hora) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		h.Time = time.Time{}
	case time.Time:
		// The column has no zone; a driver's zone is its invention.
		h.Time = time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), v.Nanosecond(), time.UTC)
	case string:
		return h.parse(v)
	case []byte:
		return h.parse(string(v))
	case int64, float64, bool: // SQLite keeps whatever another program writes; see parse
		h.Time = time.Time{}
	default:
		return fmt.Errorf("store: %T is not a date-time", src)
	}
	return nil
}

// horaForms are tried in turn: our own first, then what people's tools leave.
var horaForms = []string{
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999Z07", time.RFC3339Nano, "2006-01-02 15:04", "2006-01-02",
}

// parse reads an unreadable text as NULL: one odd row written by another
// program must not make a whole list fail.
func (h *Hora) parse(s string) error {
	h.Time = time.Time{}
	s = strings.TrimSpace(s)
	for _, form := range horaForms {
		if t, err := time.Parse(form, s); err == nil {
			h.Time = t.UTC()
			return nil
		}
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (h Hora) MarshalJSON() ([]byte, error) {
	if h.IsZero() {
		return []byte("null"), nil
	}
	b := make([]byte, 0, len(jsonTime)+2)
	b = append(b, '"')
	b = h.UTC().AppendFormat(b, jsonTime)
	return append(b, '"'), nil
}

// String is the JSON form without quotes; "" for NULL.
func (h Hora) String() string {
	if h.IsZero() {
		return ""
	}
	return h.UTC().Format(jsonTime)
}

// Objeto is a JSON object kept as text, as the Flask system keeps dados_extras,
// info_extra and dados. Its zero value is NULL and reads as {}.
type Objeto json.RawMessage

// Value implements driver.Valuer.
func (o Objeto) Value() (driver.Value, error) {
	if len(o) == 0 {
		return nil, nil //nolint:nilnil // NULL is what an absent object is
	}
	return string(o), nil
}

// Scan implements sql.Scanner.
func (o *Objeto) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*o = nil
	case string:
		*o = Objeto(v)
	case []byte:
		*o = Objeto(bytes.Clone(v))
	default:
		return fmt.Errorf("store: %T is not JSON text", src)
	}
	return nil
}

// MarshalJSON shows NULL and text that is not a JSON object as {}, like the
// Flask system did.
func (o Objeto) MarshalJSON() ([]byte, error) {
	t := bytes.TrimSpace(o)
	if len(t) == 0 || t[0] != '{' || !json.Valid(t) {
		return []byte("{}"), nil
	}
	return t, nil
}

// UnmarshalJSON accepts an object or null.
func (o *Objeto) UnmarshalJSON(b []byte) error {
	t := bytes.TrimSpace(b)
	if string(t) == "null" {
		*o = nil
		return nil
	}
	if len(t) == 0 || t[0] != '{' {
		return errors.New("store: not a JSON object")
	}
	*o = Objeto(bytes.Clone(t))
	return nil
}
