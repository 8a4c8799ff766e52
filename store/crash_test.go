package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// envQueda makes the test binary be the writer that gets killed.
const envQueda = "MONITOR_TESTE_ESCRITOR"

func TestMain(m *testing.M) {
	if path := os.Getenv(envQueda); path != "" {
		escritor(path)
		return
	}
	if dir := os.Getenv(envEnergia); dir != "" {
		ligado(dir)
		return
	}
	if what := os.Getenv(envOperation); what != "" {
		worker(what)
		return
	}
	if path := os.Getenv(envLeitor); path != "" {
		fileReader(path)
		return
	}
	os.Exit(storetest.Overlap{M: m}.Run())
}

// escritor creates clients from many goroutines and prints each address only
// after it was acknowledged, until it is killed.
func escritor(path string) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{URL: storetest.URL(path), Create: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	h := s.As(storetest.Operator)
	var out sync.Mutex
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := 0; ; i++ {
				email := fmt.Sprintf("p%d.%d.%d@empresa.com", os.Getpid(), w, i)
				if _, err := h.Clientes.Create(ctx, store.Cliente{Nome: "Kill João", Email: email}); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				out.Lock()
				fmt.Println(email)
				out.Unlock()
			}
		})
	}
	wg.Wait()
}

// rodadas is how often a costly test repeats: a tenth, unless the full count is
// asked for.
func rodadas(full int) int {
	if os.Getenv("MONITOR_ENSAIO") == "completo" {
		return full
	}
	return max(full/10, 1)
}

// TestKillKeepsAcknowledged kills the writing process with SIGKILL and looks for
// every client that it had acknowledged.
func TestKillKeepsAcknowledged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clientes.db")
	acked := map[string]bool{}
	n := rodadas(50)
	leave := func() int { return 0 }
	killOnce(t, path, acked) // makes the database
	if strangerAtHand(t) {
		leave = stranger(t.Context(), path, "CREATE TABLE IF NOT EXISTS alheia(id INTEGER PRIMARY KEY); INSERT INTO alheia DEFAULT VALUES; SELECT count(*) FROM clientes")
	}
	for range n - 1 {
		killOnce(t, path, acked)
	}
	runs := leave()
	s := storetest.Open(t, path)
	if runs > 0 {
		var kept int
		require.NoError(t, storetest.Foreign(t, path).QueryRowContext(t.Context(), "SELECT count(*) FROM alheia").Scan(&kept))
		require.GreaterOrEqual(t, kept, runs, "rows that another program had committed are lost")
		t.Logf("another program beside: %d runs, 0 of its rows lost", runs)
	}
	have := map[string]bool{}
	for _, e := range emails(t, s) {
		have[e] = true
	}
	lost := 0
	for e := range acked {
		if !have[e] {
			lost++
		}
	}
	require.Zero(t, lost, "of %d acknowledged", len(acked))
	require.Greater(t, len(acked), n, "the writer must have written")
	v, err := s.As(storetest.Operator).Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.GreaterOrEqual(t, v.Elos, len(acked))
	p, err := s.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{Busca: "joao"})
	require.NoError(t, err)
	require.Equal(t, len(have), p.Total)
	t.Logf("%d rounds, %d acknowledged, %d kept unacknowledged, 0 lost, %d links in %d lanes", n, len(acked), len(have)-len(acked), v.Elos, v.Faixas)
}

func killOnce(t *testing.T, path string, acked map[string]bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), envQueda+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan(), "the writer must start")
	acked[lines.Text()] = true
	kill := time.AfterFunc(time.Duration(50+rand.IntN(300))*time.Millisecond, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	for lines.Scan() {
		acked[lines.Text()] = true
	}
	require.Error(t, cmd.Wait(), "the writer ends only by the kill")
}

// emails reads the addresses of all clients.
func emails(t *testing.T, s *store.Store) []string {
	t.Helper()
	var all []string
	f := store.ClienteFiltro{PorPagina: 1000, SemTotal: true}
	for {
		p, err := s.As(storetest.Operator).Clientes.List(t.Context(), f)
		require.NoError(t, err)
		for _, c := range p.Itens {
			all = append(all, c.Email)
		}
		if f.Cursor = p.Proximo; f.Cursor == "" {
			return all
		}
	}
}
