package term

import (
	"encoding/json"
	"fmt"
)

// yamlWriter writes a YAML sequence of mappings. Scalars are written as JSON,
// which is YAML too, so that no value can be read as something else ("não",
// "1e3", "- x") and no hostile rune reaches a terminal.
type yamlWriter[T any] struct {
	o       *Output[T]
	single  bool
	started bool
}

func (w *yamlWriter[T]) Write(rows []T) error {
	var b []byte
	for i := range rows {
		doc, err := json.Marshal(&rows[i])
		if err != nil {
			return fmt.Errorf("cmd: marshal: %w", err)
		}
		values, err := w.o.values(doc)
		if err != nil {
			return err
		}
		b = w.mapping(b, values)
	}
	w.started = w.started || len(rows) > 0
	return w.o.send(b)
}

func (w *yamlWriter[T]) mapping(b []byte, values []json.RawMessage) []byte {
	for i, f := range w.o.fields {
		switch {
		case w.single:
		case i == 0:
			b = append(b, "- "...)
		default:
			b = append(b, "  "...)
		}
		b = append(b, f.Name...)
		b = append(b, ": "...)
		b = append(b, values[i]...)
		b = append(b, '\n')
	}
	return b
}

func (w *yamlWriter[T]) Close() error {
	if w.started {
		return nil
	}
	return w.o.send([]byte("[]\n"))
}
