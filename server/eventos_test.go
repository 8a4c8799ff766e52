package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// listener reads one stream.
type listener struct {
	t      *testing.T
	resp   *http.Response
	blocks chan block
}

// block is what stands between two blank lines of a stream.
type block struct {
	event, id string
	data      map[string]any
}

func listen(t *testing.T, base, query, last string, who request) *listener {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/api/db/eventos"+query, nil)
	require.NoError(t, err)
	for name, value := range map[string]string{"X-API-Key": who.key, "Last-Event-ID": last} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if who.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+who.bearer)
	}
	if who.header != nil {
		r.Header = who.header
	}
	resp, err := plain.Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { resp.Body.Close() })
	require.Equal(t, 200, resp.StatusCode)
	o := &listener{t: t, resp: resp, blocks: make(chan block, 1000)}
	go o.read()
	first := o.next()
	require.Empty(t, first.event)
	require.Equal(t, last == "", first.id != "", "a new stream says where it begins")
	return o
}

func (o *listener) read() {
	defer close(o.blocks)
	var b block
	for lines := bufio.NewScanner(o.resp.Body); lines.Scan(); {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch field {
		case "event":
			b.event = value
		case "id":
			b.id = value
		case "data":
			_ = json.Unmarshal([]byte(value), &b.data)
		case "":
			if lines.Text() == "" {
				o.blocks <- b
				b = block{}
			}
		}
	}
}

// next waits for the next block; the zero one when the stream ended.
func (o *listener) next() block {
	o.t.Helper()
	select {
	case b := <-o.blocks:
		return b
	case <-time.After(time.Minute):
		o.t.Fatal("nothing came")
		return block{}
	}
}

// wants waits for a change of the first record of a noun and returns its block.
func (o *listener) wants(recurso, acao string) block {
	o.t.Helper()
	for {
		b := o.next()
		require.NotEqual(o.t, block{}, b, "the stream ended before %s %s", recurso, acao)
		if b.event == "mudanca" && b.data["recurso"] == recurso && b.data["id"] == 1.0 && b.data["acao"] == acao {
			return b
		}
	}
}

// ends waits for the end and returns the event before it.
func (o *listener) ends() (last string) {
	o.t.Helper()
	for {
		b := o.next()
		if b.event == "" && b.id == "" {
			return last
		}
		last = b.event
	}
}

func TestEventsTellOfChanges(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := listen(t, h.url, "?recursos=clientes,chat", "", request{key: h.key})
	for name, value := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "",
	} {
		require.Equal(t, value, o.resp.Header.Get(name), name)
	}
	require.Equal(t, 201, h.admin("POST", "/api/db/clientes", map[string]any{"nome": "Ana", "email": "ana@x.com"}).status)
	at := o.wants("clientes", "cliente_criado")
	require.Equal(t, 200, h.admin("POST", "/api/db/chat/mensagens", map[string]any{"mensagem": "olá"}).status)
	o.wants("chat", "mensagem_enviada")
	o.resp.Body.Close()

	back := listen(t, h.url, "?recursos=clientes,chat", at.id, request{key: h.key})
	back.wants("chat", "mensagem_enviada")
	lost := listen(t, h.url, "", "inventado", request{key: h.key})
	require.Equal(t, "recomecar", lost.next().event)

	requireFailure(t, h.admin("GET", "/api/db/eventos?recursos=clientes,nada", nil), 400, "dados_invalidos")
	requireFailure(t, h.do(request{method: "GET", path: "/api/db/eventos?recursos=logs", key: h.newKey(store.Leitura)}), 403, "sem_permissao")
	require.Equal(t, 200, h.admin("HEAD", "/api/db/eventos", nil).status)
}

func TestEventsByCookie(t *testing.T) { // not parallel: logins that wait for each other's hashes run out of time
	h := newHouse(t)
	h.newPerson("ana@x.com", store.Usuario)
	got := h.do(request{
		method: "POST", path: "/entrar", body: map[string]any{"email": "ana@x.com", "senha": userSenha},
		header: http.Header{"Origin": {h.url}, "Sec-Fetch-Site": {"same-origin"}},
	})
	require.Equal(t, 200, got.status, got.text)
	cookie, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
	o := listen(t, h.url, "", "", request{header: http.Header{"Cookie": {cookie}}})
	h.admin("PATCH", "/api/db/clientes/1", map[string]any{"cidade": "Olinda"})
	o.wants("clientes", "cliente_atualizado")
	require.Equal(t, 200, h.do(request{
		method: "POST", path: "/sair", header: http.Header{"Cookie": {cookie}, "Origin": {h.url}, "Sec-Fetch-Site": {"same-origin"}},
	}).status)
	require.Equal(t, "fim", o.ends())
}

