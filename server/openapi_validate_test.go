package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// contract is the OpenAPI document as a judge of answers.
type contract struct {
	doc      map[string]any
	paths    map[string]any
	compiler *jsonschema.Compiler
	mu       sync.Mutex // the compiler is not safe for many
	schemas  map[string]*jsonschema.Schema
}

// theContract is one for all tests: the document does not depend on the database.
var theContract = sync.OnceValues(func() (*contract, error) {
	s, err := New(Config{Version: "teste"})
	if err != nil {
		return nil, err
	}
	return newContract(s.spec)
})

func newContract(spec []byte) (*contract, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(spec))
	if err != nil {
		return nil, err
	}
	c := &contract{doc: doc.(map[string]any), compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	c.paths = c.doc["paths"].(map[string]any)
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	return c, c.compiler.AddResource("openapi.json", doc)
}

// schema compiles the schema at a place of the document.
func (c *contract) schema(at ...string) (*jsonschema.Schema, error) {
	for i := range at {
		at[i] = strings.NewReplacer("~", "~0", "/", "~1").Replace(at[i])
	}
	url := "openapi.json#/" + strings.Join(at, "/")
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.schemas[url]; s != nil {
		return s, nil
	}
	s, err := c.compiler.Compile(url)
	c.schemas[url] = s
	return s, err
}

// find is the documented path that a request's path belongs to.
func (c *contract) find(path string) (string, map[string]any) {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	best := ""
	for template := range c.paths {
		match := slices.EqualFunc(strings.Split(template, "/"), parts, func(a, b string) bool { return a == b || (a == "{id}" && b != "") })
		if match && (best == "" || strings.Contains(best, "{id}")) {
			best = template
		}
	}
	item, _ := c.paths[best].(map[string]any)
	return best, item
}

// judge says in what an answer differs from the document.
func (c *contract) judge(q request, got reply) error {
	template, item := c.find(q.path)
	method := strings.ToLower(q.method)
	if q.method == http.MethodHead {
		method = "get"
	}
	op, known := item[method].(map[string]any)
	switch {
	case known:
	case !strings.HasPrefix(q.path, api):
		return nil // a page
	case strings.HasPrefix(q.path, api+"/openapi.json") && got.status == http.StatusOK:
		return nil // TestOpenAPIDocument
	default:
		return c.outside(got)
	}
	response, ok := op["responses"].(map[string]any)[strconv.Itoa(got.status)].(map[string]any)
	if !ok {
		return fmt.Errorf("%s %s does not document status %d", q.method, template, got.status)
	}
	kind, _, err := mime.ParseMediaType(got.header.Get("Content-Type"))
	if err != nil {
		return err
	}
	content, _ := response["content"].(map[string]any)
	if content[kind] == nil {
		return fmt.Errorf("%s %s %d does not document %s", q.method, template, got.status, kind)
	}
	if kind != "application/json" || q.method == http.MethodHead {
		return nil
	}
	s, err := c.schema("paths", template, method, "responses", strconv.Itoa(got.status), "content", kind, "schema")
	if err != nil {
		return err
	}
	return validate(s, []byte(got.text))
}

// outside judges what no operation answers: it has the envelope all the same.
func (c *contract) outside(got reply) error {
	if got.status < 400 {
		return fmt.Errorf("an undocumented route answers %d", got.status)
	}
	s, err := c.schema("components", "schemas", "Falha")
	if err != nil {
		return err
	}
	return validate(s, []byte(got.text))
}

