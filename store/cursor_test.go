package store_test

import (
	"context"
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// pessoaComTudo is somebody with a device, a connection and a session.
func pessoaComTudo(t testing.TB, s *store.Store, email string) *store.Handle {
	t.Helper()
	ctx, op := context.Background(), s.As(storetest.Operator)
	c, err := op.Clientes.Create(ctx, store.ClienteNovo{Nome: email, Email: email, Senha: "senha123"})
	require.NoError(t, err)
	for _, host := range []string{"a-", "b-"} {
		id, err := op.Dispositivos.Register(ctx, store.Registro{ClienteID: c.ID, Info: store.Objeto(`{"hostname":"` + host + email + `"}`)})
		require.NoError(t, err)
		_, err = op.Conexoes.Register(ctx, id, c.ID, []store.ConexaoNova{{Processo: email}, {Processo: email}})
		require.NoError(t, err)
	}
	token, _, err := s.As(store.Stranger(store.Origem{})).Sessoes.Login(ctx, email, "senha123")
	require.NoError(t, err)
	actor, err := s.Authenticate(ctx, store.Credencial{Bearer: token}, store.Origem{})
	require.NoError(t, err)
	return s.As(actor)
}

// espiada reads one list from a cursor on and says whose the records are.
type espiada func(ctx context.Context, h *store.Handle, cursor string) (donos []int64, total int, err error)

func espia[F, T any](ler func(h *store.Handle, f F) (store.Pagina[T], error), filtro func(cursor string) F, owner func(*T) int64) espiada {
	return func(_ context.Context, h *store.Handle, cursor string) (donos []int64, total int, err error) {
		p, err := ler(h, filtro(cursor))
		for i := range p.Itens {
			donos = append(donos, owner(&p.Itens[i]))
		}
		return donos, p.Total, err
	}
}

// espiadas are all lists of what belongs to somebody, with and without their sieves.
func espiadas() map[string]espiada {
	ctx := context.Background()
	clientes := func(f store.ClienteFiltro) func(string) store.ClienteFiltro {
		return func(c string) store.ClienteFiltro { f.Cursor = c; return f }
	}
	dispositivos := func(f store.DispositivoFiltro) func(string) store.DispositivoFiltro {
		return func(c string) store.DispositivoFiltro { f.Cursor = c; return f }
	}
	deCliente := func(h *store.Handle, f store.ClienteFiltro) (store.Pagina[store.Cliente], error) {
		return h.Clientes.List(ctx, f)
	}
	deDispositivo := func(h *store.Handle, f store.DispositivoFiltro) (store.Pagina[store.Dispositivo], error) {
		return h.Dispositivos.List(ctx, f)
	}
	oCliente := func(c *store.Cliente) int64 { return c.ID }
	oDono := func(d *store.Dispositivo) int64 { return d.ClienteID }
	return map[string]espiada{
		"clientes":               espia(deCliente, clientes(store.ClienteFiltro{}), oCliente),
		"clientes com busca":     espia(deCliente, clientes(store.ClienteFiltro{Busca: "x.com"}), oCliente),
		"clientes de um nível":   espia(deCliente, clientes(store.ClienteFiltro{Nivel: store.Usuario}), oCliente),
		"dispositivos":           espia(deDispositivo, dispositivos(store.DispositivoFiltro{}), oDono),
		"dispositivos com busca": espia(deDispositivo, dispositivos(store.DispositivoFiltro{Busca: "x.com"}), oDono),
		"conexões": espia(func(h *store.Handle, f store.ConexaoFiltro) (store.Pagina[store.Conexao], error) {
			return h.Conexoes.List(ctx, f)
		}, func(c string) store.ConexaoFiltro { return store.ConexaoFiltro{Cursor: c} }, func(c *store.Conexao) int64 { return int64(c.ClienteID) }),
		"sessões": espia(func(h *store.Handle, f store.SessaoFiltro) (store.Pagina[store.SessaoAberta], error) {
			return h.Sessoes.List(ctx, f)
		}, func(c string) store.SessaoFiltro { return store.SessaoFiltro{Cursor: c} }, func(s *store.SessaoAberta) int64 { return int64(s.ClienteID) }),
	}
}

// forjado writes a place as a cursor does.
func forjado(lugar string) string { return base64.RawURLEncoding.EncodeToString([]byte(lugar)) }

// TestForgedCursors: a cursor that somebody made up is refused or leads into the
// caller's own list; no engine stumbles over it.
func TestForgedCursors(t *testing.T) {
	t.Parallel()
	lugares := []string{
		`{"i":1}`, `{"i":9223372036854775807}`, `{"i":9223372036854775807,"a":true}`, `{"h":"","i":2}`, `{"h":"x","i":1}`, `{"h":"x","i":1,"a":true}`, `{"h":"' OR 1=1 --","i":1}`,
		`{"h":"0000-00-00 00:00:00.000000","i":1}`, `{"h":"0000-01-01 00:00:00.000000","i":1,"a":true}`, `{"h":"9999-12-31 23:59:59.999999","i":5}`, `{"h":"10000-01-01 00:00:00.000000","i":5}`,
		`{"h":"2026-02-31 00:00:00.000000","i":5}`, `{"h":"infinity","i":5}`, `{"h":"now","i":5}`, `{"h":"\u0000","i":5}`, `{"i":0}`, `{"i":-1}`, `{"i":1e3}`, `[]`, `null`, ``,
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		s := e.New(t)
		ana, outro := pessoaComTudo(t, s, "ana@x.com"), pessoaComTudo(t, s, "outro@x.com")
		for nome, ler := range espiadas() {
			for _, lugar := range lugares {
				for _, h := range []*store.Handle{ana, outro, s.As(storetest.Operator)} {
					requireProprio(t, h, nome, ler, forjado(lugar))
				}
			}
		}
	})
}

// requireProprio demands that a cursor is refused, or shows a person its own only.
func requireProprio(t *testing.T, h *store.Handle, nome string, ler espiada, cursor string) {
	t.Helper()
	donos, total, err := ler(t.Context(), h, cursor)
	var bad *store.InvalidError
	if err != nil {
		require.ErrorAs(t, err, &bad, "%s %q", nome, cursor)
		require.Empty(t, donos)
		return
	}
	eu, pessoa := h.Actor().Pessoa()
	if !pessoa {
		return // sees everything
	}
	require.LessOrEqual(t, total, 4, "%s %q", nome, cursor)
	for _, owner := range donos {
		require.Equal(t, eu, owner, "%s %q", nome, cursor)
	}
}

// FuzzCursor gives lists places that nobody was handed out.
func FuzzCursor(f *testing.F) {
	s := storetest.New(f, storetest.Now(func() time.Time { return start }))
	ana := pessoaComTudo(f, s, "ana@x.com")
	pessoaComTudo(f, s, "outro@x.com")
	lists := espiadas()
	for _, lugar := range []string{`{"i":1}`, `{"h":"x","i":1}`, `{"h":"2026-11-24 10:00:00.000000","i":2,"a":true}`, `[]`} {
		f.Add(forjado(lugar))
		f.Add(lugar)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		for nome, ler := range lists {
			requireProprio(t, ana, nome, ler, cursor)
			requireProprio(t, ana, nome, ler, forjado(cursor))
		}
	})
}
