package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// relogio is a clock that tests move.
type relogio = ponteiro

// elenco is one of each kind of actor over one database.
type elenco struct {
	motor                             storetest.Engine
	url                               string
	s                                 *store.Store
	relogio                           *relogio
	admin, moderador, ana, bia        store.Cliente
	comoAdmin, comoModerador, comoAna store.Actor
	leitura, agente, outroAgente      store.Actor
	bearers                           map[string]string
}

const senhaForte = "Uma-Senha-Bem-Longa-7"

// molde is a database with the cast in it, made once: eight passwords cost
// seconds. Every test works on its own copy.
type molde struct {
	file    []byte
	key     []byte
	bearers map[string]string // e-mail -> token
	secrets map[string]string // name of key -> secret
	ids     map[string]int64
}

var start = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

var fazMolde = sync.OnceValues(func() (*molde, error) {
	dir, err := os.MkdirTemp("", "molde")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	path := filepath.Join(dir, "clientes.db")
	s, err := store.Open(ctx, store.Config{URL: storetest.URL(path), Create: true, Now: func() time.Time { return start }})
	if err != nil {
		return nil, err
	}
	m := &molde{bearers: map[string]string{}, secrets: map[string]string{}, ids: map[string]int64{}}
	h := s.As(storetest.Operator)
	for nome, nivel := range map[string]string{"Chefe": store.Admin, "Mario": store.Moderador, "Ana": store.Usuario, "Bia": store.Usuario} {
		email := strings.ToLower(nome) + "@x.com"
		c, err := h.Clientes.Create(ctx, store.Cliente{Nome: nome, Email: email, NivelAcesso: nivel, Senha: senhaDada(nivel)})
		if err != nil {
			return nil, err
		}
		m.ids[nome] = c.ID
		if nivel != store.Usuario { // the given password is for one login only
			if err := escolheSenha(ctx, s, c); err != nil {
				return nil, err
			}
		}
		if m.bearers[email], _, err = s.As(store.Stranger(store.Origem{})).Sessoes.Login(ctx, email, senhaForte); err != nil {
			return nil, err
		}
	}
	for _, nome := range []string{store.Leitura, store.Agente, "outro"} {
		nivel := strings.Replace(nome, "outro", store.Agente, 1)
		if m.secrets[nome], _, err = h.Chaves.Create(ctx, store.ChaveNova{Nome: nome, Nivel: nivel}); err != nil {
			return nil, err
		}
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	if m.file, err = os.ReadFile(path); err != nil {
		return nil, err
	}
	m.key, err = os.ReadFile(path + ".auditoria")
	return m, err
})

// senhaDada is what an administrator gives to somebody new.
func senhaDada(nivel string) string {
	if nivel == store.Usuario {
		return senhaForte
	}
	return "Provisoria-Bem-Longa-1"
}

// escolheSenha is the first login of somebody of the team.
func escolheSenha(ctx context.Context, s *store.Store, c store.Cliente) error {
	token, _, err := s.As(store.Stranger(store.Origem{})).Sessoes.Login(ctx, c.Email, senhaDada(c.NivelAcesso))
	if err != nil {
		return err
	}
	me, err := s.Authenticate(ctx, store.Credencial{Bearer: token}, store.Origem{})
	if err != nil {
		return err
	}
	if err := s.As(me).Clientes.SetSenha(ctx, c.ID, senhaDada(c.NivelAcesso), senhaForte); err != nil {
		return err
	}
	return s.As(me).Sessoes.Logout(ctx)
}

// cadaElenco gives fn a cast of its own on every engine.
func cadaElenco(t *testing.T, fn func(t *testing.T, e *elenco)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, motor storetest.Engine) { fn(t, newElenco(t, motor)) })
}

// monta puts the cast into a database of the engine and opens it.
func (m *molde) monta(t *testing.T, motor storetest.Engine, now func() time.Time) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clientes.db")
	require.NoError(t, os.WriteFile(path, m.file, 0o600))
	require.NoError(t, os.WriteFile(path+".auditoria", m.key, 0o600))
	if motor.Name == storetest.SQLite.Name {
		return storetest.Open(t, path, storetest.Now(now)), storetest.URL(path)
	}
	url := motor.Fresh(t)
	s := motor.Open(t, url, storetest.Now(now))
	from, to := storetest.Foreign(t, path), motor.Foreign(t, url)
	for _, table := range []string{"clientes", "sessoes", "monitor_pessoas", "monitor_chaves"} {
		copia(t, motor, from, to, table)
	}
	return s, url
}

