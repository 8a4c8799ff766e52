package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/server"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

const strongSenha = "Cavalo-Bateria-Grampo-9"

// house is a real server over a real database: the program itself, shared by all
// tests (see program), or one of the test's own (see newHouse).
type house struct {
	t       *testing.T
	path    string // of the database, where that is a file
	st      *store.Store
	url     string
	cookies *sync.Map // address -> *http.Cookie
}

// newHouse is for tests that need an empty database or count what is in it.
func newHouse(t *testing.T) *house {
	t.Helper()
	return houseAt(t, strings.TrimPrefix(storetest.SQLite.Fresh(t), storetest.URL("")))
}

func houseAt(t *testing.T, path string) *house {
	t.Helper()
	return houseBehind(t, path, func(h http.Handler) http.Handler { return h })
}

// houseBehind has something between the browsers and the server.
func houseBehind(t *testing.T, path string, between func(http.Handler) http.Handler) *house {
	t.Helper()
	st := storetest.Open(t, path)
	srv, err := server.New(server.Config{Store: st, Version: "teste", Patience: patience})
	require.NoError(t, err)
	return &house{t: t, path: path, st: st, url: door.open(t, between(srv.Handler())), cookies: &sync.Map{}}
}

// door is the one address that all houses have, one after the other: a browser keeps
// the files of a page, which are the same in each, by the address.
var door doorway

type doorway struct {
	once   sync.Once
	server *httptest.Server
	inside atomic.Pointer[http.Handler]
	guests sync.WaitGroup
}

func (d *doorway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.guests.Add(1)
	defer d.guests.Done()
	if inside := d.inside.Load(); inside != nil {
		(*inside).ServeHTTP(w, r)
		return
	}
	http.Error(w, "no house", http.StatusServiceUnavailable)
}

// open leads to this handler until the test has ended.
func (d *doorway) open(t *testing.T, inside http.Handler) (url string) {
	t.Helper()
	d.once.Do(func() { d.server = httptest.NewServer(d) })
	require.True(t, d.inside.CompareAndSwap(nil, &inside), "there is one house at a time")
	t.Cleanup(func() {
		d.inside.Store(nil)
		d.server.CloseClientConnections()
		d.guests.Wait()
	})
	return d.server.URL
}

func (h *house) clientes() store.Clientes { return h.st.As(storetest.Operator).Clientes }

func (h *house) create(c store.Cliente) store.Cliente {
	h.t.Helper()
	made, err := h.clientes().Create(h.t.Context(), c)
	require.NoError(h.t, err)
	return made
}

// person makes somebody who can log in at once: another program gives the level,
// which asks for no new password.
func (h *house) person(nome, email, nivel string) store.Cliente {
	h.t.Helper()
	c := h.create(store.Cliente{Nome: nome, Email: email, Senha: strongSenha})
	if nivel != store.Usuario {
		storetest.Exec(h.t, storetest.Foreign(h.t, h.path), "UPDATE clientes SET nivel_acesso = ? WHERE id = ?", nivel, c.ID)
	}
	return c
}

func (h *house) get(id int64) store.Cliente {
	h.t.Helper()
	c, err := h.clientes().Get(h.t.Context(), id)
	require.NoError(h.t, err)
	return c
}

// open opens a tab at path as the person with this address.
func (h *house) open(email, path string) *page {
	h.t.Helper()
	p := openPage(h.t, h.url)
	h.login(p, email, path)
	return p
}

// login gives the tab a session and goes to path. The login page itself has a
// test of its own.
func (h *house) login(p *page, email, path string) {
	h.t.Helper()
	h.giveSession(p, email)
	p.open(path)
	p.waitFor("the page behind the login", `document.querySelector('.bar .menu')`)
}

func (h *house) giveSession(p *page, email string) {
	h.t.Helper()
	c := h.session(email)
	_, err := chromedp.Call(p.ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: h.url})
	require.NoError(h.t, err)
}

// session logs in once for each person.
func (h *house) session(email string) *http.Cookie {
	h.t.Helper()
	if known, ok := h.cookies.Load(email); ok {
		return known.(*http.Cookie)
	}
	body, err := json.Marshal(map[string]string{"email": email, "senha": strongSenha})
	require.NoError(h.t, err)
	answer := h.enter(body)
	// A slow machine: as the answer asks, again.
	for end := time.Now().Add(patience); answer.StatusCode == http.StatusServiceUnavailable && time.Now().Before(end); answer = h.enter(body) {
		time.Sleep(time.Second)
	}
	require.Equal(h.t, http.StatusOK, answer.StatusCode)
	require.Len(h.t, answer.Cookies(), 1)
	h.cookies.Store(email, answer.Cookies()[0])
	return answer.Cookies()[0]
}

func (h *house) enter(body []byte) *http.Response {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url+"/entrar", bytes.NewReader(body))
	require.NoError(h.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", h.url)
	req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36")
	answer, err := http.DefaultClient.Do(req)
	require.NoError(h.t, err)
	require.NoError(h.t, answer.Body.Close())
	return answer
}
