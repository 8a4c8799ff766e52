package store_test

import (
	"bytes"
	"database/sql"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestClosingGivesNoQueryUp: PgBouncer 1.18 to 1.20.0 may end when a client does.
func TestClosingGivesNoQueryUp(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	at := e.Fresh(t)
	r := storetest.NewRelay(t, storetest.HostOf(t, at))
	var givenUp atomic.Int64
	r.Cut(func(_ int64, message []byte) storetest.Fate {
		if bytes.HasPrefix(message, []byte{0, 0, 0, 16, 4, 210, 22, 46}) { // CancelRequest
			givenUp.Add(1)
		}
		return storetest.PassOn
	})
	s, err := store.Open(t.Context(), e.Config(t, storetest.WithHost(t, at, r.Addr)+"?sslmode=disable"))
	require.NoError(t, err)
	hear := ouve(t, s.As(storetest.Operator), "")
	db := e.Foreign(t, at)
	holder, err := db.BeginTx(t.Context(), &sql.TxOptions{})
	require.NoError(t, err)
	_, err = holder.ExecContext(t.Context(), "LOCK TABLE monitor_faixas, clientes IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		var waiting int
		err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting)
		return err == nil && waiting > 0
	}, settle, tick, "a look waits")
	done := make(chan error, 1)
	go func() { done <- s.Close() }()
	_, err = hear.Next(t.Context())
	require.Error(t, err, "the store closes")
	require.Never(t, func() bool { return givenUp.Load() > 0 }, 10*tick, tick)
	require.NoError(t, holder.Rollback())
	require.NoError(t, <-done)
}
