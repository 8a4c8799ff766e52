package tui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"Conceição":                             "Conceição",
		"Joa\u0303o":                            "Joa\u0303o",
		"a\x1b[31mb":                            "a[31mb",
		"\x1b]52;c;cm0=\x07":                    "]52;c;cm0=",
		"a\r\nb\tc":                             "a  b c",
		"\u202eabc\u202c\u2066x\u2069":          "abcx",
		"⚠️ 1️⃣":                                "⚠ 1\u20e3",
		"👩‍👧👍🏽":                                 "👩👧👍",
		"\u009b31m":                             "31m",
		"\xff":                                  "\uFFFD",
		"z\u0301\u0301\u0301\u0301\u0301\u0301": "z\u0301\u0301\u0301\u0301",
	} {
		require.Equal(t, want, printable(in, 400), "%q", in)
	}
}

func TestFitAndItsKin(t *testing.T) {
	require.Equal(t, "João  ", fit("João", 6))
	require.Equal(t, "Jo…", fit("João", 3))
	require.Equal(t, "王… ", fit("王小明", 4), "a wide letter never sticks out")
	require.Equal(t, "", fit("x", 0))
	require.Equal(t, "  João", fitRight("João", 6))
	require.Equal(t, "…o.sqlite", clipLeft("/srv/monitor/banco.sqlite", 9))
	require.Equal(t, " ab ", center("ab", 4))
	require.Equal(t, "a   b", sides("a", "b", 5))
	require.Equal(t, "a    ", pair("a", "longe", 5))
}

func TestNumbersAndTimesInPortuguese(t *testing.T) {
	for n, want := range map[int]string{0: "0", 27: "27", 1000: "1.000", 100000: "100.000", 1234567: "1.234.567", -1234: "-1.234", -123: "-123"} {
		require.Equal(t, want, thousands(n))
	}
	for d, want := range map[time.Duration]string{-1: "0 s", 59 * time.Second: "59 s", 90 * time.Second: "1 min", 3 * time.Hour: "3 h", 72 * time.Hour: "3 dias"} {
		require.Equal(t, want, span(d))
	}
	e := newBench(t, 80, 24).env
	require.Equal(t, "23/11/2026 14:05", e.moment(testNow))
	require.Equal(t, "–", e.day(time.Time{}))
	require.Equal(t, "Éramos", capital("éramos"))
}
