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

// chromium is the one browser of this test binary.
var chromium struct {
	once sync.Once
	ctx  context.Context
	err  error
	stop []func()
}

// browser starts Chromium for the first test that asks. Without it the test is
// skipped, but in CI (or with MONITOR_TEST_BROWSER=1) it fails.
func browser(t *testing.T) context.Context {
	t.Helper()
	program := findChromium()
	if program == "" {
		required := os.Getenv("CI") != "" || os.Getenv("MONITOR_TEST_BROWSER") == "1"
		require.False(t, required, "Chromium is required here, but none was found in PATH")
		t.Skip("no Chromium in PATH; set MONITOR_TEST_BROWSER=1 to make this a failure")
	}
	chromium.once.Do(func() { chromium.err = startChromium(program) })
	require.NoError(t, chromium.err)
	return chromium.ctx
}

func startChromium(program string) error {
	dir, err := os.MkdirTemp("", "monitor-chromium-*")
	if err != nil {
		return err
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(patience))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	tabs, stopBrowser := chromedp.NewContext(allocator)
	chromium.stop = []func(){stopBrowser, stop, func() { _ = os.RemoveAll(dir) }}
	chromium.ctx = tabs
	return chromedp.Do(tabs)
}

func stopChromium() {
	for _, stop := range chromium.stop {
		stop()
	}
}

func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	return ""
}
