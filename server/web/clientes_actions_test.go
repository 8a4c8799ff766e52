package web_test

import (
	"fmt"
	"strings"
	"testing"

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
	p.run(
		"level",
		chromedp.Evaluate[chromedp.Void](
			`(() => { const s = document.querySelector('[name=filtro-nivel]'); s.value = 'admin'; s.dispatchEvent(new Event('change', { bubbles: true })) })()`,
		),
	)
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
	p.waitText("dialog .counts .main", "3")
	p.axe("what would happen")
	// One of them is gone meanwhile: it alone is left out, and is named.
	require.NoError(t, h.clientes().Delete(t.Context(), made[1].ID))
	p.use("Desativar 3 clientes")
	p.waitText("dialog [role=status]", "Concluída: 3 de 3")
	p.waitText(".failures", "Dois")
	p.waitText(".failures", "não encontrado")
	p.axe("what was left out")
	p.use("Fechar")
	p.waitText(".toast", "2 clientes foram desativados")
	at := made[0].ID
	c := h.get(at)
	require.False(t, c.IsActive())
	p.press("Desfazer")
	p.waitText(".toast", "Desfeito em 2 clientes")
	c = h.get(at)
	require.True(t, c.IsActive())
}

// TestClientesBulkByFilter changes all that a filter finds, more than a page, and takes that
// back: what somebody changed meanwhile is named and stays.
func TestClientesBulkByFilter(t *testing.T) {
	h := program(t)
	names := make([]string, 23)
	for i := range names {
		names[i] = fmt.Sprintf("Gente %02d", i)
	}
	made := people(h, "Filtrante", names...)
	p := h.open(boss, "/clientes?empresa=filtrante")
	p.waitText(".range", "1–20 de 23")
	p.choose("Selecionar todos desta página")
	p.waitText(".selection", "20 selecionados")
	p.use("Selecionar os 23")
	p.waitText(".selection", "23 selecionados")
	p.use("Mudar campos")
	p.waitText("dialog h2", "Mudar campos")
	p.axe("fields")
	p.use("Conferir o que muda")
	p.waitText("dialog .notice", "Preencha ao menos um campo")
	p.fill("dialog [name=cidade]", strings.Repeat("x", 51))
	p.expect("400 POST /api/db/operacoes/simular")
	p.use("Conferir o que muda")
	p.waitFor("the error beside its field", `document.querySelector('dialog [name=cidade]').ariaInvalid === 'true'`)
	p.fill("dialog [name=cidade]", "São Paulo")
	p.fill("dialog [name=estado]", "SP")
	p.use("Conferir o que muda")
	p.waitText("dialog h2", "Alterar 23 clientes?")
	p.waitText("dialog .counts", "11")
	p.waitText("dialog .samples", "Niterói")
	p.axe("preview")
	require.Equal(t, "Niterói", h.get(made[0].ID).Cidade)
	p.use("Mudar 12 clientes")
	p.waitText(".toast", "12 clientes foram alterados")
	require.Equal(t, "São Paulo", h.get(made[0].ID).Cidade)
	_, err := h.clientes().Change(t.Context(), made[2].ID, "", func(c *store.Cliente) { c.Cidade = "Belém" })
	require.NoError(t, err)
	p.use("Desfazer")
	p.waitText("dialog h2", "Desfazer em 12 clientes")
	p.waitText(".failures", "Gente 02")
	p.waitText(".failures", "alterado depois")
	p.use("Fechar")
	p.waitText(".toast", "Desfeito em 11 clientes")
	require.Equal(t, "Niterói", h.get(made[0].ID).Cidade)
	require.Equal(t, "Belém", h.get(made[2].ID).Cidade)
}

