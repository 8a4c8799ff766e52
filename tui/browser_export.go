package tui

import (
	"context"
	"encoding/json"
)

// exportPart is how many records are read at once.
const exportPart = 500

func (b *browser[T]) ExportRows() func(context.Context, func(json.RawMessage) error) error {
	fetch, _ := b.query()
	return func(ctx context.Context, each func(json.RawMessage) error) error {
		for at := (place{}); ; {
			p, err := fetch(ctx, at, exportPart)
			if err != nil {
				return err
			}
			for i := range p.items {
				doc, err := json.Marshal(p.items[i])
				if err != nil {
					return err
				}
				if err := each(doc); err != nil {
					return err
				}
			}
			if p.next == "" {
				return nil
			}
			at = place{Cursor: p.next}
		}
	}
}
