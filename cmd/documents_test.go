package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReferenceIsCurrent(t *testing.T) {
	have, err := os.ReadFile("../docs/comandos.md")
	require.NoError(t, err)
	fresh(t)
	r := runMonitor(t, "documentos", "referencia")
	require.Equal(t, exitOK, r.code, r.err)
	require.True(t, string(have) == r.out, "write it again: go run ./cmd/monitor documentos referencia > docs/comandos.md")
}

func TestPackagedDocuments(t *testing.T) {
	fresh(t)
	require.Equal(t, exitOK, runMonitor(t, "documentos", "pacote", "gerado").code)
	for _, c := range visible(tree(t)) {
		page, err := os.ReadFile(filepath.Join("gerado", "man", manName(c)+".1"))
		require.NoError(t, err)
		require.Contains(t, string(page), ".TH ")
		for line := range strings.Lines(string(page)) {
			if strings.HasPrefix(line, ".") {
				require.Regexp(t, `^\.(TH|SH|nf|fi)\b`, line)
			}
		}
	}
	shell, err := exec.LookPath("bash")
	if err != nil {
		require.Empty(t, os.Getenv("CI"), "bash is missing")
		t.Skip("bash was not found: install the package bash")
	}
	out, err := exec.CommandContext(t.Context(), shell, "-n", "gerado/completions/monitor.bash").CombinedOutput()
	require.NoError(t, err, "%s", out)
}
