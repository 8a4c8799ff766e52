package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// many writes n clients as the old system does: plain rows, without our code.
// The newest is Pessoa 0001; every tenth is inactive.
func (h *house) many(n int) {
	h.t.Helper()
	_, err := storetest.Foreign(h.t, h.path).Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO clientes(nome, email, ativo, nivel_acesso, pais, data_cadastro)
		SELECT printf('Pessoa %04d', i), printf('p%04d@exemplo.com', i), i % 10 <> 0, 'usuario', 'Brasil',
			strftime('%Y-%m-%d %H:%M:%S', '2026-01-01', printf('-%d minutes', i)) || '.000000' FROM n`, n)
	require.NoError(h.t, err)
}

func testPaging(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	h.many(1233)
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", "/clientes")
	p.waitText(".range", "1–20 de 1.234")

	p.press("Próxima página")
	p.waitText(".range", "21–40 de 1.234")
	p.waitAddress("/clientes?pagina=2")
	require.Equal(t, "Pessoa 0020", p.names()[0])
	p.run("reload", chromedp.Reload())
	p.waitText(".range", "21–40 de 1.234")

	p.press("Última página")
	p.waitText(".range", "1.221–1.234 de 1.234")
	p.run("back", chromedp.NavigateBack())
	p.waitText(".range", "21–40 de 1.234")

	p.click(".segmented [value=inativos]")
	p.waitText(".range", "1–20 de 123")
	p.waitAddress("/clientes?situacao=inativos")
	p.run("back", chromedp.NavigateBack())
	p.waitText(".range", "21–40 de 1.234")

	// A page that is no more leads to the last one there is.
	p.open("/clientes?situacao=inativos&pagina=99")
	p.waitText(".range", "121–123 de 123")
	p.waitAddress("/clientes?situacao=inativos&pagina=7")
}

func testSearch(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	for i, nome := range []string{"João Antunes", "JOÃO BORGES", "Joa\u0303o Castro", "Joana Dias"} {
		h.create(
			store.Cliente{Nome: nome, Email: fmt.Sprintf("busca%d@exemplo.com", i), CPFCNPJ: []string{"529.982.247-25", "", "", ""}[i]},
		)
	}
	h.many(30)
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", "/clientes")
	p.waitText(".range", "1–20 de 35")

	p.fill("#busca", "joao")
	p.waitText(".range", "1–3 de 3")
	require.Equal(t, []string{"Joa\u0303o Castro", "JOÃO BORGES", "João Antunes"}, p.names())
	p.waitAddress("/clientes?busca=joao")
	p.waitText("[role=status]", "3 clientes na lista")
	p.run("reload", chromedp.Reload())
	p.waitText(".range", "1–3 de 3")
	require.Equal(t, "joao", evaluate[string](p, `document.getElementById('busca').value`))

	p.fill("#busca", "52998224725")
	p.waitText(".range", "1–1 de 1")
	require.Equal(t, []string{"João Antunes"}, p.names())

	p.fill("#busca", "100% certo")
	p.waitText("h2", "Nada encontrado para “100% certo”")
	p.press("Limpar")
	p.waitText(".range", "1–20 de 35")

	// One search is one step back, whatever was typed in between.
	p.run("back", chromedp.NavigateBack())
	p.waitAddress("/clientes?busca=100% certo")
	p.run("back", chromedp.NavigateBack())
	p.waitAddress("/clientes")
	p.waitFor("the empty field", `document.getElementById('busca').value === ''`)

	testLateAnswers(p)
}

// testLateAnswers holds the first answer back until the second is drawn.
func testLateAnswers(p *page) {
	p.t.Helper()
	p.hold("busca=joana")
	p.fill("#busca", "joana")
	p.held()
	p.fill("#busca", "borges")
	p.waitFor("the newer answer", `document.querySelectorAll('.grid a.row-link').length === 1`)
	p.release()
	require.Equal(p.t, []string{"JOÃO BORGES"}, p.names())
	p.run("reload", chromedp.Reload())
}

func testKeyboard(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	h.many(3)
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", "/clientes")
	p.waitText(".range", "1–4 de 4")

	p.key("/")
	p.waitFor("the search field", `document.activeElement.id === 'busca' && document.activeElement.value === ''`)
	p.key("ArrowDown")
	p.key("ArrowDown")
	p.waitFor("the second row", `document.activeElement.textContent === 'Pessoa 0001'`)
	p.key("ArrowUp")
	p.waitFor("the first row", `document.activeElement.textContent === 'Ana Souza'`)
	p.key("ArrowDown")
	p.key("Enter")
	p.waitText("dialog h2", "Pessoa 0001")
	p.key("Escape")
	p.waitGone("dialog")
	p.waitAddress("/clientes")
	p.waitFor("the row again", `document.activeElement.textContent === 'Pessoa 0001'`)

	p.key("n")
	p.waitText("dialog h2", "Novo cliente")
	p.waitFor("an empty name in focus", `document.activeElement.name === 'nome' && document.activeElement.value === ''`)
	p.key("Escape")
	p.waitGone("dialog")
}

// Every function works without a mouse.
func testKeyboardOnly(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	p := h.open("ana@exemplo.com", "/clientes")
	p.waitText(".range", "1–1 de 1")

	p.use("Novo cliente")
	p.waitText("dialog h2", "Novo cliente")
	p.axe("new client")
	p.typeIn("Nome", "Bia Lima")
	p.typeIn("E-mail", "bia@exemplo.com")
	p.use("Cadastrar")
	p.waitText(".toast", "Bia Lima foi cadastrado")
	p.waitGone("dialog")

	p.use("Bia Lima")
	p.waitText("dialog h2", "Bia Lima")
	p.axe("details")
	p.use("Editar")
	p.waitText("dialog h2", "Editar cliente")
	p.typeIn("Cidade", "Maricá")
	p.use("Salvar")
	p.waitText(".facts", "Maricá")
	p.use("Desativar")
	p.waitText("dialog h2", "Desativar Bia Lima?")
	p.axe("confirmation")
	p.use("Desativar")
	p.waitText(".badge", "Inativo")
	p.use("Desfazer")
	p.waitFor("two active", `document.querySelectorAll('tbody .badge.on').length === 2`)

	p.choose("Menu de Ana Souza")
	p.waitText(".menu-list", "Trocar senha")
	p.axe("menu")
	p.key("Escape")
	p.waitGone(".menu-list")
}

func testEmpty(t *testing.T) {
	h := newHouse(t)
	ana := h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", "/clientes?situacao=inativos")
	p.waitText("h2", "Nenhum cliente com estes filtros")
	p.press("Limpar filtros")
	p.waitText(".range", "1–1 de 1")

	p.expect("404 GET /api/db/clientes/999")
	p.open("/clientes/999")
	p.waitText("dialog [role=alert]", "Cliente não encontrado")
	p.key("Escape")
	p.waitAddress("/clientes")
	p.waitFor("her row", fmt.Sprintf(`document.querySelector('[data-id="%d"] .c-tel')`, ana.ID))

	require.Empty(t, evaluate[string](p, fmt.Sprintf(`document.querySelector('[data-id="%d"] .c-tel').title`, ana.ID)))
}

func testCreate(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", "/clientes")

	p.press("Novo cliente")
	p.expect("400 POST /api/db/clientes")
	p.press("Cadastrar")
	p.waitText(".field-error", "Nome")
	p.fill("[name=nome]", "Bruno d'Ávila")
	p.fill("[name=email]", "ana@exemplo.com")
	p.fill("[name=telefone]", "21987654321")
	p.fill("[name=cep]", "24020000")
	p.fill("[name=cpf_cnpj]", "52998224724")
	p.press("Cadastrar")
	p.waitFor("the error beside the document", `document.querySelector('[name=cpf_cnpj]').getAttribute('aria-invalid') === 'true'`)
	require.Equal(t, "529.982.247-24", evaluate[string](p, `document.querySelector('[name=cpf_cnpj]').value`))

	p.fill("[name=cpf_cnpj]", "12abc34501de35")
	p.expect("409 POST /api/db/clientes")
	p.press("Cadastrar")
	p.waitFor("the error beside the address", `document.querySelector('[name=email]').getAttribute('aria-invalid') === 'true'`)
	p.fill("[name=email]", "bruno@exemplo.com")
	p.press("Cadastrar")
	p.waitText(".toast", "Bruno d'Ávila foi cadastrado")
	p.waitText(".range", "1–2 de 2")

	c, err := h.clientes().Find(t.Context(), "bruno@exemplo.com")
	require.NoError(t, err)
	require.Equal(
		t,
		[]string{"(21) 98765-4321", "24020-000", "12.ABC.345/01DE-35", "Brasil"},
		[]string{c.Telefone, c.CEP, c.CPFCNPJ, c.Pais},
	)
}

func testEdit(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	bia := h.create(
		store.Cliente{Nome: "Bia", Email: "bia@exemplo.com", Telefone: "(11) 3333-4444", Endereco: "Rua A\nsala 2", Cidade: "Niterói"},
	)
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", fmt.Sprintf("/clientes/%d", bia.ID))
	p.press("Editar")
	p.waitText("dialog h2", "Editar cliente")

	// Leaving with something typed asks first.
	p.fill("[name=cidade]", "Maricá")
	p.key("Escape")
	p.waitText("dialog", "Descartar o que você digitou?")
	p.press("Continuar editando")
	testCaret(p)
	p.fill("[name=telefone]", "21987654321")
	p.fill("[name=cargo]", "Gerente")
	p.press("Salvar")
	p.waitText(".toast", "O cadastro de Bia está salvo")
	p.waitText(".facts", "Maricá")

	path := fmt.Sprintf("/api/db/clientes/%d", bia.ID)
	require.Len(t, p.sent("PATCH", path), 1)
	require.JSONEq(
		t,
		`{"cidade": "Maricá", "cargo": "Gerente", "telefone": "(21) 98765-4321", "cpf_cnpj": "529.982.247-25"}`,
		p.sent("PATCH", path)[0],
	)
	require.Equal(t, "Rua A\nsala 2", h.get(bia.ID).Endereco)
}

// testCaret changes the beginning of a masked number: all signs behind it move
// to other groups, and the caret stays with its digit.
func testCaret(p *page) {
	p.t.Helper()
	field := `document.querySelector('[name=cpf_cnpj]')`
	p.fill("[name=cpf_cnpj]", "52998224725")
	p.run("caret", chromedp.Evaluate[chromedp.Void](field+".setSelectionRange(2, 2)"))
	p.key("Backspace")
	p.waitFor("one digit less", field+`.value === '599.822.472-5' && document.activeElement.selectionStart === 1`)
	p.key("2")
	p.waitFor("the digit again", field+`.value === '529.982.247-25' && document.activeElement.selectionStart === 2`)
	p.fill("[name=cpf_cnpj]", "nº 12.345")
	require.Equal(p.t, "nº 12.345", evaluate[string](p, field+".value"))
	p.fill("[name=cpf_cnpj]", "529.982.247-25")
}

func testConflict(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	bia := h.create(store.Cliente{Nome: "Bia", Email: "bia@exemplo.com", Cidade: "Niterói"})
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", fmt.Sprintf("/clientes/%d", bia.ID))
	p.press("Editar")
	p.fill("[name=cidade]", "Maricá")
	p.fill("[name=empresa]", "Minha Empresa")
	p.fill("[name=observacoes]", "só minha")

	_, err := h.clientes().Change(t.Context(), bia.ID, "", func(c *store.Cliente) {
		c.Cidade, c.Empresa, c.Cargo = "Saquarema", "Empresa Deles", "Diretora"
	})
	require.NoError(t, err)
	p.expect(fmt.Sprintf("409 PATCH /api/db/clientes/%d", bia.ID))
	p.press("Salvar")
	p.waitText("dialog h2", "Alguém salvou antes de você")
	p.waitText("dialog .also", "Cargo (Diretora)")
	p.click(`[name=conflito-empresa][value=theirs]`)
	p.press("Salvar escolhas")
	p.waitText(".toast", "está salvo")

	got := h.get(bia.ID)
	require.Equal(
		t,
		[]string{"Maricá", "Empresa Deles", "Diretora", "só minha"},
		[]string{got.Cidade, got.Empresa, got.Cargo, got.Observacoes},
	)
}

func testDeactivate(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	bia := h.create(store.Cliente{Nome: "Bia", Email: "bia@exemplo.com"})
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", "/clientes")
	status := fmt.Sprintf(`tr[data-id="%d"] .badge`, bia.ID)

	p.waitText(status, "Ativo")
	p.click(fmt.Sprintf(`tr[data-id="%d"] a`, bia.ID))
	p.press("Desativar")
	p.waitText("dialog h2", "Desativar Bia?")
	p.press("Desativar")
	p.waitText(status, "Inativo")
	require.False(t, ativo(h.get(bia.ID)))

	p.press("Desfazer")
	p.waitText(status, "Ativo")
	require.True(t, ativo(h.get(bia.ID)))
}

func ativo(c store.Cliente) bool { return c.IsActive() }

// What a role may not do is not offered.
func testRoles(t *testing.T) {
	h := newHouse(t)
	boss := h.person("Chefe", "chefe@exemplo.com", store.Admin)
	h.person("Mônica", "monica@exemplo.com", store.Moderador)
	ugo := h.person("Ugo", "ugo@exemplo.com", store.Usuario)
	controls := `[...document.querySelectorAll('dialog [name]')].map((e) => e.name)`

	p := openPage(t, h.url)
	h.login(p, "monica@exemplo.com", fmt.Sprintf("/clientes/%d", boss.ID))
	p.waitText("dialog .facts", "chefe@exemplo.com")
	require.Equal(
		t,
		[]string{"Mais"},
		evaluate[[]string](p, `[...document.querySelectorAll('dialog .dialog-foot button')].map((b) => b.innerText)`),
	)
	p.press("Mais")
	p.waitFor("the menu", `document.querySelector('dialog [role=menuitem]')`)
	require.Equal(
		t,
		[]string{"Imprimir ficha"},
		evaluate[[]string](p, `[...document.querySelectorAll('dialog [role=menuitem]')].map((b) => b.innerText)`),
	)
	p.open(fmt.Sprintf("/clientes/%d", ugo.ID))
	p.waitText("dialog .dialog-foot", "Desativar")
	p.press("Editar")
	p.waitFor("the form", `document.querySelector('dialog [name=nome]')`)
	require.NotContains(t, evaluate[[]string](p, controls), "nivel_acesso")

	p = openPage(t, h.url)
	h.login(p, "ugo@exemplo.com", "/clientes")
	p.waitText(".range", "1–1 de 1")
	require.Equal(t, []string{"Ugo"}, p.names())
	require.True(t, evaluate[bool](p, `!document.querySelector('#busca, .new-button')`))
	p.press("Editar Ugo")
	p.waitFor("the form", `document.querySelector('dialog [name=telefone]')`)
	require.Equal(t, []string{"telefone", "cep", "endereco", "cidade", "estado"}, evaluate[[]string](p, controls))
	p.fill("[name=cidade]", "Maricá")
	p.press("Salvar")
	p.waitText(".toast", "está salvo")
}

func testOffline(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	h.many(30)
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", "/clientes")
	p.waitText(".range", "1–20 de 31")

	p.offline(true)
	p.waitText("[role=status]", "Sem conexão")
	p.waitText(".live", "Reconectando")
	p.expect("request failed: net::ERR_INTERNET_DISCONNECTED")
	p.press("Próxima página")
	p.waitText("[role=alert]", "Sem conexão com o servidor")

	p.offline(false)
	p.waitText(".range", "21–31 de 31")
	p.waitGone(".offline")
	p.waitText(".live", "Ao vivo")
}

// offline pulls the plug, or puts it back.
func (p *page) offline(off bool) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{URLPattern: "", Offline: off, DownloadThroughput: -1, UploadThroughput: -1}},
	})
	require.NoError(p.t, err)
	_, err = chromedp.Call(
		p.ctx,
		network.OverrideNetworkState,
		network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1},
	)
	require.NoError(p.t, err)
}

// The people of the old system are there, with accents and in local time.
func testLegacy(t *testing.T) {
	h := houseAt(t, storetest.Flask(t))
	p := openPage(t, h.url)
	_, err := chromedp.Call(p.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "America/Sao_Paulo"})
	require.NoError(t, err)
	p.allow("401 GET /api/db/auth/validar")
	p.open("/clientes?busca=avila")
	p.fill("[name=email]", "chefe@empresa.com")
	p.fill("[name=senha]", "Segredo-Chefe-99")
	p.press("Entrar")
	p.waitText(".range", "1–1 de 1")
	require.Equal(t, []string{"Antônia d'Ávila"}, p.names())
	require.Equal(t, "23/11/2026 14:27", evaluate[string](p, `document.querySelector(".grid .c-data time").title`))
	p.press("Limpar")
	p.waitText(".range", "1–20 de 27")
}

// On a phone no page is wider than the screen, and rows are cards.
func testPhone(t *testing.T) {
	h := newHouse(t)
	h.person("Ana "+strings.Repeat("Comprido", 10), "ana@exemplo.com", store.Admin)
	p := openPage(t, h.url)
	p.phone()
	fits := `document.documentElement.scrollWidth <= 360`
	h.login(p, "ana@exemplo.com", "/clientes")
	p.waitText(".range", "1–1 de 1")
	require.True(t, evaluate[bool](p, fits))
	require.Equal(t, "flex", evaluate[string](p, `getComputedStyle(document.querySelector('.grid tbody tr')).display`))
	p.press("Novo cliente")
	p.waitText("dialog h2", "Novo")
	require.True(t, evaluate[bool](p, fits))
}
