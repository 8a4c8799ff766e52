package setup_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// passo is one step of the change-over, which must survive being killed.
type passo struct {
	nome  string
	antes func(t *testing.T, e storetest.Engine) (at string) // a fresh database before the step
	faz   func(ctx context.Context, cfg store.Config) error
	// check compares with an undisturbed run.
	check func(t *testing.T, e storetest.Engine, at string, calm finalState)
}

// finalState is what an undisturbed run leaves.
type finalState struct {
	planOf   string
	snapshot snapshot
}

func finalStateOf(t *testing.T, e storetest.Engine, at string) finalState {
	t.Helper()
	db := passing(t, e, at)
	return finalState{planOf(t, e, db), takePicture(t, e, db, nil)}
}

func legacyWithSessions(t *testing.T, e storetest.Engine) string {
	t.Helper()
	return e.Flask(t)
}

func adotado(t *testing.T, e storetest.Engine) string {
	t.Helper()
	return adopted(t.Context(), t, e)
}

// manySessionRows are more than a batch of the cut.
const manySessionRows = 450

func comSessoes(t *testing.T, e storetest.Engine) string {
	t.Helper()
	at := adotado(t, e)
	db := passing(t, e, at)
	manySessions(t, e, db, manySessionRows)
	return at
}

func giveBack(ctx context.Context, cfg store.Config) error {
	return store.Withdraw(ctx, cfg, storetest.Operator)
}

func endFlask(ctx context.Context, cfg store.Config) error {
	s, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	_, err = s.As(storetest.Operator).Sessoes.Cut(ctx, nil)
	return errors.Join(err, s.Close())
}

func takeOver(ctx context.Context, cfg store.Config) error { return store.Prepare(ctx, cfg, nil) }

var allSteps = []passo{
	{"adotar", legacyWithSessions, takeOver, func(t *testing.T, e storetest.Engine, at string, calm finalState) {
		t.Helper()
		require.Equal(t, calm, finalStateOf(t, e, at))
	}},
	{"desfazer", adotado, giveBack, func(t *testing.T, e storetest.Engine, at string, calm finalState) {
		t.Helper()
		got := finalStateOf(t, e, at)
		require.Equal(t, calm.planOf, got.planOf)
		// The farewell in logs_auditoria, said once, has its own moment.
		require.Len(t, got.snapshot.linhas["logs_auditoria"], len(calm.snapshot.linhas["logs_auditoria"]))
		delete(got.snapshot.linhas, "logs_auditoria")
		for table, rows := range got.snapshot.linhas {
			require.Equal(t, calm.snapshot.linhas[table], rows)
		}
	}},
	{"encerrar", comSessoes, endFlask, func(t *testing.T, e storetest.Engine, at string, calm finalState) {
		t.Helper()
		require.Len(t, finalStateOf(t, e, at).snapshot.linhas["sessoes"], len(calm.snapshot.linhas["sessoes"]))
		s := opened(t, e, at, storetest.Now(whenBothLived))
		for _, i := range []int{0, 199, 200, manySessionRows - 1} {
			require.True(t, enters(t, s, fmt.Sprint("t", i)), i)
		}
		stage, err := s.As(storetest.Operator).Sessoes.Stage(t.Context())
		require.NoError(t, err)
		require.Zero(t, stage.Abertos)
		require.False(t, stage.Corte.IsZero())
		require.NoError(t, s.Close())
	}},
}

// undisturbed is the step without a disturbance.
func undisturbed(t *testing.T, e storetest.Engine, p passo) finalState {
	t.Helper()
	at := p.antes(t, e)
	require.NoError(t, p.faz(t.Context(), e.Config(t, at, storetest.Now(whenBothLived))))
	return finalStateOf(t, e, at)
}

// TestChangeOverSurvivesAKill cuts a process off at its messages to the server,
// as TestMigrationSurvivesAKill does: the same step, begun again, ends as if
// nothing had happened. Normally every 61st message is tried;
// MONITOR_ENSAIO=completo tries all.
func TestChangeOverSurvivesAKill(t *testing.T) {
	t.Parallel()
	for _, p := range allSteps {
		t.Run(p.nome, func(t *testing.T) {
			t.Parallel()
			storetest.Servers(t, func(t *testing.T, e storetest.Engine) {
				calm, step, cuts := undisturbed(t, e, p), int64(61), 0
				if storetest.Complete() {
					step = 1
				}
				for n := int64(2); ; n += step {
					if !p.cutAt(t, e, n, []storetest.Fate{storetest.Dropped, storetest.Unanswered}[n/step%2], calm) {
						break
					}
					cuts++
				}
				require.Positive(t, cuts)
				t.Logf("%d cuts", cuts)
			})
		})
	}
}

