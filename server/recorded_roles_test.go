package server

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRecordedRunByRole plays the recorded requests as everybody who is no
// administrator: what the row refuses is refused, what it grants is answered as
// recorded, or as if what is another's did not exist, or with a refusal that names
// the record or field.
func TestRecordedRunByRole(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	rows := map[string]route{}
	for _, r := range m.srv.routes() {
		rows[r.method+" "+r.path] = r
	}
	played := 0
	for i, c := range readCases(t) {
		if slices.Contains([]string{"saved_token", "false_token", "none"}, c.Auth) {
			continue // about the session itself
		}
		probe, err := http.NewRequestWithContext(t.Context(), c.Method, m.url+c.Path, nil)
		require.NoError(t, err)
		_, pattern := m.srv.mux.Handler(probe)
		row, known := rows[pattern]
		if !known || row.grants.nobody != no {
			continue
		}
		played++
		for _, who := range m.callers {
			if who.name == "admin" || who.name == "chave admin" {
				continue
			}
			q := who.with
			q.method, q.path = c.Method, c.Path
			if c.Body != nil {
				q.body = c.Body
			}
			got := m.do(q)
			name := fmt.Sprintf("%d %s as %s: %s", i+1, c.Name, who.name, got.text)
			switch g := who.column(row.grants); {
			case g == no && who.name == "ninguem":
				require.Equal(t, 401, got.status, name)
			case g == no:
				require.Equal(t, 403, got.status, name)
			default:
				// The records of this database are others than the recorded ones.
				require.NotEqual(t, 401, got.status, name)
				require.Less(t, got.status, 500, name)
				if got.status == 403 {
					require.Contains(t, []any{"sem_permissao", "campo_proibido", "dispositivo_de_outro"}, got.json["codigo"], name)
					require.NotEqual(t, http.MethodGet, c.Method, name)
				}
				if c.Method == http.MethodGet && c.Status == 200 {
					require.Contains(t, []int{200, 404}, got.status, name)
				}
			}
		}
	}
	require.Greater(t, played, 80)
}
