package web_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

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

// click presses the first thing that a CSS selector names.
func (p *page) click(selector string) {
	p.t.Helper()
	p.hit(selector, fmt.Sprintf(`document.querySelector(%q)`, selector))
}

// press clicks the button with this text or label in the topmost dialog, else on
// the page.
func (p *page) press(name string) {
	p.t.Helper()
	p.hit("button "+name, fmt.Sprintf(`((name) => {
		const root = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document
		const all = [...root.querySelectorAll('button'), ...document.querySelectorAll('.toast button')]
		return all.find((b) => b.getClientRects().length && (b.getAttribute('aria-label') ?? b.innerText).replace(/\s+/g, ' ').trim().startsWith(name))
	})(%q)`, name))
}

// hit clicks an element with the mouse as soon as it lies still and nothing lies
// above it.
func (p *page) hit(step, element string) {
	p.t.Helper()
	at := eventually[[]float64](p, "press "+step, `((before) => () => {
		const e = `+element+`
		e?.scrollIntoView({ block: 'nearest' })
		const box = e?.getBoundingClientRect()
		const at = box && [box.x + box.width / 2, box.y + box.height / 2]
		const now = at && e.contains(document.elementFromPoint(...at)) ? at : null
		const still = now && before && now[0] === before[0] && now[1] === before[1]
		before = now
		return still && now
	})()`)
	p.run("press "+step, chromedp.MouseClickXY(at[0], at[1]))
}

// fill replaces what is in a field, with real keys.
func (p *page) fill(selector, text string) {
	p.t.Helper()
	p.focus(selector)
	p.run(
		"fill "+selector,
		chromedp.Evaluate[chromedp.Void]("document.activeElement.select?.()"),
		chromedp.KeyEvent(kb.Delete),
		chromedp.KeyEvent(text),
	)
}

// focus gives the focus to the first thing that a CSS selector names, as soon as that
// is shown.
func (p *page) focus(selector string) {
	p.t.Helper()
	p.waitFor("focus "+selector, fmt.Sprintf(`((e) => {
		if (e?.checkVisibility({ visibilityProperty: true })) e.focus()
		return e && document.activeElement === e
	})(document.querySelector(%q))`, selector))
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
var keyCodes = map[string]int64{
	"Enter":      13,
	"Escape":     27,
	"ArrowUp":    38,
	"ArrowDown":  40,
	"Backspace":  8,
	"Tab":        9,
	"Home":       36,
	"ArrowLeft":  37,
	"ArrowRight": 39,
}

// waitFor waits until a JavaScript expression is true.
func (p *page) waitFor(step, expression string) {
	p.t.Helper()
	eventually[bool](p, "wait for "+step, "() => Boolean("+expression+")")
}

// eventually calls a JavaScript function again and again until it returns something
// true, and returns that. The page itself asks, since each question over the protocol
// costs both sides more than its answer. Errors are passed over: the page that is asked
// may just be giving way to the next one.
func eventually[T any](p *page, step, function string) T {
	p.t.Helper()
	ask := chromedp.Evaluate[*T](fmt.Sprintf(`((ask) => new Promise((done) => {
		const end = performance.now() + 1000
		const again = () => {
			let answer
			try { answer = ask() } catch {}
			answer || performance.now() > end ? done(answer || null) : setTimeout(again, %d)
		}
		again()
	}))(%s)`, tick.Milliseconds(), function), chromedp.EvalAwaitPromise)
	var answer *T
	p.run(step, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		for {
			var err error
			if answer, err = ask(ctx, tab); err == nil && answer != nil {
				return nil
			}
			select {
			case <-time.After(tick):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}))
	return *answer
}

// waitText waits until the visible text of selector contains text. A number in front is
// the whole number: "4 de 4" is not in "24 de 4".
func (p *page) waitText(selector, text string) {
	p.t.Helper()
	pattern := regexp.QuoteMeta(text)
	if text[0] >= '0' && text[0] <= '9' {
		pattern = `(?<![\d.])` + pattern
	}
	p.waitFor(fmt.Sprintf("%q in %s", text, selector),
		fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => new RegExp(%q).test(e.innerText))`, selector, pattern))
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
	return evaluate[[]string](p, `[...document.querySelectorAll('.grid a.row-link')].map((a) => a.textContent)`)
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
