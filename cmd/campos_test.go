package cmd

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The fields of every noun, which tables, TSV, CSV and --campos know, are the
// keys of the API's record.
func TestEveryNounHasTheFieldsOfTheAPI(t *testing.T) {
	t.Parallel()
	sameFields(t, clienteCampos())
	sameFields(t, dispositivoCampos())
	sameFields(t, conexaoCampos())
	sameFields(t, mensagemCampos())
	sameFields(t, salaCampos())
	sameFields(t, sessaoCampos())
	sameFields(t, logCampos())
	sameFields(t, chaveCampos())
	sameFields(t, bloqueioCampos())
	sameFields(t, estatisticaCampos())
}

func sameFields[T any](t *testing.T, fields []campo[T]) {
	t.Helper()
	var zero T
	doc, err := json.Marshal(zero)
	require.NoError(t, err)
	var keys map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(doc, &keys))
	names := fieldNames(fields)
	slices.Sort(names)
	require.Equal(t, slices.Sorted(maps.Keys(keys)), names)
	for _, f := range fields {
		// NULL is nothing in a pipe, never 0, <nil> or an address.
		if string(keys[f.nome]) == "null" {
			require.Empty(t, machineText(f.valor(&zero)), f.nome)
		}
	}
}
