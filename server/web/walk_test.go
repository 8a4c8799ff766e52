package web_test

import (
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// stop is where the focus stands, seen from the control that is wanted: whether that
// is There at all, is Here, or lies Back.
type stop struct {
	There, Here, Back bool
	Stop              struct{ Name, Fault string }
}

// reach presses Tab, or Shift and Tab where that is nearer, until place, a JavaScript
// function that returns a stop, says that the focus is on the control called name. On
// the way each stop must come to be seen, within the window and with a visible ring.
func (p *page) reach(name, place string) {
	p.t.Helper()
	at := eventually[stop](p, "wait for control "+name, `() => ((at) => at.There && at)((`+place+`)())`)
	passed := []string{at.Stop.Name}
	for range 300 {
		if at.Here {
			p.seen(place)
			return
		}
		p.tab(at.Back)
		at = p.seen(place)
		passed = append(passed, at.Stop.Name)
	}
	p.t.Fatalf("Tab never came to %q, but to %q\npage:\n%s", name, passed, p.text("body"))
}

// seen waits until a person can see where the focus is: a browser may still be drawing
// or scrolling when it has moved it.
func (p *page) seen(place string) stop {
	p.t.Helper()
	at := evaluate[stop](p, `(`+place+`)()`)
	if at.Stop.Fault == "" {
		return at
	}
	step := fmt.Sprintf("see the focus on %q: %s", at.Stop.Name, at.Stop.Fault)
	return eventually[stop](p, step, `() => ((at) => !at.Stop.Fault && at)((`+place+`)())`)
}

// tabTo presses Tab until the control whose name (label, text) begins so has the focus.
func (p *page) tabTo(name string) {
	p.t.Helper()
	p.reach(name, fmt.Sprintf(`() => {
		const [nameOf, wanted] = [%s, %q]
		const is = (e) => nameOf(e).startsWith(wanted)
		const all = [...document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]')]
		return { There: all.some(is), Here: is(document.activeElement), Back: false, Stop: %s }
	}`, nameJS, name, focusJS))
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

func (p *page) tab(back bool) {
	p.t.Helper()
	tab := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Key: "Tab", Code: "Tab", WindowsVirtualKeyCode: 9}
	if back {
		tab.Modifiers = 8 // Shift
	}
	for _, tab.Type = range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, tab)
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
