package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestAClockThatRanAhead: what was dated then neither locks for years nor lives for
// ever once the clock is right again.
func TestAClockThatRanAhead(t *testing.T) { cadaElenco(t, aClockThatRanAhead) }

func aClockThatRanAhead(t *testing.T, e *elenco) {
	t.Helper()
	const ahead = 10 * 365 * 24 * time.Hour
	counts := func(token string) error {
		_, err := e.s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
		return err
	}
	email := e.admin.Email
	login := func(senha string) (string, error) {
		token, _, err := e.s.As(store.Stranger(store.Origem{IP: "192.0.2.1"})).Sessoes.Login(t.Context(), email, senha)
		return token, err
	}
	e.relogio.pass(ahead)
	token, err := login(senhaForte)
	require.NoError(t, err)
	db := e.motor.Foreign(t, e.url)
	storetest.Exec(t, db, "DELETE FROM monitor_tentativas")
	for range 5 {
		_, err = login("errada-errada")
		require.Error(t, err)
	}
	require.ErrorIs(t, func() error { _, err := login(senhaForte); return err }(), store.ErrBloqueado)

	e.relogio.pass(-ahead)
	_, err = login(senhaForte)
	require.NoError(t, err, "nobody waits for years")
	require.NoError(t, counts(token))
	require.Eventually(t, func() bool {
		var n int
		err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM sessoes WHERE data_expiracao > '2030-01-01'").Scan(&n)
		return err == nil && n == 0
	}, time.Minute, 10*time.Millisecond, "it ends when one that is opened now would")
	e.relogio.pass(25 * time.Hour)
	require.ErrorIs(t, counts(token), store.ErrUnauthenticated)
}