// TestClientesHistory: an edit is taken back from its notice, a change from the history, and one
// value of an old state restored while what came later stays.
func TestClientesHistory(t *testing.T) {
	h := program(t)
	c := people(h, "Contando", "Hilda Neves")[0]
	p := h.open(boss, fmt.Sprintf("/clientes/%d", c.ID))
	p.waitText(".history", "Cliente criado")
	edit := func(field, name, value string) {
		p.use("Editar")
		p.waitFor("the form", `document.querySelector('dialog [name=nome]')`)
		p.fill("dialog [name="+field+"]", value)
		p.use("Salvar")
		p.waitText(".toast", "está salvo")
		p.waitText(".history li:first-child summary", "Cliente alterado Chefe da Silva · "+name)
	}
	edit("cidade", "Cidade", "Natal")
	require.Equal(t, "Natal", h.get(c.ID).Cidade)
	p.use("Desfazer") // it is within reach although the details are open
	p.waitText(".toast", "A mudança foi desfeita")
	require.Equal(t, "Niterói", h.get(c.ID).Cidade)
	p.waitText(".history", "Mudança desfeita")

	edit("cidade", "Cidade", "Belém")
	edit("cargo", "Cargo", "Sócia")
	p.run("open", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('.history details')[1].open = true`))
	p.waitText(".history details[open]", "Belém")
	p.axe("history")
	p.use("Restaurar este valor: Cidade")
	p.waitText(".toast", "Cidade: voltou a valer “Niterói”")
	now := h.get(c.ID)
	require.Equal(t, []string{"Niterói", "Sócia"}, []string{now.Cidade, now.Cargo})
	p.waitFor("nothing to restore", `!document.querySelector('.history details[open] dd button')`)

	changes, err := h.clientes().History(t.Context(), c.ID, store.OperacaoFiltro{})
	require.NoError(t, err)
	p.expect(fmt.Sprintf("409 POST /api/db/operacoes/%d/desfazer", changes.Itens[2].ID))
	p.use("Desfazer esta mudança")
	p.waitText(".toast", "Foi alterado depois desta operação")
	p.run("open", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('.history details').forEach((e, i) => { e.open = i === 0 })`))
	p.waitText(".history details[open]", "Belém")
	p.use("Desfazer esta mudança")
	p.waitText(".toast", "A mudança foi desfeita")
	require.Equal(t, "Belém", h.get(c.ID).Cidade)
}

// TestErasingManyAsksTwice: the words must be written out, and nothing takes it back.
func TestErasingManyAsksTwice(t *testing.T) {
	h := program(t)
	made := people(h, "Apagada", "Fulano", "Beltrano")
	p := h.open(boss, "/clientes?empresa=apagada")
	p.waitText(".range", "1–2 de 2")
	p.choose("Selecionar todos desta página")
	p.use("Excluir")
	p.waitText("dialog h2", "Excluir 2 clientes?")
	p.waitText("dialog", "Quem foi removido de vez não volta")
	p.use("Excluir 2 clientes para sempre")
	p.waitText("dialog .field-error", "diferente")
	p.axe("not confirmed")
	require.NotZero(t, h.get(made[0].ID).ID)
	p.fill("dialog [name=confirmacao]", "excluir 2 clientes")
	p.use("Excluir 2 clientes para sempre")
	p.waitText(".toast", "2 clientes foram excluídos")
	p.waitFor("no undo", `!document.querySelector('.toast .undo')`)
	_, err := h.clientes().Get(t.Context(), made[0].ID)
	require.ErrorIs(t, err, store.ErrNotFound)
}

func TestClientesExport(t *testing.T) {
	h := program(t)
	people(h, "Exportada", `Ana "A"; Lima`, "Bia")
	p := h.open(monica, "/clientes?empresa=exportada&ordem=nome")
	p.waitText(".range", "1–2 de 2")
	dir := p.downloads()
	p.use("Exportar")
	p.waitFor("the menu", `document.activeElement.getAttribute("role") === "menuitem"`)
	p.axe("formats")
	p.key("ArrowDown")
	p.key("Enter")
	text := p.saved(dir, "clientes.csv")
	require.True(t, strings.HasPrefix(text, "\ufeffID;Nome;E-mail;Telefone;Empresa;"), text)
	lines := strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")
	require.Len(t, lines, 3, "what is filtered, and nothing else")
	require.Contains(t, lines[1], `;"Ana ""A""; Lima";exportada0@exemplo.com;`, "in the order of the list")
	require.Contains(t, lines[1], ";'=1+1")
	dir = p.downloads()
	p.use("Exportar")
	p.click(`[role=menuitem][href*="para=programas"]`)
	require.Contains(t, p.saved(dir, "clientes.csv"), "id,nome,email,telefone,empresa,")
	p.use("Exportar")
	p.click(`[role=menuitem][href*="formato=xlsx"]`)
	require.True(t, strings.HasPrefix(p.saved(dir, "clientes.xlsx"), "PK"))
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
