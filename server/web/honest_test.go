package web_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// stream stands before the event stream of a house and can take it away.
type stream struct {
	mode atomic.Value // "", "missing", "held"
	open atomic.Int64
}

func (s *stream) between(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/db/eventos" {
			next.ServeHTTP(w, r)
			return
		}
		switch s.mode.Load() {
		case "missing":
			http.NotFound(w, r)
		case "held": // as by a proxy that keeps what is not whole
			<-r.Context().Done()
		default:
			s.open.Add(1)
			defer s.open.Add(-1)
			next.ServeHTTP(w, r)
		}
	})
}

// hurry lets the page ask every 200 ms instead of 15 s, and try the stream again
// after one second instead of a minute.
const hurry = `{
	const [every, after] = [setInterval, setTimeout]
	window.setInterval = (f, ms, ...rest) => every(f, ms === 15000 ? 200 : ms, ...rest)
	window.setTimeout = (f, ms, ...rest) => after(f, ms === 60000 ? 1000 : ms, ...rest)
}`

// Without the stream the page asks now and then, says so, and goes back to the
// stream as soon as there is one.
func TestWithoutStream(t *testing.T) {
	browser(t)
	var s stream
	h := houseBehind(t, filepath.Join(t.TempDir(), "clientes.db"), s.between)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	n := 1
	appears := func(p *page) {
		t.Helper()
		n++
		h.create(store.Cliente{Nome: "Nova", Email: fmt.Sprintf("nova%d@exemplo.com", n)})
		p.waitText(".range", fmt.Sprintf("1–%d de %d", n, n))
	}
	for _, mode := range []string{"missing", "held"} {
		s.mode.Store(mode)
		p := openPage(t, h.url)
		p.before(hurry)
		if mode == "missing" {
			p.expect("404 GET /api/db/eventos")
		}
		h.login(p, "ana@exemplo.com", "/clientes")
		p.waitText(".live", "A cada 15 s")
		appears(p)
		if mode == "missing" {
			s.mode.Store("")
			p.waitText(".live", "Ao vivo")
			appears(p)
		}
	}
}

// A page that nobody sees holds no stream; what changed meanwhile is there when it
// is looked at again.
func TestHiddenPage(t *testing.T) {
	browser(t)
	var s stream
	h := houseBehind(t, filepath.Join(t.TempDir(), "clientes.db"), s.between)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	p := openPage(t, h.url)
	p.before(`window.away = false; Object.defineProperty(Document.prototype, 'hidden', { get: () => window.away })`)
	h.login(p, "ana@exemplo.com", "/clientes")
	p.waitText(".live", "Ao vivo")
	look := func(away bool) {
		p.run(
			"look",
			chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`window.away = %t; document.dispatchEvent(new Event('visibilitychange'))`, away)),
		)
	}
	look(true)
	require.Eventually(t, func() bool { return s.open.Load() == 0 }, patience, tick, "the stream is closed")
	asked := len(p.asked("/clientes"))
	h.create(store.Cliente{Nome: "Nova", Email: "nova@exemplo.com"})
	p.run("a while", chromedp.Evaluate[chromedp.Void](`new Promise((done) => setTimeout(done, 1500))`, chromedp.EvalAwaitPromise))
	require.Len(t, p.asked("/clientes"), asked, "nothing is asked for")
	look(false)
	p.waitText(".range", "1–2 de 2")
	p.waitText(".live", "Ao vivo")
	require.Equal(t, int64(1), s.open.Load())
}

// Too many wrong passwords: the page says how long to wait, keeps what was typed,
// and says when the time is over.
func TestLocked(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	p := openPage(t, h.url)
	p.before(`{ const real = Date.now; window.ahead = 0; Date.now = () => real() + window.ahead }`)
	p.open("/entrar")
	p.fill("[name=email]", "ana@exemplo.com")
	p.fill("[name=senha]", "errada-errada-1")
	p.expect("401 POST /entrar")
	p.expect("429 POST /entrar")
	for !evaluate[bool](p, `Boolean(document.querySelector('[role=timer]'))`) {
		p.press("Entrar")
		p.waitFor(
			"the answer",
			`document.querySelector('[role=alert]').innerText && document.querySelector('.primary').ariaBusy === 'false'`,
		)
	}
	p.waitText("[role=alert]", "Muitas tentativas com senha errada: aguarde")
	first := p.text("[role=timer] strong")
	require.Regexp(t, `^\d+:\d\d$`, first)
	p.waitFor("the count", fmt.Sprintf(`document.querySelector('[role=timer] strong')?.innerText !== %q`, first))
	p.axe("locked")
	require.Equal(
		t,
		[]string{"ana@exemplo.com", "errada-errada-1"},
		evaluate[[]string](p, `[...document.querySelectorAll('input')].map((e) => e.value)`),
	)
	require.Equal(t, "senha", evaluate[string](p, `document.activeElement.name`))
	p.run("wait", chromedp.Evaluate[chromedp.Void](`window.ahead = 24 * 3600_000`))
	p.waitText("[role=status]", "Você já pode tentar de novo.")
	p.waitGone("[role=timer]")
	require.Empty(t, p.text("[role=alert]"))
}

