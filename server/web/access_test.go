package web_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

var reload = chromedp.Reload()

// TestSessoes ends another session, which is out at once.
func TestSessoes(t *testing.T) {
	h := program(t)
	h.person("Sílvia Sessão", "silvia@exemplo.com", store.Usuario)
	other := h.open("silvia@exemplo.com", "/sessoes")
	other.waitText("h1", "Suas sessões")
	other.waitText(".grid tr.current", "Esta sessão")
	other.waitText(".grid", "Chrome no Linux")

	p := h.open(boss, "/sessoes")
	p.waitText(".grid", "Sílvia Sessão")
	p.axe("list")
	p.press("Encerrar a sessão de Sílvia Sessão")
	p.waitText("dialog", "Quem estiver usando Chrome no Linux")
	p.axe("question")
	p.press("Cancelar")
	p.waitGone("dialog[open]")
	p.press("Encerrar a sessão de Sílvia Sessão")
	p.press("Encerrar")
	p.waitText(".toast", "A sessão de Sílvia Sessão foi encerrada.")
	p.waitFor("no more of her", `![...document.querySelectorAll('.grid tr')].some((e) => e.innerText.includes('Sílvia'))`)

	// Her page goes to the login page by itself.
	other.allow("401 GET /api/db/sessoes")
	other.expect("401 GET /api/db/auth/validar")
	other.allow("401 GET /api/db/eventos")
	other.waitAddress("/entrar?voltar=/sessoes")
	other.waitText("h1", "Entrar")
}

// TestSessoesFilter keeps whose sessions are shown in the address.
func TestSessoesFilter(t *testing.T) {
	h := program(t)
	h.session(ugo)
	p := h.open(boss, "/sessoes")
	p.click(".segmented [value=minhas]")
	p.waitAddress("/sessoes?de=minhas")
	p.waitFor(
		"one's own only",
		`document.querySelector('.grid tr.current') && ![...document.querySelectorAll('.grid tr')].some((e) => e.innerText.includes('Ugo'))`,
	)
	p.run("back", chromedp.NavigateBack())
	p.waitText(".grid", "Ugo da Silva")
	p.fill("[name=cliente]", "ugo")
	p.waitFor("what is found", `document.querySelector('datalist option')`)
	p.key("Enter")
	p.waitText(".filter.chosen", "Ugo da Silva")
	p.waitFor("his only", `![...document.querySelectorAll('.grid tr')].some((e) => e.innerText.includes('Chefe'))`)
	p.press("Tirar o filtro de cliente")
	p.waitAddress("/sessoes")
}

// TestChaves makes a key, uses what is shown, and revokes it.
func TestChaves(t *testing.T) {
	h := program(t)
	p := h.open(boss, "/chaves")
	p.press("Nova chave")
	p.press("Criar chave")
	p.waitText("dialog .field-error", "Dê um nome")
	p.expect("400 POST /api/db/chaves")
	p.fill("[name=nome]", "chave da prova")
	p.axe("form")
	p.press("Criar chave")
	p.waitText("dialog h2", "Chave chave da prova criada")
	p.axe("secret")
	p.key("Escape") // does not lose it
	segredo := evaluate[string](p, `document.querySelector('.secret').value`)
	require.Equal(t, http.StatusOK, h.asks(segredo))
	p.press("Guardei a chave")
	p.waitGone("dialog[open]")
	require.NotContains(t, evaluate[string](p, `document.documentElement.outerHTML`), segredo)

	p.waitText(".grid", "chave da prova")
	p.press("Revogar chave da prova")
	p.waitText("dialog", "é recusado a partir de agora")
	p.press("Revogar")
	p.waitText(".toast", "A chave chave da prova foi revogada.")
	p.waitFor(
		"a revoked key",
		`[...document.querySelectorAll('tr.inactive')].some((e) => e.innerText.includes('chave da prova') && e.innerText.includes('Revogada'))`,
	)
	require.Equal(t, http.StatusUnauthorized, h.asks(segredo))
	h.notForYou(monica, "/chaves")
}

// TestChaveAgente bounds an agent's key in uses and time.
func TestChaveAgente(t *testing.T) {
	h := program(t)
	p := h.open(boss, "/chaves")
	p.press("Nova chave")
	p.fill("[name=nome]", "agentes da prova")
	p.run(
		"level",
		chromedp.Evaluate[chromedp.Void](
			`(() => { const e = document.querySelector('[name=nivel]'); e.value = 'agente'; e.dispatchEvent(new Event('change', { bubbles: true })); e.dispatchEvent(new Event('input', { bubbles: true })) })()`,
		),
	)
	p.fill("[name=usos_maximos]", "muitos")
	p.press("Criar chave")
	p.waitText("dialog .field-error", "Escreva um número")
	p.fill("[name=usos_maximos]", "3")
	p.run(
		"day",
		chromedp.Evaluate[chromedp.Void](
			`(() => { const e = document.querySelector('[name=expira_em]'); e.value = '2099-12-31'; e.dispatchEvent(new Event('input', { bubbles: true })) })()`,
		),
	)
	p.press("Criar chave")
	p.press("Guardei a chave")
	p.waitText(".grid", "0 de 3")
	p.waitText(".grid", "31/12/2099 23:59")
	var sent map[string]any
	require.NoError(t, json.Unmarshal([]byte(p.sent("POST", "/api/db/chaves")[0]), &sent))
	require.InDelta(t, 3, sent["usos_maximos"], 0)
}

// notForYou says that the page tells this person that it is not theirs.
func (h *house) notForYou(email, path string) {
	h.t.Helper()
	p := h.open(email, path)
	p.waitText(".state", "Esta página não está no seu nível de acesso")
}

// asks uses an API key and returns the status.
func (h *house) asks(key string) int {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.url+"/api/db/estatisticas", nil)
	require.NoError(h.t, err)
	req.Header.Set("X-API-Key", key)
	answer, err := http.DefaultClient.Do(req)
	require.NoError(h.t, err)
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode
}
