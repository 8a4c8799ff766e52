package say_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/say"
)

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 27: "27", 999: "999", 1000: "1.000", 100000: "100.000", 1234567: "1.234.567", -1234: "-1.234", -123: "-123"} {
		require.Equal(t, want, say.Thousands(n))
	}
	require.Equal(t, "1 conexão", say.Count(1, "conexão", "conexões"))
	require.Equal(t, "0 conexões", say.Count(0, "conexão", "conexões"))
	require.Equal(t, "1.000 conexões", say.Count(1000, "conexão", "conexões"))
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 999_400: "999 KB", 999_999: "1,0 MB", 1000: "1,0 KB", 1536: "1,5 KB", 123_456: "123 KB", 20_000_000: "20,0 MB", 3_200_000_000_000: "3,2 TB"} {
		require.Equal(t, want, say.Bytes(n))
	}
	require.Equal(t, "a, b e c", say.Enumerate([]string{"a", "b", "c"}))
	require.Equal(t, "a", say.Enumerate([]string{"a"}))
	require.Empty(t, say.Enumerate(nil))
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{-1: "0 s", 59 * time.Second: "59 s", 90 * time.Second: "1 min", 3 * time.Hour: "3 h", 72 * time.Hour: "3 dias"} {
		require.Equal(t, want, say.Span(d))
	}
	for d, want := range map[time.Duration]string{time.Second: "há instantes", time.Minute: "há 1 minuto", 3 * time.Hour: "há 3 horas", 72 * time.Hour: "há 3 dias"} {
		require.Equal(t, want, say.Ago(d))
	}
}