// copia copies a table's rows; on PostgreSQL the next ids come after them.
func copia(t *testing.T, motor storetest.Engine, from, to *sql.DB, table string) {
	t.Helper()
	rows, err := from.QueryContext(t.Context(), "SELECT * FROM "+table)
	require.NoError(t, err)
	defer rows.Close()
	cols, err := rows.Columns()
	require.NoError(t, err)
	types, err := rows.ColumnTypes()
	require.NoError(t, err)
	for rows.Next() {
		vals, ptrs := make([]any, len(cols)), make([]any, len(cols))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		require.NoError(t, rows.Scan(ptrs...))
		for i, v := range vals {
			if n, is := v.(int64); is && types[i].DatabaseTypeName() == "BOOLEAN" {
				vals[i] = n != 0
			}
		}
		motor.Exec(t, to, "INSERT INTO "+table+"("+strings.Join(cols, ", ")+") VALUES (?"+strings.Repeat(", ?", len(cols)-1)+")", vals...)
	}
	require.NoError(t, rows.Err())
	if motor.Name != "mariadb" && cols[0] == "id" {
		storetest.Exec(t, to, "SELECT setval(pg_get_serial_sequence('"+table+"', 'id'), (SELECT max(id) FROM "+table+"))")
	}
}

func newElenco(t *testing.T, motor storetest.Engine) *elenco {
	t.Helper()
	m, err := fazMolde()
	require.NoError(t, err)
	r := &relogio{t: start}
	e := &elenco{motor: motor, relogio: r}
	e.s, e.url = m.monta(t, motor, r.now)
	as := func(c store.Credencial) store.Actor {
		a, err := e.s.Authenticate(t.Context(), c, store.Origem{Canal: store.CanalAPI})
		require.NoError(t, err)
		return a
	}
	get := func(nome string) store.Cliente {
		c, err := e.s.As(storetest.Operator).Clientes.Get(t.Context(), m.ids[nome])
		require.NoError(t, err)
		return c
	}
	e.admin, e.moderador, e.ana, e.bia = get("Chefe"), get("Mario"), get("Ana"), get("Bia")
	e.comoAdmin, e.comoModerador = as(store.Credencial{Bearer: m.bearers["chefe@x.com"]}), as(store.Credencial{Bearer: m.bearers["mario@x.com"]})
	e.comoAna, e.bearers = as(store.Credencial{Bearer: m.bearers["ana@x.com"]}), m.bearers
	e.leitura, e.agente, e.outroAgente = as(store.Credencial{Chave: m.secrets[store.Leitura]}), as(store.Credencial{Chave: m.secrets[store.Agente]}), as(store.Credencial{Chave: m.secrets["outro"]})
	return e
}

// outro is another program's statement.
func (e *elenco) outro(t *testing.T, query string, args ...any) {
	t.Helper()
	e.motor.Exec(t, e.motor.Foreign(t, e.url), query, args...)
}

func (e *elenco) token(t *testing.T, email, senha string) string {
	t.Helper()
	token, _, err := e.s.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), email, senha)
	require.NoError(t, err)
	return token
}

func (e *elenco) login(t *testing.T, email, senha string) store.Actor {
	t.Helper()
	a, err := e.s.Authenticate(t.Context(), store.Credencial{Bearer: e.token(t, email, senha)}, store.Origem{Canal: store.CanalWeb})
	require.NoError(t, err)
	return a
}

// TestRoles is contract/roles.md for what this version does, in its words.
func TestRoles(t *testing.T) { cadaElenco(t, roles) }

