package web_test

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// patience is how long a page may take to show what a test waits for; it is a
// guard against hanging, not a measure.
const patience = 60 * time.Second

// tick is how often a test looks again.
const tick = 20 * time.Millisecond

// chromium is the one browser of this test binary.
var (
	chromium     = sync.OnceValues(startChromium)
	chromiumEnds []func()
)

// browser starts Chromium for the first test that asks. Without it the test is
// skipped, but in CI (or with MONITOR_TEST_BROWSER=1) it fails.
func browser(t *testing.T) context.Context {
	t.Helper()
	if findChromium() == "" {
		required := os.Getenv("CI") != "" || os.Getenv("MONITOR_TEST_BROWSER") == "1"
		require.False(t, required, "Chromium is required here, but none was found in PATH")
		t.Skip("no Chromium in PATH; set MONITOR_TEST_BROWSER=1 to make this a failure")
	}
	ctx, err := chromium()
	require.NoError(t, err)
	return ctx
}

func startChromium() (context.Context, error) {
	dir, err := os.MkdirTemp("", "monitor-chromium-*")
	if err != nil {
		return nil, err
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(findChromium()), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true), chromedp.Flag("hide-scrollbars", true),
		// Each page of a tab is drawn by the process of the one before, and none is kept for
		// the way back, which would need another: a process costs as much as a short test. A
		// script that runs for a second is not worth being compiled well.
		chromedp.Flag("process-per-site", true), chromedp.Flag("disable-features", "Translate,BackForwardCache"),
		chromedp.Flag("js-flags", "--no-opt --no-maglev"),
		chromedp.WSURLReadTimeout(patience))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	tabs, stopBrowser := chromedp.NewContext(allocator)
	chromiumEnds = []func(){stopBrowser, stop, func() { _ = os.RemoveAll(dir) }}
	return tabs, chromedp.Do(tabs)
}

func stopChromium() {
	for _, stop := range chromiumEnds {
		stop()
	}
}

// findChromium prefers the shell without the browser's own pages around it, which does
// the same to a page for a part of the time.
func findChromium() string {
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	return ""
}
