package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

func TestDaysBeginAndEndWithTheClocks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ fuso, dia, want, depois string }{
		{"America/Sao_Paulo", "2026-11-24", "2026-11-24T03:00:00Z", "2026-11-25T03:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"}, // there is no midnight: the day begins at 01:00
		{"America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"}, // 23:00 comes twice
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},    // midnight comes twice
		{"America/Noronha", "2026-01-01", "2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z"},
		{"Asia/Kolkata", "2026-01-01", "2025-12-31T18:30:00Z", "2026-01-01T18:30:00Z"},
	} {
		fuso, err := time.LoadLocation(c.fuso)
		require.NoError(t, err)
		day, err := time.Parse(time.DateOnly, c.dia)
		require.NoError(t, err)
		y, m, d := day.Date()
		require.Equal(t, c.want, store.LocalDay(y, m, d, fuso).UTC().Format(time.RFC3339), c)
		require.Equal(t, c.depois, store.LocalDay(y, m, d+1, fuso).UTC().Format(time.RFC3339), c)
	}
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	at := time.Date(2026, 1, 1, 10, 47, 3, 9, kolkata)
	require.Equal(t, "2026-01-01T10:00:00+05:30", store.HourStart(at.UTC(), kolkata).Format(time.RFC3339))
}
