package web_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// sheetFile writes a spreadsheet of the lines and returns where.
func sheetFile(t *testing.T, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\r\n")+"\r\n"), 0o600))
	return path
}

// rowsOf are lines of a spreadsheet, each a person of a firm of their own.
func rowsOf(firm string, n int) []string {
	lines := []string{"Nome;E-mail;Empresa"}
	for i := range n {
		lines = append(lines, fmt.Sprintf("Gente %03d;%s%d@exemplo.com;%s", i, strings.ToLower(firm), i, firm))
	}
	return lines
}

// attach gives the dialog's file input the files.
func (p *page) attach(files ...string) {
	p.t.Helper()
	p.waitFor("the file input", `document.querySelector('dialog input[type=file]')`)
	found, err := chromedp.Call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: `document.querySelector('dialog input[type=file]')`})
	require.NoError(p.t, err)
	_, err = chromedp.Call(p.ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: files, ObjectID: found.Result.ObjectID})
	require.NoError(p.t, err)
}

// drop lets files fall onto a point of the window.
func (p *page) drop(x, y float64, files ...string) {
	p.t.Helper()
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: files, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		_, err := chromedp.Call(p.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: x, Y: y, Data: data})
		require.NoError(p.t, err)
	}
}

// read waits until the file is understood.
func (p *page) read() {
	p.t.Helper()
	p.waitFor("the file is read", `document.querySelector('dialog .import:not([aria-busy="true"]) .columns')`)
}

