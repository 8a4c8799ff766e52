package web_test

import (
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// tabTo presses Tab until the control with this name (label, text) has the focus.
// On the way each stop must be seen: within the window and with a visible ring.
func (p *page) tabTo(name string) {
	p.t.Helper()
	p.waitFor("control "+name, fmt.Sprintf(`[...document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]')].some((e) => (%s)(e).startsWith(%q))`, nameJS, name))
	var passed []string
	for i := range 200 {
		// A menu gives its first entry the focus when it opens.
		if i > 0 || evaluate[string](p, `(`+nameJS+`)(document.activeElement)`) != name {
			p.tab()
		}
		stop := evaluate[struct {
			Name, Fault string
			Inside      bool
		}](p, focusJS)
		require.Empty(p.t, stop.Fault, "focus on %q", stop.Name)
		if len(stop.Name) >= len(name) && stop.Name[:len(name)] == name {
			return
		}
		passed = append(passed, stop.Name)
	}
	p.t.Fatalf("Tab never came to %q, but to %q", name, passed)
}

// use comes to a control by Tab and presses Enter on it.
func (p *page) use(name string) {
	p.t.Helper()
	p.tabTo(name)
	p.key("Enter")
}

// choose comes to a control by Tab and presses the space bar on it.
func (p *page) choose(name string) {
	p.t.Helper()
	p.tabTo(name)
	p.key(" ")
}

// typeIn comes to a field by Tab, replaces what it holds and stays there.
func (p *page) typeIn(label, text string) {
	p.t.Helper()
	p.tabTo(label)
	p.run("type", chromedp.Evaluate[chromedp.Void]("document.activeElement.select?.()"), chromedp.KeyEvent(text))
}

func (p *page) tab() {
	p.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: "Tab", Code: "Tab", WindowsVirtualKeyCode: 9})
		require.NoError(p.t, err)
	}
}

// nameJS is how a control is called on the page.
const nameJS = `(e) => ((e.getAttribute('aria-label') ?? [...(e.labels ?? [])].map((l) => l.innerText).join(' ') ?? '').trim() || e.innerText?.trim() || e.title || '').replace(/\s+/g, ' ')`

// focusJS tells what has the focus and whether a person can see that.
const focusJS = `(() => {
	const e = document.activeElement
	const name = (` + nameJS + `)(e)
	if (e === document.body || e === document.documentElement) return { Name: '', Fault: '' }
	const box = e.getBoundingClientRect()
	// A radio or check box may be drawn by what lies around it.
	const ring = [e, e.closest('label'), e.parentElement].some((r) => {
		const s = r && getComputedStyle(r)
		return s && ((s.outlineStyle !== 'none' && s.outlineWidth !== '0px') || s.boxShadow !== 'none')
	})
	const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
	return { Name: name, Fault: !seen ? 'not in the window' : !ring ? 'no ring' : '' }
})()`