func roles(t *testing.T, e *elenco) {
	t.Helper()
	actors := []store.Actor{e.comoAdmin, e.comoModerador, e.comoAna, e.leitura, e.agente, store.Stranger(store.Origem{})}
	const ok, no, gone, who = "ok", "403", "404", "401"
	n := 0
	rows := []struct {
		name string
		want [6]string // admin, moderador, usuario, leitura, agente, stranger
		do   func(h *store.Handle) error
	}{
		{"GET cliente alheio", [6]string{ok, ok, gone, ok, no, who}, func(h *store.Handle) error { _, err := h.Clientes.Get(t.Context(), e.bia.ID); return err }},
		{"GET cliente próprio", [6]string{ok, ok, ok, ok, no, who}, func(h *store.Handle) error { _, err := h.Clientes.Get(t.Context(), e.ana.ID); return err }},
		{"lista", [6]string{ok, ok, ok, ok, no, who}, func(h *store.Handle) error { _, err := h.Clientes.List(t.Context(), store.ClienteFiltro{}); return err }},
		{"cria usuario", [6]string{ok, ok, no, no, no, who}, func(h *store.Handle) error {
			n++
			_, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "N", Email: fmt.Sprintf("n%d@x.com", n)})
			return err
		}},
		{"cria moderador", [6]string{ok, no, no, no, no, who}, func(h *store.Handle) error {
			n++
			_, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "N", Email: fmt.Sprintf("n%d@x.com", n), NivelAcesso: store.Moderador})
			return err
		}},
		{"altera telefone próprio", [6]string{ok, ok, ok, no, no, who}, change(t, func() int64 { return e.ana.ID }, func(c *store.Cliente) { c.Telefone = fmt.Sprintf("(11) 3333-%04d", n) })},
		{"altera nome de usuario", [6]string{ok, ok, no, no, no, who}, change(t, func() int64 { return e.ana.ID }, func(c *store.Cliente) { n++; c.Nome = fmt.Sprintf("Ana %d", n) })},
		{"altera usuario alheio", [6]string{ok, ok, gone, no, no, who}, change(t, func() int64 { return e.bia.ID }, func(c *store.Cliente) { n++; c.Cidade = fmt.Sprintf("C%d", n) })},
		{"altera admin", [6]string{ok, no, gone, no, no, who}, change(t, func() int64 { return e.admin.ID }, func(c *store.Cliente) { n++; c.Cidade = fmt.Sprintf("C%d", n) })},
		{"altera moderador", [6]string{ok, ok, gone, no, no, who}, change(t, func() int64 { return e.moderador.ID }, func(c *store.Cliente) { n++; c.Cidade = fmt.Sprintf("C%d", n) })},
		{"promove usuario", [6]string{ok, no, gone, no, no, who}, func(h *store.Handle) error {
			to := func(h *store.Handle, nivel string) error {
				_, err := h.Clientes.Change(t.Context(), e.bia.ID, "", func(c *store.Cliente) { c.NivelAcesso = nivel })
				return err
			}
			if err := to(h, store.Moderador); err != nil {
				return err
			}
			return to(e.s.As(e.comoAdmin), store.Usuario) // so that the next one promotes a usuario too
		}},
		{"senha alheia em uma alteração", [6]string{ok, no, gone, no, no, who}, change(t, func() int64 { return e.bia.ID }, func(c *store.Cliente) { n++; c.Senha = fmt.Sprintf("outra-senha-%d", n) })},
		{"senha alheia", [6]string{ok, no, gone, no, no, who}, func(h *store.Handle) error { return h.Clientes.SetSenha(t.Context(), e.bia.ID, "", "outra-senha-1") }},
		{"e-mail alheio", [6]string{ok, no, gone, no, no, who}, func(h *store.Handle) error {
			_, err := h.Clientes.SetEmail(t.Context(), e.bia.ID, "bia@x.com", "")
			return err
		}},
		{"plano de remoção", [6]string{ok, no, no, no, no, who}, func(h *store.Handle) error { _, err := h.Clientes.PlanDelete(t.Context(), e.bia.ID); return err }},
		{"remove", [6]string{gone, no, no, no, no, who}, func(h *store.Handle) error { return h.Clientes.Delete(t.Context(), 9999) }},
		{"desativa admin", [6]string{"409", no, no, no, no, who}, func(h *store.Handle) error { _, err := h.Clientes.Deactivate(t.Context(), e.admin.ID); return err }},
		{"registra dispositivo", [6]string{ok, ok, no, no, ok, who}, func(h *store.Handle) error {
			n++
			_, err := h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(fmt.Sprintf(`{"hostname":"pc-%d"}`, n))})
			return err
		}},
		{"dispositivos", [6]string{ok, ok, ok, ok, ok, who}, func(h *store.Handle) error {
			_, err := h.Dispositivos.List(t.Context(), store.DispositivoFiltro{})
			return err
		}},
		{"estatísticas", [6]string{ok, ok, no, ok, no, who}, func(h *store.Handle) error { _, err := h.Estatisticas(t.Context()); return err }},
		{"logs", [6]string{ok, ok, no, no, no, who}, func(h *store.Handle) error { _, err := h.Logs.List(t.Context(), store.LogFiltro{}); return err }},
		{"verifica logs", [6]string{ok, ok, no, no, no, who}, func(h *store.Handle) error { _, err := h.Logs.Verify(t.Context()); return err }},
		{"chaves", [6]string{ok, no, no, no, no, who}, func(h *store.Handle) error { _, err := h.Chaves.List(t.Context(), store.ChaveFiltro{}); return err }},
		{"cria chave", [6]string{ok, no, no, no, no, who}, func(h *store.Handle) error {
			_, _, err := h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "k", Nivel: store.Leitura})
			return err
		}},
		{"revoga chave", [6]string{gone, no, no, no, no, who}, func(h *store.Handle) error { _, err := h.Chaves.Revoke(t.Context(), 9999); return err }},
	}
	for _, row := range rows {
		for i, a := range actors {
			require.Equal(t, row.want[i], class(row.do(e.s.As(a))), "%s as %s", row.name, a.Nome())
		}
	}
}