// column says what a column of the file is.
func (p *page) column(header, campo string) {
	p.t.Helper()
	p.run("choose a field", chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(([header, campo]) => {
		const select = [...document.querySelectorAll('dialog .columns .field')].find((e) => e.querySelector('label').innerText === header).querySelector('select')
		select.value = campo
		select.dispatchEvent(new Event('input', { bubbles: true }))
	})([%q, %q])`, header, campo)))
	p.read()
}

// saved waits for a file that the browser writes, and reads it.
func (p *page) saved(dir, name string) string {
	p.t.Helper()
	path := filepath.Join(dir, name)
	require.Eventually(p.t, func() bool { _, err := os.Stat(path); return err == nil }, patience, tick, name)
	text, err := os.ReadFile(path)
	require.NoError(p.t, err)
	return string(text)
}

// byEmail is the client with this address.
func (h *house) byEmail(email string) store.Cliente {
	h.t.Helper()
	c, err := h.clientes().Find(h.t.Context(), email)
	require.NoError(h.t, err)
	return c
}

// TestImport goes from a file to its clients: what is not understood is said, seen before and
// left out, brought in mended, and taken back.
func TestImport(t *testing.T) {
	h := program(t)
	here := h.create(store.Cliente{Nome: "Olga Prado", Email: "olga@importada.com", Cidade: "Niterói", Empresa: "Importada"})
	hostile := `<img src=x onerror=alert(1)>"; ` + strings.Repeat("comprido", 8)
	file := sheetFile(t, "da contadora.csv", "Nome;Correio;Município;<b>__proto__</b>",
		"Ana Lima;ana@importada.com;Natal;x", `"`+strings.ReplaceAll(hostile, `"`, `""`)+`";hostil@importada.com;Natal;x`,
		"Olga Prado;olga@importada.com;Maricá;x", "Sem Endereço;não tem;Natal;x")
	p := h.open(monica, "/clientes?empresa=importada")
	dir := p.downloads()
	p.waitText(".range", "1–1 de 1")
	p.press("Importar")
	p.waitText("dialog h2", "Importar clientes")
	p.axe("choose a file")
	p.drop(5, 5, file) // beside the dialog, too
	p.read()
	p.waitText("dialog [role=alert]", "Nenhuma coluna diz quem é cada linha")
	p.waitText("dialog .columns", "Não há campo com este nome.")
	p.axe("columns")
	p.column("Correio", "email")
	p.waitText("dialog .counts", "Novos")
	require.Equal(t, []string{"2", "1", "0", "1"}, evaluate[[]string](p, `[...document.querySelectorAll('dialog .counts dd')].map((e) => e.innerText)`))
	p.waitText("dialog .reasons", "linha 5, Sem Endereço")
	p.waitText("dialog .samples", "Maricá")
	p.waitText("dialog .samples", "<img src=x onerror=alert(1)>")
	require.NotContains(t, p.text("dialog .samples"), "Nível de acesso", "what everybody gets is no news")
	p.axe("preview")
	p.column("Município", "-")
	p.waitText("dialog .columns", "Foi deixada de fora.")
	require.Equal(t, "2", evaluate[string](p, `document.querySelector('dialog .counts .main dd').innerText`))
	p.column("Município", "cidade")
	_, err := h.clientes().Find(t.Context(), "ana@importada.com")
	require.ErrorIs(t, err, store.ErrNotFound, "looking changes nothing")

	p.press("Importar 3 clientes")
	p.waitText("dialog h2", "Importação concluída")
	p.waitText("dialog .verdict", "3 clientes foram importados")
	p.waitText("dialog .verdict", "2 novos e 1 alterado.")
	p.waitText("dialog .verdict", "1 linha ficou de fora")
	p.axe("what came of it")
	require.Equal(t, "Maricá", h.get(here.ID).Cidade)
	require.Equal(t, "Natal", h.byEmail("ana@importada.com").Cidade)
	p.press("Baixar as linhas que ficaram de fora")
	rejects := p.saved(dir, "da contadora-rejeitados.csv")
	require.Contains(t, rejects, "Sem Endereço")
	require.NotContains(t, rejects, "Ana Lima")

	// Mended, it is understood without being told again.
	mended := filepath.Join(t.TempDir(), "da contadora-rejeitados.csv")
	require.NoError(t, os.WriteFile(mended, []byte(strings.ReplaceAll(rejects, "não tem", "sem@importada.com")), 0o600))
	p.press("Importar outro arquivo")
	p.attach(mended)
	p.read()
	p.press("Importar 1 cliente")
	p.waitText("dialog .verdict", "1 cliente foi importado")
	require.Equal(t, "Natal", h.byEmail("sem@importada.com").Cidade)

	p.press("Desfazer")
	p.waitText(".toast", "Desfeito em 1 cliente")
	undone, kept := h.byEmail("sem@importada.com"), h.byEmail("ana@importada.com")
	require.False(t, undone.IsActive())
	require.True(t, kept.IsActive())
	p.open("/operacoes")
	p.waitText(".grid", "Importar 3 clientes")
}

// TestImportOverConflicts: what somebody changed since the last import stays, unless one says so.
func TestImportOverConflicts(t *testing.T) {
	h := program(t)
	first := sheetFile(t, "c.csv", append(rowsOf("Conflitante", 2), "")...)
	p := h.open(boss, "/clientes?empresa=conflitante")
	p.press("Importar")
	p.attach(first)
	p.read()
	p.press("Importar 2 clientes")
	p.waitText("dialog .verdict", "2 clientes foram importados")
	id := h.byEmail("conflitante0@exemplo.com").ID
	_, err := h.clientes().Change(t.Context(), id, "", func(c *store.Cliente) { c.Nome = "Corrigida à mão" })
	require.NoError(t, err)
	p.press("Importar outro arquivo")
	p.attach(first)
	p.read()
	p.waitText("dialog", "Nada muda.")
	p.waitText("dialog .samples", "Corrigida à mão")
	p.axe("a conflict")
	p.choose("Usar os valores do arquivo")
	p.read()
	p.press("Importar 1 cliente")
	p.waitText("dialog .verdict", "1 já estava assim.")
	require.Equal(t, "Gente 000", h.get(id).Nome)
	p.press("Fechar")
	p.waitGone("dialog")
	p.waitText(".range", "1–2 de 2")
}

// TestImportRefusesFiles: what cannot be sent or read is said, and another file may be chosen.
func TestImportRefusesFiles(t *testing.T) {
	h := program(t)
	big := filepath.Join(t.TempDir(), "grande.csv")
	require.NoError(t, os.WriteFile(big, nil, 0o600))
	require.NoError(t, os.Truncate(big, 24<<20+1))
	p := h.open(boss, "/clientes")
	p.press("Importar")
	p.attach(big)
	p.waitText("dialog [role=alert]", "“grande.csv” tem 25,2 MB e o máximo é 25,2 MB")
	p.axe("too large")
	p.drop(400, 300, sheetFile(t, "a.csv", "x"), sheetFile(t, "b.csv", "x"))
	p.waitText("dialog [role=alert]", "um arquivo de cada vez")
	require.False(t, evaluate[bool](p, `performance.getEntriesByType('resource').some((e) => e.name.includes('/importar'))`), "nothing is sent")
	p.expect("400 POST /api/db/clientes/importar/simular")
	p.attach(sheetFile(t, "contrato.pdf", "%PDF-1.7"))
	p.waitText("dialog [role=alert]", "PDF")
	p.attach(sheetFile(t, "vazia.csv", "Nome;E-mail"))
	p.waitText("dialog", "nenhuma linha além dos títulos")
	p.press("Escolher outro arquivo")
	p.waitFor("a place to choose", `document.querySelector('dialog .drop')`)
	require.True(t, evaluate[bool](p, `document.querySelector('dialog').contains(document.activeElement)`))
	fields, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`import([...document.querySelectorAll('link[rel=modulepreload]')].find((e) => e.href.endsWith('/import_preview.js')).href).then((m) => m.options.map(([v]) => v))`, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	require.ElementsMatch(t, append(store.ImportColumns(), "-"), fields)

	u := h.open(ugo, "/clientes")
	u.settled()
	require.False(t, evaluate[bool](u, `[...document.querySelectorAll('button')].some((e) => /Importar|Exportar/.test(e.innerText))`))
}

// TestImportStops: what was done until somebody ended it stays, is told and is taken back; no key
// ends it by accident.
func TestImportStops(t *testing.T) {
	browser(t)
	var gate atomic.Pointer[chan struct{}]
	h := houseBehind(t, strings.TrimPrefix(storetest.SQLite.Fresh(t), storetest.URL("")), func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/importar") {
				w = &gated{w, r, &gate}
			}
			next.ServeHTTP(w, r)
		})
	})
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	p := h.open("ana@exemplo.com", "/clientes")
	p.press("Importar")
	p.attach(sheetFile(t, "muitos.csv", rowsOf("Muita", 3000)...))
	p.read()
	open := make(chan struct{})
	gate.Store(&open)
	p.press("Importar 3.000 clientes")
	p.waitText("dialog", "Gravando…")
	p.waitFor("a bar", `document.querySelector('dialog progress').max === 3000`)
	p.axe("running")
	for range 3 {
		p.key("Escape")
	}
	p.run("a click beside it", chromedp.MouseClickXY(5, 5))
	require.Equal(t, "Importando 3.000 clientes", p.text("dialog[open] h2"))
	require.False(t, evaluate[bool](p, `Boolean(document.querySelector('dialog [aria-label=Fechar]'))`))
	p.press("Cancelar")
	close(open)
	p.waitText("dialog h2", "A importação parou")
	p.waitText("dialog .verdict", "de 3.000")
	p.axe("stopped")
	found, err := h.st.As(storetest.Operator).Operacoes.List(t.Context(), store.OperacaoFiltro{})
	require.NoError(t, err)
	op := found.Itens[0]
	require.Equal(t, store.OperacaoEncerrada, op.Estado)
	require.Positive(t, op.Feitos)
	require.Less(t, op.Feitos, 3000)
	p.press("Desfazer")
	p.waitText(".toast", "Desfeito em ")
}

