package tui

import (
	"bytes"
	"encoding/json"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

// pretty lays JSON out for reading; other text stays as it is.
func pretty(o store.Objeto) string {
	var b bytes.Buffer
	if len(o) > kit.ParagraphBytes || json.Indent(&b, o, "", "  ") != nil {
		return string(o)
	}
	if b.String() == "{}" {
		return ""
	}
	return b.String()
}
