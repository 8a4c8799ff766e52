package record

import (
	"encoding/json"
	"maps"
	"slices"

	"example.com/monitor/store/fault"
)

// Set gives columns of c the values, as the API and the audit trail write them; null empties
// a column. Unknown columns and values of the wrong kind are refused by name. email has its
// own operation and is set where withEmail says so.
func (c *Cliente) Set(values map[string]json.RawMessage, withEmail bool) error {
	var bad fault.InvalidError
	for _, column := range slices.Sorted(maps.Keys(values)) {
		bad.Add(column, c.setColumn(column, values[column], withEmail))
	}
	return bad.OrNil()
}

func (c *Cliente) setColumn(column string, value json.RawMessage, withEmail bool) (problem string) {
	for _, f := range ClienteFields {
		if f.Column == column {
			return setText(f.Ref(c), value)
		}
	}
	switch {
	case column == "email" && withEmail:
		return setText(&c.Email, value)
	case column == "ativo":
		c.Ativo = nil
		if json.Unmarshal(value, &c.Ativo) != nil {
			return "Use true ou false"
		}
	case column == "dados_extras":
		c.DadosExtras = nil
		if string(value) != "null" {
			c.DadosExtras = Objeto(value)
		}
	default:
		return "Este campo não pode ser alterado assim"
	}
	return ""
}

func setText(to *string, value json.RawMessage) (problem string) {
	*to = ""
	if json.Unmarshal(value, to) != nil { // null leaves it empty
		return "Use um texto entre aspas, ou null para esvaziar"
	}
	return ""
}

// CheckColumns refuses values that no client may have. Whether a postal code must be Brazilian is
// each client's matter.
func CheckColumns(columns map[string]json.RawMessage) error {
	if string(columns["ativo"]) == "null" {
		return fault.Invalid("ativo", "Deve ser true ou false")
	}
	was := Cliente{ID: 1, Nome: "x", Pais: "x"}
	probe := was
	if err := probe.Set(columns, false); err != nil {
		return err
	}
	probe.Normalize()
	return probe.Validate(&was)
}
