package record

import (
	"bytes"
	"encoding/json"
	"strings"
)

// UnescapeJSON spells a JSON text with the letters that it stands for: the Flask
// system escaped all that is not ASCII.
func UnescapeJSON(doc string) string {
	if !strings.Contains(doc, `\`) {
		return doc
	}
	var v any
	dec := json.NewDecoder(strings.NewReader(doc))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return doc
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return doc
	}
	return b.String()
}
