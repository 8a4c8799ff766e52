package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// bareServer has routes but no database.
func bareServer(t testing.TB, log *lockedBuffer) *Server {
	t.Helper()
	s, err := New(Config{Version: "teste", Log: slog.New(slog.NewTextHandler(log, nil))})
	require.NoError(t, err)
	s.open.Store(true) // the tests bring routes that need no database
	return s
}

func TestEveryRegisteredRouteHasARow(t *testing.T) {
	t.Parallel()
	s := bareServer(t, &lockedBuffer{})
	var rows []string
	for _, r := range s.routes() {
		rows = append(rows, r.method+" "+r.path)
		for who, g := range r.grants.document() {
			require.Contains(t, []grant{no, own, all}, g, "%s %s: %s", r.method, r.path, who)
		}
	}
	slices.Sort(rows)
	require.Equal(t, rows, slices.Sorted(slices.Values(s.mux.patterns)))
}

// caller is a column of the matrix, with something of its own to touch.
type caller struct {
	name        string
	column      func(grants) grant
	with        request // bearer or key
	cliente     int64   // the person itself
	dispositivo int64   // a device of its own
}

// clock is moved by tests that let sessions expire.
type clock struct {
	offset atomic.Int64
	fixed  atomic.Int64 // Unix nanoseconds at which it stands; 0: it goes
}

func (c *clock) now() time.Time {
	if at := c.fixed.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Now().Add(time.Duration(c.offset.Load()))
}

// matrix is a house with everybody in it.
type matrix struct {
	*house
	clock   *clock
	callers []caller
	refused []caller // have no right to anything any more
	other   int64    // a person of level usuario that is nobody's own
	foreign int64    // a device of that person
	path    string   // of the database
}

func newMatrix(t testing.TB) *matrix {
	t.Helper()
	m := &matrix{clock: &clock{}, path: filepath.Join(t.TempDir(), "clientes.db")}
	st := storetest.Open(t, m.path, storetest.Now(m.clock.now))
	m.house = houseOf(t, st, false)
	m.newPerson("vencida@x.com", store.Usuario)
	expired := m.login("vencida@x.com", userSenha)
	m.clock.offset.Store(int64(25 * time.Hour))

	m.other = m.newPerson("outro@x.com", store.Usuario).ID
	m.foreign = m.device("ALHEIO", m.other, m.newKey(store.Agente), "")
	m.callers = []caller{
		{name: "ninguem", column: func(g grants) grant { return g.nobody }},
		m.person("usuario", store.Usuario, func(g grants) grant { return g.usuario }),
		m.person("moderador", store.Moderador, func(g grants) grant { return g.moderador }),
		m.person("admin", store.Admin, func(g grants) grant { return g.admin }),
		{name: "chave admin", column: func(g grants) grant { return g.admin }, with: request{key: m.key}},
		{name: "chave leitura", column: func(g grants) grant { return g.leitura }, with: request{key: m.newKey(store.Leitura)}},
		m.agent(),
		m.self(),
	}
	gone := m.newPerson("saiu@x.com", store.Usuario)
	goneToken := m.login("saiu@x.com", userSenha)
	_, err := m.local().Clientes.Deactivate(context.Background(), gone.ID)
	require.NoError(t, err)
	m.refused = []caller{
		{name: "sessão vencida", with: request{bearer: expired}},
		{name: "pessoa desativada", with: request{bearer: goneToken}},
		{name: "token inventado", with: request{bearer: "inventado"}},
		{name: "chave inventada", with: request{key: "mon_inventada"}},
	}
	return m
}

func (m *matrix) device(host string, cliente int64, key, secret string) int64 {
	m.t.Helper()
	body := map[string]any{"system_info": map[string]any{"hostname": host}}
	if cliente != 0 {
		body["cliente_id"] = cliente
	}
	if secret != "" {
		sum := sha256.Sum256([]byte(secret))
		body["segredo_sha256"] = hex.EncodeToString(sum[:])
	}
	got := m.do(request{method: "POST", path: "/api/db/dispositivos/registrar", body: body, key: key})
	require.Equal(m.t, 200, got.status, got.text)
	return int64(got.json["dispositivo_id"].(float64))
}

