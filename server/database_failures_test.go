package server

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// inside is what no failure may tell: SQL, drivers, our own tables, files, code.
var inside = regexp.MustCompile(
	`(?i)\b(select|insert|update|delete|from|where)\b .*\b(from|into|set|where|values)\b|no such|sqlstate|sql:|sqlite|pgx|mysql|maria|postgres|relation|doesn't exist|does not exist|constraint|syntax|goroutine|panic|\.go:|monitor_|_fora|/tmp|127\.0\.0\.1|dial |localhost`,
)

// TestDatabaseFaultsTellNothing sends the recorded requests while one table after
// the other is missing, so that real errors of every driver come up from every
// statement: the answers are documented failures that tell nothing of the inside. With
// the table back, all is as before. A quick run misses all tables on SQLite and half of
// them on each server.
func TestDatabaseFaultsTellNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		url := e.URL(t)
		h := houseOf(t, e.Open(t, url), false)
		db := e.Foreign(t, url)
		replayAll(t, h, true, func(request, reply) {})
		for i, table := range []string{
			"clientes", "dispositivos", "conexoes", "mensagens_chat", "sessoes", "logs_auditoria",
			"monitor_trilha", "monitor_faixas", "monitor_tentativas", "monitor_dispositivos", "monitor_chaves",
		} {
			if half, server := servers[e.Name]; server && i%2 != half && !storetest.Complete() {
				continue
			}
			storetest.Exec(t, db, "ALTER TABLE "+table+" RENAME TO "+table+"_fora")
			failed := 0
			replayAll(t, h, seenAtLogin[table], func(q request, got reply) {
				if got.status < 500 {
					return
				}
				failed++
				requireFailure(t, got, got.status, got.json["codigo"].(string))
				id := got.json["request_id"].(string) // chance may spell a word in it
				require.NotRegexp(t, inside, strings.ReplaceAll(got.text, id, ""), "%s %s without %s", q.method, q.path, table)
				for name, values := range got.header {
					require.NotRegexp(
						t,
						inside,
						strings.ReplaceAll(strings.Join(values, " "), id, ""),
						"%s of %s %s without %s",
						name,
						q.method,
						q.path,
						table,
					)
				}
			})
			require.Positive(t, failed, "nobody missed %s", table)
			storetest.Exec(t, db, "ALTER TABLE "+table+"_fora RENAME TO "+table)
		}
		after := h.admin("GET", "/api/db/clientes?por_pagina=100", nil)
		require.Equal(t, 200, after.status, after.text)
		require.NotEmpty(t, after.json["clientes"])
	})
}

// servers are which half of the tables a quick run misses on a server.
var servers = map[string]int{"postgres": 0, "mariadb": 1, "pgbouncer": 0}

// seenAtLogin are the tables without which requests that hash a password are sent, too:
// each of them takes its time.
var seenAtLogin = map[string]bool{"clientes": true, "sessoes": true, "monitor_tentativas": true}

// replayAll sends the recorded requests in their order, whatever is answered.
func replayAll(t *testing.T, h *house, hashing bool, look func(request, reply)) {
	t.Helper()
	token := "nenhum"
	for _, c := range readCases(t) {
		if !hashing && bytes.Contains(c.Body, []byte(`"senha"`)) {
			continue
		}
		q := request{method: c.Method, path: c.Path}
		if c.Body != nil {
			q.body = c.Body
		}
		switch c.Auth {
		case "saved_token":
			q.bearer = token
		case "false_token":
			q.bearer = "token-falso"
		case "none":
		default:
			q.key = h.key
		}
		got := h.doIn(t, q)
		if text, ok := got.json["token"].(string); ok && c.SaveToken {
			token = text
		}
		look(q, got)
	}
}
