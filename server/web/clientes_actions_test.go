package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// people are people of the shared program that one test may count on, by a company
// of their own.
func people(h *house, firm string, names ...string) []store.Cliente {
	h.t.Helper()
	var made []store.Cliente
	for i, nome := range names {
		made = append(made, h.create(store.Cliente{
			Nome: nome, Email: fmt.Sprintf("%s%d@exemplo.com", strings.ToLower(firm), i), Empresa: firm,
			Cidade: []string{"Niterói", "São Paulo"}[i%2], Estado: []string{"RJ", "SP"}[i%2], Telefone: "+55 21 98765-4321", Observacoes: "=1+1",
		}))
	}
	return made
}

func TestClientesFilters(t *testing.T) {
	h := program(t)
	people(h, "Filtrada", "Zélia Lima", "álvaro Dias", "Bruno Sá")
	p := h.open(boss, "/clientes?empresa=filtrada")
	p.waitText(".range", "1–3 de 3")
	require.Equal(t, []string{"Bruno Sá", "álvaro Dias", "Zélia Lima"}, p.names())

	p.press("Nome e e-mail")
	p.waitAddress("/clientes?empresa=filtrada&ordem=nome")
	p.waitFor("names from A", `document.querySelector('.grid a.row-link').textContent === 'álvaro Dias'`)
	require.Equal(t, "ascending", evaluate[string](p, `document.querySelector('th.c-nome').ariaSort`))
	p.press("Nome e e-mail")
	p.waitFor("names from Z", `document.querySelector('.grid a.row-link').textContent === 'Zélia Lima'`)
	p.press("Nome e e-mail")
	p.waitAddress("/clientes?empresa=filtrada")

	p.fill("[name=filtro-cidade]", "niteroi")
	p.key("Enter")
	p.waitAddress("/clientes?cidade=niteroi&empresa=filtrada")
	p.waitText(".range", "1–2 de 2")
	p.run("level", chromedp.Evaluate[chromedp.Void](`(() => { const s = document.querySelector('[name=filtro-nivel]'); s.value = 'admin'; s.dispatchEvent(new Event('change', { bubbles: true })) })()`))
	p.waitText("h2", "Nenhum cliente com estes filtros")
	p.axe("nothing found")
	p.run("back", chromedp.NavigateBack())
	p.waitText(".range", "1–2 de 2")
	p.press("Limpar filtros")
	p.waitAddress("/clientes")
}

func TestClientesBulk(t *testing.T) {
	h := program(t)
	made := people(h, "Lotada", "Um", "Dois", "Três")
	p := h.open(boss, "/clientes?empresa=lotada")
	p.waitText(".range", "1–3 de 3")

	p.choose("Selecionar todos desta página")
	p.waitText(".selection", "3 selecionados")
	p.axe("selection")
	p.use("Desativar")
	p.waitText("dialog h2", "Desativar 3 clientes?")
	// One of them is gone meanwhile: it alone fails, and is named.
	require.NoError(t, h.clientes().Delete(t.Context(), made[1].ID))
	p.expect(fmt.Sprintf("404 DELETE /api/db/clientes/%d", made[1].ID))
	p.use("Desativar")
	p.waitText("dialog [role=status]", "2 de 3 concluídos; 1 com erro")
	p.waitText(".failures", "Dois")
	p.axe("bulk failures")
	p.use("Fechar")
	p.waitText(".toast", "2 clientes foram desativados")
	at := made[0].ID
	c := h.get(at)
	require.False(t, c.IsActive())
	p.press("Desfazer")
	p.waitText(".toast", "2 clientes foram ativados")
	c = h.get(at)
	require.True(t, c.IsActive())
}

