package server

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// spareSession is somebody's, to be revoked.
func spareSession(m *matrix, _ caller) int64 {
	m.t.Helper()
	m.login("outro@x.com", userSenha)
	list := m.admin("GET", fmt.Sprintf("/api/db/sessoes?cliente_id=%d", m.other), nil)
	return int64(list.json["sessoes"].([]any)[0].(map[string]any)["id"].(float64))
}

// spareLock is a counter of wrong passwords.
func spareLock(m *matrix, _ caller) int64 {
	m.t.Helper()
	wrong := map[string]any{"email": "ninguem@x.com", "senha": "errada"}
	require.Equal(m.t, 401, m.do(request{method: "POST", path: "/api/db/auth/login", body: wrong}).status)
	list := m.admin("GET", "/api/db/bloqueios", nil)
	return int64(list.json["bloqueios"].([]any)[0].(map[string]any)["id"].(float64))
}

// changes are what changes something and is not among tries as an administrator
// uses them.
var changes = map[string][]try{
	"DELETE /api/db/sessoes/{id}":   {{id: spareSession}},
	"DELETE /api/db/bloqueios/{id}": {{id: spareLock}},
}

// TestNothingChangesUnaudited makes the audit trail refuse rows: on every route that
// changes something the change must be absent. A new route that changes something
// comes here through tries, or must be marked as telemetry.
func TestNothingChangesUnaudited(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	db := storetest.Foreign(t, m.path)
	admin := m.callers[4]
	require.Equal(t, "chave admin", admin.name)
	m.admin("GET", "/api/db/clientes", nil) // the use of the key is noted now and not later
	seen := 0
	// The chain grows by a seal each minute; what must not be in it is looked for at the end.
	state := func() map[string]string {
		now := snapshot(t, db)
		delete(now, "monitor_trilha")
		delete(now, "monitor_selos")
		return now
	}
	attempt := func(name string, q request) {
		t.Helper()
		before := state()
		storetest.Exec(t, db, "CREATE TRIGGER falha BEFORE INSERT ON logs_auditoria BEGIN SELECT RAISE(ABORT, 'sem auditoria'); END")
		got := m.do(q)
		require.Equal(t, 409, got.status, "%s: %s", name, got.text)
		require.NotContains(t, got.text, "auditoria")
		require.Equal(t, before, state(), name)
		storetest.Exec(t, db, "DROP TRIGGER falha")
		seen++
	}
	// In an operation each record is refused by itself, and no more than that is noted.
	each := func(name string, q request) {
		t.Helper()
		records := func() map[string]string {
			now := state()
			delete(now, "monitor_operacoes")
			delete(now, "monitor_operacoes_itens")
			return now
		}
		before := records()
		storetest.Exec(t, db, "CREATE TRIGGER falha BEFORE INSERT ON logs_auditoria BEGIN SELECT RAISE(ABORT, 'sem auditoria'); END")
		got := m.do(q)
		storetest.Exec(t, db, "DROP TRIGGER falha")
		require.Equal(t, 200, got.status, "%s: %s", name, got.text)
		op := got.json["operacao"].(map[string]any)
		require.EqualValues(t, 0, op["feitos"], got.text)
		require.EqualValues(t, op["total"], op["recusados"], got.text)
		require.Equal(t, before, records(), name)
	}
	// What answers with lines says in the last one that it came to nothing.
	lines := func(name string, q request) {
		t.Helper()
		before := state()
		storetest.Exec(t, db, "CREATE TRIGGER falha BEFORE INSERT ON logs_auditoria BEGIN SELECT RAISE(ABORT, 'sem auditoria'); END")
		got := m.do(q)
		storetest.Exec(t, db, "DROP TRIGGER falha")
		require.Contains(t, got.text, `"success":false`, name)
		require.NotContains(t, got.text, "auditoria")
		require.Equal(t, before, state(), name)
	}
	for _, r := range m.srv.routes() {
		pattern := r.method + " " + r.path
		if r.method == http.MethodGet || r.grants.admin == no || r.grants.nobody != no || r.is(telemetry) {
			continue
		}
		audited := false
		for i, use := range append(changes[pattern], tries[pattern]...) {
			if status := use.expect(r, admin); status >= 300 || status == 0 || (use.id != nil && use.id(m, admin) == 0) {
				continue
			}
			if pattern == "POST /api/db/dispositivos/registrar" && i > 0 {
				continue // a device that is known already only gives a sign of life
			}
			try := attempt
			if r.is(file) {
				try = lines
			}
			if strings.HasSuffix(r.path, "/continuar") {
				try = each
			}
			try(fmt.Sprintf("%s %d", pattern, i), m.prepare(r, use, admin))
			audited = true
		}
		require.True(
			t,
			audited || pattern == "POST /api/db/auth/senha",
			"%s: say in mudancas how an administrator changes something by it",
			pattern,
		)
	}
	person := m.callers[1].with
	person.method, person.path = "POST", "/api/db/auth/senha"
	person.body = map[string]any{"senha_atual": userSenha, "senha_nova": "outra-senha-1"}
	// The use of the session is noted now, too, however long all this took.
	require.Equal(t, 200, m.do(request{method: "GET", path: "/api/db/auth/validar", bearer: person.bearer}).status)
	m.admin("GET", "/api/db/clientes", nil)
	attempt("a própria senha", person)
	who := map[string]any{"email": "outro@x.com", "senha": userSenha}
	attempt("login", request{method: "POST", path: "/api/db/auth/login", body: who})
	attempt("entrar", request{method: "POST", path: "/entrar", body: who, header: http.Header{"Origin": {m.url}}})
	attempt("senha errada", request{method: "POST", path: "/api/db/auth/login", body: map[string]any{"email": "outro@x.com", "senha": "x"}})
	attempt("logout", request{method: "POST", path: "/api/db/auth/logout", bearer: person.bearer})
	attempt(
		"sair",
		request{method: "POST", path: "/sair", header: http.Header{"Origin": {m.url}, "Cookie": {"monitor_sessao=" + person.bearer}}},
	)
	require.Greater(t, seen, 20)
	v, err := m.local().Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, v.Problemas)
}

