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
	// confere compares with an undisturbed run.
	confere func(t *testing.T, e storetest.Engine, at string, calmo quadro)
}

// quadro is what an undisturbed run leaves.
type quadro struct {
	planta   string
	snapshot snapshot
}

func olha(t *testing.T, e storetest.Engine, at string) quadro {
	t.Helper()
	db := passing(t, e, at)
	return quadro{planta(t, e, db), fotografa(t, e, db, nil)}
}

func legado(t *testing.T, e storetest.Engine) string {
	t.Helper()
	return e.Flask(t)
}

func adotado(t *testing.T, e storetest.Engine) string {
	t.Helper()
	return adopted(t.Context(), t, e)
}

// muitasSessoes are more than a batch of the cut.
const muitasSessoes = 450

func comSessoes(t *testing.T, e storetest.Engine) string {
	t.Helper()
	at := adotado(t, e)
	db := passing(t, e, at)
	manySessions(t, e, db, muitasSessoes)
	return at
}

func desfaz(ctx context.Context, cfg store.Config) error {
	return store.Withdraw(ctx, cfg, storetest.Operator)
}

func encerra(ctx context.Context, cfg store.Config) error {
	s, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	_, err = s.As(storetest.Operator).Sessoes.Cut(ctx, nil)
	return errors.Join(err, s.Close())
}

func adota(ctx context.Context, cfg store.Config) error { return store.Prepare(ctx, cfg, nil) }

var passos = []passo{
	{"adotar", legado, adota, func(t *testing.T, e storetest.Engine, at string, calmo quadro) {
		t.Helper()
		require.Equal(t, calmo, olha(t, e, at))
	}},
	{"desfazer", adotado, desfaz, func(t *testing.T, e storetest.Engine, at string, calmo quadro) {
		t.Helper()
		got := olha(t, e, at)
		require.Equal(t, calmo.planta, got.planta)
		// The farewell in logs_auditoria, said once, has its own moment.
		require.Len(t, got.snapshot.linhas["logs_auditoria"], len(calmo.snapshot.linhas["logs_auditoria"]))
		delete(got.snapshot.linhas, "logs_auditoria")
		for table, rows := range got.snapshot.linhas {
			require.Equal(t, calmo.snapshot.linhas[table], rows)
		}
	}},
	{"encerrar", comSessoes, encerra, func(t *testing.T, e storetest.Engine, at string, calmo quadro) {
		t.Helper()
		require.Len(t, olha(t, e, at).snapshot.linhas["sessoes"], len(calmo.snapshot.linhas["sessoes"]))
		s := opened(t, e, at, storetest.Now(quandoViviam))
		for _, i := range []int{0, 199, 200, muitasSessoes - 1} {
			require.True(t, enters(t, s, fmt.Sprint("t", i)), i)
		}
		stage, err := s.As(storetest.Operator).Sessoes.Stage(t.Context())
		require.NoError(t, err)
		require.Zero(t, stage.Abertos)
		require.False(t, stage.Corte.IsZero())
		require.NoError(t, s.Close())
	}},
}

// calmaria is the step without a disturbance.
func calmaria(t *testing.T, e storetest.Engine, p passo) quadro {
	t.Helper()
	at := p.antes(t, e)
	require.NoError(t, p.faz(t.Context(), e.Config(t, at, storetest.Now(quandoViviam))))
	return olha(t, e, at)
}