func (m *matrix) person(name, nivel string, column func(grants) grant) caller {
	c := m.newPerson(name+"@x.com", nivel)
	device := m.device("DE-"+name, c.ID, m.key, "")
	token := m.login(name+"@x.com", senhaDe(nivel))
	return caller{name: name, column: column, with: request{bearer: token}, cliente: c.ID, dispositivo: device}
}

func (m *matrix) agent() caller {
	key := m.newKey(store.Agente)
	return caller{
		name: "chave agente", column: func(g grants) grant { return g.agente },
		with: request{key: key}, dispositivo: m.device("DO-AGENTE", 0, key, ""),
	}
}

func (m *matrix) self() caller {
	return caller{
		name: "dispositivo", column: func(g grants) grant { return g.dispositivo },
		with: request{bearer: "segredo-do-dispositivo"}, dispositivo: m.device("EU-MESMO", 0, m.key, "segredo-do-dispositivo"),
	}
}

// try is one way to use a route: on what is the caller's own, or on what is not.
type try struct {
	id      func(m *matrix, c caller) int64 // 0: the caller has nothing of that kind
	foreign bool
	query   string
	body    any
	// instead gives the status where the row alone does not tell it.
	instead map[string]int
}

func ownCliente(_ *matrix, c caller) int64     { return c.cliente }
func ownDispositivo(_ *matrix, c caller) int64 { return c.dispositivo }
func otherCliente(m *matrix, _ caller) int64   { return m.other }
func otherDevice(m *matrix, _ caller) int64    { return m.foreign }

func nothing(*matrix, caller) int64 { return 999_999 }

func spareDevice(m *matrix, _ caller) int64 {
	return m.device(fmt.Sprintf("SOBRA-%d", serial.Add(1)), 0, m.key, "")
}

func spareKey(m *matrix, _ caller) int64 {
	m.t.Helper()
	_, made, err := m.local().Chaves.Create(context.Background(), store.ChaveNova{Nome: "sobra", Nivel: store.Leitura})
	require.NoError(m.t, err)
	return made.ID
}

// ownMessage is a new one: deleting takes it away. Who may not write has none
// and tries a stranger's.
func ownMessage(m *matrix, c caller) int64 {
	if c.cliente == 0 {
		return otherMessage(m, c)
	}
	return m.message(c.cliente)
}

func otherMessage(m *matrix, _ caller) int64 { return m.message(0) }

// message writes one for a person, or for nobody.
func (m *matrix) message(cliente int64) int64 {
	m.t.Helper()
	sent, err := m.local().Chat.Send(context.Background(), store.MensagemNova{Mensagem: "olá", ClienteID: cliente})
	require.NoError(m.t, err)
	return sent.ID
}

// someLog is an audit row, about whatever it is.
func someLog(m *matrix, _ caller) int64 {
	m.t.Helper()
	p, err := m.local().Logs.List(context.Background(), store.LogFiltro{PorPagina: 1, SemTotal: true})
	require.NoError(m.t, err)
	return p.Itens[0].ID
}

// begunOperation is one about two people that nobody has worked at; a moderador goes on with
// none but its own.
func begunOperation(m *matrix, c caller) int64 {
	m.t.Helper()
	p := store.Pedido{
		Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, IDs: []int64{m.other, m.spareCliente()},
		Campos: map[string]json.RawMessage{"cargo": json.RawMessage(fmt.Sprintf(`"Cargo %d"`, serial.Add(1)))},
	}
	as := m.local()
	if c.name == "moderador" {
		actor, err := m.store.Authenticate(m.t.Context(), store.Credencial{Bearer: c.with.bearer}, store.Origem{})
		require.NoError(m.t, err)
		as = m.store.As(actor)
	}
	op, err := as.Operacoes.Start(m.t.Context(), p)
	require.NoError(m.t, err)
	return op.ID
}

