package schema

import "example.com/monitor/store/engine"

// ForeignNames names what runs and is not ours.
func ForeignNames(code []engine.ForeignCode) (names []string) {
	for _, f := range code {
		names = append(names, f.String())
	}
	return names
}