func TestClientesExport(t *testing.T) {
	h := program(t)
	people(h, "Exportada", `Ana "A"; Lima`, "Bia")
	p := h.open(monica, "/clientes?empresa=exportada&ordem=nome")
	p.waitText(".range", "1–2 de 2")
	dir := p.downloads()
	p.use("Exportar")
	p.waitText(".toast", "2 clientes exportados")
	var files []string
	require.Eventually(t, func() bool {
		files, _ = filepath.Glob(filepath.Join(dir, "clientes-*.csv"))
		return len(files) == 1
	}, patience, 20*time.Millisecond)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "\ufeffNúmero;Nome;E-mail;Telefone;Empresa;"))
	lines := strings.Split(strings.TrimSuffix(string(text), "\r\n"), "\r\n")
	require.Len(t, lines, 3)
	require.Contains(t, lines[1], `;"Ana ""A""; Lima";exportada0@exemplo.com;'+55 21 98765-4321;Exportada;`)
	require.True(t, strings.HasSuffix(lines[1], ";'=1+1"), lines[1])
}

func TestClientesAccount(t *testing.T) {
	h := program(t)
	c := people(h, "Contada", "Cida  Moura")[0]
	p := h.open(boss, fmt.Sprintf("/clientes/%d", c.ID))
	p.waitText("dialog h2", "Cida")
	p.waitText(".related", "Nenhum dispositivo registrado")
	p.waitText(".related", "Cliente criado")
	p.choose("Mais")
	p.waitFor("the menu", `document.activeElement.getAttribute("role") === "menuitem"`)
	p.axe("actions")
	p.use("Definir senha")
	p.expect(fmt.Sprintf("400 PATCH /api/db/clientes/%d", c.ID))
	p.typeIn("Nova senha", "curta")
	p.use("Definir senha")
	p.waitText(".field-error", "8")
	p.axe("password refused")
	p.typeIn("Nova senha", strongSenha)
	p.use("Definir senha")
	p.waitText(".toast", "tem uma senha nova")
	_, _, err := h.st.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), c.Email, strongSenha)
	require.NoError(t, err)

	p.choose("Mais")
	p.waitFor("the menu", `document.activeElement.getAttribute("role") === "menuitem"`)
	p.use("Trocar e-mail")
	p.typeIn("Novo e-mail", boss)
	p.expect(fmt.Sprintf("409 POST /api/db/clientes/%d/email", c.ID))
	p.use("Trocar e-mail")
	p.waitText(".field-error", "já cadastrado")
	p.typeIn("Novo e-mail", "cida.nova@exemplo.com")
	p.use("Trocar e-mail")
	p.waitText(".facts", "cida.nova@exemplo.com")

	p.choose("Mais")
	p.waitFor("the menu", `document.activeElement.getAttribute("role") === "menuitem"`)
	p.use("Excluir definitivamente…")
	p.waitText("dialog h2", "Excluir definitivamente")
	p.use("Excluir para sempre")
	p.waitText(".field-error", "diferente")
	p.axe("erase")
	p.typeIn("Para confirmar", "cida moura")
	p.allow(fmt.Sprintf("404 GET /api/db/clientes/%d", c.ID)) // the stream may tell of it before the answer does
	p.use("Excluir para sempre")
	p.waitText(".toast", "foi excluído para sempre")
	p.waitGone("dialog")
	_, err = h.clientes().Get(t.Context(), c.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
}

// What others do appears by itself: in the list, in the numbers, in the details.
func TestClientesLive(t *testing.T) {
	h := program(t)
	c := people(h, "Viva", "Vera")[0]
	p := h.open(boss, fmt.Sprintf("/clientes/%d?empresa=viva", c.ID))
	p.waitText(".live", "Ao vivo")
	p.waitText(".range", "1–1 de 1")
	people(h, "Vivaz", "Vanda")
	p.waitText(".range", "1–2 de 2")
	_, err := h.clientes().Change(t.Context(), c.ID, "", func(c *store.Cliente) { c.Cargo = "Diretora viva" })
	require.NoError(t, err)
	p.waitText("dialog .facts", "Diretora viva")
}