// doneOperation is one that has ended.
func doneOperation(m *matrix, _ caller) int64 {
	m.t.Helper()
	id := begunOperation(m, caller{})
	_, err := m.local().Operacoes.Continue(m.t.Context(), id, 0, nil)
	require.NoError(m.t, err)
	return id
}

// spareCliente is a new person of level usuario.
func (m *matrix) spareCliente() int64 {
	m.t.Helper()
	c, err := m.local().Clientes.Create(m.t.Context(), store.ClienteNovo{Nome: "Sobra", Email: fmt.Sprintf("sobra%d@x.com", serial.Add(1))})
	require.NoError(m.t, err)
	return c.ID
}

// ownChange is one of the caller's own record.
func ownChange(m *matrix, c caller) int64 { return m.change(c.cliente) }

func otherChange(m *matrix, _ caller) int64 { return m.change(m.other) }

// change gives a person another telephone; 0 for nobody, and for who was removed.
func (m *matrix) change(cliente int64) (number int64) {
	m.t.Helper()
	if cliente == 0 {
		return 0
	}
	_, err := m.local().Clientes.Change(m.t.Context(), cliente, "", func(c *store.Cliente) {
		c.Telefone = fmt.Sprintf("(11) 9%04d-%04d", serial.Load()%10_000, serial.Add(1)%10_000)
	}, store.WithOperacao(&number))
	if errors.Is(err, store.ErrNotFound) {
		return 0
	}
	require.NoError(m.t, err)
	return number
}

// someCargo is an operation on one person.
func someCargo(cargo string) map[string]any {
	return map[string]any{
		"recurso": "clientes",
		"acao":    "alterar",
		"filtro":  map[string]any{"busca": "outro@x.com"},
		"campos":  map[string]any{"cargo": cargo},
	}
}

// ownPhone is what everybody may change of their own record.
var ownPhone = map[string]any{"telefone": "(11) 98888-7777"}

