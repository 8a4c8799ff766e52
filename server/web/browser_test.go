package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// patience is how long a page may take to show what a test waits for; it is a
// guard against hanging, not a measure.
const patience = 30 * time.Second

// startChromium starts one browser for a test. Without Chromium the test is
// skipped, but in CI (or with MONITOR_TEST_BROWSER=1) it fails.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	program := findChromium()
	if program == "" {
		required := os.Getenv("CI") != "" || os.Getenv("MONITOR_TEST_BROWSER") == "1"
		require.False(t, required, "Chromium is required here, but none was found in PATH")
		t.Skip("no Chromium in PATH; set MONITOR_TEST_BROWSER=1 to make this a failure")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(patience))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	t.Cleanup(stop)
	ctx, stopBrowser := chromedp.NewContext(ctx)
	t.Cleanup(stopBrowser)
	require.NoError(t, chromedp.Do(ctx))
	return ctx
}

func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	return ""
}

// page is one tab. Console errors, exceptions and failed requests that no test
// expected fail the test at its end.
type page struct {
	t        *testing.T
	ctx      context.Context
	base     string
	mu       sync.Mutex
	faults   []string
	expected []string
	allowed  []string
	methods  map[network.RequestID]string
	bodies   []string // of what was sent, as "PATCH /path {…}"
}

func openPage(t *testing.T, browser context.Context, base string) *page {
	t.Helper()
	// Its own cookies: those of the tests before are for the same host.
	ctx, stop := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	p := &page{t: t, ctx: ctx, base: base, methods: map[network.RequestID]string{}}
	require.NoError(t, chromedp.Listen(ctx, p.listen))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1440, 900)))
	t.Cleanup(func() {
		stop()
		if !t.Failed() {
			require.Empty(t, p.unexpected(), "console errors and failed requests")
		}
	})
	return p
}

func (p *page) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.methods[e.RequestID] = e.Request.Method
		p.note(e)
	case *network.EventResponseReceived:
		if e.Response.Status >= http.StatusBadRequest {
			p.faults = append(p.faults, fmt.Sprintf("%d %s %s", e.Response.Status, p.methods[e.RequestID], pathOf(e.Response.URL)))
		}
	case *network.EventLoadingFailed:
		if !e.Canceled {
			p.faults = append(p.faults, "request failed: "+e.ErrorText)
		}
	case *log.EventEntryAdded:
		// Answers from 400 on are counted above, with their method.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.faults = append(p.faults, "log: "+e.Entry.Text)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			p.faults = append(p.faults, "console: "+argsText(e.Args))
		}
	case *runtime.EventExceptionThrown:
		p.faults = append(p.faults, "exception: "+exceptionText(e.ExceptionDetails))
	}
}

// note keeps what was sent to the API. The caller holds the lock.
func (p *page) note(e *network.EventRequestWillBeSent) {
	for _, entry := range e.Request.PostDataEntries {
		p.bodies = append(p.bodies, e.Request.Method+" "+pathOf(e.Request.URL)+" "+string(entry.Bytes))
	}
}

// sent are the bodies sent with this method to this path.
func (p *page) sent(method, path string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []string
	for _, b := range p.bodies {
		if rest, ok := strings.CutPrefix(b, method+" "+path+" "); ok {
			found = append(found, rest)
		}
	}
	return found
}

func exceptionText(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return d.Text + " " + d.Exception.Description
	}
	return d.Text
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Path
}

func argsText(args []*runtime.RemoteObject) string {
	texts := make([]string, 0, len(args))
	for _, a := range args {
		texts = append(texts, string(a.Value)+a.Description)
	}
	return strings.Join(texts, " ")
}

// expect names a refusal that the next steps provoke, as "401 POST /entrar".
// Every expected one must happen.
func (p *page) expect(fault string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, fault)
}

// allow names a refusal that may happen, because two requests are on their way
// and the first answer already leads elsewhere.
func (p *page) allow(fault string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = append(p.allowed, fault)
}

func (p *page) unexpected() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var rest []string
	for _, f := range p.faults {
		if !slices.Contains(p.expected, f) && !slices.Contains(p.allowed, f) {
			rest = append(rest, f)
		}
	}
	for _, e := range p.expected {
		if !slices.Contains(p.faults, e) {
			rest = append(rest, "expected, but it did not happen: "+e)
		}
	}
	return rest
}

