package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestSeriesLosesNothingWhenTheClocksMove puts one connection into each minute
// around the two nights on which São Paulo moved its clocks.
func TestSeriesLosesNothingWhenTheClocksMove(t *testing.T) {
	t.Parallel()
	for _, noite := range []time.Time{time.Date(2018, 11, 5, 12, 0, 0, 0, time.UTC), time.Date(2018, 2, 18, 20, 0, 0, 0, time.UTC)} {
		path := t.TempDir() + "/clientes.db"
		s := storetest.Open(t, path, storetest.Now(func() time.Time { return noite }))
		var rows []string
		for m := range 3 * 24 * 60 {
			at := noite.Add(-time.Duration(m) * time.Minute)
			rows = append(rows, "('"+at.Format("2006-01-02 15:04:05.000000")+"')")
		}
		db := storetest.Foreign(t, path)
		storetest.Exec(t, db, "INSERT INTO conexoes(data_hora) VALUES "+strings.Join(rows, ", "))
		days, err := s.As(storetest.Operator).Serie(t.Context(), store.Serie7d)
		require.NoError(t, err)
		total, lengths := int64(0), map[int64]bool{}
		for _, p := range days.Pontos {
			total += p.Conexoes
			lengths[p.Conexoes/60] = true
		}
		require.EqualValues(t, len(rows), total)
		require.True(t, lengths[23] || lengths[25], "%v: one day is shorter or longer", lengths)
		hours, err := s.As(storetest.Operator).Serie(t.Context(), store.Serie24h)
		require.NoError(t, err)
		for _, p := range hours.Pontos[:23] {
			require.EqualValues(t, 60, p.Conexoes, p.Inicio)
		}
	}
}

func TestOnlineDevicesAreSampledByHeartbeatsOnly(t *testing.T) {
	t.Parallel()
	r := &ponteiro{t: start.Truncate(time.Hour)}
	path := t.TempDir() + "/clientes.db"
	um, dois := storetest.Open(t, path, storetest.Now(r.now)), storetest.Open(t, path, storetest.Now(r.now))
	op := um.As(storetest.Operator)
	var ids []int64
	for i := range 3 {
		id, err := op.Dispositivos.Register(t.Context(), info(`{"hostname":"pc-%d"}`, i))
		require.NoError(t, err)
		ids = append(ids, id)
		um.Settle()
	}
	last := func() store.Ponto {
		s, err := op.Serie(t.Context(), "")
		require.NoError(t, err)
		return s.Pontos[23]
	}
	samples := func() (n int) {
		require.NoError(t, storetest.Foreign(t, path).QueryRowContext(t.Context(), "SELECT count(*) FROM monitor_presenca").Scan(&n))
		return n
	}
	require.Equal(t, 1, samples())
	beat := func(s *store.Store, id int64) {
		require.NoError(t, s.As(storetest.Operator).Dispositivos.Heartbeat(t.Context(), id))
		s.Settle()
	}
	r.pass(5 * time.Minute) // nobody looked in between
	for range 3 {           // two processes in the same stretch: one sample
		beat(um, ids[0])
		beat(dois, ids[1])
	}
	require.Equal(t, 2, samples())
	r.pass(5 * time.Minute)
	beat(dois, ids[0])
	beat(dois, ids[1])
	require.Equal(t, 3, samples())
	require.EqualValues(t, 1, *last().DispositivosOnline, "the mean of 1, 1 and 1")
	r.pass(time.Hour)
	require.Nil(t, last().DispositivosOnline, "no sample is not zero")
	require.Equal(t, 3, samples(), "nobody beats, nobody writes")
	r.pass(91 * 24 * time.Hour)
	beat(um, ids[0])
	require.Equal(t, 1, samples(), "old samples go")
}

// TestSeriesReadsIndexesOnly: a month is counted without touching a table.
func TestSeriesReadsIndexesOnly(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/clientes.db"
	storetest.Open(t, path)
	rows, err := storetest.Foreign(t, path).QueryContext(t.Context(), "EXPLAIN QUERY PLAN SELECT "+strings.TrimSuffix(strings.ReplaceAll(store.Contagens, "EXACT(acao, ?)", "acao = ?"), ","),
		"a", "b", "a", "b", "login", "a", "b", "login_falhou", "a", "b", 1, 2, 1, 2)
	require.NoError(t, err)
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var a, b, c int
		var step string
		require.NoError(t, rows.Scan(&a, &b, &c, &step))
		if strings.HasPrefix(step, "SEARCH") || strings.HasPrefix(step, "SCAN c") || strings.HasPrefix(step, "SCAN l") {
			seen++
			require.Regexp(t, `COVERING INDEX|PRIMARY KEY`, step, "step %d", seen)
		}
	}
	require.NoError(t, rows.Err())
	require.Equal(t, 6, seen)
}
