package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Golden screens: what people see in each state, size and colour, one file for
// each state. After a wanted change run the tests with -update and look at the
// difference.
func TestGoldenScreens(t *testing.T) {
	sizes := [][2]int{{40, 12}, {80, 24}, {120, 40}}
	for _, s := range scenes() {
		var album strings.Builder
		for _, size := range sizes {
			for _, c := range []struct {
				name string
				opt  func(*Config)
			}{{"cor", colour}, {"mono", func(*Config) {}}} {
				b := newBench(t, size[0], size[1], c.opt)
				s.set(b)
				fmt.Fprintf(&album, "━━━ %d×%d %s\n%s\n", size[0], size[1], c.name, b.View())
			}
		}
		checkGolden(t, s.name, album.String())
	}
	marks := newBench(t, 80, 24, readOnly, demoData)
	listed(marks)
	checkGolden(t, "somente-leitura", marks.View())
	checkGolden(t, "pequeno", newBench(t, 18, 4).View())
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "telas", name+".txt")
	if updating() {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got, name)
}

// Without colour lipgloss drops bold and reverse too: selection, focus, state
// and errors must be seen in the letters.
func TestMonochromeKeepsSelectionFocusStateAndErrors(t *testing.T) {
	view := func(set func(*bench)) string {
		b := newBench(t, 80, 24)
		set(b)
		require.NotContains(t, b.View(), "\x1b")
		return b.View()
	}
	list := view(listed)
	require.Contains(t, list, "❯ ● Antônia")
	require.Contains(t, list, "  ○ 王小明")
	for _, s := range scenes() {
		switch s.name {
		case "formulario-erros":
			require.Contains(t, view(s.set), "✗ Informe o nome.")
			require.Contains(t, view(s.set), "❯ Nome")
		case "confirmar":
			require.Contains(t, view(s.set), "❯ Cancelar ❮")
		case "conflito":
			require.Contains(t, view(s.set), "(•) sua")
		}
	}
}