// TestChangeOverSurvivesAKill cuts a process off at its messages to the server,
// as TestMigrationSurvivesAKill does: the same step, begun again, ends as if
// nothing had happened. Normally every 61st message is tried;
// MONITOR_ENSAIO=completo tries all.
func TestChangeOverSurvivesAKill(t *testing.T) {
	t.Parallel()
	for _, p := range passos {
		t.Run(p.nome, func(t *testing.T) {
			t.Parallel()
			storetest.Servers(t, func(t *testing.T, e storetest.Engine) {
				calmo, step, cuts := calmaria(t, e, p), int64(61), 0
				if storetest.Complete() {
					step = 1
				}
				for n := int64(2); ; n += step {
					if !p.cutAt(t, e, n, []storetest.Fate{storetest.Dropped, storetest.Unanswered}[n/step%2], calmo) {
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
func (p passo) cutAt(t *testing.T, e storetest.Engine, n int64, how storetest.Fate, calmo quadro) bool {
	t.Helper()
	at := p.antes(t, e)
	cfg := e.Config(t, at, storetest.Now(quandoViviam))
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
	p.confere(t, e, at, calmo)
	return true
}

// TestAdoptionFinishesAnUndoing: who undoes on MySQL and is killed may as well
// adopt again.
func TestAdoptionFinishesAnUndoing(t *testing.T) {
	t.Parallel()
	storetest.MariaDB(t)
	e, again := storetest.Named("mariadb"), passos[1]
	calmo := calmaria(t, e, passos[0])
	again.antes = func(t *testing.T, e storetest.Engine) string {
		t.Helper()
		at := adotado(t, e)
		trabalha(t, e, at)
		return at
	}
	again.confere = func(t *testing.T, e storetest.Engine, at string, _ quadro) {
		t.Helper()
		require.Equal(t, calmo.planta, olha(t, e, at).planta)
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
			return desfaz(ctx, cfg)
		}
		_, err := store.Diagnose(ctx, cfg, func(f store.Fase) { said[f.Motivo]++ })
		require.NoError(t, err)
		// Through the relay the server had another name, and so another anchor.
		anchors, err := filepath.Glob(filepath.Join(cfg.Pasta, "*.ancora"))
		require.NoError(t, err)
		for _, path := range anchors {
			require.NoError(t, os.Remove(path))
		}
		return adota(ctx, cfg)
	}
	step := int64(34)
	if storetest.Complete() {
		step = 17
	}
	for n := int64(45); again.cutAt(t, e, n, storetest.Dropped, quadro{}); n += step {
		tried = false
	}
	require.Positive(t, said["retirada_interrompida"])
	require.True(t, tried, "the last undoing was not cut off")
}

// envMorte makes the test binary be the process that is killed: step, limit, file.
const envMorte = "MONITOR_TESTE_MORTE"

// morre does a step until it is killed at the first write beyond a limit.
func morre(what string) {
	var nome, path string
	var timeBound uint64
	_, err := fmt.Sscan(what, &nome, &timeBound, &path)
	if err == nil {
		err = morrerAlemDe(timeBound)
	}
	for _, p := range passos {
		if err == nil && p.nome == nome {
			err = p.faz(context.Background(), store.Config{URL: storetest.URL(path), Now: quandoViviam})
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
	if morrerAlemDe == nil {
		t.Skip("só o Linux mata um processo pelo tamanho de um arquivo")
	}
	step := uint64(80 << 10)
	if storetest.Complete() {
		step = 4 << 10
	}
	for _, p := range passos {
		t.Run(p.nome, func(t *testing.T) {
			t.Parallel()
			calmo, kills := calmaria(t, storetest.SQLite, p), 0
			for timeBound := uint64(2 << 10); p.killBeyond(t, timeBound, calmo); timeBound += step {
				kills++
			}
			require.Greater(t, kills, 1)
			t.Logf("%d kills", kills)
		})
	}
}

func (p passo) killBeyond(t *testing.T, timeBound uint64, calmo quadro) bool {
	t.Helper()
	e := storetest.SQLite
	at := p.antes(t, e)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %s", envMorte, p.nome, timeBound, at[len(storetest.URL("")):]))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	require.Contains(t, err.Error(), "signal", "%s", out)
	require.NoError(t, p.faz(t.Context(), e.Config(t, at, storetest.Now(quandoViviam))), "after the kill beyond %d", timeBound)
	p.confere(t, e, at, calmo)
	return true
}

func TestMain(m *testing.M) {
	if what := os.Getenv(envMorte); what != "" {
		morre(what)
		return
	}
	os.Exit(storetest.Overlap{M: m}.Run())
}
