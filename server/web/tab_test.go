package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// page is what one test does in a tab. Console errors, exceptions and failed requests
// that no test expected fail the test at its end.
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
	requests []string // to the API, as "/page: GET /path"
	scripts  []cdppage.ScriptIdentifier
	judged   int               // states that axe-core looked at
	chooser  cdp.BackendNodeID // the input for which a file is to be chosen
}

// tab is one of the browser, with cookies of its own: those of the tests before are for
// the same host. Since a new one costs as much as a short test, each is used again.
type tab struct {
	ctx  context.Context
	page atomic.Pointer[page]
}

// idle are the tabs that no test uses now.
var idle struct {
	sync.Mutex
	tabs []*tab
}

var opened atomic.Int64 // pages, until now

func takeTab(t *testing.T) *tab {
	t.Helper()
	root := browser(t)
	idle.Lock()
	defer idle.Unlock()
	if n := len(idle.tabs); n > 0 {
		one := idle.tabs[n-1]
		idle.tabs = idle.tabs[:n-1]
		return one
	}
	one := &tab{}
	one.ctx, _ = chromedp.NewContext(root, chromedp.WithNewBrowserContext()) // it ends with the browser
	require.NoError(t, chromedp.Listen(one.ctx, func(event any) {
		if p := one.page.Load(); p != nil {
			p.listen(event)
		}
	}))
	// Nothing here asks for nodes or styles over the protocol, and following them is work.
	for _, domain := range []cdp.Command[cdp.Empty, cdp.Empty]{css.Disable, dom.Disable} {
		_, err := chromedp.Call(one.ctx, domain, cdp.Empty{})
		require.NoError(t, err)
	}
	return one
}

// leave makes the tab as it was when it was new; the page in it ends with all it had
// under way.
func (one *tab) leave(p *page) error {
	ctx, cancel := context.WithTimeout(one.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		return err
	}
	one.page.Store(nil)
	for _, script := range p.scripts {
		if _, err := chromedp.Call(ctx, cdppage.RemoveScriptToEvaluateOnNewDocument, cdppage.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: script}); err != nil {
			return err
		}
	}
	inContext := chromedp.FromContext(one.ctx).BrowserContextID
	_, cookies := chromedp.CallBrowser(ctx, storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: inContext})
	_, downloads := chromedp.Call(
		ctx,
		cdpbrowser.SetDownloadBehavior,
		cdpbrowser.SetDownloadBehaviorParams{Behavior: "default", BrowserContextID: inContext},
	)
	_, zone := chromedp.Call(ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{})
	_, history := chromedp.Call(ctx, cdppage.ResetNavigationHistory, cdp.Empty{})
	return errors.Join(cookies, downloads, zone, history)
}

// bookkeeping forgets what a page before kept for this tab, and counts the answers that
// are awaited or not read yet (see settled).
const bookkeeping = `
	try { if (sessionStorage.page !== '%[1]d') { sessionStorage.clear(); sessionStorage.page = '%[1]d' } } catch {}
	window.awaited = 0
	for (const [owner, name] of [[window, 'fetch'], [Response.prototype, 'text']]) {
		const real = owner[name]
		owner[name] = function (...given) {
			window.awaited++
			return real.apply(this, given).finally(() => setTimeout(() => window.awaited--))
		}
	}`

// openPage takes an empty tab; house.open does that, logs in and goes to a page.
func openPage(t *testing.T, base string) *page {
	t.Helper()
	one := takeTab(t)
	p := &page{t: t, ctx: one.ctx, base: base, methods: map[network.RequestID]string{}}
	one.page.Store(p)
	require.NoError(t, chromedp.Do(one.ctx, chromedp.EmulateViewport(1440, 900)))
	p.theme("light")
	p.before(fmt.Sprintf(bookkeeping, opened.Add(1)))
	t.Cleanup(func() {
		if t.Failed() {
			_ = chromedp.Cancel(one.ctx)
			return
		}
		require.NoError(t, one.leave(p), "leave the tab")
		idle.Lock()
		idle.tabs = append(idle.tabs, one)
		idle.Unlock()
		require.Empty(t, p.unexpected(), "console errors and failed requests")
	})
	return p
}

// theme sets what the person prefers: "light" or "dark". Nothing moves, so that
// no measure meets a colour halfway.
func (p *page) theme(scheme string) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	require.NoError(p.t, err)
}

// before runs a script on each page that is opened from now on, before its own.
func (p *page) before(script string) {
	p.t.Helper()
	added, err := chromedp.Call(
		p.ctx,
		cdppage.AddScriptToEvaluateOnNewDocument,
		cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script},
	)
	require.NoError(p.t, err)
	p.scripts = append(p.scripts, added.Identifier)
}

// phone makes the tab as narrow as the narrowest phone that we care for.
func (p *page) phone() {
	p.t.Helper()
	p.run("phone", chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
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
	case *cdppage.EventFileChooserOpened:
		p.chooser = e.BackendNodeID
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
	if path := pathOf(e.Request.URL); strings.HasPrefix(path, "/api/") {
		p.requests = append(p.requests, pathOf(e.DocumentURL)+": "+e.Request.Method+" "+path)
	}
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

// asked is what the page at this path asked the API for, as "GET /path".
func (p *page) asked(page string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []string
	for _, r := range p.requests {
		if request, ok := strings.CutPrefix(r, page+": "); ok {
			found = append(found, request)
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