func change(t *testing.T, id func() int64, fn func(*store.Cliente)) func(*store.Handle) error {
	t.Helper()
	return func(h *store.Handle) error {
		_, err := h.Clientes.Change(t.Context(), id(), "", fn)
		return err
	}
}

// class names an error as the contract does.
func class(err error) string {
	for kind, name := range map[error]string{store.ErrForbidden: "403", store.ErrNotFound: "404", store.ErrUnauthenticated: "401", store.ErrConflict: "409"} {
		if errors.Is(err, kind) {
			return name
		}
	}
	if err != nil {
		return err.Error()
	}
	return "ok"
}

func TestUsuarioSeesOnlyItself(t *testing.T) { cadaElenco(t, usuarioSeesOnlyItself) }

func usuarioSeesOnlyItself(t *testing.T, e *elenco) {
	t.Helper()
	for busca, want := range map[string]int{"": 1, "ana": 1, "bia": 0, "x.com": 1} {
		p, err := e.s.As(e.comoAna).Clientes.List(t.Context(), store.ClienteFiltro{Busca: busca})
		require.NoError(t, err)
		require.Len(t, p.Itens, want, busca)
		require.Equal(t, want, p.Total)
	}
}

func TestSessionEnds(t *testing.T) { storetest.Each(t, sessionEnds) }