func validate(s *jsonschema.Schema, text []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// requireContract fails the test when an answer is not what the document says.
func requireContract(t testing.TB, q request, got reply) {
	t.Helper()
	c, err := theContract()
	require.NoError(t, err)
	if err := c.judge(q, got); err != nil {
		t.Errorf("%s %s -> %d differs from openapi.json: %v\n%.600s", q.method, q.path, got.status, err, got.text)
	}
}

// TestOpenAPIIsOpenAPI31 judges the document by the schema of OpenAPI 3.1 (of the
// OpenAPI Initiative, Apache 2.0), and each schema in it by JSON Schema 2020-12.
func TestOpenAPIIsOpenAPI31(t *testing.T) {
	t.Parallel()
	c, err := theContract()
	require.NoError(t, err)
	f, err := os.Open("testdata/openapi-3.1.json")
	require.NoError(t, err)
	defer f.Close()
	meta, err := jsonschema.UnmarshalJSON(f)
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("oas31.json", meta))
	schema, err := compiler.Compile("oas31.json")
	require.NoError(t, err)
	require.NoError(t, schema.Validate(c.doc))
	broken := map[string]any{"openapi": "3.1.0", "info": map[string]any{"title": "x"}, "paths": map[string]any{}}
	require.Error(t, schema.Validate(broken), "the judge finds a missing version")
	for name := range c.doc["components"].(map[string]any)["schemas"].(map[string]any) {
		_, err := c.schema("components", "schemas", name)
		require.NoError(t, err, name)
	}
}

// TestOpenAPIExamplesAreValid: every request and answer has an example, and it is
// one of what it exemplifies.
func TestOpenAPIExamplesAreValid(t *testing.T) {
	t.Parallel()
	c, err := theContract()
	require.NoError(t, err)
	seen := 0
	for path, item := range c.paths {
		for method, op := range item.(map[string]any) {
			op := op.(map[string]any)
			if body, ok := op["requestBody"].(map[string]any); ok {
				seen += c.examples(t, body["content"], "paths", path, method, "requestBody")
			}
			for status, resp := range op["responses"].(map[string]any) {
				seen += c.examples(t, resp.(map[string]any)["content"], "paths", path, method, "responses", status)
			}
		}
	}
	require.Greater(t, seen, 500)
}

func (c *contract) examples(t *testing.T, content any, at ...string) (seen int) {
	t.Helper()
	for kind, media := range content.(map[string]any) {
		list := []any{}
		if one, ok := media.(map[string]any)["example"]; ok {
			list = append(list, one)
		}
		named, _ := media.(map[string]any)["examples"].(map[string]any)
		for _, e := range named {
			list = append(list, e.(map[string]any)["value"])
		}
		require.NotEmpty(t, list, at)
		s, err := c.schema(append(slices.Clone(at), "content", kind, "schema")...)
		require.NoError(t, err, at)
		for _, e := range list {
			require.NoError(t, s.Validate(e), "%v: %v", at, e)
			seen++
		}
	}
	return seen
}

// TestTheContractIsStrict lets nothing pass that the document does not say.
func TestTheContractIsStrict(t *testing.T) {
	t.Parallel()
	c, err := theContract()
	require.NoError(t, err)
	answer := func(status int, kind string, body map[string]any) reply {
		text, _ := json.Marshal(body)
		return reply{status: status, text: string(text), header: http.Header{"Content-Type": {kind}}}
	}
	q := request{method: "GET", path: api + "/dispositivos/3"}
	failed := map[string]any{"success": false, "error": "x", "codigo": "nao_encontrado", "request_id": "x"}
	require.NoError(t, c.judge(q, answer(404, "application/json", failed)))
	for name, wrong := range map[string]reply{
		"status":         answer(418, "application/json", failed),
		"content type":   answer(404, "text/html", failed),
		"code":           answer(404, "application/json", map[string]any{"success": false, "error": "x", "codigo": "outro", "request_id": "x"}),
		"code elsewhere": answer(403, "application/json", failed),
		"extra key":      answer(404, "application/json", map[string]any{"success": false, "error": "x", "codigo": "nao_encontrado", "request_id": "x", "sql": "SELECT"}),
		"missing key":    answer(404, "application/json", map[string]any{"success": false, "error": "x", "codigo": "nao_encontrado"}),
		"type":           answer(404, "application/json", map[string]any{"success": "false", "error": "x", "codigo": "nao_encontrado", "request_id": "x"}),
		"answer":         answer(200, "application/json", map[string]any{"success": true}),
	} {
		require.Error(t, c.judge(q, wrong), name)
	}
	require.Error(
		t,
		c.judge(request{method: "GET", path: api + "/nova"}, answer(200, "application/json", failed)),
		"a route that is not documented",
	)
	require.NoError(t, c.judge(request{method: "GET", path: api + "/nova"}, answer(404, "application/json", failed)))
}