// run performs actions; a failure names the step and what the page showed.
func (p *page) run(step string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.mu.Lock()
		faults := slices.Clone(p.faults)
		p.mu.Unlock()
		p.t.Fatalf("%s: %v\naddress: %s\nfaults: %q\npage:\n%s", step, err, p.address(), faults, p.text("body"))
	}
}

func (p *page) open(path string) {
	p.t.Helper()
	p.run("open "+path, chromedp.Navigate(p.base+path))
}

// click presses what a CSS selector names.
func (p *page) click(selector string) {
	p.t.Helper()
	p.run("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// press clicks the button with this text or label in the topmost dialog, else
// on the page: with the mouse, and only when nothing lies above it.
func (p *page) press(name string) {
	p.t.Helper()
	point := buttonJS(name)
	p.waitFor("button "+name, point)
	at := evaluate[[]float64](p, point)
	p.run("press "+name, chromedp.MouseClickXY(at[0], at[1]))
}

func buttonJS(name string) string {
	return fmt.Sprintf(`((name) => {
		const root = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document
		const all = [...root.querySelectorAll('button'), ...document.querySelectorAll('.toast button')]
		const button = all.find((b) => b.getClientRects().length && (b.getAttribute('aria-label') ?? b.innerText).trim().startsWith(name))
		button?.scrollIntoView({ block: 'nearest' })
		const box = button?.getBoundingClientRect()
		const at = box && [box.x + box.width / 2, box.y + box.height / 2]
		return at && button.contains(document.elementFromPoint(...at)) ? at : null
	})(%q)`, name)
}

// fill replaces what is in a field, with real keys.
func (p *page) fill(selector, text string) {
	p.t.Helper()
	p.run("fill "+selector, chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Focus(chromedp.CSS(selector)),
		chromedp.Evaluate[chromedp.Void]("document.activeElement.select?.()"), chromedp.KeyEvent(kb.Delete), chromedp.KeyEvent(text))
}

// key presses and releases one key as a keyboard does: the sign is typed only
// if the page did not use the key itself.
func (p *page) key(name string) {
	p.t.Helper()
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: name, WindowsVirtualKeyCode: keyCodes[name]}
	if len(name) == 1 {
		down.Text = name
	}
	if name == "Enter" {
		down.Text = "\r"
	}
	up := down
	up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
	for _, event := range []input.DispatchKeyEventParams{down, up} {
		_, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, event)
		require.NoError(p.t, err, "key %s", name)
	}
}

// keyCodes are needed for keys that the browser itself acts on.
var keyCodes = map[string]int64{"Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40, "Backspace": 8, "Tab": 9}

// waitFor waits until a JavaScript expression is true. Errors are passed over:
// the page that is asked may just be giving way to the next one.
func (p *page) waitFor(step, expression string) {
	p.t.Helper()
	p.run("wait for "+step, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		ask := chromedp.Evaluate[bool]("Boolean(" + expression + ")")
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			if done, err := ask(ctx, tab); err == nil && done {
				return nil
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}))
}

// waitText waits until the visible text of selector contains text.
func (p *page) waitText(selector, text string) {
	p.t.Helper()
	p.waitFor(fmt.Sprintf("%q in %s", text, selector),
		fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.innerText.includes(%q))`, selector, text))
}

func (p *page) waitGone(selector string) {
	p.t.Helper()
	p.waitFor("no "+selector, fmt.Sprintf(`!document.querySelector(%q)`, selector))
}

func (p *page) waitAddress(want string) {
	p.t.Helper()
	p.waitFor("address "+want, fmt.Sprintf(`decodeURIComponent(location.pathname + location.search) === %q`, want))
}

func (p *page) text(selector string) string {
	return evaluate[string](p, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ''`, selector))
}

// names are the names in the list, in order.
func (p *page) names() []string {
	return evaluate[[]string](p, `[...document.querySelectorAll('.grid .person a')].map((a) => a.textContent)`)
}

func (p *page) address() string {
	return evaluate[string](p, `decodeURIComponent(location.pathname + location.search)`)
}

func evaluate[T any](p *page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Errorf("evaluate %s: %v", expression, err)
	}
	return result
}