func sessionEnds(t *testing.T, motor storetest.Engine) {
	t.Helper()
	at := func(e *elenco, token string) error {
		_, err := e.s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
		return err
	}
	t.Run("absoluta", func(t *testing.T) {
		e := newElenco(t, motor)
		token := e.bearers["ana@x.com"]
		for range 23 { // kept in use
			e.relogio.pass(time.Hour)
			require.NoError(t, at(e, token))
			e.s.Settle()
		}
		e.relogio.pass(time.Hour - time.Second)
		require.NoError(t, at(e, token))
		e.relogio.pass(time.Second)
		require.ErrorIs(t, at(e, token), store.ErrUnauthenticated)
	})
	t.Run("ociosa", func(t *testing.T) {
		e := newElenco(t, motor)
		token := e.bearers["ana@x.com"]
		e.relogio.pass(12 * time.Hour)
		require.ErrorIs(t, at(e, token), store.ErrUnauthenticated)
	})
	for name, end := range map[string]func(e *elenco) error{
		"desativação": func(e *elenco) error {
			_, err := e.s.As(e.comoAdmin).Clientes.Deactivate(t.Context(), e.ana.ID)
			return err
		},
		"nova senha": func(e *elenco) error {
			return e.s.As(e.comoAdmin).Clientes.SetSenha(t.Context(), e.ana.ID, "", "outra-senha-1")
		},
		"remoção": func(e *elenco) error { return e.s.As(e.comoAdmin).Clientes.Delete(t.Context(), e.ana.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			e := newElenco(t, motor)
			token := e.bearers["ana@x.com"]
			require.NoError(t, at(e, token))
			require.NoError(t, end(e))
			require.ErrorIs(t, at(e, token), store.ErrUnauthenticated)
		})
	}
	t.Run("rebaixamento age na hora", func(t *testing.T) {
		e := newElenco(t, motor)
		token := e.bearers["mario@x.com"]
		_, err := e.s.As(e.comoAdmin).Clientes.Change(t.Context(), e.moderador.ID, "", func(c *store.Cliente) { c.NivelAcesso = store.Usuario })
		require.NoError(t, err)
		a, err := e.s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
		require.NoError(t, err)
		require.Equal(t, store.Usuario, a.Nivel())
	})
	t.Run("saída", func(t *testing.T) {
		e := newElenco(t, motor)
		token := e.bearers["ana@x.com"]
		a, err := e.s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
		require.NoError(t, err)
		require.NoError(t, e.s.As(a).Sessoes.Logout(t.Context()))
		require.ErrorIs(t, at(e, token), store.ErrUnauthenticated)
	})
}

// TestStoredTokenIsNoCredential presents what the database holds.
func TestStoredTokenIsNoCredential(t *testing.T) { storetest.Each(t, storedTokenIsNoCredential) }

func storedTokenIsNoCredential(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Fresh(t)
	s := e.Open(t, url)
	h := s.As(storetest.Operator)
	_, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@x.com", Senha: "senha123"})
	require.NoError(t, err)
	_, _, err = s.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), "ana@x.com", "senha123")
	require.NoError(t, err)
	_, _, err = h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "k", Nivel: store.Admin})
	require.NoError(t, err)
	db := e.Foreign(t, url)
	var token, hash string
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT token FROM sessoes").Scan(&token))
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT hash FROM monitor_chaves").Scan(&hash))
	for _, c := range []store.Credencial{{Bearer: token}, {Bearer: strings.TrimPrefix(token, "sha256$")}, {Chave: hash}, {Bearer: hash}} {
		_, err := s.Authenticate(t.Context(), c, store.Origem{})
		require.ErrorIs(t, err, store.ErrUnauthenticated)
	}
}

// TestLegacyToken honours the Flask system's clear token while it lives.
func TestLegacyToken(t *testing.T) {
	t.Parallel()
	const token = "3Ze6-jpOrvg01yb0412qhpbKIbPgj_C-0rZVOgFVhm-s0koK7umgmJWmjsKeRQodli-4ONG38pzQQLo-c-NCeg"
	r := &relogio{t: time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)}
	s := storetest.Open(t, storetest.Flask(t), storetest.Now(r.now))
	a, err := s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
	require.NoError(t, err)
	require.Equal(t, store.Admin, a.Nivel())
	r.pass(23*time.Hour + 28*time.Minute + 47*time.Second + 61*time.Millisecond)
	_, err = s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
	require.ErrorIs(t, err, store.ErrUnauthenticated)
}

// TestGivenPasswordIsForOneLogin: whoever joins the team chooses a password first,
// whichever way the account came to be. People of level usuario keep theirs.
func TestGivenPasswordIsForOneLogin(t *testing.T) { cadaElenco(t, givenPasswordIsForOneLogin) }

