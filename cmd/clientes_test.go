package cmd

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// manyClientes fills the default database with n clients.
func manyClientes(t *testing.T, n int) {
	t.Helper()
	require.Equal(t, 0, runMonitor(t, "setup", "--sem-admin").code)
	st := storetest.Open(t, "data/clientes.db")
	h := st.As(storetest.Operator)
	var all sync.WaitGroup // at once, so that they share transactions
	for i := range n {
		all.Go(func() {
			_, err := h.Clientes.Create(
				t.Context(),
				store.ClienteNovo{Nome: fmt.Sprintf("Pessoa %04d", i), Email: fmt.Sprintf("p%04d@exemplo.com", i)},
			)
			assert.NoError(t, err)
		})
	}
	all.Wait()
	require.False(t, t.Failed())
}

// A long list flows window by window: every client once, in the store's order.
func TestListCrossesWindows(t *testing.T) {
	fresh(t)
	const n = 2*window + 30
	manyClientes(t, n)
	for limit, want := range map[string]int{"0": n, "50": 50, "1000": 1000, "1001": 1001, "2500": n} {
		ids := strings.Fields(runMonitor(t, "clientes", "list", "-o", "ids", "--limite", limit).out)
		require.Len(t, ids, want, "--limite %s", limit)
		seen := map[string]bool{}
		for _, id := range ids {
			require.False(t, seen[id], "%s twice", id)
			seen[id] = true
		}
	}
	page := strings.Fields(runMonitor(t, "clientes", "list", "-o", "ids", "--limite", "10", "--pagina", "3").out)
	all := strings.Fields(runMonitor(t, "clientes", "list", "-o", "ids", "--limite", "30").out)
	require.Equal(t, all[20:], page)
}

// A script that did not choose the limit is told that there is more.
func TestNoListIsCutInSilence(t *testing.T) {
	fresh(t)
	manyClientes(t, defaultLimit+1)
	r := runMonitor(t, "clientes", "list", "-o", "json")
	require.Contains(t, r.err, "Mostrando 50 de 51 — use --limite 0 para todos")
	require.Empty(t, runMonitor(t, "clientes", "list", "--limite", "10").err)
	require.Empty(t, runMonitor(t, "clientes", "list", "--limite", "0").err)
	r = runMonitor(t, "clientes", "list", "-o", "json", "--debug")
	require.True(t, strings.HasPrefix(r.out, "[\n"), "stdout carries data only")
}

// An empty list says which filter found nobody, and a page past the end that it
// is one.
func TestEmptyListsSayWhy(t *testing.T) {
	fresh(t)
	require.Equal(t, 0, runMonitor(t, "setup", "--sem-admin").code)
	hint := func(args ...string) string {
		t.Helper()
		r := runWith(
			t,
			term.Streams{In: strings.NewReader(""), OutTerminal: true, ErrTerminal: true},
			append([]string{"clientes", "list"}, args...)...)
		require.Equal(t, 0, r.code, r.err)
		return strings.TrimSuffix(r.err, "\n")
	}
	require.Contains(t, hint(), "Cadastre o primeiro")
	require.Equal(t, 0, runMonitor(t, "clientes", "create", "--nome", "Ana", "--email", "ana@exemplo.com").code)
	require.Equal(t, "Nenhum cliente inativo.", hint("--inativo"))
	require.Equal(t, `Nenhum cliente encontrado para "joão".`, hint("--busca", "joão"))
	require.Equal(t, `Nenhum cliente inativo encontrado para "ana".`, hint("--inativo", "--busca", "ana"))
	require.Equal(t, "A página 99 não existe: há 1 página.", hint("--pagina", "99"))
	require.Equal(t, "A página 99 não existe: há 1 página.", hint("--pagina", "99", "--busca", "ana"))
	require.Equal(t, 0, runMonitor(t, "clientes", "create", "--nome", "Eva", "--email", "eva@exemplo.com").code)
	require.Equal(t, "A página 3 não existe: há 2 páginas.", hint("--pagina", "3", "--limite", "1"))
	require.Equal(t, "Mostrando 1 de 2 — use --limite 0 para todos", hint("--pagina", "2", "--limite", "1"))
	require.Equal(t, 0, runMonitor(t, "clientes", "desativar", "1").code)
	require.Equal(t, 0, runMonitor(t, "clientes", "desativar", "2").code)
	require.Equal(t, "Nenhum cliente ativo.", hint("--ativo"))
	require.Equal(t, "A página 99 não existe: há 1 página.\n", runMonitor(t, "clientes", "list", "--pagina", "99").err)
}