// cutAt says whether there was a message n to be cut off at.
func (p passo) cutAt(t *testing.T, e storetest.Engine, n int64, how storetest.Fate, calm finalState) bool {
	t.Helper()
	at := p.antes(t, e)
	cfg := e.Config(t, at, storetest.Now(whenBothLived))
	r := storetest.NewRelay(t, storetest.HostOf(t, at))
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
	killed := cfg
	killed.URL = storetest.WithHost(t, at, r.Addr)
	if err := p.faz(t.Context(), killed); err == nil {
		return false
	}
	r.Dead.Store(true)
	if e.Name == "mariadb" { // what 30 seconds do
		_, _ = e.Foreign(t, at).ExecContext(t.Context(), "UPDATE monitor_travas SET ate = 0 WHERE nome = 'migracao'")
	}
	require.NoError(t, p.faz(t.Context(), cfg), "after the cut at message %d", n)
	p.check(t, e, at, calm)
	return true
}

// TestAdoptionFinishesAnUndoing: who undoes on MySQL and is killed may as well
// adopt again.
func TestAdoptionFinishesAnUndoing(t *testing.T) {
	t.Parallel()
	storetest.MariaDB(t)
	e, again := storetest.Named("mariadb"), allSteps[1]
	calm := undisturbed(t, e, allSteps[0])
	again.antes = func(t *testing.T, e storetest.Engine) string {
		t.Helper()
		at := adotado(t, e)
		workOn(t, e, at)
		return at
	}
	again.check = func(t *testing.T, e storetest.Engine, at string, _ finalState) {
		t.Helper()
		require.Equal(t, calm.planOf, finalStateOf(t, e, at).planOf)
		plan, err := store.PlanWithdrawal(t.Context(), e.Config(t, at))
		require.NoError(t, err)
		require.False(t, plan.Interrompida)
		require.True(t, plan.Adotado)
		require.Zero(t, plan.Elos, "what was lost is lost as a whole")
		s := opened(t, e, at)
		v, err := s.As(storetest.Operator).Logs.Verify(t.Context())
		require.NoError(t, err)
		require.True(t, v.Integra, "%v", v.Problemas)
		require.NoError(t, s.Close())
	}
	tried, said := false, map[string]int{}
	again.faz = func(ctx context.Context, cfg store.Config) error {
		if tried = !tried; tried {
			return giveBack(ctx, cfg)
		}
		_, err := store.Diagnose(ctx, cfg, func(f store.Fase) { said[f.Motivo]++ })
		require.NoError(t, err)
		// Through the relay the server had another name, and so another anchor.
		anchors, err := filepath.Glob(filepath.Join(cfg.Pasta, "*.ancora"))
		require.NoError(t, err)
		for _, path := range anchors {
			require.NoError(t, os.Remove(path))
		}
		return takeOver(ctx, cfg)
	}
	step := int64(34)
	if storetest.Complete() {
		step = 17
	}
	for n := int64(45); again.cutAt(t, e, n, storetest.Dropped, finalState{}); n += step {
		tried = false
	}
	require.Positive(t, said["retirada_interrompida"])
	require.True(t, tried, "the last undoing was not cut off")
}

// envDeath makes the test binary be the process that is killed: step, limit, file.
const envDeath = "MONITOR_TESTE_MORTE"

// dieAtAWrite does a step until it is killed at the first write beyond a limit.
func dieAtAWrite(what string) {
	var nome, path string
	var timeBound uint64
	_, err := fmt.Sscan(what, &nome, &timeBound, &path)
	if err == nil {
		err = dieBeyond(timeBound)
	}
	for _, p := range allSteps {
		if err == nil && p.nome == nome {
			err = p.faz(context.Background(), store.Config{URL: storetest.URL(path), Now: whenBothLived})
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestChangeOverSurvivesAKillOnSQLite has the system kill the process at the
// write that would make a file longer than a limit, and moves the limit along the
// journal: there is a kill within each transaction, commit and checkpoint.
func TestChangeOverSurvivesAKillOnSQLite(t *testing.T) {
	t.Parallel()
	if dieBeyond == nil {
		t.Skip("só o Linux mata um processo pelo tamanho de um arquivo")
	}
	step := uint64(80 << 10)
	if storetest.Complete() {
		step = 4 << 10
	}
	for _, p := range allSteps {
		t.Run(p.nome, func(t *testing.T) {
			t.Parallel()
			calm, kills := undisturbed(t, storetest.SQLite, p), 0
			for timeBound := uint64(2 << 10); p.killBeyond(t, timeBound, calm); timeBound += step {
				kills++
			}
			require.Greater(t, kills, 1)
			t.Logf("%d kills", kills)
		})
	}
}

func (p passo) killBeyond(t *testing.T, timeBound uint64, calm finalState) bool {
	t.Helper()
	e := storetest.SQLite
	at := p.antes(t, e)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %s", envDeath, p.nome, timeBound, at[len(storetest.URL("")):]))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	require.Contains(t, err.Error(), "signal", "%s", out)
	require.NoError(t, p.faz(t.Context(), e.Config(t, at, storetest.Now(whenBothLived))), "after the kill beyond %d", timeBound)
	p.check(t, e, at, calm)
	return true
}

func TestMain(m *testing.M) {
	if what := os.Getenv(envDeath); what != "" {
		dieAtAWrite(what)
		return
	}
	os.Exit(storetest.Overlap{M: m}.Run())
}