// TestEventsOutliveTheDeadlines: the limits of the server are made for answers that
// end.
func TestEventsOutliveTheDeadlines(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ts := httptest.NewUnstartedServer(h.srv.Handler())
	ts.Config.ReadTimeout, ts.Config.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond
	ts.Start()
	t.Cleanup(ts.Close)
	o := listen(t, ts.URL, "?recursos=clientes", "", request{key: h.key})
	time.Sleep(500 * time.Millisecond)
	h.newPerson("ana@x.com", store.Usuario)
	o.wants("clientes", "cliente_criado")
}

// TestRevocationEndsStreams takes credentials away in every way, in this server
// and in another on the same database.
func TestRevocationEndsStreams(t *testing.T) { // not parallel: logins that wait for each other's hashes run out of time
	path := t.TempDir() + "/clientes.db"
	h, two := houseOf(t, storetest.Open(t, path), false), houseOf(t, storetest.Open(t, path), false)
	ctx := context.Background()
	for name, end := range map[string]func(id int64, token string, by *house) error{
		"desativado": func(id int64, _ string, by *house) error {
			_, err := by.local().Clientes.Deactivate(ctx, id)
			return err
		},
		"promovido": func(id int64, _ string, by *house) error {
			nivel := store.Moderador
			_, err := by.local().Clientes.Change(ctx, id, "", func(c *store.Cliente) { c.NivelAcesso = nivel })
			return err
		},
		"removido": func(id int64, _ string, by *house) error { return by.local().Clientes.Delete(ctx, id) },
		"saiu": func(_ int64, token string, by *house) error {
			require.Equal(t, 200, by.do(request{method: "POST", path: "/api/db/auth/logout", bearer: token}).status)
			return nil
		},
		"senha nova": func(id int64, _ string, by *house) error {
			return by.local().Clientes.SetSenha(ctx, id, "", "outra-senha-boa-9")
		},
	} {
		for i, by := range []*house{h, two} {
			email := fmt.Sprintf("%s%d@x.com", strings.ReplaceAll(name, " ", ""), i)
			c := h.newPerson(email, store.Usuario)
			token := h.login(email, userSenha)
			o := listen(t, h.url, "", "", request{bearer: token})
			require.NoError(t, end(c.ID, token, by), name)
			_, err := by.local().Chat.Send(ctx, store.MensagemNova{Mensagem: "depois de " + name})
			require.NoError(t, err)
			o.noneAfter(name)
		}
	}
	key, made, err := h.local().Chaves.Create(ctx, store.ChaveNova{Nome: "x", Nivel: store.Leitura})
	require.NoError(t, err)
	o := listen(t, h.url, "", "", request{key: key})
	_, err = two.local().Chaves.Revoke(ctx, made.ID)
	require.NoError(t, err)
	_, err = two.local().Chat.Send(ctx, store.MensagemNova{Mensagem: "depois da chave"})
	require.NoError(t, err)
	o.noneAfter("chave")
}

// noneAfter wants the stream to end with fim and without a message of the chat.
func (o *listener) noneAfter(name string) {
	o.t.Helper()
	last := ""
	for b := o.next(); b.event != "" || b.id != ""; b = o.next() {
		require.NotEqual(o.t, "mensagem_enviada", b.data["acao"], "%s: an event after the end was acknowledged", name)
		last = b.event
	}
	require.Equal(o.t, "fim", last, name)
}

func TestTooManyStreams(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var open []*listener
	for range 20 {
		open = append(open, listen(t, h.url, "", "", request{key: h.key}))
	}
	got := h.admin("GET", "/api/db/eventos", nil)
	requireFailure(t, got, 429, "muitas_escutas")
	require.NotEmpty(t, got.header.Get("Retry-After"))
	listen(t, h.url, "", "", request{key: h.newKey(store.Leitura)})
	open[0].resp.Body.Close()
	require.Eventually(t, func() bool { return h.admin("GET", "/api/db/eventos", nil).status == 200 }, time.Minute, 10*time.Millisecond)
}
