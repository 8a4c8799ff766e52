package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// guess tries to log in from an address.
func guess(ctx context.Context, s *store.Store, ip, email, senha string) error {
	_, _, err := s.As(store.Stranger(store.Origem{Canal: store.CanalAPI, IP: ip})).Sessoes.Login(ctx, email, senha)
	return err
}

// chute is the outcome of guesses. Those that the database was too busy for were made
// again, as callers do; the computation may have been done before.
type chute struct{ erradas, recusadas, perdidas int }

// chutes guesses n times at once at one account, from as many addresses as given.
func chutes(t *testing.T, n, enderecos int, stores ...*store.Store) chute {
	t.Helper()
	var out chute
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			again := func() error {
				return guess(t.Context(), stores[i%len(stores)], fmt.Sprintf("203.0.113.%d", i%enderecos), "ana@x.com", "errada")
			}
			err, lost := again(), 0
			for ; errors.Is(err, store.ErrUnavailable) && lost < 20; lost++ {
				err = again()
			}
			mu.Lock()
			defer mu.Unlock()
			out.perdidas += lost
			switch {
			case errors.Is(err, store.ErrBloqueado):
				out.recusadas++
			case errors.Is(err, store.ErrUnauthenticated):
				out.erradas++
			default:
				t.Errorf("guess: %v", err)
			}
		})
	}
	wg.Wait()
	return out
}

func hashes(stores ...*store.Store) (n int64) {
	for _, s := range stores {
		n += s.Hashes()
	}
	return n
}

// TestGuessesAreBounded: of a thousand guesses at an account in a quarter of an hour,
// from one or a hundred addresses, at two processes, ten cost a computation at most.
func TestGuessesAreBounded(t *testing.T) {
	t.Parallel()
	cadaElenco(t, func(t *testing.T, e *elenco) {
		other := e.motor.Open(t, e.url, storetest.Now(e.relogio.now))
		require.ErrorIs(t, guess(t.Context(), e.s, "", "ninguem@x.com", "errada"), store.ErrUnauthenticated) // makes the hash of nobody
		for _, enderecos := range []int{1, 100} {
			e.relogio.pass(48 * time.Hour)
			before := hashes(e.s, other)
			var all chute
			for range 10 {
				got := chutes(t, 100, enderecos, e.s, other)
				all = chute{all.erradas + got.erradas, all.recusadas + got.recusadas, all.perdidas + got.perdidas}
				e.relogio.pass(90*time.Second - time.Millisecond)
			}
			require.Equal(t, 1000, all.erradas+all.recusadas)
			require.GreaterOrEqual(t, all.erradas, 4, "the first ones are let in")
			require.LessOrEqual(t, all.erradas, 10, "%d addresses", enderecos)
			done := int(hashes(e.s, other) - before)
			require.GreaterOrEqual(t, done, all.erradas)
			require.LessOrEqual(t, done, all.erradas+all.perdidas, "one computation each, none for what is refused")
			require.LessOrEqual(t, done, 10, "%d addresses, whatever the database did", enderecos)
			require.LessOrEqual(t, all.perdidas, 20, "the database is not that busy")
		}
	})
}

// TestLock walks the life of a lock.
func TestLock(t *testing.T) {
	t.Parallel()
	cadaElenco(t, lock)
}

func lock(t *testing.T, e *elenco) {
	t.Helper()
	const away = "198.51.100.7"
	try := func(email, senha string) error { return guess(t.Context(), e.s, away, email, senha) }
	for _, email := range []string{"ana@x.com", "ninguem@x.com"} {
		for range 4 {
			require.ErrorIs(t, try(email, "errada"), store.ErrUnauthenticated)
		}
	}
	before := e.s.Hashes()
	locked := try("ana@x.com", senhaForte)
	b, ok := errors.AsType[*store.BloqueioError](locked)
	require.True(t, ok, "%v", locked)
	require.Equal(t, 5*time.Minute, b.Wait)
	require.Equal(t, "Muitas tentativas com senha errada: aguarde 5 minutos e tente de novo", b.Error())
	for _, email := range []string{"ana@x.com", " ANA@X.COM ", "ninguem@x.com"} {
		for _, senha := range []string{senhaForte, "errada"} {
			require.Equal(t, locked, try(email, senha), "the answer tells neither the account nor the password")
		}
	}
	require.Equal(t, before, e.s.Hashes())

	// It outlives the process, and holds for others.
	require.ErrorIs(t, guess(t.Context(), e.motor.Open(t, e.url, storetest.Now(e.relogio.now)), away, "ana@x.com", senhaForte), store.ErrBloqueado)

	for i, espera := range []time.Duration{5, 10, 20, 20} {
		e.relogio.pass(espera*time.Minute - time.Microsecond)
		require.ErrorIs(t, try("ana@x.com", senhaForte), store.ErrBloqueado, "wait %d", i)
		e.relogio.pass(time.Microsecond)
		require.ErrorIs(t, try("ana@x.com", "errada"), store.ErrUnauthenticated, "wait %d", i)
	}
	e.relogio.pass(20 * time.Minute)
	for range 3 {
		require.NoError(t, try("ana@x.com", senhaForte), "what was right counts nothing")
	}
}

