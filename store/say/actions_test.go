package say_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/say"
)

// TestEveryActionHasAName: what the store writes into the trail has one name, and the
// console has room for it.
func TestEveryActionHasAName(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range say.Actions {
		require.False(t, seen[a.Code], "%s twice", a.Code)
		seen[a.Code] = true
		require.Equal(t, a.Name, say.ActionName(a.Code))
		if !strings.HasPrefix(a.Code, "chave_auditoria_") { // long, and seldom
			require.LessOrEqual(t, utf8.RuneCountInString(a.Name), 24, a.Name)
		}
	}
	require.Equal(t, "outra_coisa", say.ActionName("outra_coisa"))
	written := regexp.MustCompile(`(?m)\b(?:acao|Acao|act|Act)(?:[A-Z]\w*\s*=|:)\s*"(\w+)"`)
	found := 0
	require.NoError(t, filepath.WalkDir("../../store", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range written.FindAllStringSubmatch(string(text), -1) {
			if m[1] != "selo" && !strings.HasPrefix(m[1], "ancora_") { // which have no entry
				found++
				require.True(t, seen[m[1]], "%s of %s has no name", m[1], path)
			}
		}
		return err
	}))
	require.Greater(t, found, 25)
}
