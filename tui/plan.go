package tui

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	"example.com/monitor/store"
)

// planned is what an operation would do, with the names of the clients in it.
type planned struct {
	plan    *store.OperacaoPlano
	owners  map[int64]string
	refused string // why there is no plan
}

// shownSamples is how many differences a preview shows.
const shownSamples = 3

// withOwners reads the names of the owners that a plan shows the numbers of.
func withOwners(ctx context.Context, h *store.Handle, plan *store.OperacaoPlano, err error) (planned, error) {
	p := planned{plan: plan, owners: map[int64]string{}}
	if err != nil {
		return p, err
	}
	for _, m := range plan.Amostra[:min(len(plan.Amostra), shownSamples)] {
		p.learn(ctx, h, m.Antes["cliente_id"])
		p.learn(ctx, h, m.Depois["cliente_id"])
	}
	return p, nil
}

// learn reads the name of an owner, if v is the number of one.
func (p planned) learn(ctx context.Context, h *store.Handle, v any) {
	if id, ok := plain(v).(float64); ok && id != 0 {
		p.owners[int64(id)] = recordName(ctx, h, store.OperacaoDeClientes, int64(id))
	}
}

// recordName names a record for people, also one that is gone.
func recordName(ctx context.Context, h *store.Handle, recurso string, id int64) string {
	switch recurso {
	case store.OperacaoDeClientes:
		if c, err := h.Clientes.Get(ctx, id); err == nil {
			return clienteLabel(c) + " (" + number(id) + ")"
		}
	case store.OperacaoDeDispositivos:
		if d, err := h.Dispositivos.Get(ctx, id); err == nil {
			return kit.Line(deviceName(d)) + " (" + number(id) + ")"
		}
	}
	return say.NounOf(recurso).One + " " + number(id)
}

// planLines say on w cells what would change, what would not and why.
func (e *env) planLines(p planned, w int) []string {
	t, plan := e.Theme, p.plan
	var out []string
	put := func(style func(...string) string, text string) {
		out = append(out, kit.Styled(style, kit.Wrap(text, w))...)
	}
	if len(plan.Motivos) > 0 {
		out = append(out, "")
	}
	for _, m := range plan.Motivos {
		names := make([]string, 0, len(m.Exemplos))
		for _, name := range m.Exemplos {
			names = append(names, kit.Clip(kit.Line(name), 40))
		}
		text := "✗ " + strings.TrimSuffix(kit.Line(m.Frase), ".") + ": " + strings.Join(names, ", ")
		if more := m.Quantos - len(names); more > 0 {
			text += " e mais " + say.Thousands(more)
		}
		put(t.Bad.Render, text)
	}
	out = append(out, e.sampleLines(p, w)...)
	if why := string(plan.Motivo); why != "" && plan.Mudam > 0 {
		out = append(out, "")
		put(t.Warn.Render, "⚠ "+why+".")
	}
	return out
}

// counts say how many records would change and how many not; "" where there is one,
// or all would.
func (p planned) counts() string {
	plan := p.plan
	if plan == nil || plan.Total < 2 || plan.Mudam == plan.Total {
		return ""
	}
	var parts []string
	if plan.Mudam > 0 {
		parts = append(parts, say.Count(plan.Mudam, "muda", "mudam"))
	}
	if plan.Iguais > 0 {
		parts = append(parts, say.Count(plan.Iguais, "já está assim", "já estão assim"))
	}
	if plan.Recusados > 0 {
		parts = append(parts, say.Count(plan.Recusados, "fica de fora", "ficam de fora"))
	}
	return say.Enumerate(parts) + ". "
}

// sampleLines are the first records that would change, with what changes in them.
func (e *env) sampleLines(p planned, w int) []string {
	sample := p.plan.Amostra[:min(len(p.plan.Amostra), shownSamples)]
	if len(sample) == 0 {
		return nil
	}
	t, out := e.Theme, []string{""}
	if p.plan.Mudam > len(sample) {
		out = append(out, t.Dim.Render(kit.Clip("Por exemplo:", w)))
	}
	for _, m := range sample {
		if p.plan.Total > 1 {
			out = append(out, t.Strong.Render(kit.Clip(kit.First(kit.Line(m.Nome), number(m.ID)), w)))
		}
		for _, column := range slices.Sorted(maps.Keys(m.Depois)) {
			text := fieldName(column) + ": " + p.fieldText(column, m.Antes[column]) + " → " + p.fieldText(column, m.Depois[column])
			for _, l := range kit.Wrap(text, w-2) {
				out = append(out, "  "+l)
			}
		}
	}
	return out
}

// fieldName is a column for people.
func fieldName(column string) string {
	switch column {
	case "ativo":
		return "Situação"
	case "cliente_id":
		return "Dono"
	}
	for _, f := range clienteFields() {
		if f.Column == column {
			return strings.TrimSuffix(f.Label, " *")
		}
	}
	return kit.Line(kit.Capital(kit.Label(column)))
}

// plain is a value as its JSON says it.
func plain(v any) any {
	doc, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var out any
	_ = json.Unmarshal(doc, &out) // made just now
	return out
}

// maxValue bounds a value in a line.
const maxValue = 60

// fieldText is a column's value for people, on one line.
func (p planned) fieldText(column string, v any) string {
	return kit.Clip(kit.Line(p.wholeText(column, v)), maxValue)
}

// wholeText is a column's value for people.
func (p planned) wholeText(column string, v any) string {
	v = plain(v)
	switch {
	case column == "ativo" && v == true:
		return "ativo"
	case column == "ativo" && v == false:
		return "inativo"
	case column == "nivel_acesso" && v != nil:
		return accessName(valueText(v))
	case column == "cliente_id":
		id, _ := v.(float64)
		if id == 0 {
			return "sem dono"
		}
		return kit.First(p.owners[int64(id)], "cliente "+number(int64(id)))
	}
	return valueText(v)
}
