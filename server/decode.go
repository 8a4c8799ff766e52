package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/monitor/store"
)

// field is one value of a JSON body: absent, null (the zero value) or given.
type field[T any] struct {
	set   bool
	value T
}

var errWrongType = errors.New("server: wrong JSON type")

// UnmarshalJSON implements json.Unmarshaler. Text may also come as a number,
// which the Flask system took for telephones and the like, and a number as text.
func (f *field[T]) UnmarshalJSON(b []byte) error {
	f.set = true
	switch v := any(&f.value).(type) {
	case *string:
		if number(b) {
			*v = string(b)
			return nil
		}
	case *bool:
		if string(b) == "null" {
			return errWrongType
		}
	case *int64:
		n, err := integer(b)
		*v = n
		return err
	}
	return json.Unmarshal(b, &f.value)
}

// integer reads a whole number, which old scripts also send as text; 0 for none.
func integer(b []byte) (n int64, err error) {
	if len(b) > 0 && b[0] == '"' {
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return 0, err
		}
		if text = strings.TrimSpace(text); text == "" {
			return 0, nil
		}
		return strconv.ParseInt(text, 10, 64)
	}
	if n, err = strconv.ParseInt(string(b), 10, 64); err == nil {
		return n, nil
	}
	err = json.Unmarshal(b, &n) // null, and 1e3
	return n, err
}

// wholeNumber is a number that may be missing.
type wholeNumber struct{ value *int64 }

// UnmarshalJSON implements json.Unmarshaler.
func (w *wholeNumber) UnmarshalJSON(b []byte) error {
	if string(b) == "null" || string(b) == `""` {
		w.value = nil
		return nil
	}
	n, err := integer(b)
	w.value = &n
	return err
}

func number(b []byte) bool { return len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') }

// Schema implements huma.SchemaProvider.
func (f field[T]) Schema(r huma.Registry) *huma.Schema {
	s := *r.Schema(reflect.TypeFor[T](), true, "")
	return &s
}

// wanted says what the value should have been.
func (f field[T]) wanted() string {
	switch any(f.value).(type) {
	case string:
		return "Deve ser um texto"
	case bool:
		return "Deve ser true ou false"
	case int64:
		return "Deve ser um número inteiro"
	default:
		return "Deve ser um objeto JSON"
	}
}

// to copies a value that was given and leaves dst alone otherwise.
func (f field[T]) to(dst *T) {
	if f.set {
		*dst = f.value
	}
}

// optional is nil for a value that was not given.
func (f field[T]) optional() *T {
	if !f.set {
		return nil
	}
	return &f.value
}

// ignored in a body collects the names of fields that the route does not take.
// Bodies without it refuse unknown fields, as all routes newer than the
// recorded ones do.
type ignored []string

// custom bodies read themselves from the fields and the whole text.
type custom interface {
	decode(fields map[string]json.RawMessage, whole []byte) error
}

// decodeInput fills the field Body of an operation's input.
func decodeInput(ctx context.Context, in any) error {
	body := reflect.ValueOf(in).Elem().FieldByName("Body")
	if !body.IsValid() {
		return nil
	}
	return decodeBody(body.Addr().Interface(), callFrom(ctx).body)
}

func decodeBody(dst any, raw []byte) error {
	fields, err := fieldsOf(raw)
	if err != nil {
		return err
	}
	if c, ok := dst.(custom); ok {
		return c.decode(fields, bytes.TrimSpace(raw))
	}
	return decodeFields(fields, reflect.ValueOf(dst).Elem())
}

// fieldsOf finds the fields of a body, each a part of its text; of those that come
// twice the last one counts.
func fieldsOf(raw []byte) (map[string]json.RawMessage, error) {
	fields, n := map[string]json.RawMessage{}, 0
	err := eachMember(raw, func(name string, value []byte) error {
		if n++; n > maxFields {
			return errBodyFields
		}
		fields[name] = value
		return nil
	})
	if err != nil && err != errBodyFields { //nolint:errorlint // the value itself, never wrapped
		return nil, errBodySyntax
	}
	return fields, err
}

// decodeInto fills a struct of fields and leaves the map as it is.
func decodeInto(dst any, fields map[string]json.RawMessage) error {
	return decodeFields(maps.Clone(fields), reflect.ValueOf(dst).Elem())
}

// decodeFields reads each known field by itself, so that one answer names all
// that are wrong.
func decodeFields(fields map[string]json.RawMessage, body reflect.Value) error {
	bad := map[string]string{}
	rest := takeFields(fields, body, bad)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if rest == nil {
			bad[name] = "Campo desconhecido"
			continue
		}
		*rest = append(*rest, name)
	}
	if len(bad) > 0 {
		return &store.InvalidError{Campos: bad}
	}
	return nil
}

// takeFields moves what it knows from fields into body and says where the names
// of the rest are collected, if anywhere.
func takeFields(fields map[string]json.RawMessage, body reflect.Value, bad map[string]string) (rest *ignored) {
	for i := range body.NumField() {
		about, value := body.Type().Field(i), body.Field(i)
		if about.Anonymous {
			takeFields(fields, value, bad)
			continue
		}
		target := value.Addr().Interface()
		if list, ok := target.(*ignored); ok {
			rest = list
			continue
		}
		name, _, _ := strings.Cut(about.Tag.Get("json"), ",")
		if raw, given := fields[name]; given && json.Unmarshal(raw, target) != nil {
			bad[name] = target.(interface{ wanted() string }).wanted()
		}
		delete(fields, name)
	}
	return rest
}
