package cmd

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
)

func TestCompletionOffersLiveNames(t *testing.T) {
	fresh(t)
	require.Equal(t, 0, runMonitor(t, "setup", "--sem-admin").code)
	for _, e := range []string{"joao@empresa.com", "ana.jo@empresa.com"} {
		require.Equal(t, 0, runMonitor(t, "clientes", "create", "--nome", "Pessoa", "--email", e).code)
	}
	// Asked directly: the patience of __complete is real time, a busy machine's is not.
	a := &app{Terminal: &term.Terminal{Streams: term.Streams{In: strings.NewReader("")}, Secrets: term.NewRedactor()}}
	get, _, err := a.root().Find([]string{"clientes", "get"})
	require.NoError(t, err)
	require.NoError(t, get.ParseFlags(nil))
	require.Equal(t, []string{"joao@empresa.com\tPessoa"}, a.matching(t.Context(), get, "Jo", matchingClientes))
	require.Equal(t, ":4\n", runMonitor(t, "__complete", "clientes", "get", "joao@empresa.com", "").out)
	require.Contains(t, runMonitor(t, "__complete", "clientes", "list", "-o", "").out, "ndjson\n")
	require.Contains(t, runMonitor(t, "__complete", "clientes", "list", "--campos", "").out, "cpf_cnpj\n")
	require.Contains(t, runMonitor(t, "__complete", "clientes", "des").out, "desativar\tDesativa um cliente")
}

func TestCompletionIsSilentWithoutADatabase(t *testing.T) {
	fresh(t)
	require.Equal(t, ":4\n", runMonitor(t, "__complete", "clientes", "get", "jo").out)
	require.NoDirExists(t, "data")
	require.NoError(t, os.WriteFile("config.yaml", []byte("coisa: 1\n"), 0o600))
	require.Equal(t, ":4\n", runMonitor(t, "__complete", "clientes", "get", "jo").out)
}

func TestCompletionDoesNotWait(t *testing.T) {
	fresh(t)
	require.Equal(t, 0, runMonitor(t, "setup").code)
	a := &app{Terminal: &term.Terminal{Streams: term.Streams{In: strings.NewReader("")}, Secrets: term.NewRedactor()}}
	get, _, err := a.root().Find([]string{"clientes", "get"})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	get.SetContext(ctx)
	names, _ := a.completing(matchingClientes)(get, nil, "")
	require.Empty(t, names)
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		r := runMonitor(t, "completion", shell)
		require.Equal(t, 0, r.code)
		require.Contains(t, r.out, "monitor")
	}
	require.Equal(t, exitUsage, runMonitor(t, "completion", "tcsh").code)
}
