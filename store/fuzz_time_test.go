package store

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/list"
	"example.com/monitor/store/summary"
	"example.com/monitor/store/when"
)

// fusos have days of 23 and 25 hours, days without a midnight and odd offsets.
func fusos(t testing.TB) []*time.Location {
	t.Helper()
	var list []*time.Location
	for _, nome := range []string{"UTC", "America/Sao_Paulo", "America/Havana", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "Pacific/Kiritimati"} {
		fuso, err := time.LoadLocation(nome)
		require.NoError(t, err)
		list = append(list, fuso)
	}
	return list
}

// FuzzPeriodo gives de, ate and desde anything: an answer is refused in words, or bounds
// that every engine can compare with its times.
func FuzzPeriodo(f *testing.F) {
	for i, s := range []string{
		"", "2026-11-24", "24/11/2026", "31/02/2026", "2026-11-24T09:00:00Z", "2026-11-24T09:00:00.123456789-03:00", "0000-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31",
		"9999-12-31T23:59:59.999999-12:00", "10000-01-01", " 2018-11-04 ", "2011-12-30", "ontem", "2026-1-1", "\x00",
	} {
		f.Add(s, "2026-11-24", uint8(i))
		f.Add("24/11/2026", s, uint8(i))
	}
	zones := fusos(f)
	f.Fuzz(func(t *testing.T, de, until string, zona uint8) {
		s := &Store{cfg: Config{Fuso: zones[int(zona)%len(zones)]}}
		start, fim, err := when.Period(de, until, s.cfg.Fuso)
		if err != nil {
			var bad *InvalidError
			require.ErrorAs(t, err, &bad)
			for campo, sentence := range bad.Campos {
				require.Contains(t, []string{"de", "ate"}, campo)
				require.NotEmpty(t, sentence)
			}
			return
		}
		require.Equal(t, strings.TrimSpace(de) == "", start.IsZero())
		require.Equal(t, strings.TrimSpace(until) == "", fim.IsZero())
		for _, h := range []Hora{start, fim} {
			if h.IsZero() {
				continue
			}
			v, err := h.Value()
			require.NoError(t, err)
			require.Len(t, v, len(when.SQLTime), "texts that do not compare as times")
			require.True(t, list.Position{Time: v.(string), ID: 1}.Comparable("postgres"))
		}
		if !start.IsZero() && !fim.IsZero() {
			require.True(t, start.Before(fim.Time))
		}
		dia(t, s.cfg.Fuso, strings.TrimSpace(de), start)
		since, err := summary.Begin(de, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), s.cfg.Fuso)
		if err == nil {
			require.Len(t, when.SecondBound(since), len("2006-01-02 15:04:05"))
		}
	})
}

// dia compares the beginning of a day with a walk over the clock.
func dia(t *testing.T, fuso *time.Location, text string, start Hora) {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil || d.Year() < 1800 || d.Year() > 9000 {
		return
	}
	same := func(at time.Time) bool { return at.In(fuso).Format(time.DateOnly) == text }
	if !same(start.Time) {
		// A day that a zone left out (Apia, 2011-12-30) begins where it would have been.
		noon := time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, fuso)
		require.NotEqual(t, text, noon.Format(time.DateOnly))
		return
	}
	require.False(t, same(start.Add(-time.Second)), "%s in %s does not begin at %s", text, fuso, start)
}

// FuzzHora reads times as databases hold them, whoever wrote them.
func FuzzHora(f *testing.F) {
	for _, s := range []string{"2026-11-23 16:53:52.626293", "2026-11-23T16:53:52Z", "2026-11-23", "0000-00-00 00:00:00", "infinity", "-1", "\x00", "9999-12-31 23:59:59.999999999", "0000-01-01T00:00:00+23:59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var h, again Hora
		require.NoError(t, h.Scan(s))
		text, err := json.Marshal(h)
		require.NoError(t, err)
		if h.IsZero() {
			require.Equal(t, "null", string(text))
			return
		}
		require.Equal(t, `"`+h.String()+`"`, string(text))
		v, err := when.Of(h.Time).Value()
		require.NoError(t, err)
		if h.Year() > 0 && h.Year() < 10000 && v != nil {
			require.NoError(t, again.Scan(v))
			require.Equal(t, when.Of(h.Time), again, "what is written is read back")
		}
	})
}
