package web_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// TestClientes drives the pages in a real browser against the real server; each
// subtest has its own database, tab and cookies.
func TestClientes(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"login", testLogin},
		{"forced password", testForcedPassword},
		{"own password", testOwnPassword},
		{"paging", testPaging},
		{"search", testSearch},
		{"keyboard", testKeyboard},
		{"keyboard only", testKeyboardOnly},
		{"empty", testEmpty},
		{"create", testCreate},
		{"edit", testEdit},
		{"conflict", testConflict},
		{"deactivate", testDeactivate},
		{"roles", testRoles},
		{"offline", testOffline},
		{"legacy", testLegacy},
		{"phone", testPhone},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

func testLogin(t *testing.T) {
	h := newHouse(t)
	ana := h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	p := openPage(t, h.url)

	p.allow("401 GET /api/db/auth/validar")
	p.allow("401 GET /api/db/clientes")
	p.allow("401 GET /api/db/estatisticas")
	target := fmt.Sprintf("/clientes/%d?busca=ana", ana.ID)
	p.open(target)
	p.waitAddress("/entrar?voltar=" + target)

	p.expect("401 POST /entrar")
	p.fill("[name=email]", "ana@exemplo.com")
	p.fill("[name=senha]", "errada-errada-1")
	p.press("Mostrar senha")
	p.waitFor("the password to show", `document.querySelector('[name=senha]').type === 'text'`)
	p.press("Mostrar senha")
	p.press("Entrar")
	p.waitText("[role=alert]", "Credenciais inválidas")

	p.fill("[name=senha]", strongSenha)
	p.press("Entrar")
	p.waitAddress(target)
	p.waitText("dialog h2", "Ana Souza")

	p.press("Fechar")
	p.waitGone("dialog")
	p.press("Menu de Ana")
	p.press("Sair")
	p.waitAddress("/entrar")
	p.waitText("h1", "Entrar") // by then it has forgotten who was here
	p.open("/clientes")
	p.waitAddress("/entrar?voltar=/clientes")
}

// A link that leads to another host is not followed after the login.
func testForcedPassword(t *testing.T) {
	h := newHouse(t)
	_, senha, created, err := h.clientes().EnsureAdmin(t.Context(), "admin@sistema.local", "")
	require.NoError(t, err)
	require.True(t, created)
	p := openPage(t, h.url)

	p.open("/entrar?voltar=//exemplo.org/x")
	p.fill("[name=email]", "admin@sistema.local")
	p.fill("[name=senha]", senha)
	p.press("Entrar")
	p.waitText("h1", "Escolha uma nova senha")

	p.fill("[name=senha_nova]", "uma-coisa-comprida-7")
	p.fill("[name=repetida]", "outra-coisa-comprida-7")
	p.press("Salvar e continuar")
	p.waitText(".field-error", "não são iguais")

	p.expect("400 POST /api/db/auth/senha")
	p.fill("[name=senha_nova]", "curta")
	p.fill("[name=repetida]", "curta")
	p.press("Salvar e continuar")
	p.waitText(".field-error", "12")

	// Whoever goes on without changing it is led back here, before the page asks for
	// anything that would be refused.
	p.open("/clientes?pagina=1")
	p.waitAddress("/entrar?voltar=/clientes?pagina=1&trocar=1")
	p.waitText("h1", "Escolha uma nova senha")
	require.Equal(t, []string{"GET /api/db/auth/validar"}, p.asked("/clientes"))
	p.fill("[name=senha_atual]", senha)
	p.fill("[name=senha_nova]", "uma-coisa-comprida-7")
	p.fill("[name=repetida]", "uma-coisa-comprida-7")
	p.press("Salvar e continuar")
	p.waitAddress("/clientes?pagina=1")
	p.waitText(".range", "1–1 de 1")
}

func testOwnPassword(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	p := openPage(t, h.url)
	h.login(p, "ana@exemplo.com", "/clientes")

	p.press("Menu de Ana")
	p.press("Trocar senha")
	p.expect("400 POST /api/db/auth/senha")
	p.fill("[name=senha_atual]", "nao-e-esta-senha")
	p.fill("[name=senha_nova]", "uma-coisa-comprida-7")
	p.fill("[name=repetida]", "uma-coisa-comprida-7")
	p.press("Trocar senha")
	p.waitText(".field-error", "A senha atual não confere")
	p.fill("[name=senha_atual]", strongSenha)
	p.press("Trocar senha")
	p.waitText(".toast", "Sua senha foi trocada")
	p.waitGone("dialog")

	_, _, err := h.st.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), "ana@exemplo.com", "uma-coisa-comprida-7")
	require.NoError(t, err)
}
