package web_test

import (
	"context"
	"fmt"
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
	var at []float64
	p.until("press "+step, func(ctx context.Context, tab *chromedp.Target) (bool, error) {
		now, err := chromedp.Evaluate[[]float64](`((e) => {
			e?.scrollIntoView({ block: 'nearest' })
			const box = e?.getBoundingClientRect()
			const at = box && [box.x + box.width / 2, box.y + box.height / 2]
			return at && e.contains(document.elementFromPoint(...at)) ? at : null
		})(`+element+`)`)(ctx, tab)
		still := err == nil && now != nil && slices.Equal(now, at)
		at = now
		return still, err
	})
	p.run("press "+step, chromedp.MouseClickXY(at[0], at[1]))
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
var keyCodes = map[string]int64{"Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40, "Backspace": 8, "Tab": 9, "Home": 36, "ArrowLeft": 37, "ArrowRight": 39}

// waitFor waits until a JavaScript expression is true.
func (p *page) waitFor(step, expression string) {
	p.t.Helper()
	ask := chromedp.Evaluate[bool]("Boolean(" + expression + ")")
	p.until("wait for "+step, func(ctx context.Context, tab *chromedp.Target) (bool, error) { return ask(ctx, tab) })
}

// until asks until the answer is true. Errors are passed over: the page that is
// asked may just be giving way to the next one.
func (p *page) until(step string, ask func(context.Context, *chromedp.Target) (bool, error)) {
	p.t.Helper()
	p.run(step, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		again := time.NewTicker(tick)
		defer again.Stop()
		for {
			if done, err := ask(ctx, tab); err == nil && done {
				return nil
			}
			select {
			case <-again.C:
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