// tries says how each guarded route is used in the matrix. A route that is
// missing here fails the test.
var tries = map[string][]try{
	"GET /api/db/openapi.json": {{}},
	"GET /metrics":             {{instead: map[string]int{"ninguem": 200}}}, // the tests call from this machine
	"GET /api/db/clientes":     {{}},
	"POST /api/db/clientes": {
		{body: map[string]any{"nome": "Novo", "email": "<único>"}},
		{body: map[string]any{"nome": "Novo", "email": "<único>", "nivel_acesso": "admin"}, instead: map[string]int{"moderador": 403}},
	},
	"GET /api/db/clientes/{id}": {{id: ownCliente}, {id: otherCliente, foreign: true}},
	"PUT /api/db/clientes/{id}": {
		{id: ownCliente, body: ownPhone},
		{id: otherCliente, foreign: true, body: ownPhone},
		{
			id:      ownCliente,
			body:    map[string]any{"nivel_acesso": "moderador"},
			instead: map[string]int{"usuario": 403, "moderador": 200, "admin": 0},
		},
		{id: ownCliente, body: map[string]any{"nome": "Outro Nome"}, instead: map[string]int{"usuario": 403}},
		{
			id:      otherCliente,
			foreign: true,
			body:    map[string]any{"nivel_acesso": "moderador"},
			instead: map[string]int{"moderador": 403, "admin": 0, "chave admin": 0},
		},
	},
	"PATCH /api/db/clientes/{id}": {
		{id: ownCliente, body: ownPhone},
		{id: otherCliente, foreign: true, body: ownPhone},
	},
	"DELETE /api/db/clientes/{id}": {
		{id: otherCliente, foreign: true},
		{id: otherCliente, foreign: true, query: "?hard=true", instead: map[string]int{"moderador": 403, "admin": 0, "chave admin": 0}},
	},
	"GET /api/db/clientes/{id}/historico": {{id: otherCliente}},
	"GET /api/db/operacoes":               {{}},
	"POST /api/db/operacoes": {
		{body: someCargo("Cargo novo")},
		{
			body:    map[string]any{"recurso": "chaves", "acao": "revogar", "ids": []int64{999_999}},
			instead: map[string]int{"moderador": 403, "admin": 0, "chave admin": 0},
		},
		{
			body:    map[string]any{"recurso": "clientes", "acao": "remover", "ids": []int64{999_999}},
			instead: map[string]int{"moderador": 403, "admin": 0, "chave admin": 0},
		},
	},
	"POST /api/db/operacoes/simular":        {{body: someCargo("Outro cargo")}},
	"GET /api/db/operacoes/{id}":            {{id: doneOperation}, {id: otherChange}},
	"GET /api/db/operacoes/{id}/itens":      {{id: doneOperation}},
	"POST /api/db/operacoes/{id}/continuar": {{id: begunOperation}},
	"POST /api/db/operacoes/{id}/encerrar":  {{id: begunOperation}},
	"POST /api/db/operacoes/{id}/desfazer": {
		{id: ownChange}, {id: otherChange, foreign: true}, {id: doneOperation, foreign: true},
	},
	"POST /api/db/operacoes/{id}/desfazer/simular": {
		{id: ownChange}, {id: otherChange, foreign: true}, {id: doneOperation, foreign: true},
	},
	"GET /api/db/auth/validar": {
		{instead: map[string]int{"chave admin": 401, "chave leitura": 401, "chave agente": 401, "dispositivo": 401}},
	},
	"POST /api/db/auth/senha": {
		{
			body:    map[string]any{"senha_atual": "errada", "senha_nova": "x"},
			instead: map[string]int{"usuario": 400, "moderador": 400, "admin": 400, "chave admin": 403},
		},
	},
	"GET /api/db/dispositivos": {{}},
	"GET /api/db/dispositivos/{id}": {
		{id: ownDispositivo}, {id: otherDevice, foreign: true},
	},
	"POST /api/db/dispositivos/registrar": {
		{body: map[string]any{"hostname": "<único>"}},
		{body: map[string]any{"hostname": "ALHEIO"}, instead: map[string]int{"chave agente": 403}},
	},
	"POST /api/db/dispositivos/{id}/heartbeat": {
		{id: ownDispositivo, instead: map[string]int{"usuario": 403, "moderador": 403}}, {id: otherDevice, foreign: true},
	},
	"GET /api/db/conexoes": {{}},
	"POST /api/db/conexoes/registrar": {
		{id: ownDispositivo, body: map[string]any{"dispositivo_id": ownDispositivo, "conexoes": []any{}}},
		{id: otherDevice, body: map[string]any{"dispositivo_id": otherDevice, "conexoes": []any{}}, foreign: true},
	},
	"POST /api/db/clientes/{id}/email": {
		{
			id:      ownCliente,
			body:    map[string]any{"email": "<único>", "senha_atual": "errada"},
			instead: map[string]int{"usuario": 400, "moderador": 400, "admin": 400},
		},
		{id: otherCliente, foreign: true, body: map[string]any{"email": "<único>"}, instead: map[string]int{"moderador": 403}},
	},
	"PATCH /api/db/dispositivos/{id}":  {{id: otherDevice, body: map[string]any{"nome": "PC"}}},
	"DELETE /api/db/dispositivos/{id}": {{id: spareDevice}},
	"GET /api/db/sessoes":              {{}},
	"DELETE /api/db/sessoes/{id}":      {{id: nothing, foreign: true, instead: map[string]int{"admin": 404, "chave admin": 404}}},
	"GET /api/db/bloqueios":            {{}},
	"DELETE /api/db/bloqueios/{id}":    {{id: nothing, instead: map[string]int{"admin": 404, "chave admin": 404}}},
	"GET /api/db/chaves":               {{}},
	"POST /api/db/chaves": {
		{body: map[string]any{"nome": "nova", "nivel": "leitura"}},
		{body: map[string]any{"nome": "nova", "nivel": "dono"}, instead: map[string]int{"admin": 400, "chave admin": 400}},
	},
	"DELETE /api/db/chaves/{id}":      {{id: spareKey}},
	"GET /api/db/chat/mensagens":      {{}},
	"GET /api/db/chat/salas":          {{}},
	"POST /api/db/chat/mensagens":     {{body: map[string]any{"mensagem": "olá"}}},
	"GET /api/db/chat/mensagens/{id}": {{id: ownMessage}, {id: otherMessage}},
	"PATCH /api/db/chat/mensagens/{id}": {
		{id: ownMessage, body: map[string]any{"mensagem": "olá de novo"}},
		{id: otherMessage, body: map[string]any{"mensagem": "olá de novo"}, foreign: true},
	},
	"DELETE /api/db/chat/mensagens/{id}":     {{id: ownMessage}, {id: otherMessage, foreign: true}},
	"GET /api/db/clientes/exportar":          {{}, {query: "?formato=ndjson&para=programas&ativo=true"}},
	"GET /api/db/clientes/modelo":            {{}, {query: "?formato=csv"}},
	"POST /api/db/clientes/importar":         {{query: "?nome=novos.csv", body: "nome;email\r\nNovo;<único>\r\n"}},
	"POST /api/db/clientes/importar/simular": {{body: "nome;email\r\nNovo;<único>\r\n"}},
	"GET /api/db/logs":                       {{}},
	"GET /api/db/logs/exportar":              {{}, {query: "?formato=ndjson&de=01/01/2026"}},
	"POST /api/db/logs/verificar":            {{}},
	"GET /api/db/logs/{id}":                  {{id: someLog}},
	"GET /api/db/estatisticas":               {{}},
	"GET /api/db/estatisticas/serie":         {{query: "?periodo=7d"}},
	"GET /api/db/eventos":                    {{}},
	"GET /api/db/resumo":                     {{query: "?desde=2026-01-01"}},
}