// The session ends in another tab: this one goes to the login page by itself, unless
// something typed would be lost by it.
func TestTwoTabs(t *testing.T) {
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	idle, writing, leaving := h.open(
		"ana@exemplo.com",
		"/clientes?situacao=ativos",
	), h.open(
		"ana@exemplo.com",
		"/clientes",
	), h.open(
		"ana@exemplo.com",
		"/sessoes",
	)
	for _, p := range []*page{idle, writing} {
		p.waitText(".live", "Ao vivo")
		p.expect("401 GET /api/db/auth/validar")
		for _, path := range []string{"clientes", "estatisticas", "eventos"} {
			p.allow("401 GET /api/db/" + path)
		}
	}
	writing.press("Novo cliente")
	writing.fill("[name=nome]", "Meio escrito")

	leaving.press("Menu de Ana")
	leaving.press("Sair")
	leaving.waitAddress("/entrar")
	idle.waitAddress("/entrar?voltar=/clientes?situacao=ativos")
	writing.waitText(".banner", "Sua sessão terminou. O que você digitou continua aqui")
	writing.axe("the session is over")
	writing.fill("[name=email]", "meio@exemplo.com")
	writing.expect("401 POST /api/db/clientes")
	writing.press("Cadastrar")
	writing.waitText("dialog [role=alert]", "Entre novamente em outra aba")

	// After a login in another tab, what was typed is saved.
	h.cookies.Delete("ana@exemplo.com")
	h.giveSession(writing, "ana@exemplo.com")
	writing.press("Cadastrar")
	writing.waitText(".toast", "Meio escrito foi cadastrado")
	writing.waitText(".range", "1–2 de 2")
}

// The record of a client on paper holds the record and nothing else.
func TestPrint(t *testing.T) {
	h := program(t)
	c := h.create(store.Cliente{
		Nome: "Íris Papel", Email: "iris@exemplo.com", Telefone: "(21) 98765-4321", Empresa: "Gráfica", Endereco: "Rua A, 1", Cidade: "Niterói", Observacoes: strings.Repeat("Uma observação comprida. ", 60),
	})
	p := h.open(boss, fmt.Sprintf("/clientes/%d", c.ID))
	p.theme("dark")
	p.waitText("dialog .facts", "Gráfica")
	p.waitText("dialog .related", "Cliente criado")
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	require.NoError(t, err)
	shown := func(selector string) bool {
		return evaluate[bool](
			p,
			fmt.Sprintf(
				`[...document.querySelectorAll(%q)].some((e) => e.getClientRects().length && getComputedStyle(e).visibility === 'visible')`,
				selector,
			),
		)
	}
	for _, selector := range []string{".bar", ".page-head", ".stats", ".toolbar", ".grid", ".pager", ".toasts", ".dialog-foot", ".dialog-head .icon-button", ".related", ".skip"} {
		require.False(t, shown(selector), "%s is no part of the paper", selector)
	}
	require.True(t, shown("dialog .facts dd"))
	text := p.text("dialog")
	for _, want := range []string{"Íris Papel", "Ativo", "iris@exemplo.com", "(21) 98765-4321", "Gráfica", "Rua A, 1", "Niterói", "Uma observação comprida."} {
		require.Contains(t, text, want)
	}
	require.Equal(
		t,
		"rgb(0, 0, 0) rgb(255, 255, 255)",
		evaluate[string](
			p,
			`(() => { const s = getComputedStyle(document.querySelector('dialog dd')); return s.color + ' ' + getComputedStyle(document.querySelector('dialog')).backgroundColor })()`,
		),
		"black on white, in the dark, too",
	)
	require.True(
		t,
		evaluate[bool](p, `document.querySelector('dialog').scrollHeight <= document.querySelector('dialog').clientHeight + 1`),
		"nothing is cut off",
	)
	// A busy browser prints what it has not painted yet as an empty sheet.
	var printed []byte
	for end := time.Now().Add(patience); time.Now().Before(end); {
		pdf, err := chromedp.Call(
			p.ctx,
			cdppage.PrintToPDF,
			cdppage.PrintToPDFParams{PrintBackground: new(true), PaperWidth: 8.27, PaperHeight: 11.69},
		)
		require.NoError(t, err)
		if printed = pdf.Data; len(printed) > 5000 {
			break
		}
	}
	require.Greater(t, len(printed), 5000, "an empty sheet has some 1,100 bytes")
	if dir := os.Getenv("SCREENS"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "ficha.pdf"), printed, 0o644))
	}
}
