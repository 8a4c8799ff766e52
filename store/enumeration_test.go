package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/internal/pace"
	"example.com/monitor/store/storetest"
)

// legados are hashes that older systems left, of a password that nobody tries.
var legados = map[string]string{
	"pbkdf2": "pbkdf2:sha256:260000$sal$" + "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	"scrypt": "scrypt:32768:8:1$sal$" + "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
}

// classes are the ways in which a login fails, by the addresses that fail so.
func classes(t *testing.T, motor storetest.Engine, url string, s *store.Store, contas int) map[string]func(i int) string {
	t.Helper()
	model, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Modelo", Email: "modelo@x.com", Senha: "senha123"})
	require.NoError(t, err)
	model, err = s.As(storetest.Operator).Clientes.Get(t.Context(), model.ID)
	require.NoError(t, err)
	db := motor.Foreign(t, url)
	out := map[string]func(int) string{"desconhecida": func(i int) string { return fmt.Sprintf("ninguem%d@x.com", i%contas) }}
	for classe, row := range map[string]struct {
		ativo bool
		hash  any
	}{"errada": {true, model.SenhaHash}, "inativa": {false, model.SenhaHash}, "sem-senha": {true, nil}, "pbkdf2": {true, legados["pbkdf2"]}, "scrypt": {true, legados["scrypt"]}} {
		for i := range contas {
			motor.Exec(t, db, "INSERT INTO clientes(nome, email, senha_hash, ativo, nivel_acesso, data_cadastro) VALUES ('P', ?, ?, ?, 'usuario', '2026-01-01 00:00:00')",
				fmt.Sprintf("%s%d@x.com", classe, i), row.hash, row.ativo)
		}
		out[classe] = func(i int) string { return fmt.Sprintf("%s%d@x.com", classe, i%contas) }
	}
	return out
}

// TestFailuresLookAlike: whatever is wrong with a login, the error is the same, one
// computation is made and the answer waits for its step: in full on SQLite, where a
// step is longer than the work.
func TestFailuresLookAlike(t *testing.T) {
	storetest.Each(t, func(t *testing.T, motor storetest.Engine) {
		if motor.Name == storetest.SQLite.Name {
			storetest.FullPace(t)
		}
		url := motor.Fresh(t)
		s := motor.Open(t, url)
		for classe, email := range classes(t, motor, url, s, 1) {
			before, start := s.Hashes(), time.Now()
			err := guess(t.Context(), s, "203.0.113.1", email(0), "errada")
			took := time.Since(start)
			require.EqualError(t, err, "Credenciais inválidas", classe)
			require.ErrorIs(t, err, store.ErrUnauthenticated)
			require.EqualValues(t, 1, s.Hashes()-before, classe)
			require.GreaterOrEqual(t, took, pace.LoginStep(), classe)
		}
	})
}

// TestFailuresTakeEqualTime tries many accounts of every class in a random order,
// idle and under load, and lets a classifier guess the class from the time. It needs
// a quiet machine: MONITOR_ENSAIO=completo asks for it.
func TestFailuresTakeEqualTime(t *testing.T) {
	t.Parallel()
	if os.Getenv("MONITOR_ENSAIO") != "completo" {
		t.Log("with MONITOR_ENSAIO=completo the times are measured")
		return
	}
	const tries, contas = 200, 50
	var mu sync.Mutex
	now := time.Now()
	clock := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	url := storetest.SQLite.URL(t)
	s := storetest.SQLite.Open(t, url, storetest.Now(clock))
	all := classes(t, storetest.SQLite, url, s, contas)
	for _, loader := range []int{0, 4} {
		type probe struct {
			classe, email string
			took          time.Duration
		}
		var probes []*probe
		for classe, email := range all {
			for i := range tries {
				probes = append(probes, &probe{classe: classe, email: email(i)})
			}
		}
		rand.Shuffle(len(probes), func(i, j int) { probes[i], probes[j] = probes[j], probes[i] })
		stop := make(chan struct{})
		var load sync.WaitGroup
		for range loader {
			load.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						_, _ = s.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{Busca: "a"})
					}
				}
			})
		}
		for _, p := range probes {
			mu.Lock()
			now = now.Add(2 * time.Hour) // nothing is locked
			mu.Unlock()
			start := time.Now()
			require.ErrorIs(t, guess(t.Context(), s, "", p.email, "errada"), store.ErrUnauthenticated)
			p.took = time.Since(start)
		}
		close(stop)
		load.Wait()
		times := map[string][]time.Duration{}
		for _, p := range probes {
			times[p.classe] = append(times[p.classe], p.took)
		}
		base := times["desconhecida"]
		for classe, got := range times {
			t.Logf("load %d, %-12s median %v, classifier against unknown %.3f", loader, classe, median(got), classifier(base, got))
			if (median(base) - median(got)).Abs() > 5*time.Millisecond {
				t.Errorf("load %d, %s: the medians differ", loader, classe)
			}
			if classe != "desconhecida" && classifier(base, got) > 0.55 {
				t.Errorf("load %d, %s: the time tells it from unknown", loader, classe)
			}
		}
	}
}

func median(d []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[len(sorted)/2]
}

// classifier learns, on one half of the times, the threshold and side that tell a
// from b best, and returns how often it is right on the other half; then the other
// way round. Where all times are alike it is right half of the time.
func classifier(a, b []time.Duration) float64 {
	n := min(len(a), len(b)) / 2
	return (learn(a[:n], b[:n], a[n:2*n], b[n:2*n]) + learn(a[n:2*n], b[n:2*n], a[:n], b[:n])) / 2
}

func learn(a, b, testA, testB []time.Duration) float64 {
	best, limit, below := 0.0, time.Duration(0), true
	for _, at := range slices.Concat(a, b) {
		for _, side := range []bool{true, false} {
			if got := right(a, b, at, side); got > best {
				best, limit, below = got, at, side
			}
		}
	}
	return right(testA, testB, limit, below)
}

func right(a, b []time.Duration, limit time.Duration, below bool) float64 {
	hits := 0
	for i := range a {
		if (a[i] <= limit) == below {
			hits++
		}
		if (b[i] <= limit) != below {
			hits++
		}
	}
	return float64(hits) / float64(2*len(a))
}
