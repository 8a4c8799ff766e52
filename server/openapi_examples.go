package server

import (
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// exampler puts the examples of fields together to examples of whole bodies, so
// that the document has one for every request and answer and none can grow stale.
type exampler struct{ registry huma.Registry }

// empties are times that most records do not have.
var empties = []string{"revogada_em", "expira_em", "ultimo_uso", "ate", "encerrado", "ultima_sessao_antiga", "ultima_chamada"}

// of is an example of a schema.
func (e exampler) of(s *huma.Schema) any {
	if s.Ref != "" {
		s = e.registry.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == huma.TypeObject && len(s.Properties) > 0:
		return e.object(s)
	case s.Type == huma.TypeObject:
		return map[string]any{}
	case s.Type == huma.TypeArray:
		return []any{e.of(s.Items)}
	case s.Nullable:
		return nil
	}
	return map[string]any{huma.TypeString: "texto", huma.TypeInteger: 1, huma.TypeNumber: 1.5, huma.TypeBoolean: false}[s.Type]
}

// object has every field that an answer always has, and of the others those that
// bring an example of their own.
func (e exampler) object(s *huma.Schema) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		switch {
		case p.Nullable && slices.Contains(empties, name):
			out[name] = nil
		case slices.Contains(s.Required, name) || len(p.Examples) > 0:
			out[name] = e.of(p)
		}
	}
	return out
}

// document gives every body of an operation an example.
func (e exampler) document(op *huma.Operation) {
	if op.RequestBody != nil {
		e.content(op.RequestBody.Content)
	}
	for _, resp := range op.Responses {
		e.content(resp.Content)
	}
}

func (e exampler) content(content map[string]*huma.MediaType) {
	for _, m := range content {
		if m.Example == nil && m.Examples == nil && m.Schema != nil {
			m.Example = e.of(m.Schema)
		}
	}
}
