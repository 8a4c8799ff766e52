package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// What has the focus of whoever uses the keyboard stays in sight when others push rows
// into the list above it, and when another part takes the place of the list.
func TestFocusStaysInSight(t *testing.T) {
	browser(t)
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	h.crowd()
	p := h.open("ana@exemplo.com", "/logs")
	p.waitText(".live", "Ao vivo")
	p.waitFor("rows", `document.querySelectorAll('.grid a.row-link').length > 20`)
	p.tabTo("Mensagem enviada") // the newest of all rows
	for p.inSight(`document.activeElement.closest('tr').nextElementSibling`) {
		p.key("ArrowDown")
	}
	row := evaluate[string](p, `document.activeElement.closest('tr').dataset.id`)
	for i := range 3 {
		h.create(store.Cliente{Nome: fmt.Sprint("Empurra ", i), Email: fmt.Sprintf("empurra%d@exemplo.com", i)})
	}
	p.waitText(".grid", "Empurra 2")
	require.Equal(t, row, evaluate[string](p, `document.activeElement.closest('tr').dataset.id`))
	require.True(t, p.inSight(`document.activeElement`), "pushed out of the window")

	// The pager keeps the focus, on the nearest step that leads anywhere.
	p.use("Próxima parte")
	p.waitFor("the last part", `document.activeElement.title === 'Parte anterior'`)
	require.True(t, p.inSight(`document.activeElement`))
	p.key("Enter")
	p.waitFor("the first part", `document.activeElement.title === 'Próxima parte'`)
	require.True(t, p.inSight(`document.activeElement`))

	// Whoever uses the mouse sees the beginning of the next part, and who scrolls away
	// from the focus is not brought back.
	p.press("Próxima parte")
	p.waitFor("the last part", `document.activeElement.title === 'Parte anterior'`)
	p.waitFor("its beginning", `scrollY === 0`)
	p.press("Mais recentes")
	p.waitAddress("/logs")
	p.waitText(".grid", "Empurra 2")
	p.tabTo("Cliente Empurra 2")
	p.run(
		"scroll",
		chromedp.Evaluate[chromedp.Void](
			`scrollTo(0, document.body.scrollHeight); new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))`,
			chromedp.EvalAwaitPromise,
		),
	)
	h.create(store.Cliente{Nome: "Mais uma", Email: "mais@exemplo.com"})
	p.waitText(".grid", "Mais uma")
	require.False(t, p.inSight(`document.activeElement`), "brought back")
}

func (p *page) inSight(element string) bool {
	p.t.Helper()
	return evaluate[bool](
		p,
		`((e) => { const box = e.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight })(`+element+`)`,
	)
}
