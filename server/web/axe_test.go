package web_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// axe runs axe-core on what the tab shows now, light and dark, and fails the test
// with every violation. Call it for each state that a page can be in: dialogs
// open, nothing found, something refused. A quick run looks at a tab's states in turn:
// one dark, the next one light.
func (p *page) axe(state string) {
	p.t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "axe", "axe.min.js"))
	require.NoError(p.t, err)
	if !evaluate[bool](p, "typeof axe === 'object'") {
		p.run("axe", chromedp.Evaluate[chromedp.Void](string(source)+";0"))
	}
	schemes := []string{"dark", "light"}
	if !storetest.Complete() {
		schemes = schemes[p.judged%2 : p.judged%2+1]
	}
	p.judged++
	for _, scheme := range schemes {
		p.theme(scheme)
		found, err := chromedp.Run(
			p.ctx,
			chromedp.Evaluate[[]string](
				`new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() => axe.run(document, { resultTypes: ['violations'] })).then((r) =>
			r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ' — ' + n.failureSummary)))`,
				chromedp.EvalAwaitPromise,
			),
		)
		require.NoError(p.t, err)
		require.Empty(p.t, found, "%s, %s: axe-core", state, scheme)
	}
	p.theme("light")
}

// The copy of axe-core is the published one.
func TestAxeIsUnchanged(t *testing.T) {
	dir := filepath.Join("testdata", "axe")
	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	require.NoError(t, err)
	n := 0
	for lines := bufio.NewScanner(bytes.NewReader(sums)); lines.Scan(); n++ {
		want, name, _ := strings.Cut(lines.Text(), "  ")
		file, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		got := sha256.Sum256(file)
		require.Equal(t, want, hex.EncodeToString(got[:]), name)
	}
	require.Equal(t, 3, n)
}
