package store

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// posicao is a place in a list ordered by time and id, both descending. An empty
// Hora is NULL and stands after everything else. The zero place is before the
// first row, or with Antes behind the last.
type posicao struct {
	Hora  string `json:"h,omitempty"`
	ID    int64  `json:"i"`
	Antes bool   `json:"a,omitempty"` // the window before this place, not after it
	// In another order than the list's own: its name, and the key in place of the time.
	Ordem string `json:"o,omitempty"`
	Chave string `json:"k,omitempty"`
}

func (p posicao) String() string {
	b, _ := json.Marshal(p) //nolint:errchkjson // strings and numbers only
	return base64.RawURLEncoding.EncodeToString(b)
}

var errCursor = &InvalidError{Campos: map[string]string{"cursor": "O cursor não é válido: comece de novo pela primeira página"}}

func parseCursor(s string) (p posicao, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &p) != nil || p.ID <= 0 {
		return p, errCursor
	}
	return p, nil
}

// horaNula is what MySQL may hold in place of a time.
const horaNula = "0000-00-00 00:00:00.000000"

// comparavel says that an engine can compare its times with p's, which somebody may
// have forged. On SQLite they are texts, whatever they say.
func (p posicao) comparavel(kind engine.Kind) bool {
	if kind == engine.SQLite || p.Hora == "" || kind == engine.MySQL && p.Hora == horaNula {
		return true
	}
	t, err := time.Parse(when.SQLTime, p.Hora)
	return err == nil && t.Year() > 0
}

func parseHora(s string) (h Hora) {
	_ = h.Parse(s) // what cannot be read is NULL
	return h
}

// segmento is a stretch of a keyset window that one index range answers.
type segmento struct {
	cond string
	args []any
}

// segmentos splits the window after p (or before it) into ranges: rows with a
// time and rows without one do not compare with each other in SQL. A list
// without a time has one range.
func (p posicao) segmentos(kind engine.Kind, hora, id string) []segmento {
	op := "<"
	if p.Antes {
		op = ">"
	}
	if hora == "" {
		if p.ID == 0 {
			return []segmento{{cond: "1 = 1"}}
		}
		return []segmento{{id + " " + op + " ?", []any{p.ID}}}
	}
	null, some := segmento{cond: hora + " IS NULL"}, segmento{cond: hora + " IS NOT NULL"}
	switch {
	case p.ID == 0: // from an end
	case p.Hora == "":
		null = segmento{hora + " IS NULL AND " + id + " " + op + " ?", []any{p.ID}}
	default:
		some = segmento{"(" + hora + ", " + id + ") " + op + " (?, ?)", []any{p.Hora, p.ID}}
		if kind == engine.MySQL { // finds no range in a comparison of rows
			some = segmento{"(" + hora + " " + op + "= ? AND (" + hora + " " + op + " ? OR " + id + " " + op + " ?))", []any{p.Hora, p.Hora, p.ID}}
		}
	}
	switch {
	case p.ID == 0 && p.Antes:
		return []segmento{null, some}
	case p.ID == 0:
		return []segmento{some, null}
	case p.Hora == "" && p.Antes:
		return []segmento{null, some}
	case p.Hora == "":
		return []segmento{null}
	case p.Antes:
		return []segmento{some}
	default:
		return []segmento{some, null}
	}
}
