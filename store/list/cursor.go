package list

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/when"
)

// Position is a place in a list ordered by time and id, both descending. An empty
// when.Hora is NULL and stands after everything else. The zero place is before the
// first row, or with Antes behind the last.
type Position struct {
	Time   string `json:"h,omitempty"`
	ID     int64  `json:"i"`
	Before bool   `json:"a,omitempty"` // the window before this place, not after it
	// In another order than the list's own: its name, and the key in place of the time.
	Order string `json:"o,omitempty"`
	Key   string `json:"k,omitempty"`
}

func (p Position) String() string {
	b, _ := json.Marshal(p) //nolint:errchkjson // strings and numbers only
	return base64.RawURLEncoding.EncodeToString(b)
}

var errCursor = &fault.InvalidError{Campos: map[string]string{"cursor": "O cursor não é válido: comece de novo pela primeira página"}}

func parseCursor(s string) (p Position, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &p) != nil || p.ID <= 0 {
		return p, errCursor
	}
	return p, nil
}

// nullTime is what MySQL may hold in place of a time.
const nullTime = "0000-00-00 00:00:00.000000"

// Comparable says that an engine can compare its times with p's, which somebody may
// have forged. On SQLite they are texts, whatever they say.
func (p Position) Comparable(kind engine.Kind) bool {
	if kind == engine.SQLite || p.Time == "" || kind == engine.MySQL && p.Time == nullTime {
		return true
	}
	t, err := time.Parse(when.SQLTime, p.Time)
	return err == nil && t.Year() > 0
}

func parseTime(s string) (h when.Hora) {
	_ = h.Parse(s) // what cannot be read is NULL
	return h
}

// span is a stretch of a keyset window that one index range answers.
type span struct {
	cond string
	args []any
}

// spans splits the window after p (or before it) into ranges: rows with a
// time and rows without one do not compare with each other in SQL. A list
// without a time has one range.
func (p Position) spans(kind engine.Kind, hora, id string) []span {
	op := "<"
	if p.Before {
		op = ">"
	}
	if hora == "" {
		if p.ID == 0 {
			return []span{{cond: "1 = 1"}}
		}
		return []span{{id + " " + op + " ?", []any{p.ID}}}
	}
	null, some := span{cond: hora + " IS NULL"}, span{cond: hora + " IS NOT NULL"}
	switch {
	case p.ID == 0: // from an end
	case p.Time == "":
		null = span{hora + " IS NULL AND " + id + " " + op + " ?", []any{p.ID}}
	default:
		some = span{"(" + hora + ", " + id + ") " + op + " (?, ?)", []any{p.Time, p.ID}}
		if kind == engine.MySQL { // finds no range in a comparison of rows
			some = span{"(" + hora + " " + op + "= ? AND (" + hora + " " + op + " ? OR " + id + " " + op + " ?))", []any{p.Time, p.Time, p.ID}}
		}
	}
	switch {
	case p.ID == 0 && p.Before:
		return []span{null, some}
	case p.ID == 0:
		return []span{some, null}
	case p.Time == "" && p.Before:
		return []span{null, some}
	case p.Time == "":
		return []span{null}
	case p.Before:
		return []span{some}
	default:
		return []span{some, null}
	}
}
