package server

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// body is a body that costs its sender little. It is about size bytes long.
type body struct {
	name   string
	make   func(size int) string
	header http.Header
}

// filled repeats a piece between a head and a tail.
func filled(head, piece, tail string) func(int) string {
	return func(size int) string {
		n := max(1, (size-len(head)-len(tail))/len(piece))
		return head + strings.TrimSuffix(strings.Repeat(piece, n), ",") + tail
	}
}

// numbered has another name in each piece.
func numbered(head, tail string) func(int) string {
	return func(size int) string {
		var b strings.Builder
		b.WriteString(head)
		for i := 0; b.Len() < size-len(tail)-16; i++ {
			fmt.Fprintf(&b, `"%x":1,`, i)
		}
		return strings.TrimSuffix(b.String(), ",") + tail
	}
}

// longTexts has the same long text in every field that takes one.
func longTexts(piece string) func(int) string {
	names := []string{"nome", "email", "senha", "senha_atual", "senha_nova", "mensagem", "hostname", "token"}
	return func(size int) string {
		text := strings.Repeat(piece, size/len(names)/len(piece)-4)
		var b strings.Builder
		for _, name := range names {
			fmt.Fprintf(&b, `,"%s":"%s"`, name, text)
		}
		return "{" + b.String()[1:] + "}"
	}
}

func form(kind string) http.Header { return http.Header{"Content-Type": {kind}} }

// hostileBodies are what public reports tell of, and the like.
var hostileBodies = []body{
	{name: "itens vazios", make: filled(`{"dispositivo_id":1,"conexoes":[`, `{},`, `]}`)},
	{name: "itens vazios antes do dispositivo", make: filled(`{"conexoes":[`, `{},`, `],"dispositivo_id":1}`)},
	{name: "itens de outro", make: filled(`{"dispositivo_id":999999,"conexoes":[`, `{},`, `]}`)},
	{name: "números por itens", make: filled(`{"dispositivo_id":1,"conexoes":[`, `0,`, `]}`)},
	{
		name: "itens inteiros",
		make: filled(`{"dispositivo_id":1,"conexoes":[`, `{"laddr":{"ip":"1","port":1},"raddr":{},"name":"x"},`, `]}`),
	},
	{name: "campos de um item", make: filled(`{"dispositivo_id":1,"conexoes":[{`, `"x":0,`, `}]}`)},
	{name: "campos", make: numbered(`{`, `}`)},
	{name: "campos repetidos", make: filled(`{`, `"nome":"x",`, `}`)},
	{name: "campos de dentro", make: numbered(`{"nome":"Ana","email":"a@x.com","hostname":"pc","dados_extras":{`, `}}`)},
	{name: "campos de system_info", make: numbered(`{"system_info":{`, `}}`)},
	{name: "listas fundas", make: func(size int) string {
		return `{"a":` + strings.Repeat("[", size/2) + strings.Repeat("]", size/2) + `}`
	}},
	{name: "objetos fundos", make: func(size int) string { return strings.Repeat(`{"a":`, size/6) + "1" + strings.Repeat("}", size/6) }},
	{name: "fundo sem fim", make: filled(``, `[{"":`, ``)},
	{name: "textos longos", make: longTexts("x")},
	{name: "textos de escapes", make: longTexts(`\u0061`)},
	{name: "textos de acentos soltos", make: longTexts("\u0301\u0327")},
	{name: "textos de nulos", make: longTexts(`\u0000`)},
	{name: "um nome longo", make: filled(`{"`, `x`, `":1}`)},
	{name: "expoente", make: func(int) string {
		return `{"dispositivo_id":1e999999,"cliente_id":-1e999999,"mensagem":1e999999,"nome":1e-999999}`
	}},
	{name: "um número longo", make: filled(`{"nome":"Ana","email":"b@x.com","cliente_id":1,"dispositivo_id":`, `7`, `}`)},
	{name: "números longos por textos", make: filled(`{"dispositivo_id":1,"mensagem":`, `7`, `}`)},
	{name: "espaços", make: filled(`{`, " \n", `}`)},
	{name: "não é objeto", make: filled(`[`, `{},`, `]`)},
	{name: "não é UTF-8", make: filled(`{"nome":"`, "\xff\xfe", `"}`)},
	{name: "não é JSON", make: func(size int) string {
		r, b := rand.New(rand.NewPCG(1, 2)), make([]byte, size)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return string(b)
	}},
	{name: "comprimido", header: http.Header{"Content-Encoding": {"gzip"}}, make: func(int) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(make([]byte, 64<<20))
		_ = z.Close()
		return b.String()
	}},
	{name: "formulário", header: form("application/x-www-form-urlencoded"), make: filled("", "a=1&", "")},
	{
		name:   "partes",
		header: form("multipart/form-data; boundary=x"),
		make:   filled("", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n", "--x--\r\n"),
	},
}

