package web_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/monitor/store"
)

// TestMeasureBigList reports, in a browser and over 100,000 clients, when the first
// page can be used and how long after the last key a search is drawn.
func TestMeasureBigList(t *testing.T) {
	if os.Getenv("MONITOR_ENSAIO") != "completo" {
		t.Skip("MONITOR_ENSAIO=completo measures the pages on 100,000 clients")
	}
	browser(t)
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	h.many(100_000)
	p := h.open("ana@exemplo.com", "/clientes")
	p.waitText(".range", "de 100.001")
	p.run("reload", chromedp.Reload())
	p.waitText(".range", "de 100.001")
	t.Logf("the rows of the first page arrived %.0f ms after the navigation began", evaluate[float64](p, `(() => {
		const seen = performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/db/clientes?')).at(-1)
		return seen.responseEnd
	})()`))
	for _, text := range []string{"pessoa 99", "p0777", "pessoa", "zzz"} {
		p.fill("#busca", "")
		p.waitText(".range", "de 100.001")
		p.run("watch", chromedp.Evaluate[chromedp.Void](`(() => {
			window.drawn = 0
			addEventListener('keyup', () => { window.lastKey = performance.now() }, { capture: true })
			new MutationObserver(() => { window.drawn = performance.now() }).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true })
		})()`))
		p.fill("#busca", text)
		p.waitFor("the answer", `window.drawn > window.lastKey + 100 && !document.querySelector('.stale, .progress')`)
		p.settled()
		t.Logf("%-10q drawn %.0f ms after the last key", text, evaluate[float64](p, `window.drawn - window.lastKey`))
	}
}
