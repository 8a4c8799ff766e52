package web_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/say"
)

var update = flag.Bool("atualizar", false, "write static/js/actions.js")

// TestActionsAreTheTables: the pages name the trail's actions as say.Actions does.
// After a change of it:
//
//	go test ./server/web -run TestActions -atualizar
func TestActionsAreTheTables(t *testing.T) {
	const file = "static/js/actions.js"
	var b strings.Builder
	b.WriteString("// Actions of the trail and their names, in the order of the filter. Written from the\n" +
		"// program's own table by: go test ./server/web -run TestActions -atualizar\nexport const actions = [\n")
	for _, a := range say.Actions {
		fmt.Fprintf(&b, "  ['%s', '%s'],\n", a.Code, a.Name)
	}
	b.WriteString("]\n")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
	}
	have, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, b.String(), string(have), "say.Actions changed: go test ./server/web -run TestActions -atualizar")
}
