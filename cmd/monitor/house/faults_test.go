package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFaultsCanBePutIn: each fault of .ci/mutations is still put into the place that it is
// about.
func TestFaultsCanBePutIn(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, ".ci", "mutations.go"), nil, 0)
	require.NoError(t, err)
	faults := 0
	place := func(path, was ast.Expr) {
		text, err := os.ReadFile(filepath.Join(root, textOf(t, path)))
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(text), textOf(t, was)), "%s has it once: %s", textOf(t, path), textOf(t, was))
		faults++
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if name, ok := n.Fun.(*ast.Ident); ok && name.Name == "one" {
				place(n.Args[3], n.Args[4])
			}
		case *ast.CompositeLit:
			if len(n.Elts) != 3 {
				break
			}
			if lit, ok := n.Elts[0].(*ast.BasicLit); ok && strings.HasSuffix(textOf(t, lit), ".go") {
				place(n.Elts[0], n.Elts[1])
			}
		}
		return true
	})
	require.GreaterOrEqual(t, faults, 29)
}

// textOf is what a literal, or several joined by +, say.
func textOf(t *testing.T, e ast.Expr) string {
	t.Helper()
	if sum, ok := e.(*ast.BinaryExpr); ok {
		return textOf(t, sum.X) + textOf(t, sum.Y)
	}
	lit, ok := e.(*ast.BasicLit)
	require.True(t, ok, "%#v is no text", e)
	text, err := strconv.Unquote(lit.Value)
	require.NoError(t, err)
	return text
}
