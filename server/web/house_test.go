package web_test

import (
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/server"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

const senhaForte = "Cavalo-Bateria-Grampo-9"

// house is the real server over a fresh real database.
type house struct {
	t    *testing.T
	path string
	st   *store.Store
	url  string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return houseAt(t, filepath.Join(t.TempDir(), "clientes.db"))
}

func houseAt(t *testing.T, path string) *house {
	t.Helper()
	st := storetest.Open(t, path)
	srv, err := server.New(server.Config{Store: st, Versao: "teste"})
	require.NoError(t, err)
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	return &house{t: t, path: path, st: st, url: ts.URL}
}

func (h *house) clientes() store.Clientes { return h.st.As(storetest.Operador).Clientes }

func (h *house) create(c store.Cliente) store.Cliente {
	h.t.Helper()
	made, err := h.clientes().Create(h.t.Context(), c)
	require.NoError(h.t, err)
	return made
}

// person makes somebody who can log in at once.
func (h *house) person(nome, email, nivel string) store.Cliente {
	h.t.Helper()
	return h.create(store.Cliente{Nome: nome, Email: email, NivelAcesso: nivel, Senha: senhaForte})
}

func (h *house) get(id int64) store.Cliente {
	h.t.Helper()
	c, err := h.clientes().Get(h.t.Context(), id)
	require.NoError(h.t, err)
	return c
}

// login opens the page at path as the person with this address.
func (h *house) login(p *page, email, path string) {
	h.t.Helper()
	p.allow("401 GET /api/db/auth/validar")
	p.allow("401 GET /api/db/clientes")
	p.open(path)
	p.waitText("h1", "Entrar")
	p.fill("[name=email]", email)
	p.fill("[name=senha]", senhaForte)
	p.key("Enter")
	p.waitFor("the page behind the login", `document.querySelector('.topbar .menu')`)
}
