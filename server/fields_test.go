package server

import (
	"database/sql"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// foreign are columns that no body sets.
var foreign = []string{
	"id", "senha_hash", "data_cadastro", "ultimo_acesso", "total_dispositivos", "token", "segredo_hash", "hash", "inicio", "chave_id", "data_registro",
	"ultimo_heartbeat", "criada_em", "criada_por", "usos", "revogada_em", "ultimo_uso", "data_hora", "editada", "deletada", "data_inicio",
	"data_expiracao", "ultima_atividade", "ip_address", "user_agent", "trocar_senha", "cliente_nome", "online", "ip_publico", "acao", "dados",
}

// TestColumnsAreNotAssigned puts every such column into every body as everybody: none
// of the values reaches the database or comes back. Only what a device says of itself
// is kept whole, in info_extra.
func TestColumnsAreNotAssigned(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	db := storetest.Foreign(t, m.path)
	for _, canary := range []string{"canario-7f3a", "1999-12-31T23:59:58.000000+00:00"} {
		for _, r := range m.srv.routes() {
			for _, use := range tries[r.method+" "+r.path] {
				fields, ok := use.body.(map[string]any)
				if !ok || r.method == http.MethodGet {
					continue
				}
				more := maps.Clone(fields)
				for _, col := range foreign {
					if _, known := more[col]; !known {
						more[col] = canary
					}
				}
				use.body = more
				for _, c := range m.callers {
					if use.id != nil && use.id(m, c) == 0 {
						continue
					}
					got := m.use(r, use, c)
					require.Less(t, got.status, 500, got.text)
					require.NotContains(t, got.text, canary, "%s %s as %s", r.method, r.path, c.name)
				}
			}
		}
		for _, form := range []string{canary, strings.Replace(canary[:min(len(canary), 19)], "T", " ", 1)} {
			for table, text := range texts(t, db) {
				require.NotContains(t, text, form, table)
			}
		}
	}
}

// TestLevelsAreNotAssigned: nobody but an administrator moves anybody to another level,
// be it themselves, and nobody below that makes a person of a level.
func TestLevelsAreNotAssigned(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	levels := func() map[string]string {
		list, err := m.local().Clientes.List(t.Context(), store.ClienteFiltro{PorPagina: 100})
		require.NoError(t, err)
		all := map[string]string{}
		for _, c := range list.Itens {
			all[c.Email] = c.NivelAcesso
		}
		return all
	}
	before, tried := levels(), 0
	for _, c := range m.callers {
		if c.column(grants{no, own, own, all, no, no, no}) == all {
			continue
		}
		for i, nivel := range []string{store.Admin, store.Moderador, store.Usuario, store.Leitura, store.Agente, "ADMIN", " admin ", ""} {
			for _, of := range m.callers {
				for _, id := range []int64{of.cliente, m.other} {
					if id == 0 {
						continue
					}
					for _, method := range []string{http.MethodPut, http.MethodPatch} {
						with := c.with
						with.method, with.path = method, fmt.Sprintf("/api/db/clientes/%d", id)
						with.body = map[string]any{"nivel_acesso": nivel, "telefone": "11 3333-4444"}
						require.Less(t, m.do(with).status, 500)
						tried++
					}
				}
			}
			if nivel != store.Usuario && nivel != "" {
				with := c.with
				with.method, with.path = http.MethodPost, "/api/db/clientes"
				with.body = map[string]any{"nome": "Nova", "email": fmt.Sprintf("nova%d@x.com", i), "nivel_acesso": nivel}
				require.GreaterOrEqual(t, m.do(with).status, 400, "%s %q", c.name, nivel)
			}
		}
	}
	require.Equal(t, before, levels())
	require.Greater(t, tried, 200)
}

// texts is the content of all tables but what devices say of themselves.
func texts(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT m.name, group_concat(p.name) FROM sqlite_master m, pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'monitor_busca%' AND p.name <> 'info_extra' GROUP BY m.name`)
	require.NoError(t, err)
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var table, cols string
		require.NoError(t, rows.Scan(&table, &cols))
		var text sql.NullString
		require.NoError(
			t,
			db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT group_concat(concat_ws('|', %s), ' ') FROM %s", cols, table)).Scan(&text),
		)
		out[table] = text.String
	}
	require.NoError(t, rows.Err())
	return out
}

// TestGetChangesNothing asks everything as everybody: no table changes, but for the
// trail, which also tells of exports.
func TestGetChangesNothing(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	db := storetest.Foreign(t, m.path)
	var all []request
	for _, r := range m.srv.routes() {
		if r.method != http.MethodGet {
			continue
		}
		uses := tries[r.method+" "+r.path]
		if r.grants.nobody != no {
			uses = []try{{id: otherCliente}}
		}
		for _, use := range uses {
			for _, c := range m.callers {
				if use.id == nil || use.id(m, c) != 0 {
					all = append(all, m.prepare(r, use, c))
				}
			}
		}
	}
	require.Greater(t, len(all), 100)
	before := snapshot(t, db)
	for _, q := range all {
		require.Less(t, m.do(q).status, 500)
	}
	after := snapshot(t, db)
	for _, trail := range []string{"logs_auditoria", "monitor_trilha", "monitor_selos"} {
		delete(before, trail)
		delete(after, trail)
	}
	require.Equal(t, before, after)
}

// TestDeviceSpeaksOnlyForItself: a device tries a thousand times to beat, report and
// register as another, by id, hostname and MAC address; a key tries the name.
func TestDeviceSpeaksOnlyForItself(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	db := storetest.Foreign(t, m.path)
	const secret = "segredo-da-vitima"
	victim := m.device("VITIMA", 0, m.key, secret)
	state := func() string {
		var text string
		require.NoError(
			t,
			db.QueryRowContext(t.Context(), `SELECT concat_ws('|', d.ultimo_heartbeat, d.hostname, d.cliente_id, s.chave_id, s.segredo_hash,
			(SELECT count(*) FROM conexoes c WHERE c.dispositivo_id = d.id)) FROM dispositivos d JOIN monitor_dispositivos s ON s.dispositivo_id = d.id WHERE d.id = ?`, victim).Scan(&text),
		)
		return text
	}
	before := state()
	thief := request{bearer: "segredo-do-dispositivo", method: "POST"}
	key := m.newKey(store.Agente)
	for i := range 1000 {
		q := thief
		switch i % 4 {
		case 0:
			q.path = fmt.Sprintf("/api/db/dispositivos/%d/heartbeat", victim)
		case 1:
			q.path, q.body = "/api/db/conexoes/registrar", map[string]any{
				"dispositivo_id": victim,
				"conexoes":       []any{map[string]any{"ip_local": "10.0.0.1"}},
			}
		case 2:
			q.path, q.body = "/api/db/dispositivos/registrar", map[string]any{"hostname": "VITIMA", "dispositivo_id": victim, "id": victim}
		default:
			q.path, q.body = "/api/db/dispositivos/registrar", map[string]any{
				"hostname":       "VITIMA",
				"segredo_sha256": strings.Repeat("0f", 32),
			}
			q.bearer, q.key = "", key
		}
		got := m.do(q)
		if got.status == 200 { // it registered itself, whatever name it gave
			require.NotEqualValues(t, victim, got.json["dispositivo_id"], got.text)
			require.Equal(t, 2, i%4)
		}
	}
	require.Equal(t, before, state())
	require.Equal(
		t,
		200,
		m.do(request{method: "POST", path: fmt.Sprintf("/api/db/dispositivos/%d/heartbeat", victim), bearer: secret}).status,
	)
}

// TestAuthorsComeFromTheCredential: whoever speaks through a session is its person,
// whatever name and id the body gives; audit rows name the credential.
func TestAuthorsComeFromTheCredential(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	for _, c := range m.callers[1:4] {
		q := c.with
		q.method, q.path = "POST", "/api/db/chat/mensagens"
		q.body = map[string]any{"mensagem": "olá", "usuario": "Presidente", "cliente_id": m.other, "ator": "outro", "autor": "outro"}
		got := m.do(q)
		require.Equal(t, 200, got.status, got.text)
		sent := got.json["mensagem"].(map[string]any)
		require.EqualValues(t, c.cliente, sent["cliente_id"], c.name)
		require.Equal(t, "Pessoa "+c.name+"@x.com", sent["usuario"])
		trail, err := m.local().Logs.List(t.Context(), store.LogFiltro{Acao: "mensagem_enviada", PorPagina: 1})
		require.NoError(t, err)
		require.Contains(t, string(trail.Itens[0].Dados), fmt.Sprintf(`"ator":"pessoa:%d `, c.cliente))
		require.EqualValues(t, c.cliente, trail.Itens[0].ClienteID)
	}
	// A device says whose it is as long as it is nobody's, and never again.
	self := m.callers[len(m.callers)-1]
	q := self.with
	q.method, q.path, q.body = "POST", "/api/db/dispositivos/registrar", map[string]any{
		"system_info": map[string]any{"hostname": "EU-MESMO"},
		"cliente_id":  m.other,
	}
	require.Equal(t, 200, m.do(q).status)
	q.body = map[string]any{"system_info": map[string]any{"hostname": "EU-MESMO"}, "cliente_id": m.callers[1].cliente}
	got := m.do(q)
	require.Equal(t, []any{"cliente_id"}, got.json["ignorados"], got.text)
	got = m.admin("GET", fmt.Sprintf("/api/db/dispositivos/%d", self.dispositivo), nil)
	require.EqualValues(t, m.other, got.json["dispositivo"].(map[string]any)["cliente_id"], got.text)
}