// snapshot is the content of all tables, without what is telemetry: mudou_sessoes
// counts the noting of a session's last activity, too.
func snapshot(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT m.name, group_concat(p.name) FROM sqlite_master m, pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'monitor_busca%' AND m.name NOT IN ('monitor_tentativas', 'monitor_presenca', 'monitor_faixas')
		AND p.name NOT IN ('ultima_atividade', 'ultimo_uso', 'mudou_sessoes') GROUP BY m.name`)
	require.NoError(t, err)
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var table, cols string
		require.NoError(t, rows.Scan(&table, &cols))
		var text sql.NullString
		require.NoError(t, db.QueryRowContext(t.Context(),
			fmt.Sprintf("SELECT group_concat(hex(concat_ws('|', %s)), ' ') FROM %s", cols, table)).Scan(&text))
		out[table] = text.String
	}
	require.NoError(t, rows.Err())
	require.GreaterOrEqual(t, len(out), 12)
	return out
}

// TestRefusalsReachTheTrail as a row for each caller and minute.
func TestRefusalsReachTheTrail(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/clientes.db"
	st, err := store.Open(t.Context(), store.Config{URL: storetest.URL(path), Create: true})
	require.NoError(t, err)
	h := houseOf(t, st, false)
	ana := h.newPerson("ana@x.com", store.Usuario)
	token := h.login("ana@x.com", userSenha)
	for range 50 {
		require.Equal(t, 401, h.do(request{method: "GET", path: "/api/db/clientes"}).status)
		require.Equal(t, 401, h.do(request{method: "GET", path: "/api/db/logs", key: "mon_inventada"}).status)
		require.Equal(t, 403, h.do(request{method: "GET", path: "/api/db/logs", bearer: token}).status)
		require.Equal(t, 401, h.do(request{method: "GET", path: "/api/db/auth/validar"}).status)
	}
	require.NoError(t, st.Close()) // or a minute later
	h.store = storetest.Open(t, path)
	list, err := h.local().Logs.List(t.Context(), store.LogFiltro{Acao: "acesso_recusado"})
	require.NoError(t, err)
	require.Len(t, list.Itens, 2)
	for _, row := range list.Itens {
		require.Equal(t, "warning", row.Nivel)
		var dados struct {
			Ator, IP string
			Depois   struct{ Motivos map[string]int }
		}
		require.NoError(t, json.Unmarshal(row.Dados, &dados))
		require.Equal(t, "127.0.0.1", dados.IP)
		if strings.HasPrefix(dados.Ator, "pessoa:") {
			require.EqualValues(t, ana.ID, row.ClienteID)
			require.Equal(t, "50 pedidos recusados", row.Descricao)
			require.Equal(t, map[string]int{"GET /api/db/logs sem_permissao": 50}, dados.Depois.Motivos)
			continue
		}
		require.Equal(t, "desconhecido", dados.Ator)
		require.Equal(
			t,
			map[string]int{"GET /api/db/clientes sem_credencial": 50, "GET /api/db/logs chave_invalida": 50},
			dados.Depois.Motivos,
		)
	}
}
