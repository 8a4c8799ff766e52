package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// openers are all functions of the program that open a file by its name, and why
// it cannot be one that SQLite holds: closing it would drop the locks of the whole
// process on the database, and the next program that closes the database deletes
// the live journal.
var openers = map[string]string{
	"cmd/documents.go writePackaged":        "manual pages",
	"cmd/settings/dotenv.go readDotEnv":     "the .env file",
	"cmd/port_linux.go listeningInode":      "/proc",
	"cmd/port_linux.go inodeHolder":         "/proc",
	"cmd/serve_tls.go readPair":             "certificate and key",
	"cmd/setup_certificate.go pinInFile":    "the configuration",
	"store/trail/anchor.go AppendAnchor":    "the anchor",
	"store/trail/anchor.go ReadAnchor":      "the anchor",
	"store/trail/anchor.go readTail":        "the anchor",
	"store/trail/keyring.go fileKeys":       "the audit keys",
	"store/backup/copy.go backupServer":     "the unfinished copy of a server's database",
	"store/backup/limits.go OpenCopyFile":   "a copy or an anchor, after its caller has asked Held",
	"store/durable/partial.go NewPartial":   "made here, and new",
	"store/durable/partial.go Sync":         "after SQLite has closed it",
	"store/backup/target.go copyFile":       "a copy, after VerifyCopy has asked Held, and a new file",
	"store/imports/file.go OpenFile":        "a spreadsheet, after it has asked Held",
	"store/imports/file.go WriteFile":       "the unfinished file beside its name",
	"store/engine/access_other.go mayWrite": "where locks do not belong to a process",
	"store/engine/custody.go createFile":    "only where nothing has that name",
	"store/engine/tls.go roots":             "authorities",
	"store/durable/sync.go SyncDir":         "a folder",
}

// openings are the calls that open a file by its name.
var openings = map[string][]string{
	"os":      {"Open", "OpenFile", "OpenInRoot", "OpenRoot", "ReadFile", "WriteFile", "Create", "Truncate", "DirFS", "CopyFS"},
	"ioutil":  {"ReadFile", "WriteFile"},
	"syscall": {"Open", "Openat", "Creat"},
	"unix":    {"Open", "Openat", "Openat2", "Creat"},
}

// TestWhoOpensFiles holds the list against the program: a new opener is a line here,
// with a reason.
func TestWhoOpensFiles(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, dir := range []string{"cmd", "server", "tui", "store"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.Contains(path, "storetest") {
				return err
			}
			return openersIn(path, found)
		}))
	}
	for _, who := range slices.Sorted(maps.Keys(found)) {
		require.Contains(
			t,
			openers,
			who,
			"it opens a file: read store/engine/custody.go, and say in openers why SQLite cannot hold that file",
		)
	}
	for who := range openers {
		require.True(t, found[who], "%s opens nothing any more", who)
	}
}

func openersIn(path string, found map[string]bool) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		name := "var"
		if f, ok := d.(*ast.FuncDecl); ok {
			name = f.Name.Name
		}
		ast.Inspect(d, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if in, ok := sel.X.(*ast.Ident); ok && slices.Contains(openings[in.Name], sel.Sel.Name) {
				found[strings.TrimPrefix(filepath.ToSlash(path), root+"/")+" "+name] = true
			}
			return true
		})
	}
	return nil
}
