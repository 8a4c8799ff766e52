package record

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
)

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
