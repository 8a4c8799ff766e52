package web_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/say"
	"example.com/monitor/store/storetest"
)

func TestPainel(t *testing.T) {
	h := program(t)
	p := h.open(monica, "/painel")
	p.waitText(".stat", "Dispositivos online")
	p.waitText(".card", "Nenhuma cópia")
	p.waitText(".card", "Em convivência")
	p.waitFor("four drawings", `document.querySelectorAll('.chart canvas').length === 4`)
	p.waitText(".chart-head", "mensagens")

	// The numbers behind a drawing are those of the API, newest first.
	p.focus(".chart:nth-child(2) summary")
	p.key("Enter")
	p.waitFor("the table", `document.querySelectorAll('.chart:nth-child(2) tbody tr').length === 24`)
	p.axe("numbers")
	p.click(".segmented [value='30d']")
	p.waitAddress("/painel?periodo=30d")
	p.waitText(".chart-head h2", "Conexões por dia")

	p = h.open(ugo, "/painel")
	p.waitText("h2", "Esta página não está no seu nível de acesso")
}

func TestDispositivos(t *testing.T) {
	h := program(t)
	op := h.st.As(storetest.Operator)
	id, err := op.Dispositivos.Register(
		t.Context(),
		store.Registro{
			Info: store.Objeto(
				`{"hostname": "CAIXA-77", "sistema": "Debian", "versao": "12", "tipo": "servidor", "discos": {"sda": "1 TB"}}`,
			),
		},
	)
	require.NoError(t, err)
	p := h.open(monica, "/dispositivos?busca=caixa-77")
	p.waitText(".range", "1–1 de 1")
	p.use("CAIXA-77")
	p.waitText("dialog .facts", "Debian 12")
	p.waitText("dialog .related", "Nenhuma conexão informada")
	p.use("Tudo o que o dispositivo informou")
	p.waitText("dialog pre", `"sda": "1 TB"`)
	p.axe("device")
	require.NoError(t, seedConexoes(t.Context(), op, id, 0))
	p.waitText("dialog .related", "postgres")

	p.use("Editar")
	p.typeIn("Nome", "Caixa da frente")
	p.use("Salvar")
	p.waitText(".toast", "Caixa da frente está salvo")
	p.waitText("dialog h2", "Caixa da frente")
	p.choose("Mais")
	p.waitFor("the menu", `document.activeElement.getAttribute("role") === "menuitem"`)
	p.use("Liberar para outra chave")
	p.use("Liberar")
	p.waitText(".toast", "liberado")
	p.choose("Mais")
	p.waitFor("the menu", `document.activeElement.getAttribute("role") === "menuitem"`)
	p.use("Remover…")
	p.typeIn("Para confirmar", "caixa da frente")
	p.allow(fmt.Sprintf("404 GET /api/db/dispositivos/%d", id)) // the stream may tell of it before the answer does
	p.use("Remover para sempre")
	p.waitText(".toast", "foi removido")
	p.waitAddress("/dispositivos?busca=caixa-77")
	p.waitText("h2", "Nada encontrado")
	_, err = op.Dispositivos.Get(t.Context(), id)
	require.ErrorIs(t, err, store.ErrNotFound)

	h.beat() // they may have been seeded long ago
	p.open("/dispositivos?presenca=online&sistema=windows")
	p.settled()
	require.GreaterOrEqual(t, len(p.names()), 6)
	p.open("/dispositivos?presenca=offline&sistema=windows")
	p.waitText("h2", "Nenhum dispositivo com estes filtros")

	p = h.open(ugo, "/dispositivos")
	p.settled()
	require.Len(t, p.names(), 3, "only the own ones")
	require.True(t, evaluate[bool](p, `!document.querySelector('td .icon-button')`))
}

// beat lets every device be heard now.
func (h *house) beat() {
	h.t.Helper()
	op := h.st.As(storetest.Operator).Dispositivos
	all, err := op.List(h.t.Context(), store.DispositivoFiltro{PorPagina: 100})
	require.NoError(h.t, err)
	for _, d := range all.Itens {
		require.NoError(h.t, op.Heartbeat(h.t.Context(), d.ID))
	}
}

