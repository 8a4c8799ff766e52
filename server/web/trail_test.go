package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// TestLogs finds who changed what, sees the difference, and has the trail verified.
func TestLogs(t *testing.T) {
	h := program(t)
	c := h.create(store.Cliente{Nome: "Trilha Observada", Email: "trilha@exemplo.com", Telefone: "(21) 3333-4444"})
	_, err := h.clientes().Change(t.Context(), c.ID, "", func(c *store.Cliente) { c.Telefone = "(21) 5555-6666" })
	require.NoError(t, err)
	p := h.open(monica, "/logs")
	p.fill("#busca", "trilha 5555-6666")
	p.waitFor("the change", `document.querySelectorAll('.grid a.row-link').length === 1`)
	p.waitAddress("/logs?busca=trilha 5555-6666")
	p.axe("filtered")

	p.click(".grid a.row-link")
	p.waitText("dialog del", "(21) 3333-4444")
	p.waitText("dialog ins", "(21) 5555-6666")
	p.waitText("dialog", "teste@maquina")
	require.True(t, strings.HasPrefix(p.address(), "/logs/"))
	p.axe("record")
	p.run("reload", reload)
	p.waitText("dialog ins", "(21) 5555-6666")
	p.key("Escape")
	p.waitGone("dialog[open]")
	p.waitAddress("/logs?busca=trilha 5555-6666")

	p.open("/logs?acao=cliente_criado&nivel=error")
	p.waitText(".state", "Nenhum registro com estes filtros")
	p.press("Limpar filtros")
	p.waitFor("rows", `document.querySelector('.grid a.row-link')`)
	require.Contains(t, evaluate[string](p, `document.querySelector('a[download]').href`), "/api/db/logs/exportar?formato=csv")

	p.press("Verificar trilha")
	p.waitText(".verdict", "A trilha está íntegra")
	p.axe("verified")
	p.run(
		"an answer that ends too early",
		chromedp.Evaluate[chromedp.Void](`window.fetch = () => Promise.resolve(new Response('{"elos":1}\n'))`),
	)
	p.press("Verificar de novo")
	p.waitText("dialog", "A verificação foi interrompida")
}

// TestConexoes filters by device, as the address says, and back.
func TestConexoes(t *testing.T) {
	h := program(t)
	p := h.open(boss, "/conexoes")
	p.waitText(".grid", "203.0.113.3:80")
	p.waitText(".grid", "página web (HTTPS)")
	p.waitText(".grid", "ssh · pid 1001")

	p.fill("[name=dispositivo]", "PC-02")
	p.key("Enter") // before anything is found
	p.waitText(".filter.chosen", "PC-02")
	p.waitText(".range", "4 conexões")
	require.Equal(
		t,
		[]string{"PC-02"},
		evaluate[[]string](p, `[...new Set([...document.querySelectorAll('td.c-maquina')].map((e) => e.innerText))]`),
	)
	p.axe("filtered")
	p.run("reload", reload)
	p.waitText(".filter.chosen", "PC-02")
	p.waitText(".range", "4 conexões")

	p.open(p.address() + "&ate=2001-01-01")
	p.waitText(".state", "Nenhuma conexão com estes filtros")
	p.press("Limpar filtros")
	p.waitAddress("/conexoes")
	p.waitText(".grid", "PC-03")

	// A person sees what is its own.
	u := h.open(ugo, "/conexoes")
	u.waitText(".grid", "PC-00")
	require.NotContains(t, u.text(".grid"), "PC-01")
}
