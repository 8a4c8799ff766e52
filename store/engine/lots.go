package engine

import (
	"encoding/json"
	"strings"
)

// inLot is how many ids one statement asks for, so that few texts serve all.
const inLot = 50

// InLots runs fn for all ids, each time with a list for IN and its arguments.
func InLots(ids []int64, fn func(list string, args []any) error) error {
	list := "(" + strings.TrimSuffix(strings.Repeat("?, ", inLot), ", ") + ")"
	for len(ids) > 0 {
		n := min(inLot, len(ids))
		args := make([]any, inLot)
		for i := range args {
			args[i] = ids[min(i, n-1)]
		}
		if err := fn(list, args); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// IsNoRows returns whether a Get found nothing.
func IsNoRows(err error) bool { return err == ErrNoRows } //nolint:errorlint // Get returns it bare

// JSONIDs are ids as json_each reads them.
func JSONIDs(ids []int64) string {
	if len(ids) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(ids) //nolint:errchkjson // numbers only
	return string(b)
}