func givenPasswordIsForOneLogin(t *testing.T, e *elenco) {
	t.Helper()
	h := e.s.As(e.comoAdmin)
	ways := map[string]func(email string) store.Cliente{
		"criada por administrador": func(email string) store.Cliente {
			c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "N", Email: email, NivelAcesso: store.Moderador, Senha: senhaForte})
			require.NoError(t, err)
			return c
		},
		"criada na linha de comando": func(email string) store.Cliente {
			c, err := e.s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "N", Email: email, NivelAcesso: store.Admin, Senha: senhaForte})
			require.NoError(t, err)
			return c
		},
		"senha dada depois": func(email string) store.Cliente {
			c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "N", Email: email, NivelAcesso: store.Moderador})
			require.NoError(t, err)
			require.NoError(t, h.Clientes.SetSenha(t.Context(), c.ID, "", senhaForte))
			return c
		},
		"senha dada na ficha": func(email string) store.Cliente {
			c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "N", Email: email, NivelAcesso: store.Moderador})
			require.NoError(t, err)
			_, err = h.Clientes.Change(t.Context(), c.ID, "", func(c *store.Cliente) { c.Senha = senhaForte })
			require.NoError(t, err)
			return c
		},
	}
	for way, make := range ways {
		email := strings.ReplaceAll(way, " ", "-") + "@x.com"
		c := make(email)
		a := e.login(t, email, senhaForte)
		require.True(t, a.MustChangePassword(), way)
		for _, do := range []func() error{
			func() error { _, err := e.s.As(a).Clientes.Get(t.Context(), c.ID); return err },
			func() error { _, err := e.s.As(a).Sessoes.List(t.Context(), store.SessaoFiltro{}); return err },
			func() error {
				_, err := e.s.As(a).Clientes.SetEmail(t.Context(), c.ID, "z@x.com", senhaForte)
				return err
			},
		} {
			require.ErrorIs(t, do(), store.ErrForbidden, way)
		}
	}
	_, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "N", Email: "comum@x.com", Senha: "senha123"})
	require.NoError(t, err)
	require.False(t, e.login(t, "comum@x.com", "senha123").MustChangePassword())
}

func TestPromotionForcesNewPassword(t *testing.T) { cadaElenco(t, promotionForcesNewPassword) }

func promotionForcesNewPassword(t *testing.T, e *elenco) {
	t.Helper()
	_, err := e.s.As(e.comoAdmin).Clientes.Change(t.Context(), e.ana.ID, "", func(c *store.Cliente) { c.NivelAcesso = store.Moderador })
	require.NoError(t, err)
	a := e.login(t, "ana@x.com", senhaForte)
	require.True(t, a.MustChangePassword())
	_, err = e.s.As(a).Clientes.List(t.Context(), store.ClienteFiltro{})
	require.ErrorIs(t, err, store.ErrForbidden)
	require.NoError(t, e.s.As(a).Clientes.SetSenha(t.Context(), e.ana.ID, senhaForte, "Outra-Senha-Longa-8"))
	a = e.login(t, "ana@x.com", "Outra-Senha-Longa-8")
	require.False(t, a.MustChangePassword())
}

func TestFirstAdmin(t *testing.T) { storetest.Each(t, firstAdmin) }

func firstAdmin(t *testing.T, motor storetest.Engine) {
	t.Helper()
	s := motor.New(t)
	h := s.As(storetest.Operator)
	admin, senha, created, err := h.Clientes.EnsureAdmin(t.Context(), "admin@sistema.local", "")
	require.NoError(t, err)
	require.True(t, created)
	require.Equal(t, store.Admin, admin.NivelAcesso)
	e := &elenco{s: s}
	require.True(t, e.login(t, "admin@sistema.local", senha).MustChangePassword())
	_, again, created, err := h.Clientes.EnsureAdmin(t.Context(), "outro@sistema.local", "")
	require.NoError(t, err)
	require.False(t, created)
	require.Empty(t, again)
}

// TestDeviceIsNotTakenOver tries to speak for devices of others.
func TestDeviceIsNotTakenOver(t *testing.T) { cadaElenco(t, deviceIsNotTakenOver) }

