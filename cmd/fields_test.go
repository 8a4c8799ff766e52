package cmd

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// The fields of every noun, which tables, TSV, CSV and --campos know, are the
// keys of the API's record.
func TestEveryNounHasTheFieldsOfTheAPI(t *testing.T) {
	t.Parallel()
	sameFields(t, clienteFields())
	sameFields(t, dispositivoFields())
	sameFields(t, conexaoFields())
	sameFields(t, mensagemFields())
	sameFields(t, salaFields())
	sameFields(t, sessaoFields())
	sameFields(t, logFields())
	sameFields(t, chaveFields())
	sameFields(t, bloqueioFields())
	sameFields(t, estatisticaFields())
	sameFields(t, operacaoFields())
	sameFields(t, versionFields())
}

// TestEveryColumnOfAClientHasAFlag, and each flag says what it takes.
func TestEveryColumnOfAClientHasAFlag(t *testing.T) {
	t.Parallel()
	columns := make([]string, 0, len(clienteHelp))
	for _, f := range store.ClienteFields() {
		columns = append(columns, f.Column)
	}
	require.ElementsMatch(t, columns, slices.Collect(maps.Keys(clienteHelp)))
}

func sameFields[T any](t *testing.T, fields []term.Field[T]) {
	t.Helper()
	var zero T
	doc, err := json.Marshal(zero)
	require.NoError(t, err)
	var keys map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(doc, &keys))
	names := term.FieldNames(fields)
	slices.Sort(names)
	require.Equal(t, slices.Sorted(maps.Keys(keys)), names)
	for _, f := range fields {
		// NULL is nothing in a pipe, never 0, <nil> or an address.
		if string(keys[f.Name]) == "null" {
			require.Empty(t, term.MachineText(f.Value(&zero)), f.Name)
		}
	}
}
