package web_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// walker goes through a page with keys alone. What the page offers on the way is
// noted as well as what was pressed, each by its role: "campo: Nome", "linha: abrir".
type walker struct {
	*page
	area             string // of the page: "main", or ".bar, .skip" for the frame
	offered, pressed map[string]bool
}

func (p *page) walk(area string) *walker {
	return &walker{p, area, map[string]bool{}, map[string]bool{}}
}

// use comes to a control by Tab and presses Enter on it.
func (w *walker) use(role string) {
	w.t.Helper()
	w.reach(role)
	w.key("Enter")
	w.look()
}

// space comes to a control by Tab and presses the space bar on it.
func (w *walker) space(role string) {
	w.t.Helper()
	w.reach(role)
	w.key(" ")
	w.look()
}

// write comes to a field by Tab and replaces what it holds; then further keys.
func (w *walker) write(role, text string, keys ...string) {
	w.t.Helper()
	w.reach(role)
	w.run("write", chromedp.Evaluate[chromedp.Void]("document.activeElement.select?.()"), chromedp.KeyEvent(text))
	w.look()
	w.turn(keys...)
}

// choose comes to a choice by Tab and turns it with the arrows.
func (w *walker) choose(role string, keys ...string) {
	w.t.Helper()
	w.reach(role)
	w.turn(keys...)
}

func (w *walker) turn(keys ...string) {
	w.t.Helper()
	for _, k := range keys {
		w.key(k)
	}
	w.look()
}

// reach comes to the control of this role by Tab.
func (w *walker) reach(role string) {
	w.t.Helper()
	place := fmt.Sprintf(`() => (%s)(%q)`, w.placeJS(), role)
	eventually[bool](w.page, "control "+role, fmt.Sprintf(`() => (%s)().There`, place))
	w.look()
	w.page.reach(role, place)
	w.pressed[role] = true
}

// look notes what is offered now.
func (w *walker) look() {
	w.t.Helper()
	// The page may just be giving way to the next one, which the next step looks at.
	roles, _ := chromedp.Run(
		w.ctx,
		chromedp.Evaluate[[]string](fmt.Sprintf(`(() => { const role = %s; return (%s)().map(role) })()`, roleJS, w.controlsJS())),
	)
	for _, role := range roles {
		w.offered[role] = true
	}
}

// done says that all of functions, separated by |, were pressed, and that the page
// offered nothing else.
func (w *walker) done(functions string) {
	w.t.Helper()
	var listed []string
	for f := range strings.SplitSeq(functions, "|") {
		listed = append(listed, strings.TrimSpace(f))
		require.True(w.t, w.pressed[listed[len(listed)-1]], "no key pressed %q", listed[len(listed)-1])
	}
	for role := range w.offered {
		require.True(w.t, slices.Contains(listed, role), "a function that no walk presses: %q", role)
	}
}

// controlsJS are the controls that can be used now, in the topmost dialog or the area.
func (w *walker) controlsJS() string {
	return fmt.Sprintf(`() => {
		const dialog = [...document.querySelectorAll('dialog[open]')].at(-1)
		const kinds = 'a[href], button, input, select, textarea, summary'
		const all = [...(dialog ? [dialog] : document.querySelectorAll(%q))].flatMap((r) => r.matches(kinds) ? [r] : [...r.querySelectorAll(kinds)])
		return [...all, ...(dialog ? [] : document.querySelectorAll('.toast button'))].filter((e) => e.getClientRects().length && e.checkVisibility() && !e.disabled && e.ariaBusy !== 'true')
	}`, w.area)
}

// placeJS tells where the focus is, seen from the control of a role.
func (w *walker) placeJS() string {
	return fmt.Sprintf(`(wanted) => {
		const role = %s
		const all = (%s)()
		const target = all.find((e) => role(e) === wanted)
		const active = document.activeElement
		const here = all.includes(active) && role(active) === wanted
		const order = target && active !== document.body ? active.compareDocumentPosition(target) : 0
		return { There: Boolean(target), Here: here, Back: Boolean(order & Node.DOCUMENT_POSITION_PRECEDING), Stop: %s }
	}`, roleJS, w.controlsJS(), focusJS)
}

// roleJS is what a control is for, without the record that it stands beside.
const roleJS = `(e) => {
	const name = (` + nameJS + `)(e).replace(/ \*$/, '')
	const says = (found, text) => (found ? text : undefined)
	return says(e.matches('.menu-button'), 'Menu da conta')
		?? says(e.matches('.bar nav a'), 'ir: ' + e.innerText.trim())
		?? says(e.type === 'radio', (e.closest('fieldset')?.querySelector('legend') ?? { innerText: 'versão' }).innerText.trim())
		?? says(e.closest('tbody tr'), 'linha: ' + (e.matches('.row-link') ? 'abrir' : e.type === 'checkbox' ? 'selecionar' : e.title))
		?? says(e.closest('.message-acts'), 'mensagem: ' + e.title)
		?? says(e.closest('.rooms'), 'sala')
		?? says(e.closest('.facts') && e.href, 'ficha: ' + (/^http/.test(e.protocol) ? 'registro' : e.protocol))
		?? says(e.matches('.sort'), 'ordenar: ' + name)
		?? says(e.closest('.history'), 'histórico: ' + (e.matches('summary') ? 'mudança' : e.innerText.trim()))
		?? says(e.closest('.related'), 'Ver todos')
		?? says(e.matches('.numbers summary'), 'Ver os números')
		?? says(e.matches('.op > summary'), 'rota')
		?? says(e.closest('.docs-side nav'), 'assunto')
		?? says(e.closest('.docs-begin'), 'leitura: ' + name)
		?? says(e.closest('.code'), e.title)
		?? says(e.closest('.composer') && e.matches('textarea'), 'campo: Mensagem')
		?? says(e.type === 'file', 'campo: Arquivo')
		?? says(e.closest('.columns'), e.matches('summary') ? 'Colunas do arquivo' : 'campo: coluna')
		?? says(e.name === 'confirmacao', 'campo: Para confirmar')
		?? says(e.matches('input, select, textarea'), 'campo: ' + name)
		?? name.replace(/ N$/, '').replace(/ [\d.]+( clientes?| dispositivos?| escolhidos)?( para sempre)?$/, ' …')
}`