// searches and headers are heads of requests that are as long as they may be.
var searches = []string{
	strings.Repeat(
		"a&",
		7<<10,
	), strings.Repeat("pagina=1&", 1500), "busca=" + strings.Repeat("%20a", 3500), "busca=" + strings.Repeat("%cc%81", 2300),
	"cursor=" + strings.Repeat(
		"A",
		14<<10,
	), "pagina=" + strings.Repeat("9", 14<<10), "por_pagina=1e999999", "recursos=" + strings.Repeat(",", 14<<10),
	"api_key=" + strings.Repeat("x", 14<<10), strings.Repeat("a&", 30<<10),
}

var headers = []http.Header{
	{"If-Match": {strings.Repeat(`"a",`, 3500)}},
	{"Idempotency-Key": {strings.Repeat("x", 14<<10)}},
	{"Last-Event-Id": {strings.Repeat("x", 14<<10)}},
	{"Cookie": {strings.Repeat("a=b; ", 2900)}},
	{"X-Forwarded-For": {strings.Repeat("1.1.1.1,", 1800)}, "Forwarded": {"for=1.1.1.1"}},
	{"Accept": {strings.Repeat("a/b;q=0.1,", 1400)}},
}

// TestTheDeviceIsJudgedFirst: who may not speak for a device learns that, however
// long and wrong the list is; who may is told what is wrong with it.
func TestTheDeviceIsJudgedFirst(t *testing.T) {
	t.Parallel()
	h := houseOf(t, storetest.New(t), false)
	h.srv.cfg.LegacyUntil = time.Now().Add(time.Hour)
	agent := h.newKey(store.Agente)
	mine := h.do(request{method: "POST", path: "/api/db/dispositivos/registrar", key: agent, body: map[string]any{"hostname": "pc"}})
	require.EqualValues(t, 1, mine.json["dispositivo_id"], mine.text)
	const size = 8 << 20
	report := func(key string, id int, item string) reply {
		t.Helper()
		body := filled(fmt.Sprintf(`{"dispositivo_id":%d,"conexoes":[`, id), item+",", `]}`)(size)
		return h.do(request{method: "POST", path: "/api/db/conexoes/registrar", key: key, body: body})
	}
	for _, item := range []string{`{}`, `7`} {
		requireFailure(t, report(agent, 2, item), 404, "nao_encontrado")
		requireFailure(t, report("", 1, item), 404, "nao_encontrado")
		requireFailure(t, report(h.key, 2, item), 404, "nao_encontrado")
		requireFailure(t, report("mon_inventada", 1, item), 401, "chave_invalida")
		requireFailure(t, report(h.newKey(store.Leitura), 1, item), 403, "sem_permissao")
		requireFailure(t, report(agent, 1, item), 400, "dados_invalidos")
	}
	require.Contains(t, report(agent, 1, `{}`).text, "10.000")
}

func TestFieldsAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	post := func(fields int) reply {
		body := `{"nome":"Ana","email":"ana@x.com"` + strings.Repeat(`,"nome":"Ana"`, fields-2) + `}`
		return h.do(request{method: "POST", path: "/api/db/clientes", key: h.key, body: body})
	}
	requireFailure(t, post(fieldLimit+1), 400, "json_campos")
	require.Equal(t, 201, post(fieldLimit).status)
}

// TestPasswordsTakeSmallBodies: 16 KiB wherever anybody may send something, and where a
// password is compared.
func TestPasswordsTakeSmallBodies(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	seen := 0
	for _, r := range h.srv.routes() {
		if !r.is(password) && !strings.HasSuffix(r.path, "/logout") && !strings.HasSuffix(r.path, "/sair") {
			require.False(t, r.is(anonymous|lenient) && r.method != "GET", "%s %s", r.method, r.path)
			continue
		}
		seen++
		q := request{method: r.method, path: strings.Replace(r.path, "{id}", "1", 1), key: h.key, header: http.Header{"Origin": {h.url}}}
		q.body = strings.Repeat(" ", smallLimit)
		require.NotEqual(t, 413, h.do(q).status, r.path)
		q.body = strings.Repeat(" ", smallLimit+1)
		got := h.do(q)
		requireFailure(t, got, 413, "corpo_grande")
		require.Contains(t, got.text, "16 KiB")
	}
	require.Equal(t, 6, seen)
}
