package store_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// envOperation makes the test binary be the process that works at an operation until it is
// killed: its number and the file.
const envOperation = "MONITOR_TESTE_OPERACAO"

// worker goes on with an operation in short stretches and says after each how far it is.
func worker(what string) {
	var id int64
	var path string
	_, err := fmt.Sscan(what, &id, &path)
	ctx := context.Background()
	var s *store.Store
	if err == nil {
		s, err = store.Open(ctx, store.Config{URL: storetest.URL(path)})
	}
	for err == nil {
		var op store.Operacao
		op, err = s.As(storetest.Operator).Operacoes.Continue(ctx, id, 10*time.Millisecond, nil)
		if err == nil {
			fmt.Println(op.Feitos)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// moved is an operation about people of Niterói who move to Natal.
func moved(t *testing.T, s *store.Store, ids []int64) store.Operacao {
	t.Helper()
	op, err := s.As(storetest.Operator).Operacoes.Start(t.Context(), store.Pedido{
		Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, IDs: ids, Campos: jsonValues(t, map[string]any{"cidade": "Natal"}),
	})
	require.NoError(t, err)
	return op
}

// requireWhole compares each record with what the operation says of it: there is no half of a
// row, and nothing was done twice. It returns how many are done.
func requireWhole(t *testing.T, s *store.Store, id int64, ids []int64, done string) int {
	t.Helper()
	h := s.As(storetest.Operator)
	items, err := h.Operacoes.Items(t.Context(), id, "", store.OperacaoFiltro{PorPagina: 1000})
	require.NoError(t, err)
	entries := map[int64]int64{}
	for _, i := range items.Itens {
		require.Equal(t, "feito", i.Situacao)
		entries[i.Alvo] = int64(i.LogID)
	}
	written, live := entriesOf(t, h, id), cities(t, s)
	for _, target := range ids {
		if entry, there := entries[target]; there {
			require.Equal(t, []int64{entry}, written[target], "once")
			require.Equal(t, done, live[target])
		} else {
			require.Empty(t, written[target])
			require.NotEqual(t, done, live[target])
		}
	}
	op, err := h.Operacoes.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, len(entries), op.Feitos)
	require.Equal(t, len(ids)-len(entries), op.Restam())
	return len(entries)
}

// entriesOf are the entries of the trail that an operation wrote about each client.
func entriesOf(t *testing.T, h *store.Handle, id int64) map[int64][]int64 {
	t.Helper()
	found := map[int64][]int64{}
	for cursor := ""; ; {
		page, err := h.Logs.List(t.Context(), store.LogFiltro{Acao: "cliente_atualizado", PorPagina: 1000, Cursor: cursor, SemTotal: true})
		require.NoError(t, err)
		for _, l := range page.Itens {
			var d struct{ Operacao int64 }
			require.NoError(t, json.Unmarshal(l.Dados, &d))
			if d.Operacao == id {
				found[int64(l.ClienteID)] = append(found[int64(l.ClienteID)], l.ID)
			}
		}
		if cursor = page.Proximo; cursor == "" {
			return found
		}
	}
}

// TestOperationsSurviveAKill kills the process that works at an operation, again and again, there
// and back.
func TestOperationsSurviveAKill(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	ids, path := crowd(t, s, 900), s.Banco()
	op := moved(t, s, ids)
	survive := func(id int64, done string) {
		kills, before := 0, 0
		for kills < rodadas(80) && before < len(ids)*2/3 {
			killWorker(t, id, path)
			kills++
			now := requireWhole(t, s, id, ids, done)
			require.Greater(t, now, before)
			before = now
		}
		ended, err := s.As(storetest.Operator).Operacoes.Continue(t.Context(), id, 0, nil)
		require.NoError(t, err)
		require.Equal(t, store.OperacaoConcluida, ended.Estado)
		require.Equal(t, len(ids), requireWhole(t, s, id, ids, done))
		t.Logf("%d kills", kills)
	}
	survive(op.ID, "Natal")
	undo, err := s.As(storetest.Operator).Operacoes.Undo(t.Context(), op.ID)
	require.NoError(t, err)
	survive(undo.ID, "Niterói")
	storetest.RequireIntact(t, s)
}

func killWorker(t *testing.T, id int64, path string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", envOperation, id, path))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for range 2 { // the third stretch is under way
		require.True(t, lines.Scan(), "the worker must work")
	}
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
}

// TestOperationsSurviveACutLine cuts the work off at its messages to the server, there and back.
// Normally every 23rd message is tried; MONITOR_ENSAIO=completo tries all.
func TestOperationsSurviveACutLine(t *testing.T) {
	t.Parallel()
	storetest.Servers(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		s := e.Open(t, at)
		ids := crowd(t, s, 12)
		h := s.As(storetest.Operator)
		step, cuts := int64(23), 0
		if storetest.Complete() {
			step = 1
		}
		from, to := "Niterói", "Natal"
		id := moved(t, s, ids).ID
		for n := int64(2); ; n += step {
			cut := cutWork(t, e, at, id, n, []storetest.Fate{storetest.Dropped, storetest.Unanswered}[n/step%2])
			requireWhole(t, s, id, ids, to)
			ended, err := h.Operacoes.Continue(t.Context(), id, 0, nil)
			require.NoError(t, err)
			require.Equal(t, []any{store.OperacaoConcluida, len(ids)}, []any{ended.Estado, ended.Feitos})
			require.Equal(t, len(ids), requireWhole(t, s, id, ids, to))
			undo, err := h.Operacoes.Undo(t.Context(), id)
			require.NoError(t, err)
			id, from, to = undo.ID, to, from
			if !cut {
				break
			}
			cuts++
		}
		require.Positive(t, cuts)
		t.Logf("%d cuts", cuts)
		storetest.RequireIntact(t, s)
	})
}

// cutWork returns whether there was a message n to be cut off at.
func cutWork(t *testing.T, e storetest.Engine, at string, id, n int64, how storetest.Fate) bool {
	t.Helper()
	r := storetest.NewRelay(t, storetest.HostOf(t, at))
	cfg := e.Config(t, at, func(c *store.Config) { c.Deadline = 3 * time.Second })
	cfg.URL = storetest.WithHost(t, at, r.Addr)
	s, err := store.Open(t.Context(), cfg)
	require.NoError(t, err)
	r.Cut(func(number int64, _ []byte) storetest.Fate {
		switch {
		case number < n:
			return storetest.PassOn
		case number > n:
			return storetest.Dropped
		}
		defer r.Dead.Store(how == storetest.Dropped)
		return how
	})
	_, err = s.As(storetest.Operator).Operacoes.Continue(t.Context(), id, 0, nil)
	r.Dead.Store(true)
	_ = s.Close()
	return err != nil
}