// TestLockSparesThePerson: while strangers guess at an account its person goes on
// working, logs in from the usual place and changes the password.
func TestLockSparesThePerson(t *testing.T) {
	t.Parallel()
	cadaElenco(t, lockSparesThePerson)
}

func lockSparesThePerson(t *testing.T, e *elenco) {
	t.Helper()
	const home, away = "192.0.2.9", "198.51.100.7"
	require.NoError(t, guess(t.Context(), e.s, home, "ana@x.com", senhaForte))
	for range 5 {
		_ = guess(t.Context(), e.s, away, "ana@x.com", "errada")
	}
	require.ErrorIs(t, guess(t.Context(), e.s, away, "ana@x.com", senhaForte), store.ErrBloqueado)
	require.NoError(t, guess(t.Context(), e.s, home, "ana@x.com", senhaForte))
	for range 5 {
		_ = guess(t.Context(), e.s, home, "ana@x.com", "errada")
	}
	require.ErrorIs(t, guess(t.Context(), e.s, home, "ana@x.com", senhaForte), store.ErrBloqueado, "the usual place has its limit too")

	own := func(a store.Actor, atual string) error {
		return e.s.As(a).Clientes.SetSenha(t.Context(), e.ana.ID, atual, "Outra-Senha-Longa-8")
	}
	_, err := e.s.As(e.comoAna).Clientes.Get(t.Context(), e.ana.ID)
	require.NoError(t, err, "the open session goes on")
	for range 4 {
		_, invalid := errors.AsType[*store.InvalidError](own(e.comoAna, "errada"))
		require.True(t, invalid)
	}
	require.ErrorIs(t, own(e.comoAna, senhaForte), store.ErrBloqueado, "a stolen session does not guess on")
	e.relogio.pass(5 * time.Minute)
	require.NoError(t, own(e.comoAna, senhaForte))
}

// TestAddressIsSlowedDown: one address tries one password at many accounts.
func TestAddressIsSlowedDown(t *testing.T) {
	t.Parallel()
	cadaElenco(t, addressIsSlowedDown)
}

func addressIsSlowedDown(t *testing.T, e *elenco) {
	t.Helper()
	count := func(ip string, i int) error {
		return e.s.Counted(t.Context(), store.Origem{IP: ip}, fmt.Sprintf("p%d@x.com", i))
	}
	for i := range 30 {
		// A subscriber has 64 bits of an IPv6 network to himself.
		require.NoError(t, count(fmt.Sprintf("2001:db8::%x", i), i))
	}
	require.ErrorIs(t, count("2001:db8::ffff", 31), store.ErrBloqueado)
	require.ErrorIs(t, guess(t.Context(), e.s, "2001:db8::1", "ana@x.com", senhaForte), store.ErrBloqueado)
	require.NoError(t, count("2001:db8:0:1::1", 32))
	for i := range 50 { // a proxy on this machine hides who calls
		require.NoError(t, count("127.0.0.1", 100+i))
	}
}

// TestLocksAreSeenAndLifted by administrators only.
func TestLocksAreSeenAndLifted(t *testing.T) {
	t.Parallel()
	cadaElenco(t, locksAreSeenAndLifted)
}

