package web

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// moduleImport is an import of a file of ours, static or not.
var moduleImport = regexp.MustCompile(`(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]+)['"]`)

// moduleGraph is which modules each module imports.
func moduleGraph(t *testing.T, files fs.FS) map[string][]string {
	t.Helper()
	graph := map[string][]string{}
	require.NoError(t, fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".js" {
			return err
		}
		text, err := fs.ReadFile(files, name)
		graph[name] = nil
		for _, m := range moduleImport.FindAllStringSubmatch(string(text), -1) {
			graph[name] = append(graph[name], path.Join(path.Dir(name), m[1]))
		}
		return err
	}))
	return graph
}

// circle is a way from a node back to itself, nil where there is none.
func circle(graph map[string][]string) []string {
	done := map[string]bool{}
	var way []string
	var walk func(string) []string
	walk = func(node string) []string {
		if i := slices.Index(way, node); i >= 0 {
			return append(slices.Clone(way[i:]), node)
		}
		if done[node] {
			return nil
		}
		way = append(way, node)
		for _, next := range graph[node] {
			if found := walk(next); found != nil {
				return found
			}
		}
		way, done[node] = way[:len(way)-1], true
		return nil
	}
	for node := range graph {
		if found := walk(node); found != nil {
			return found
		}
	}
	return nil
}

// folders is the graph of the folders, the modules of the root apart: they are
// below all pages.
func folders(graph map[string][]string) map[string][]string {
	out := map[string][]string{}
	for from, all := range graph {
		for _, to := range all {
			if a, b := path.Dir(from), path.Dir(to); a != b && a != "." && b != "." {
				out[a] = append(out[a], b)
			}
		}
	}
	return out
}

func TestModulesHaveNoCircle(t *testing.T) {
	files, err := fs.Sub(staticFiles, "static/js")
	require.NoError(t, err)
	graph := moduleGraph(t, files)
	require.Greater(t, len(graph), 50, "the modules are found")
	for from, all := range graph {
		for _, to := range all {
			if !strings.HasPrefix(to, "../") {
				require.Contains(t, graph, to, "imported by %s", from)
			}
		}
	}
	require.Nil(t, circle(graph))
	require.Nil(t, circle(folders(graph)))
	for from, all := range folders(graph) {
		for _, to := range all {
			require.Equal(t, "list", to, "a page imports another: %s", from)
		}
	}
	graph["context.js"] = append(graph["context.js"], "app.js")
	require.NotNil(t, circle(graph), "a planted circle is found")
}