// expect is the status that the row promises.
func (t try) expect(r route, c caller) int {
	if status, ok := t.instead[c.name]; ok {
		return status
	}
	switch g := c.column(r.grants); {
	case g == no && c.name == "ninguem":
		return http.StatusUnauthorized
	case g == no:
		return http.StatusForbidden
	case g == own && t.foreign:
		return http.StatusNotFound
	case r.is(creates):
		return http.StatusCreated
	default:
		return http.StatusOK
	}
}

func TestRoleMatrix(t *testing.T) {
	m := newMatrix(t)
	seen := 0
	for _, r := range m.srv.routes() {
		pattern := r.method + " " + r.path
		if r.grants.nobody != no {
			require.NotContains(t, tries, pattern)
			continue
		}
		seen++
		require.Contains(t, tries, pattern, "say in tries how the matrix uses this route")
		for i, use := range tries[pattern] {
			for _, c := range m.callers {
				if use.id != nil && use.id(m, c) == 0 || use.expect(r, c) == 0 {
					continue
				}
				t.Run(fmt.Sprintf("%s %d como %s", pattern, i, c.name), func(t *testing.T) {
					got := m.use(r, use, c)
					require.Equal(t, use.expect(r, c), got.status, got.text)
				})
			}
			for _, c := range m.refused {
				got := m.use(r, use, c)
				require.Equal(t, http.StatusUnauthorized, got.status, "%s como %s: %s", pattern, c.name, got.text)
			}
		}
	}
	require.Len(t, tries, seen)
}

var serial atomic.Int64

func (m *matrix) use(r route, use try, c caller) reply {
	m.t.Helper()
	return m.do(m.prepare(r, use, c))
}

