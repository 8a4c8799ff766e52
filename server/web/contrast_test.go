package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestContrast measures the colours that meet on the pages, light and dark:
// 4.5 for text, 3 for the edges of controls (WCAG 2.2 AA).
func TestContrast(t *testing.T) {
	css := string(loadAssets().files["css/tokens.css"])
	light, dark, _ := strings.Cut(css, "prefers-color-scheme: dark")
	themes := map[string]map[string]string{"light": colours(light), "dark": colours(dark)}
	for theme, c := range themes {
		for _, pair := range []struct {
			front, backs string
			least        float64
		}{
			{"ink", "ground surface surface-2 surface-hover segment accent-soft", 4.5},
			{"ink-2", "ground side side-hover surface surface-2 surface-hover accent-soft", 4.5},
			{"ink-3", "ground side side-hover surface surface-2 surface-hover", 4.5},
			{"accent", "surface surface-hover accent-soft", 4.5},
			{"on-accent", "accent accent-hover", 4.5},
			{"ok", "ok-soft", 4.5},
			{"danger", "surface danger-soft", 4.5},
			{"on-danger", "danger danger-hover", 4.5},
			{"warn", "warn-soft", 4.5},
			{"on-toast", "toast", 4.5},
			{"toast-accent", "toast", 4.5},
			{"line-strong", "surface", 3},
		} {
			for back := range strings.FieldsSeq(pair.backs) {
				got := contrast(t, c[pair.front], c[back])
				require.GreaterOrEqual(t, got, pair.least, "%s: %s on %s", theme, pair.front, back)
			}
		}
	}
}

var colour = regexp.MustCompile(`--([a-z0-9-]+): #([0-9a-f]{6});`)

func colours(css string) map[string]string {
	found := map[string]string{}
	for _, m := range colour.FindAllStringSubmatch(css, -1) {
		found[m[1]] = m[2]
	}
	return found
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	l, d := luminance(t, a), luminance(t, b)
	return (max(l, d) + 0.05) / (min(l, d) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	require.Len(t, hex, 6)
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		require.NoError(t, err)
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
