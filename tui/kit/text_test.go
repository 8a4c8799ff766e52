package kit

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
		require.Equal(t, want, Printable(in, 400), "%q", in)
	}
}

func TestFitAndItsKin(t *testing.T) {
	require.Equal(t, "João  ", Fit("João", 6))
	require.Equal(t, "Jo…", Fit("João", 3))
	require.Equal(t, "王… ", Fit("王小明", 4), "a wide letter never sticks out")
	require.Equal(t, "", Fit("x", 0))
	require.Equal(t, "  João", FitRight("João", 6))
	require.Equal(t, "…o.sqlite", ClipLeft("/srv/monitor/banco.sqlite", 9))
	require.Equal(t, " ab ", Center("ab", 4))
	require.Equal(t, "a   b", Sides("a", "b", 5))
	require.Equal(t, "a    ", pair("a", "longe", 5))
}

func TestNumbersAndTimesInPortuguese(t *testing.T) {
	sh := NewShell(t.Context(), Theme{}, Settings{Zone: time.FixedZone("-03", -3*60*60)})
	require.Equal(t, "23/11/2026 14:05", sh.Moment(time.Date(2026, 11, 23, 17, 5, 0, 0, time.UTC)))
	require.Equal(t, "–", sh.Day(time.Time{}))
	require.Equal(t, "Éramos", Capital("éramos"))
}
