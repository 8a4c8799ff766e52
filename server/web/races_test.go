package web_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// hold keeps the answers to what is asked of addresses with this text (as "POST /path"
// or a part of it) until release.
func (p *page) hold(text string) {
	p.t.Helper()
	p.run("hold "+text, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`((text) => {
		const real = fetch
		window.heldAnswers = []
		window.fetch = async (url, options) => {
			if (!((options?.method ?? 'GET') + ' ' + url).includes(text)) return real(url, options)
			const answer = await real(url, { ...options, signal: undefined })
			await new Promise((free) => window.heldAnswers.push(free))
			return answer
		}
		window.letGo = () => { window.fetch = real; window.heldAnswers.forEach((free) => free()) }
	})(%q)`, text)))
}

// held waits until an answer is held.
func (p *page) held() {
	p.t.Helper()
	p.waitFor("an answer that is held", `window.heldAnswers.length`)
}

// release lets go what is held, and waits until it would have been drawn.
func (p *page) release() {
	p.t.Helper()
	p.run(
		"release",
		chromedp.Evaluate[chromedp.Void](
			`window.letGo(); new Promise((drawn) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(drawn)), 50))`,
			chromedp.EvalAwaitPromise,
		),
	)
}

// Closing twice, as a double click or an impatient Esc does, leaves the record and
// not the list.
func TestLeaveOnce(t *testing.T) {
	h := program(t)
	c := people(h, "Duplicada", "Dora")[0]
	p := h.open(boss, "/dispositivos")
	p.open("/clientes?empresa=duplicada")
	for _, twice := range []string{
		`document.querySelectorAll('dialog [aria-label=Fechar]').forEach((b) => { b.click(); b.click() })`,
		`document.querySelectorAll('dialog').forEach((d) => { for (const i of [1, 2]) d.dispatchEvent(new Event('cancel', { cancelable: true })) })`,
	} {
		p.click(".grid a.row-link")
		p.waitAddress(fmt.Sprintf("/clientes/%d?empresa=duplicada", c.ID))
		p.waitText("dialog h2", "Dora")
		p.run("close twice", chromedp.Evaluate[chromedp.Void](twice))
		p.waitGone("dialog")
		p.waitAddress("/clientes?empresa=duplicada")
	}
	p.run("settle", chromedp.Evaluate[chromedp.Void](`new Promise((done) => setTimeout(done, 200))`, chromedp.EvalAwaitPromise))
	require.Equal(t, "/clientes?empresa=duplicada", p.address())
}

// A record that one removes is not asked for again, although its drawer was open.
func TestRemovedIsNotAsked(t *testing.T) {
	h := program(t)
	c := people(h, "Apagada", "Aldo")[0]
	p := openPage(t, h.url)
	p.before(`window.EventSource = class extends EventTarget { close() {} }`) // which could tell of it before the answer does
	h.login(p, boss, "/clientes?empresa=apagada")
	p.run(
		"a slow way back",
		chromedp.Evaluate[chromedp.Void](
			`(() => { const real = history.back.bind(history); history.back = () => setTimeout(real, 1000) })()`,
		),
	)
	p.click(".grid a.row-link")
	p.waitText("dialog h2", "Aldo")
	p.press("Mais")
	p.press("Excluir definitivamente")
	p.fill("[name=confirmacao]", c.Nome)
	p.press("Excluir para sempre")
	p.waitText(".toast", "foi excluído para sempre")
	p.waitAddress("/clientes?empresa=apagada")
	p.waitText("h2", "Nenhum cliente com estes filtros")
}

