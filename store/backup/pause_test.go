package backup_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/backup"
	"example.com/monitor/store/storetest"
)

// TestWritesDuringALargeBackup reports how long single writes take while a file is
// copied, beside the same without a copy. What it requires is only that writers
// go on while the copy is being made; the times are for people to read.
func TestWritesDuringALargeBackup(t *testing.T) {
	t.Parallel()
	rows := 20_000
	if os.Getenv("MONITOR_ENSAIO") == "completo" {
		rows = 1_000_000
	}
	url := storetest.SQLite.URL(t)
	s := storetest.SQLite.Open(t, url, storetest.WithKey)
	storetest.Exec(
		t,
		storetest.Foreign(t, url[len(storetest.URL("")):]),
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO conexoes(cliente_id, ip_origem, porta_origem, data_hora, processo)
		SELECT i % 1000, '192.0.2.1', i % 60000, '2024-01-01 00:00:00.000000', hex(randomblob(50)) FROM n`,
		rows,
	)

	// A copy that took no longer than a write could hide that it held it up.
	done := make(chan struct{})
	quiet := writeUntil(t, s, func(n int) bool { return n >= 200 })
	go func() {
		defer close(done)
		_, err := s.As(storetest.Operator).Backup(t.Context(), filepath.Join(t.TempDir(), "copia"), backup.CopyOptions{})
		if err != nil {
			t.Errorf("backup: %v", err)
		}
	}()
	busy := writeUntil(t, s, func(n int) bool {
		select {
		case <-done:
			return true
		default:
			return false
		}
	})
	report(t, "sem cópia", quiet)
	report(t, "durante a cópia", busy)
	require.Greater(t, len(busy), 3, "writers went on")
}

// writeUntil writes one client after another.
func writeUntil(t *testing.T, s *store.Store, enough func(n int) bool) (spent []time.Duration) {
	t.Helper()
	h := s.As(storetest.Operator)
	for !enough(len(spent)) {
		start := time.Now()
		_, err := h.Clientes.Create(
			context.WithoutCancel(t.Context()),
			store.Cliente{Nome: "Ana", Email: start.Format("150405.000000000") + "@exemplo.com"},
		)
		require.NoError(t, err)
		spent = append(spent, time.Since(start))
	}
	return spent
}

func report(t *testing.T, what string, spent []time.Duration) {
	t.Helper()
	slices.Sort(spent)
	t.Logf("%s: %d gravações; mediana %v, 99%% até %v, a mais longa %v", what, len(spent),
		spent[len(spent)/2], spent[len(spent)*99/100], spent[len(spent)-1])
}
