package server

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

func TestOpenAPIDocument(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	requireFailure(t, h.do(request{method: "GET", path: "/api/db/openapi.json"}), 401, "sem_credencial")
	got := h.admin("GET", "/api/db/openapi.json", nil)
	require.Equal(t, 200, got.status)
	require.Equal(t, "3.1.0", got.json["openapi"])
	paths := got.json["paths"].(map[string]any)
	ids := map[string]bool{}
	for _, r := range h.srv.routes() {
		if !strings.HasPrefix(r.path, api) || r.is(hidden) {
			continue
		}
		require.Contains(t, paths, r.path)
		op := paths[r.path].(map[string]any)[strings.ToLower(r.method)].(map[string]any)
		require.Equal(t, r.summary, op["summary"])
		id := op["operationId"].(string)
		require.False(t, ids[id], "operationId %s comes twice", id)
		ids[id] = true
		if r.grants.nobody == no {
			require.NotEmpty(t, op["security"], r.path)
			require.Contains(t, op["responses"], "401")
		}
		require.Contains(t, op["responses"], "500")
	}
}

// TestOpenAPISpeaksPortuguese looks for the words that huma and net/http would add.
func TestOpenAPISpeaksPortuguese(t *testing.T) {
	t.Parallel()
	s := bareServer(t, &lockedBuffer{})
	english := regexp.MustCompile(
		`(?i)"(?:description|summary|title)":"[^"]*\b(bad request|not found|created|unauthorized|forbidden|conflict|internal|unavailable|the|entity|media type)\b`,
	)
	require.Empty(t, english.FindString(string(s.spec)))
	var doc any
	require.NoError(t, json.Unmarshal(s.spec, &doc))
	walkRefs(t, doc, doc.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any))
}

// TestSchemaNamesStay: programs made from openapi.json have them in their code, while
// the types that they come from may be renamed. See publishedSchemas.
func TestSchemaNamesStay(t *testing.T) {
	t.Parallel()
	var doc struct {
		Components struct{ Schemas map[string]any }
	}
	require.NoError(t, json.Unmarshal(bareServer(t, &lockedBuffer{}).spec, &doc))
	want, err := os.ReadFile("testdata/schemas.txt")
	require.NoError(t, err)
	require.Equal(t, strings.Fields(string(want)), slices.Sorted(maps.Keys(doc.Components.Schemas)))
}

// walkRefs demands that every reference leads somewhere.
func walkRefs(t *testing.T, at any, schemas map[string]any) {
	t.Helper()
	switch v := at.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			require.Contains(t, schemas, strings.TrimPrefix(ref, "#/components/schemas/"))
		}
		for _, child := range v {
			walkRefs(t, child, schemas)
		}
	case []any:
		for _, child := range v {
			walkRefs(t, child, schemas)
		}
	}
}

// TestDocumentedRecordsAreTheStores compares the documented records with what the
// store really writes.
func TestDocumentedRecordsAreTheStores(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]any{{store.Cliente{}, cliente{}}, {store.Dispositivo{}, dispositivo{}}, {store.Mensagem{}, mensagem{}}, {store.Log{}, logRecord{}}, {store.SessaoAberta{}, openSessao{}}, {store.Chave{}, chave{}}, {store.Ponto{}, point{}}, {store.Operacao{Campos: map[string]json.RawMessage{"cidade": nil}}, operacao{Campos: map[string]any{"cidade": nil}}}, {store.OperacaoItem{}, operacaoItem{}}, {store.OperacaoPlano{}, operacaoPlano{}}, {store.ClienteVersao{}, clienteVersao{}}} {
		require.Equal(t, keysOf(t, pair[0]), keysOf(t, pair[1]))
	}
}

func keysOf(t *testing.T, v any) []string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(text, &m))
	return slices.Sorted(maps.Keys(m))
}
