package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// The words that may stand in the names that the program declares. A new word is
// a line in one of the files: words.txt has the English ones, palavras.txt the
// Portuguese ones that somebody outside the program meets (tables, columns, keys
// of JSON, nouns, pages, commands). JavaScript is read too. unread.txt names the folders whose own files
// have not been put into these words yet; it only shrinks.
const vocabulary = "testdata/vocabulary/"

func lines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(vocabulary, file))
	require.NoError(t, err)
	all := strings.Fields(string(text))
	require.True(t, slices.IsSorted(all), "%s is sorted", file)
	require.Len(t, slices.Compact(slices.Clone(all)), len(all), "%s says each word once", file)
	return all
}

// wordsOf takes a name apart: readJSONBody is read, json and body.
func wordsOf(name string) []string {
	var out []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
		}
		word = nil
	}
	runes := []rune(name)
	for i, r := range runes {
		if r == '_' || unicode.IsDigit(r) {
			end()
			continue
		}
		follows := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || unicode.IsUpper(runes[i-1]) && follows) {
			end()
		}
		word = append(word, r)
	}
	end()
	return out
}

// declared calls each with every name that a file declares: what others declare
// is judged where they do.
func declared(file *ast.File, each func(*ast.Ident)) {
	fields := func(l *ast.FieldList) {
		if l == nil {
			return
		}
		for _, f := range l.List {
			for _, name := range f.Names {
				each(name)
			}
		}
	}
	names := func(tok token.Token, exprs ...ast.Expr) {
		for _, x := range exprs {
			if id, ok := x.(*ast.Ident); ok && tok == token.DEFINE {
				each(id)
			}
		}
	}
	each(file.Name)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			each(n.Name)
			fields(n.Recv)
		case *ast.FuncType:
			fields(n.TypeParams)
			fields(n.Params)
			fields(n.Results)
		case *ast.StructType:
			fields(n.Fields)
		case *ast.InterfaceType:
			fields(n.Methods)
		case *ast.TypeSpec:
			each(n.Name)
			fields(n.TypeParams)
		case *ast.ValueSpec:
			for _, name := range n.Names {
				each(name)
			}
		case *ast.AssignStmt:
			names(n.Tok, n.Lhs...)
		case *ast.RangeStmt:
			names(n.Tok, n.Key, n.Value)
		case *ast.LabeledStmt:
			each(n.Label)
		case *ast.ImportSpec:
			if n.Name != nil {
				each(n.Name)
			}
		}
		return true
	})
}

// unknownWords are the words of a file's names that are not among those known, each
// with a name that has it.
func unknownWords(t *testing.T, name string, text any, known map[string]bool) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	require.NoError(t, err)
	out := map[string]string{}
	declared(file, func(id *ast.Ident) {
		for _, w := range wordsOf(id.Name) {
			if !known[w] {
				out[w] = id.Name
			}
		}
	})
	return out
}

func knownWords(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for _, file := range []string{"words.txt", "palavras.txt"} {
		for _, w := range lines(t, file) {
			require.False(t, known[w], "%s is in both files", w)
			known[w] = true
		}
	}
	return known
}

// sources calls each with every file of the folders that are read whose name ends so:
// what others wrote, and we carry, is not.
func sources(t *testing.T, ext string, each func(path string)) {
	t.Helper()
	unread := lines(t, "unread.txt")
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() && (name != "." && strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "vendor") {
			return fs.SkipDir
		}
		if filepath.Ext(path) == ext && !slices.Contains(unread, filepath.ToSlash(filepath.Dir(name))) {
			each(path)
		}
		return nil
	}))
}

func TestNamesAreMadeOfKnownWords(t *testing.T) {
	known := knownWords(t)
	sources(t, ".go", func(path string) {
		for word, name := range unknownWords(t, path, nil, known) {
			t.Errorf("%s: %q, in %s, is in no list of words", path, word, name)
		}
	})
	planted := unknownWords(t, "planted.go", "package p\n\nfunc f() { novaPeneira := 1; _ = novaPeneira }\n", known)
	require.Equal(t, "novaPeneira", planted["peneira"], "a planted word is found")
}

func TestNamesDifferByMoreThanCase(t *testing.T) {
	seen := map[string]string{}
	sources(t, ".go", func(path string) {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0) // the scope of the file
		require.NoError(t, err)
		folder := filepath.Dir(path) + " " + file.Name.Name + " "
		for name := range file.Scope.Objects {
			key := folder + strings.ToLower(name)
			if was, ok := seen[key]; ok && was != name {
				t.Errorf("%s: %s and %s differ by case only", path, was, name)
			}
			seen[key] = name
		}
	})
}