// prepare makes the request of a try.
func (m *matrix) prepare(r route, use try, c caller) request {
	m.t.Helper()
	q := c.with
	q.method, q.path, q.body = r.method, r.path+use.query, use.body
	if use.id != nil {
		q.path = strings.Replace(q.path, "{id}", strconv.FormatInt(use.id(m, c), 10), 1)
	}
	if text, ok := use.body.(string); ok {
		q.body = strings.ReplaceAll(text, "<único>", fmt.Sprintf("n%d@x.com", serial.Add(1)))
	}
	if fields, ok := use.body.(map[string]any); ok {
		fresh := map[string]any{}
		for name, v := range fields {
			switch known := v.(type) {
			case string:
				if known == "<único>" {
					v = fmt.Sprintf("n%d@x.com", serial.Add(1))
				}
			case func(*matrix, caller) int64:
				v = known(m, c)
			}
			fresh[name] = v
		}
		q.body = fresh
	}
	return q
}

func TestUsuarioSeesOnlyItself(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	me := m.callers[1]
	list := m.do(request{method: "GET", path: "/api/db/clientes", bearer: me.with.bearer})
	require.EqualValues(t, 1, list.json["total"], list.text)
	require.EqualValues(t, me.cliente, list.json["clientes"].([]any)[0].(map[string]any)["id"])
	for _, query := range []string{"?busca=outro", "?ativo=true&busca=x.com", "?por_pagina=100&pagina=1"} {
		require.NotContains(t, m.do(request{method: "GET", path: "/api/db/clientes" + query, bearer: me.with.bearer}).text, "outro@x.com")
	}
	devices := m.do(request{method: "GET", path: "/api/db/dispositivos", bearer: me.with.bearer})
	require.EqualValues(t, 1, devices.json["total"], devices.text)
	foreign := m.do(request{method: "GET", path: fmt.Sprintf("/api/db/dispositivos?cliente_id=%d", m.other), bearer: me.with.bearer})
	require.EqualValues(t, 0, foreign.json["total"])
	missing := m.do(request{method: "GET", path: "/api/db/clientes/99999", bearer: me.with.bearer})
	hiddenOne := m.do(request{method: "GET", path: fmt.Sprintf("/api/db/clientes/%d", m.other), bearer: me.with.bearer})
	require.Equal(t, missing.json["error"], hiddenOne.json["error"], "what is hidden must look like what is not there")
	require.Equal(t, missing.json["codigo"], hiddenOne.json["codigo"])
}

func TestNobodyElseSpeaksForADeviceWithASecret(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	agent := m.newKey(store.Agente)
	id := m.device("COFRE", 0, agent, "segredo-do-cofre")
	beat := func(q request) int {
		q.method, q.path = "POST", fmt.Sprintf("/api/db/dispositivos/%d/heartbeat", id)
		return m.do(q).status
	}
	require.Equal(t, 200, beat(request{bearer: "segredo-do-cofre"}))
	require.Equal(t, 404, beat(request{key: agent}))
	require.Equal(t, 404, beat(request{bearer: "segredo-do-dispositivo"}))
	taken := m.do(request{
		method: "POST", path: "/api/db/dispositivos/registrar", key: m.newKey(store.Agente),
		body: map[string]any{"hostname": "COFRE", "segredo_sha256": strings.Repeat("0f", 32)},
	})
	require.Equal(t, 403, taken.status, taken.text)
}

