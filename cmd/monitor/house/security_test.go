package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var testName = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")

// TestSecurityPointsHaveTheirTests: every test that docs/seguranca.md names is there,
// and every row names one or says that none does yet.
func TestSecurityPointsHaveTheirTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "seguranca.md"))
	require.NoError(t, err)
	there := testsOfTheTree(t)
	points := 0
	for line := range strings.Lines(string(text)) {
		names := testName.FindAllStringSubmatch(line, -1)
		for _, n := range names {
			require.True(t, there[n[1]], "docs/seguranca.md names a test that does not exist: %s", n[1])
		}
		if regexp.MustCompile(`^\| \d+ \|`).MatchString(line) {
			points++
			require.True(t, len(names) > 0 || strings.Contains(line, "sem teste"), "%s", line)
		}
	}
	require.GreaterOrEqual(t, points, 42)
}

var testInProse = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z][A-Za-z0-9]+\b`)

// TestWhatNamesATestNamesOne: a comment that gives a test as the reason of what it
// says gives one that can be run.
func TestWhatNamesATestNamesOne(t *testing.T) {
	t.Parallel()
	there := testsOfTheTree(t)
	named := 0
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, c := range file.Comments {
			for _, name := range testInProse.FindAllString(c.Text(), -1) {
				named++
				require.True(t, there[name], "%s names a test that does not exist: %s", path, name)
			}
		}
		return nil
	}))
	require.NotZero(t, named)
}

// testsOfTheTree are the names of all test functions.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil {
				found[f.Name.Name] = true
			}
		}
		return nil
	}))
	return found
}
