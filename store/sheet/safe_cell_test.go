package sheet_test

import (
	_ "embed"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/sheet"
)

// cells are texts and what becomes of them.
//
//go:embed testdata/celulas.json
var cells []byte

func TestSafeCell(t *testing.T) {
	t.Parallel()
	var table [][2]string
	require.NoError(t, json.Unmarshal(cells, &table))
	require.NotEmpty(t, table)
	for _, c := range table {
		require.Equal(t, c[1], sheet.SafeCell(c[0]), "%q", c[0])
	}
}