func locksAreSeenAndLifted(t *testing.T, e *elenco) {
	t.Helper()
	const ip = "198.51.100.7"
	for range 4 {
		require.NoError(t, e.s.Counted(t.Context(), store.Origem{IP: ip}, "Ana@x.com"))
	}
	h := e.s.As(e.comoAdmin)
	list, err := h.Bloqueios.List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, "conta ana@x.com 4", fmt.Sprint(list[0].Tipo, " ", list[0].Alvo, " ", list[0].Falhas))
	require.Equal(t, "endereco "+ip, list[1].Tipo+" "+list[1].Alvo)
	require.Equal(t, e.relogio.now().Add(5*time.Minute), list[0].Ate.Time)
	require.True(t, list[1].Ate.IsZero())
	for _, a := range []store.Actor{e.comoModerador, e.comoAna, e.leitura, e.agente} {
		_, err := e.s.As(a).Bloqueios.List(t.Context())
		require.ErrorIs(t, err, store.ErrForbidden)
		require.ErrorIs(t, e.s.As(a).Bloqueios.Lift(t.Context(), list[0].ID), store.ErrForbidden)
	}
	require.ErrorIs(t, guess(t.Context(), e.s, ip, "ana@x.com", senhaForte), store.ErrBloqueado)
	require.NoError(t, h.Bloqueios.Lift(t.Context(), list[0].ID))
	require.ErrorIs(t, h.Bloqueios.Lift(t.Context(), list[0].ID), store.ErrNotFound)
	require.NoError(t, h.Bloqueios.LiftOf(t.Context(), ip))
	require.ErrorIs(t, h.Bloqueios.LiftOf(t.Context(), "ana@x.com"), store.ErrNotFound)
	require.NoError(t, guess(t.Context(), e.s, ip, "ana@x.com", senhaForte))
	logs, err := h.Logs.List(t.Context(), store.LogFiltro{Acao: "tentativas_esquecidas"})
	require.NoError(t, err)
	require.Len(t, logs.Itens, 2)

	// A password that an administrator sets is no longer what was guessed at.
	for range 4 {
		require.NoError(t, e.s.Counted(t.Context(), store.Origem{}, "bia@x.com"))
	}
	require.NoError(t, h.Clientes.SetSenha(t.Context(), e.bia.ID, "", "outra-senha-1"))
	require.NoError(t, guess(t.Context(), e.s, "", "bia@x.com", "outra-senha-1"))

	// What nobody repeats is forgotten.
	require.NoError(t, e.s.Counted(t.Context(), store.Origem{}, "ana@x.com"))
	e.relogio.pass(time.Hour)
	list, err = h.Bloqueios.List(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
}

// TestRightLoginsAtOnce: many programs share an account and start together.
func TestRightLoginsAtOnce(t *testing.T) {
	t.Parallel()
	e := newElenco(t, storetest.SQLite)
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if err := guess(t.Context(), e.s, "198.51.100.7", "ana@x.com", senhaForte); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestCountersAreBounded: whoever invents addresses makes us keep so much and no
// more, and does not push out what refuses.
func TestCountersAreBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, countersAreBounded)
}

func countersAreBounded(t *testing.T, motor storetest.Engine) {
	t.Helper()
	r := &relogio{t: start}
	url := motor.Fresh(t)
	s := motor.Open(t, url, storetest.Now(r.now))
	for range 4 {
		require.NoError(t, s.Counted(t.Context(), store.Origem{}, "ana@x.com"))
	}
	db := motor.Foreign(t, url)
	rows, args := "", []any{}
	for i := range store.MaxTentativas + 500 {
		if rows != "" {
			rows += ", "
		}
		rows, args = rows+"(?, 'conta', ?, 1, ?, 0)", append(args, fmt.Sprint("k", i), fmt.Sprint("x", i), r.now().Add(time.Minute).UnixMicro())
		if len(args) == 3*1000 || i == store.MaxTentativas+499 {
			motor.Exec(t, db, "INSERT INTO monitor_tentativas(chave, tipo, alvo, falhas, ultima, ate) VALUES "+rows, args...)
			rows, args = "", nil
		}
	}
	for i := range 100 {
		require.NoError(t, s.Counted(t.Context(), store.Origem{}, fmt.Sprintf("n%d@x.com", i)))
	}
	var n int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM monitor_tentativas").Scan(&n))
	require.LessOrEqual(t, n, store.MaxTentativas+100)
	require.ErrorIs(t, s.Counted(t.Context(), store.Origem{}, "ana@x.com"), store.ErrBloqueado)
}

// TestSpellingsShareACounter: whatever finds an account counts against it.
func TestSpellingsShareACounter(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sqlite", "mariadb"} { // the lookups that differ
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spellingsShareACounter(t, storetest.Named(name))
		})
	}
}

func spellingsShareACounter(t *testing.T, motor storetest.Engine) {
	t.Helper()
	r := &relogio{t: start}
	s := motor.New(t, storetest.Now(r.now))
	_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "K", Email: "késia@x.com", Senha: "senha123"})
	require.NoError(t, err)
	spellings := []string{
		"késia@x.com", "KÉSIA@X.COM", "\u212Aésia@x.com", " késia@x.com", "késia@x.com\u00a0", "ke\u0301sia@x.com", "kesia@x.com",
		"késia@x.com.", "késia@ｘ.com", "kés\u0131a@x.com", "kés\u0130a@x.com", "késia@x.com\x00", "késia\xff@x.com",
	}
	for _, email := range spellings {
		r.pass(48 * time.Hour)
		if guess(t.Context(), s, "", email, "senha123") != nil {
			continue // finds no account
		}
		for range 4 {
			require.NoError(t, s.Counted(t.Context(), store.Origem{}, email))
		}
		require.ErrorIs(t, guess(t.Context(), s, "", "késia@x.com", "senha123"), store.ErrBloqueado, "%q", email)
	}
}