func deviceIsNotTakenOver(t *testing.T, e *elenco) {
	t.Helper()
	secret := strings.Repeat("s", 40)
	register := func(a store.Actor, segredo string) (int64, error) {
		return e.s.As(a).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"PC-1","mac_address":"AA:BB:CC:00:00:01"}`), SegredoSHA256: segredo})
	}
	id, err := register(e.agente, "")
	require.NoError(t, err)
	require.NoError(t, e.s.As(e.agente).Dispositivos.Heartbeat(t.Context(), id))
	require.ErrorIs(t, e.s.As(e.outroAgente).Dispositivos.Heartbeat(t.Context(), id), store.ErrNotFound)
	_, err = register(e.outroAgente, "")
	require.ErrorIs(t, err, store.ErrForbidden)
	_, err = e.s.As(e.comoAdmin).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"do-admin"}`)})
	require.NoError(t, err)
	_, err = e.s.As(e.agente).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"do-admin"}`)})
	require.ErrorIs(t, err, store.ErrForbidden, "an agente key reaches only what it registered")
	// The device makes a secret: from now on only that speaks for it.
	again, err := register(e.agente, storetest.SHA256(secret))
	require.NoError(t, err)
	require.Equal(t, id, again)
	require.ErrorIs(t, e.s.As(e.agente).Dispositivos.Heartbeat(t.Context(), id), store.ErrNotFound)
	_, err = register(e.agente, "")
	require.ErrorIs(t, err, store.ErrForbidden)
	again, err = register(e.agente, storetest.SHA256(secret)) // a lost answer, tried again
	require.NoError(t, err)
	require.Equal(t, id, again)
	device, err := e.s.Authenticate(t.Context(), store.Credencial{Bearer: secret}, store.Origem{})
	require.NoError(t, err)
	require.NoError(t, e.s.As(device).Dispositivos.Heartbeat(t.Context(), id))
	other, err := e.s.As(e.agente).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"PC-2"}`)})
	require.NoError(t, err)
	require.ErrorIs(t, e.s.As(device).Dispositivos.Heartbeat(t.Context(), other), store.ErrNotFound)
}

// TestKeyUses lets a one-use key make one device, however many try at once.
func TestKeyUses(t *testing.T) { storetest.Each(t, keyUses) }

func keyUses(t *testing.T, e storetest.Engine) {
	t.Helper()
	s := e.New(t)
	secret, _, err := s.As(storetest.Operator).Chaves.Create(t.Context(), store.ChaveNova{Nome: "k", Nivel: store.Agente, UsosMaximos: 1})
	require.NoError(t, err)
	a, err := s.Authenticate(t.Context(), store.Credencial{Chave: secret}, store.Origem{})
	require.NoError(t, err)
	results := make(chan error, 100)
	for i := range 100 {
		go func() {
			_, err := s.As(a).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(fmt.Sprintf(`{"hostname":"pc-%d"}`, i))})
			results <- err
		}()
	}
	made := 0
	for range 100 {
		if err := <-results; err == nil {
			made++
		} else {
			require.ErrorIs(t, err, store.ErrForbidden)
		}
	}
	require.Equal(t, 1, made)
}

func TestKeyEnds(t *testing.T) { cadaElenco(t, keyEnds) }

func keyEnds(t *testing.T, e *elenco) {
	t.Helper()
	h := e.s.As(e.comoAdmin)
	auth := func(secret string) error {
		_, err := e.s.Authenticate(t.Context(), store.Credencial{Chave: secret}, store.Origem{})
		return err
	}
	secret, _, err := h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "k", Nivel: store.Leitura, ExpiraEm: e.relogio.now().Add(time.Hour)})
	require.NoError(t, err)
	require.NoError(t, auth(secret))
	e.relogio.pass(time.Hour - time.Second)
	require.NoError(t, auth(secret))
	e.relogio.pass(time.Second)
	require.ErrorIs(t, auth(secret), store.ErrUnauthenticated)
	secret, k, err := h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "k", Nivel: store.Leitura})
	require.NoError(t, err)
	require.NoError(t, auth(secret))
	_, err = h.Chaves.Revoke(t.Context(), k.ID)
	require.NoError(t, err)
	require.ErrorIs(t, auth(secret), store.ErrUnauthenticated)
}

// TestReusedIDInheritsNothing deletes as the Flask system would and lets SQLite
// hand the id out again.
func TestReusedIDInheritsNothing(t *testing.T) { storetest.Each(t, reusedIDInheritsNothing) }