// Changes that come faster than answers do not keep the page from showing one.
func TestChangesFasterThanAnswers(t *testing.T) {
	h := program(t)
	c := people(h, "Agitada", "Alma")[0]
	p := h.open(boss, "/clientes?empresa=agitada")
	p.waitText(".range", "1–1 de 1")
	p.waitText(".live", "Ao vivo")
	p.run("slow answers", chromedp.Evaluate[chromedp.Void](`(() => {
		const real = fetch
		window.fetch = async (url, options) => {
			await new Promise((done, fail) => { setTimeout(done, 1500); options.signal.addEventListener('abort', () => fail(options.signal.reason)) })
			return real(url, options)
		}
	})()`))
	shown := `document.querySelector('td.c-empresa').innerText.includes('Agitada 0')`
	for i, end := 0, time.Now().Add(patience); !evaluate[bool](p, shown); i++ {
		require.True(t, time.Now().Before(end), "the page never showed a change")
		_, err := h.clientes().Change(t.Context(), c.ID, "", func(c *store.Cliente) {
			c.Empresa, c.Cargo = "Agitada 0", fmt.Sprint("vez ", i)
		})
		require.NoError(t, err)
		p.run("a moment", chromedp.Evaluate[chromedp.Void](`new Promise((done) => setTimeout(done, 100))`, chromedp.EvalAwaitPromise))
	}
}

// What is typed while a message is on its way stays, and the focus of whoever went
// elsewhere; an answer for a room that was left is not shown in the next one.
func TestChatRaces(t *testing.T) {
	h := program(t)
	for _, sala := range []string{"lenta", "outra"} {
		_, err := h.st.As(
			storetest.Operator,
		).Chat.Send(
			t.Context(),
			store.MensagemNova{Sala: sala, Usuario: "Robô", Mensagem: "aqui é a " + sala},
		)
		require.NoError(t, err)
	}
	p := h.open(ugo, "/chat?sala=lenta")
	p.waitText(".message", "aqui é a lenta")
	p.hold("POST /api/db/chat/mensagens")
	p.typeIn("Mensagem para lenta", "primeira")
	p.key("Enter")
	p.held()
	p.run("go on", chromedp.KeyEvent("segunda"))
	p.run("elsewhere", chromedp.Evaluate[chromedp.Void](`document.querySelector('[aria-label^="Responder"]').focus()`))
	p.release()
	p.waitText(".message.mine", "primeira")
	require.Equal(t, "segunda", evaluate[string](p, `document.querySelector('.composer textarea').value`))
	require.Equal(t, "Responder", evaluate[string](p, `document.activeElement.title`))

	// A refusal brings the message back, before what was typed since.
	p.expect("400 POST /api/db/chat/mensagens")
	p.hold("POST /api/db/chat/mensagens")
	long := `'x'.repeat(5000)`
	p.run(
		"too long",
		chromedp.Evaluate[chromedp.Void](
			`(() => { const e = document.querySelector('.composer textarea'); e.value = `+long+`; e.dispatchEvent(new Event('input', { bubbles: true })); e.focus() })()`,
		),
	)
	p.key("Enter")
	p.held()
	p.run("go on", chromedp.KeyEvent("terceira"))
	p.release()
	p.waitText(".composer .field-error", "4")
	require.True(t, evaluate[bool](p, `document.querySelector('.composer textarea').value === `+long+` + '\nterceira'`))

	p.hold("sala=outra")
	p.click(".rooms a[href$=outra]")
	p.held()
	require.Zero(t, evaluate[int](p, `document.querySelectorAll('.message').length`), "nothing of the room that was left")
	p.run("back", chromedp.NavigateBack())
	p.waitText(".message", "aqui é a lenta")
	p.release()
	require.NotContains(t, p.text(".talk"), "aqui é a outra")
	require.True(t, evaluate[bool](p, `document.querySelector('.composer textarea').value.endsWith('terceira')`), "the draft of the room")
}

// TestUntouchedFilterSaysNothing: a field that still shows an old filter when it is
// left does not bring that back.
func TestUntouchedFilterSaysNothing(t *testing.T) {
	h := program(t)
	p := h.open(boss, "/clientes")
	p.settled()
	p.run(
		"leave the field",
		chromedp.Evaluate[chromedp.Void](
			`(() => { const e = document.querySelector('[name="filtro-empresa"]'); e.focus(); e.value = 'padaria'; e.blur() })()`,
		),
	)
	p.fill(`[name="filtro-cidade"]`, "niteroi")
	p.key("Enter")
	p.waitFor("the other filter", `location.search.includes('niteroi')`)
	require.NotContains(t, p.address(), "padaria")
}
