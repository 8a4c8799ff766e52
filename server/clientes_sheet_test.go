package server

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// linesOf are the lines of an answer, and the last of them.
func linesOf(t *testing.T, got reply) (lines []map[string]any, last map[string]any) {
	t.Helper()
	require.Equal(t, 200, got.status, got.text)
	for text := range strings.Lines(got.text) {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line), text)
		lines = append(lines, line)
	}
	return lines, lines[len(lines)-1]
}

func (h *house) sheet(path, file string) reply {
	h.t.Helper()
	return h.do(request{method: "POST", path: "/api/db/clientes/" + path, key: h.key, body: file})
}

// A file is looked at, comes in, gives back what was left out, and is undone.
func TestAFileIsImported(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var file strings.Builder
	file.WriteString("Nome;Correio;Fone\r\n")
	for range 3 {
		file.WriteString("Ana;ana@x.com.br;(21) 99876-5432\r\n")
	}
	for i := range 600 {
		file.WriteString("Pessoa;p" + strings.Repeat("x", i%40) + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "@x.com.br;\r\n")
	}
	requireFailure(t, h.sheet("importar/simular?nome=c.csv&coluna=Correio", file.String()), 400, "dados_invalidos")
	_, end := linesOf(t, h.sheet("importar/simular?nome=c.csv", file.String()))
	require.Equal(t, false, end["success"])
	require.Contains(t, end["error"], "Nenhuma coluna diz quem é cada linha")
	require.Contains(t, jsonText(t, end["colunas"]), `{"cabecalho":"Correio","campo":"","motivo":"não há campo com este nome"}`)

	asked := "?nome=c.csv&coluna=" + url.QueryEscape("Correio=email")
	lines, end := linesOf(t, h.sheet("importar/simular"+asked, file.String()))
	require.EqualValues(t, 500, lines[0]["lidas"])
	plan := end["plano"].(map[string]any)
	require.EqualValues(t, []any{601.0, 2.0}, []any{plan["novos"], plan["recusados"]}, end)
	require.EqualValues(t, 0, h.admin("GET", "/api/db/clientes?busca=x.com.br", nil).json["total"], "a preview changes nothing")

	lines, end = linesOf(t, h.sheet("importar"+asked, file.String()))
	require.Greater(t, len(lines), 2)
	op := end["operacao"].(map[string]any)
	require.Equal(t, op["id"], lines[len(lines)-2]["operacao"], "the number is known while it runs")
	require.EqualValues(t, []any{601.0, 601.0, "concluida", "importar"}, []any{op["total"], op["feitos"], op["estado"], op["acao"]})
	require.Equal(t, map[string]any{"arquivo": "c.csv"}, op["campos"])
	rejects, err := base64.StdEncoding.DecodeString(end["rejeitados"].(string))
	require.NoError(t, err)
	require.Equal(t, 2, bytes.Count(rejects, []byte("A linha 2 tem o mesmo e-mail")))

	_, end = linesOf(t, h.sheet("importar"+asked, file.String()))
	require.NotContains(t, end, "operacao", "a second run has nothing to do")

	got := h.admin("GET", "/api/db/clientes/exportar?formato=csv&busca=ana@x.com.br", nil)
	require.Equal(t, 200, got.status)
	require.Equal(t, `attachment; filename="clientes.csv"`, got.header.Get("Content-Disposition"))
	require.Contains(t, got.text, "(21) 99876-5432")
	requireFailure(t, h.admin("GET", "/api/db/clientes/exportar?formato=pdf", nil), 400, "dados_invalidos")
	require.EqualValues(t, 1, h.admin("GET", "/api/db/logs?acao=clientes_exportados", nil).json["total"])

	many := op["id"]
	for at := h.admin("POST", "/api/db/operacoes/"+jsonText(t, many)+"/desfazer", nil); ; {
		op = operationOf(at)
		if op["estado"] != "em_andamento" {
			break
		}
		at = h.admin("POST", "/api/db/operacoes/"+jsonText(t, op["id"])+"/continuar", nil)
	}
	require.EqualValues(t, 601, op["feitos"])
	require.EqualValues(t, 0, h.admin("GET", "/api/db/clientes?ativo=true&busca=x.com.br", nil).json["total"])
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// What is no spreadsheet, too much, or too many at once is told before anything is read.
func TestWhatIsNoSpreadsheet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, file := range []string{"", "%PDF-1.7\n", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 velho", "<html><table></table></html>", "PK\x03\x04", strings.Repeat("\x00", 5000)} {
		got := h.sheet("importar/simular?nome=c.xls", file)
		require.Equal(t, 400, got.status, "%.20q: %s", file, got.text)
		require.NotEmpty(t, got.json["error"])
	}
	got := h.sheet("importar", strings.Repeat("a;b\n", maxFile/4+1))
	requireFailure(t, got, 413, "corpo_grande")
	h.srv.sheets.Lock()
	requireFailure(t, h.sheet("importar", "nome;email\nAna;a@x.com\n"), 429, "importacao_em_curso")
	h.srv.sheets.Unlock()
	_, end := linesOf(t, h.sheet("importar", "nome;email\nAna;a@x.com\n"))
	require.Equal(t, true, end["success"])
}

// The template is what an import understands, and its example comes in nowhere.
func TestTheTemplateIsUnderstood(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, format := range []string{string(store.SheetXLSX), string(store.SheetCSV)} {
		got := h.admin("GET", "/api/db/clientes/modelo?formato="+format, nil)
		require.Equal(t, 200, got.status)
		_, end := linesOf(t, h.sheet("importar", got.text))
		plan := end["plano"].(map[string]any)
		require.EqualValues(t, 0, plan["novos"], end)
		for _, c := range plan["colunas"].([]any) {
			require.NotEmpty(t, c.(map[string]any)["campo"], c)
		}
		require.Contains(t, jsonText(t, plan["motivos"]), "linha de exemplo")
	}
}