func reusedIDInheritsNothing(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Fresh(t)
	s := e.Open(t, url)
	h := s.As(storetest.Operator)
	db := e.Foreign(t, url)
	secret := strings.Repeat("k", 43)
	id, err := h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"velho"}`), SegredoSHA256: storetest.SHA256(secret)})
	require.NoError(t, err)
	e.Exec(t, db, "DELETE FROM dispositivos WHERE id = ?", id)
	e.Exec(t, db, "INSERT INTO dispositivos(id, hostname, data_registro) VALUES (?, 'novo', '2026-01-01 00:00:00.000000')", id)
	_, err = s.Authenticate(t.Context(), store.Credencial{Bearer: secret}, store.Origem{})
	require.ErrorIs(t, err, store.ErrUnauthenticated)
}

// TestDeviceFromBeforeAdoption goes to the first agente key that registers it.
func TestDeviceFromBeforeAdoption(t *testing.T) { storetest.Each(t, deviceFromBeforeAdoption) }

func deviceFromBeforeAdoption(t *testing.T, e storetest.Engine) {
	t.Helper()
	s := e.Open(t, e.Flask(t))
	key := func() *store.Handle {
		secret, _, err := s.As(storetest.Operator).Chaves.Create(t.Context(), store.ChaveNova{Nome: "k", Nivel: store.Agente})
		require.NoError(t, err)
		a, err := s.Authenticate(t.Context(), store.Credencial{Chave: secret}, store.Origem{})
		require.NoError(t, err)
		return s.As(a)
	}
	first, second := key(), key()
	require.ErrorIs(t, first.Dispositivos.Heartbeat(t.Context(), 2), store.ErrNotFound)
	info := store.Registro{Info: store.Objeto(`{"hostname":"outro","mac_address":"AA:BB:CC:DD:EE:01"}`)}
	id, err := first.Dispositivos.Register(t.Context(), info)
	require.NoError(t, err)
	require.EqualValues(t, 2, id)
	require.NoError(t, first.Dispositivos.Heartbeat(t.Context(), 2))
	_, err = second.Dispositivos.Register(t.Context(), info)
	require.ErrorIs(t, err, store.ErrForbidden)
}

// TestReusedIDInheritsNoSession lets another program delete a person and SQLite
// hand the id to an administrator.
func TestReusedIDInheritsNoSession(t *testing.T) {
	t.Parallel()
	e := newElenco(t, storetest.SQLite) // servers have foreign keys
	token := e.bearers["bia@x.com"]
	e.outro(t, "DELETE FROM clientes WHERE id = ?", e.bia.ID)
	e.relogio.pass(time.Hour)
	e.outro(t, "INSERT INTO clientes(id, nome, email, nivel_acesso, ativo, data_cadastro) VALUES (?, 'Nova', 'nova@x.com', 'admin', TRUE, '2026-11-23 16:00:00.000000')", e.bia.ID)
	_, err := e.s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
	require.ErrorIs(t, err, store.ErrUnauthenticated)
}

// TestLevelsOfKeysAreNoLevelsOfPeople lets another program write any level.
func TestLevelsOfKeysAreNoLevelsOfPeople(t *testing.T) {
	t.Parallel()
	cadaElenco(t, levelsOfKeysAreNoLevelsOfPeople)
}

func levelsOfKeysAreNoLevelsOfPeople(t *testing.T, e *elenco) {
	t.Helper()
	for _, nivel := range []string{store.Leitura, store.Agente, "gerente"} {
		e.outro(t, "UPDATE clientes SET nivel_acesso = ? WHERE id = ?", nivel, e.ana.ID)
		a, err := e.s.Authenticate(t.Context(), store.Credencial{Bearer: e.bearers["ana@x.com"]}, store.Origem{})
		require.NoError(t, err)
		require.Equal(t, store.Usuario, a.Nivel(), nivel)
	}
}

// TestOwnPasswordNeedsTheCurrentOne also for administrators.
func TestOwnPasswordNeedsTheCurrentOne(t *testing.T) { cadaElenco(t, ownPasswordNeedsTheCurrentOne) }

func ownPasswordNeedsTheCurrentOne(t *testing.T, e *elenco) {
	t.Helper()
	_, err := e.s.As(e.comoAdmin).Clientes.Change(t.Context(), e.admin.ID, "", func(c *store.Cliente) { c.Senha = "Outra-Senha-Longa-8" })
	require.ErrorIs(t, err, store.ErrForbidden)
}