// gated is an answer that waits, from the first row that was written on, until the gate opens.
type gated struct {
	http.ResponseWriter
	r    *http.Request
	gate *atomic.Pointer[chan struct{}]
}

func (g *gated) Write(b []byte) (int, error) {
	n, err := g.ResponseWriter.Write(b)
	if open := g.gate.Load(); open != nil && strings.Contains(string(b), `"operacao"`) {
		_ = http.NewResponseController(g.ResponseWriter).Flush()
		select {
		case <-*open:
		case <-g.r.Context().Done():
		}
	}
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (g *gated) Unwrap() http.ResponseWriter { return g.ResponseWriter }

// TestImportByKeyboard chooses the file, says what a column is and imports, with keys alone and
// on a phone's width.
func TestImportByKeyboard(t *testing.T) {
	h := program(t)
	p := h.open(boss, "/clientes?empresa=teclada")
	p.phone()
	require.False(t, evaluate[bool](p, `((a, b) => a.right > b.left && a.bottom > b.top)(document.querySelector('h1').getBoundingClientRect(), document.querySelector('.page-head button').getBoundingClientRect())`), "the buttons leave the title alone")
	p.use("Importar")
	p.waitText("dialog h2", "Importar clientes")
	p.chooseFile("Solte aqui a planilha", sheetFile(t, "t.csv", "Nome;Correio;Empresa", "Tecla Lima;tecla@exemplo.com;Teclada"))
	p.read()
	p.fits("columns")
	p.tabTo("Correio")
	for evaluate[string](p, `document.activeElement.value`) != "email" {
		p.key("ArrowDown")
		p.read()
		require.Equal(t, "SELECT", evaluate[string](p, `document.activeElement.tagName`), "the focus stays")
	}
	p.fits("preview")
	p.use("Importar 1 cliente")
	p.waitText("dialog .verdict", "1 cliente foi importado")
	p.fits("what came of it")
	require.True(t, evaluate[bool](p, `document.querySelector('dialog').contains(document.activeElement)`))
	p.use("Fechar")
	p.waitGone("dialog")
	require.Equal(t, "Importar", evaluate[string](p, `document.activeElement.innerText.trim()`))
	p.waitText(".range", "1–1 de 1")
}

// chooseFile comes to a file input by Tab, presses the space bar and chooses.
func (p *page) chooseFile(label, file string) {
	p.t.Helper()
	p.tabTo(label)
	_, err := chromedp.Call(p.ctx, cdppage.SetInterceptFileChooserDialog, cdppage.SetInterceptFileChooserDialogParams{Enabled: true})
	require.NoError(p.t, err)
	p.key(" ")
	require.Eventually(p.t, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.chooser != 0
	}, patience, tick, "a file chooser")
	_, err = chromedp.Call(p.ctx, cdppage.SetInterceptFileChooserDialog, cdppage.SetInterceptFileChooserDialogParams{})
	require.NoError(p.t, err)
	p.mu.Lock()
	chooser := p.chooser
	p.chooser = 0
	p.mu.Unlock()
	_, err = chromedp.Call(p.ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{file}, BackendNodeID: chooser})
	require.NoError(p.t, err)
}
