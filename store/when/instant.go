// Package when holds instants as every engine stores and compares them, local days
// and the periods that people ask for.
package when

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// SQLTime is the one form of a date-time in every engine, always UTC: on SQLite
// it is the text that SQLAlchemy writes and insists on reading back.
const SQLTime = "2006-01-02 15:04:05.000000"

// jsonTime always has six digits and an explicit offset, which JavaScript, Go
// and every Python read.
const jsonTime = "2006-01-02T15:04:05.000000-07:00"

// Hora is an instant with microseconds, or NULL when it is zero.
type Hora struct{ time.Time }

// Of is t as the database keeps it: UTC, whole microseconds.
func Of(t time.Time) Hora { return Hora{t.UTC().Truncate(time.Microsecond)} }

// Value implements driver.Valuer.
func (h Hora) Value() (driver.Value, error) {
	if h.IsZero() {
		return nil, nil //nolint:nilnil // NULL is what a zero time is
	}
	return h.UTC().Format(SQLTime), nil
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
		return h.Parse(v)
	case []byte:
		return h.Parse(string(v))
	case int64, float64, bool: // SQLite keeps whatever another program writes; see parse
		h.Time = time.Time{}
	default:
		return fmt.Errorf("store: %T is not a date-time", src)
	}
	return nil
}

// readForms are tried in turn: our own first, then what people's tools leave.
var readForms = []string{
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999Z07", time.RFC3339Nano, "2006-01-02 15:04", "2006-01-02",
}

// Parse reads an unreadable text as NULL: one odd row written by another
// program must not make a whole list fail.
func (h *Hora) Parse(s string) error {
	h.Time = time.Time{}
	s = strings.TrimSpace(s)
	for _, form := range readForms {
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
