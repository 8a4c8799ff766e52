// Package house holds what is true of the whole source and not of one room: the words in names,
// who opens files, the packages and folders of the card, and that every promise names its test.
// It takes seconds, and is run before each commit.
package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../../.."

// TestCardPackages holds the owner's choice of packages: each is imported by
// code that ships, not only by a test or go.mod.
func TestCardPackages(t *testing.T) {
	used := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			used[name] = true
		}
		return nil
	})
	require.NoError(t, err)
	for _, want := range []string{
		"github.com/spf13/cobra", "github.com/spf13/viper", "github.com/charmbracelet/bubbletea", "github.com/charmbracelet/bubbles",
		"github.com/uptrace/bun", "github.com/uptrace/bun/dialect/pgdialect", "github.com/uptrace/bun/driver/sqliteshim",
	} {
		found := used[want]
		for name := range used {
			found = found || strings.HasPrefix(name, want+"/")
		}
		require.True(t, found, "%s is on the card and nobody imports it", want)
	}
}

// TestCardTopLevel holds the top level: the card's names and those that tools ask for.
func TestCardTopLevel(t *testing.T) {
	card := []string{"cmd", "tui", "store", "server", "config.example.yaml", "go.mod", "go.sum", ".goreleaser.yaml", "README.md"}
	tools := []string{"docs", ".ci", ".golangci.yml", ".gitignore", ".env.example", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}
	made := []string{".git", "data", "dist", "dist.log", ".env", "config.yaml", "monitor"} // not in the repository
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		require.Contains(t, slices.Concat(card, tools, made), e.Name())
	}
	require.Subset(t, names, slices.Concat(card, tools))
}
