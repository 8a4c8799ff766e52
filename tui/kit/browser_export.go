package kit

import (
	"context"
	"encoding/json"
)

// exportPart is how many records are read at once.
const exportPart = 500

func (b *Browser[T]) ExportRows() func(context.Context, func(json.RawMessage) error) error {
	fetch, _ := b.Query()
	return func(ctx context.Context, each func(json.RawMessage) error) error {
		for at := (Place{}); ; {
			p, err := fetch(ctx, at, exportPart)
			if err != nil {
				return err
			}
			for i := range p.Items {
				doc, err := json.Marshal(p.Items[i])
				if err != nil {
					return err
				}
				if err := each(doc); err != nil {
					return err
				}
			}
			if p.Next == "" {
				return nil
			}
			at = Place{Cursor: p.Next}
		}
	}
}