// TestOldReports sends what old scripts send: numbers as text, items that are no
// connection among good ones, and a report that names no device.
func TestOldReports(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	got := h.admin("POST", "/api/db/dispositivos/registrar", map[string]any{"hostname": "pc-antigo", "cliente_id": ""})
	require.Equal(t, 200, got.status, got.text)
	id := fmt.Sprint(got.json["dispositivo_id"])

	got = h.admin("POST", "/api/db/conexoes/registrar", map[string]any{"dispositivo_id": id, "conexoes": []any{
		map[string]any{"porta_local": "443", "pid": " 7 ", "raddr": map[string]any{"ip": "192.0.2.1", "port": "80"}},
		map[string]any{"porta_local": "http"},
		"nada",
		map[string]any{"porta_local": nil, "porta_remota": ""},
		map[string]any{"porta_local": []any{1}},
	}})
	require.Equal(t, 200, got.status, got.text)
	require.EqualValues(t, 2, got.json["registradas"])
	require.Equal(t, []any{"conexoes[1]", "conexoes[2]", "conexoes[4]"}, got.json["ignorados"])
	list := h.admin("GET", "/api/db/conexoes?dispositivo_id="+id, nil).json["conexoes"].([]any)
	require.Len(t, list, 2)
	found := false
	for _, row := range list {
		c := row.(map[string]any)
		found = found || c["porta_origem"] == 443.0 && c["pid"] == 7.0 && c["porta_destino"] == 80.0
	}
	require.True(t, found, "%v", list)

	for _, bad := range []any{"x1", "1.5", map[string]any{}} {
		got = h.admin("POST", "/api/db/conexoes/registrar", map[string]any{"dispositivo_id": bad, "conexoes": []any{}})
		require.Equal(t, 400, got.status, "%v: %s", bad, got.text)
	}
	got = h.admin("POST", "/api/db/conexoes/registrar", map[string]any{"conexoes": []any{map[string]any{"ip_local": "10.0.0.9"}}})
	require.Equal(t, 200, got.status, got.text)
	agente := h.newKey("agente")
	got = h.do(
		request{method: "POST", path: "/api/db/conexoes/registrar", key: agente, body: map[string]any{"conexoes": []any{map[string]any{}}}},
	)
	require.Equal(t, 400, got.status, "an agent says which device saw it: %s", got.text)
}

// TestEveryColumnOfAClientIsTaken when one is made and when it is changed.
func TestEveryColumnOfAClientIsTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	samples := map[string]string{
		"cep":          "24020-000",
		"telefone":     "(11) 98765-4321",
		"cpf_cnpj":     "529.982.247-25",
		"nivel_acesso": store.Moderador,
	}
	all := map[string]any{}
	for _, f := range store.ClienteFields() {
		all[f.Column] = "x " + f.Column
		if s, ok := samples[f.Column]; ok {
			all[f.Column] = s
		}
	}
	requireAll := func(got reply) {
		t.Helper()
		for column, want := range all {
			require.Equal(t, want, got.json["cliente"].(map[string]any)[column], column)
		}
	}
	whole := maps.Clone(all)
	whole["email"] = "uma@exemplo.com"
	requireAll(h.admin("POST", "/api/db/clientes", whole))
	h.admin("POST", "/api/db/clientes", map[string]any{"nome": "Outra", "email": "outra@exemplo.com"})
	requireAll(h.admin("PATCH", "/api/db/clientes/2", all))
}