func TestChat(t *testing.T) {
	h := program(t)
	op := h.st.As(storetest.Operator)
	sala := "testes"
	for i := range 120 {
		_, err := op.Chat.Send(t.Context(), store.MensagemNova{Sala: sala, Usuario: "Robô", Mensagem: fmt.Sprintf("antiga %03d", i)})
		require.NoError(t, err)
	}
	p := h.open(ugo, "/chat?sala="+sala)
	p.waitText(".message", "antiga 119")
	require.Equal(t, 50, evaluate[int](p, `document.querySelectorAll('.message').length`))
	p.run("climb", chromedp.Evaluate[chromedp.Void](`document.querySelector('.messages').scrollTop = 0`))
	p.waitFor("older ones", `document.querySelectorAll('.message').length === 100`)
	require.Greater(t, evaluate[float64](p, `document.querySelector('.messages').scrollTop`), 100.0, "what was read stays in place")
	p.run(
		"down",
		chromedp.Evaluate[chromedp.Void](`(() => { const e = document.querySelector('.messages'); e.scrollTop = e.scrollHeight })()`),
	)

	p.typeIn("Mensagem para testes", "Oi, <b>gente</b>")
	p.key("Enter")
	p.waitText(".message.mine", "Oi, <b>gente</b>")
	p.unharmed("chat")
	p.axe("chat")
	_, err := op.Chat.Send(t.Context(), store.MensagemNova{Sala: sala, Usuario: "Robô", Mensagem: "chegou ao vivo"})
	require.NoError(t, err)
	p.waitText(".message", "chegou ao vivo")
	last := `[...document.querySelectorAll('.message')].at(-1)`
	require.False(t, evaluate[bool](p, `Boolean(`+last+`.querySelector('[aria-label^="Apagar"]'))`), "not one's own")

	p.run("answer", chromedp.Evaluate[chromedp.Void](last+`.querySelector('[aria-label^="Responder"]').focus()`))
	p.key("Enter")
	p.waitText(".replying", "chegou ao vivo")
	p.waitFor("the composer", `document.activeElement.tagName === 'TEXTAREA'`)
	p.typeIn("Mensagem para testes", "resposta")
	p.key("Enter")
	p.waitText(".message.mine blockquote", "chegou ao vivo")

	p.run("edit", chromedp.Evaluate[chromedp.Void](last+`.querySelector('[aria-label^="Editar"]').focus()`))
	p.key("Enter")
	p.waitText("dialog h2", "Editar mensagem")
	p.typeIn("Mensagem", "resposta melhor")
	p.use("Salvar")
	p.waitText(".message.mine", "resposta melhor (editada)")
	p.run("remove", chromedp.Evaluate[chromedp.Void](last+`.querySelector('[aria-label^="Apagar"]').focus()`))
	p.key("Enter")
	p.use("Apagar")
	p.waitText(".toast", "Mensagem apagada")
	p.waitFor("it is gone", `!document.body.innerText.includes('resposta melhor')`)

	p.expect("400 POST /api/db/chat/mensagens")
	p.run(
		"too long",
		chromedp.Evaluate[chromedp.Void](
			`(() => { const e = document.querySelector('.composer textarea'); e.value = 'x'.repeat(5000); e.dispatchEvent(new Event('input', { bubbles: true })) })()`,
		),
	)
	p.use("Enviar")
	p.waitText(".composer .field-error", "4")
	require.Len(t, evaluate[string](p, `document.querySelector('.composer textarea').value`), 5000, "nothing typed is lost")
	require.True(t, strings.HasPrefix(p.address(), "/chat"))

	p.run("keep the room's box", chromedp.Evaluate[chromedp.Void](`window.leftBox = document.querySelector('.messages')`))
	p.use("Nova sala")
	p.typeIn("Nome da sala", "plantão")
	p.use("Abrir sala")
	p.waitAddress("/chat?sala=plantão")
	p.waitText("h2", "Ninguém escreveu aqui ainda")
	p.run(
		"a scroll that comes after the room was left",
		chromedp.Evaluate[chromedp.Void](`window.leftBox.dispatchEvent(new Event('scroll'))`),
	)
}

// TestSizesAreSaidAlike compares what the pages make of a number of bytes with what the
// other doors say.
func TestSizesAreSaidAlike(t *testing.T) {
	h := program(t)
	p := h.open(monica, "/painel")
	p.waitText(".stat", "Dispositivos online")
	var numbers, want []string
	for _, n := range []int64{0, 1, 999, 1000, 1250, 1536, 2250, 99_949, 99_951, 100_500, 123_456, 999_400, 999_999, 1_250_000, 20_000_000, 3_200_000_000_000, 5_000_000_000_000_000} {
		numbers, want = append(numbers, strconv.FormatInt(n, 10)), append(want, say.Bytes(n))
	}
	got := eventually[string](
		p,
		"the module",
		"() => { import(performance.getEntriesByType('resource').find((r) => r.name.endsWith('/format.js')).name)"+
			".then((m) => { window.sizes = ["+strings.Join(numbers, ",")+"].map(m.formatBytes).join('; ') }); return window.sizes }",
	)
	require.Equal(t, strings.Join(want, "; "), got)
}
