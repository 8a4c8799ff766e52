package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	logCalls     = []string{"DebugContext", "InfoContext", "WarnContext", "ErrorContext", "LogAttrs", "Debug", "Info", "Warn", "Error"}
	englishInLog = regexp.MustCompile(`(?i)\b(not|no longer|the|is|are|was|were|of|to|could|cannot|failed|new|by|with|remain)\b`)
)

// TestLogsArePortuguese: whoever runs the server reads its log.
func TestLogsArePortuguese(t *testing.T) {
	t.Parallel()
	messages := 0
	for _, dir := range []string{"cmd", "server", "tui", "store"} {
		require.NoError(t, filepath.WalkDir(filepath.Join("..", dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "storetest") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if text := loggedText(n); text != "" {
					messages++
					require.NotRegexp(t, englishInLog, text, path)
				}
				return true
			})
			return nil
		}))
	}
	require.Greater(t, messages, 20)
}

// loggedText is the message of a call that logs, "" for anything else.
func loggedText(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains(logCalls, sel.Sel.Name) {
		return ""
	}
	for _, arg := range call.Args {
		if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			return lit.Value
		}
	}
	return ""
}