func TestNoAnswerHoldsASecret(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	c, err := m.local().Clientes.Get(context.Background(), m.callers[1].cliente)
	require.NoError(t, err)
	require.NotEmpty(t, c.SenhaHash)
	sum := sha256.Sum256([]byte(m.callers[1].with.bearer))
	deviceSum := sha256.Sum256([]byte("segredo-do-dispositivo"))
	secrets := []string{
		c.SenhaHash, "pbkdf2", "senha_hash", userSenha, strongSenha, m.callers[1].with.bearer, m.key,
		hex.EncodeToString(sum[:]), hex.EncodeToString(deviceSum[:]), "segredo-do-dispositivo",
	}
	for _, r := range m.srv.routes() {
		for _, use := range tries[r.method+" "+r.path] {
			for _, c := range slices.Concat(m.callers, m.refused) {
				if use.id != nil && use.id(m, c) == 0 {
					continue
				}
				got := m.use(r, use, c)
				for _, secret := range secrets {
					require.NotContains(t, got.text, secret, "%s %s como %s", r.method, r.path, c.name)
				}
			}
		}
	}
	require.NotContains(t, m.log.String(), m.key)
	require.NotContains(t, m.log.String(), m.callers[1].with.bearer)
}

func TestMustChangePasswordFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.local().Clientes.Create(context.Background(), store.ClienteNovo{Nome: "Chefe", Email: "chefe@x.com", Senha: strongSenha})
	require.NoError(t, err)
	require.Equal(t, 200, h.admin("PUT", "/api/db/clientes/1", map[string]any{"nivel_acesso": "admin"}).status)
	token := h.login("chefe@x.com", strongSenha)
	as := func(method, path string, body any) reply {
		return h.do(request{method: method, path: path, bearer: token, body: body})
	}
	for _, r := range h.srv.routes() {
		if r.grants.nobody != no || r.is(beforePassword) {
			continue
		}
		requireFailure(t, as(r.method, strings.Replace(r.path, "{id}", "1", 1), nil), 403, "trocar_senha")
	}
	me := as("GET", "/api/db/auth/validar", nil)
	require.Equal(t, 200, me.status)
	require.Equal(t, true, me.json["trocar_senha"])
	weak := as("POST", "/api/db/auth/senha", map[string]any{"senha_atual": strongSenha, "senha_nova": "curta"})
	requireFailure(t, weak, 400, "dados_invalidos")
	require.Contains(t, weak.json["campos"], "senha_nova")
	done := as("POST", "/api/db/auth/senha", map[string]any{"senha_atual": strongSenha, "senha_nova": strongSenha + "-nova"})
	require.Equal(t, 200, done.status, done.text)
	require.Equal(t, 200, as("GET", "/api/db/clientes", nil).status, "the same session goes on")
	require.Equal(t, false, as("GET", "/api/db/auth/validar", nil).json["trocar_senha"])
}

func TestKeyInTheQueryWorksAndIsNeverLogged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	require.Equal(t, 200, h.do(request{method: "GET", path: "/api/db/clientes?api_key=" + h.key}).status)
	requireFailure(t, h.do(request{method: "GET", path: "/api/db/clientes?api_key=mon_errada"}), 401, "chave_invalida")
	require.NotContains(t, h.log.String(), h.key)
	require.NotContains(t, h.log.String(), "mon_errada")
	require.Contains(t, h.log.String(), `rota="GET /api/db/clientes"`)
}

func TestLogoutIsAlwaysFine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("ana@x.com", store.Usuario)
	alive := func(token string) bool {
		return h.do(request{method: "GET", path: "/api/db/auth/validar", bearer: token}).status == 200
	}
	byHeader, byBody, byKeyAndBody := h.login("ana@x.com", userSenha), h.login("ana@x.com", userSenha), h.login("ana@x.com", userSenha)
	for _, q := range []request{
		{bearer: byHeader},
		{body: map[string]any{"token": byBody}},
		{key: h.key, body: map[string]any{"token": byKeyAndBody}},
		{bearer: "inventado"},
		{},
		{body: "não é json"},
		{body: map[string]any{"token": 5}},
		{body: map[string]any{"token": "inventado"}},
	} {
		q.method, q.path = "POST", "/api/db/auth/logout"
		got := h.do(q)
		require.Equal(t, 200, got.status, got.text)
		require.Equal(t, "Logout realizado", got.json["message"])
	}
	require.False(t, alive(byHeader))
	require.False(t, alive(byBody))
	require.False(t, alive(byKeyAndBody))
}
