package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// canaries are secrets that go into the program in every way there is.
var canaries = map[string]string{
	"senha do banco":                   "Kan4rio-Banco",
	"chave da trilha":                  strings.Repeat("ca4a", 16),
	"senha":                            "Kan4rio-Senha-Boa-7",
	"senha nova":                       "Kan4rio-Senha-Nova-8",
	"senha errada":                     "Kan4rio-Senha-Errada",
	"senha em corpo quebrado":          "Kan4rio-Quebrada",
	"senha em campo de outro tipo":     "Kan4rio-Tipo",
	"senha em campo desconhecido":      "Kan4rio-Campo",
	"senha no endereço":                "Kan4rio-Endereco",
	"chave inventada":                  "mon_Kan4rioChave",
	"chave inventada no endereço":      "mon_Kan4rioQuery",
	"sessão inventada":                 "Kan4rioSessao",
	"cookie inventado":                 "Kan4rioCookie",
	"segredo de dispositivo":           "Kan4rio-do-dispositivo-0123456789",
	"segredo de dispositivo inventado": "Kan4rio-de-nenhum-dispositivo",
	"chave de repetição":               "Kan4rio-repete",
}

// spy is a program under --debug, with all that it ever answered.
type spy struct {
	*rehearsal
	heard   strings.Builder
	secrets map[string]string
	// doente says that the database is meant to be of no use.
	sick bool
}

// call makes a request, again where the machine is too slow for it, and returns the
// answer, which is looked at later unless it is the one that hands a secret over.
func (e *spy) call(hand bool, method, path, body string, header ...string) (*http.Response, string) {
	e.t.Helper()
	for range 600 {
		resp, text := e.once(hand, method, path, body, header...)
		if resp.StatusCode != http.StatusServiceUnavailable || e.sick {
			return resp, text
		}
		pause(e.t.Context(), 100*time.Millisecond)
	}
	e.t.Fatal(method, path, "503 again and again")
	return nil, ""
}

func (e *spy) once(hand bool, method, path, body string, header ...string) (*http.Response, string) {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), method, e.url+path, strings.NewReader(body))
	require.NoError(e.t, err)
	r.Header.Set("Content-Type", "application/json")
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	resp, err := e.http.Do(r)
	require.NoError(e.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(e.t, err)
	if !hand {
		fmt.Fprintln(&e.heard, resp.StatusCode, method, r.URL.Path, resp.Header, string(text))
	}
	return resp, string(text)
}

// TestSecretsStayInside looks for secrets in all that the program says at its most
// talkative: both outputs, answers, the trail and every other table, files, the
// arguments of its process; with the database well, refusing and gone.
func TestSecretsStayInside(t *testing.T) {
	t.Parallel() // it waits more than it works
	server := storetest.Postgres(t)
	at := server.Database(t)
	proxy := storetest.Proxy(t, server.Addr())
	u, err := url.Parse(server.Through(proxy.Listen, at))
	require.NoError(t, err)
	u.User = url.UserPassword("espia", canaries["senha do banco"])
	storetest.Exec(t, server.Root(), "DROP ROLE IF EXISTS espia") // of an earlier round, whose database is gone
	storetest.Exec(t, server.Root(), "CREATE ROLE espia LOGIN SUPERUSER PASSWORD '"+canaries["senha do banco"]+"'")
	e := &spy{
		secrets:   maps.Clone(canaries),
		rehearsal: newRehearsal(t, "DATABASE_URL="+u.String(), "MONITOR_AUDITORIA_CHAVE="+canaries["chave da trilha"]),
	}
	e.stop()
	e.start("127.0.0.1:0", "--debug")
	e.secrets["chave"] = e.key
	e.arguments()
	e.call(false, "GET", "/livez", "")
	db := storetest.Named("postgres").Foreign(t, at)

	e.strangers()
	e.people()
	e.devices()
	e.sick = true
	storetest.Exec(t, db, "ALTER TABLE clientes ADD CONSTRAINT quebra CHECK (nome <> 'Falha')")
	storetest.Exec(t, db, "ALTER TABLE sessoes ADD CONSTRAINT quebra CHECK (ip_address IS NULL) NOT VALID")
	resp, _ := e.call(
		false,
		"POST",
		"/api/db/clientes",
		e.body(`{"nome": "Falha", "email": "falha@x.com", "senha": "<senha>"}`),
		"X-API-Key: "+e.key,
		"Idempotency-Key: "+canaries["chave de repetição"]+"-2",
	)
	require.Equal(t, http.StatusConflict, resp.StatusCode, "a rule of the database's own")
	e.login(http.StatusServiceUnavailable, http.StatusInternalServerError, http.StatusConflict)
	proxy.Stop()
	e.login(http.StatusServiceUnavailable)
	e.strangers()
	require.NoError(t, proxy.Start())

	e.stop()
	require.Contains(t, e.said.String(), "\"level\":\"DEBUG\"", "at its most talkative")
	e.clean("stdout", e.shown.String())
	e.clean("stderr", e.said.String())
	e.clean("answers", e.heard.String())
	e.clean("tables", dump(t, db))
	e.clean("files", files(t, e.dir))
	for _, args := range [][]string{{"config", "mostrar", "--debug"}, {"setup", "--verificar", "--debug"}, {"logs", "list", "--limite", "0", "-o", "json", "--debug"}, {"chaves", "list", "-o", "json", "--debug"}, {"sessoes", "list", "-o", "json", "--debug"}} {
		out, _ := e.command(t.Context(), args...).CombinedOutput()
		e.clean(strings.Join(args, " "), string(out))
	}
}

func (e *spy) clean(where, text string) {
	e.t.Helper()
	require.NotEmpty(e.t, text, where)
	for what, s := range e.secrets {
		if i := strings.Index(text, s); i >= 0 {
			e.t.Errorf("%s: %s: …%s…", where, what, text[max(0, i-200):min(len(text), i+200)])
		}
	}
	if i := strings.Index(text, "pbkdf2:"); i >= 0 && where != "tables" {
		e.t.Errorf("%s: a hash: …%s…", where, text[max(0, i-200):min(len(text), i+100)])
	}
}

// body writes secrets into the places that name them.
func (e *spy) body(text string) string {
	for what, s := range e.secrets {
		text = strings.ReplaceAll(text, "<"+what+">", s)
	}
	return text
}

// strangers show what is no credential of anybody's.
func (e *spy) strangers() {
	for _, header := range []string{
		"X-API-Key: <chave inventada>", "Authorization: Bearer <sessão inventada>", "Authorization: Bearer <segredo de dispositivo inventado>",
		"Authorization: <sessão inventada>", "Cookie: monitor_sessao=<cookie inventado>", "Authorization: Basic <sessão inventada>",
	} {
		for _, path := range []string{"/api/db/clientes", "/api/db/eventos", "/api/db/auth/validar", "/clientes", "/nada"} {
			e.call(false, "GET", path, "", e.body(header))
		}
	}
	e.call(false, "GET", e.body("/api/db/clientes?api_key=<chave inventada no endereço>&senha=<senha no endereço>"), "")
	e.call(false, "POST", "/api/db/auth/logout", e.body(`{"token": "<sessão inventada>"}`))
	e.call(false, "POST", "/api/db/auth/login", e.body(`{"email": "ana@x.com", "senha": "<senha errada>"}`))
	e.call(false, "POST", "/api/db/auth/login", e.body(`{"email": "ana@x.com", "senha": "<senha em corpo quebrado>`))
	e.call(false, "POST", "/api/db/auth/login", e.body(`{"email": "ana@x.com", "senha": {"x": ["<senha em campo de outro tipo>"]}}`))
}

// people get passwords, log in and change them.
func (e *spy) people() {
	key := "X-API-Key: " + e.key
	for _, body := range []string{
		`{"nome": "Ana", "email": "ana@x.com", "senha": "<senha>"}`,
		`{"nome": "Eva", "email": "não é", "senha": "<senha>"}`,
		`{"nome": "Eva", "email": "eva@x.com", "senha": ["<senha em campo de outro tipo>"]}`,
		`{"nome": "Eva", "email": "eva@x.com", "senha": "<senha em corpo quebrado>`,
		`{"nome": "Rui", "email": "rui@x.com", "senha": "<senha>", "password": "<senha em campo desconhecido>"}`,
	} {
		e.call(false, "POST", "/api/db/clientes", e.body(body), key, e.body("Idempotency-Key: <chave de repetição>"))
	}
	_, list := e.call(false, "GET", e.body("/api/db/clientes?api_key=<chave>"), "")
	require.Contains(e.t, list, "ana@x.com")
	token := e.login(http.StatusOK)
	e.secrets["sessão"] = token
	e.call(false, "GET", "/api/db/auth/validar", "", "Authorization: Bearer "+token)
	resp, _ := e.call(
		false,
		"POST",
		"/api/db/auth/senha",
		e.body(`{"senha_atual": "<senha>", "senha_nova": "<senha nova>"}`),
		"Authorization: Bearer "+token,
	)
	require.Equal(e.t, http.StatusOK, resp.StatusCode)
	e.call(
		false,
		"POST",
		"/api/db/auth/senha",
		e.body(`{"senha_atual": "<senha errada>", "senha_nova": "<senha nova>"}`),
		"Authorization: Bearer "+token,
	)
	e.call(false, "PUT", "/api/db/clientes/1", e.body(`{"senha": "<senha>", "cargo": "Sócia"}`), key)
	resp, _ = e.call(true, "POST", "/entrar", e.body(`{"email": "ana@x.com", "senha": "<senha>"}`), "Sec-Fetch-Site: same-origin")
	require.Equal(e.t, http.StatusOK, resp.StatusCode)
	cookie, err := http.ParseSetCookie(resp.Header.Get("Set-Cookie"))
	require.NoError(e.t, err)
	e.secrets["cookie"] = cookie.Value
	e.call(false, "GET", "/api/db/auth/validar", "", "Cookie: "+cookie.Name+"="+cookie.Value)
	e.call(false, "POST", "/api/db/clientes/1/email", `{"email": "outra@x.com"}`, "Cookie: "+cookie.Name+"="+cookie.Value)
	_, made := e.call(true, "POST", "/api/db/chaves", `{"nome": "agente", "nivel": "agente"}`, key)
	var answer struct{ Segredo string }
	require.NoError(e.t, json.Unmarshal([]byte(made), &answer))
	require.NotEmpty(e.t, answer.Segredo, made)
	e.secrets["chave de agente"] = answer.Segredo
	e.call(false, "GET", "/api/db/chaves", "", key)
	e.call(false, "GET", "/api/db/sessoes", "", key)
	e.call(false, "GET", "/api/db/logs?limite=500", "", key)
}

// login is a right one; it returns the token, which only this answer holds.
func (e *spy) login(want ...int) string {
	e.t.Helper()
	resp, text := e.call(true, "POST", "/api/db/auth/login", e.body(`{"email": "ana@x.com", "senha": "<senha>"}`))
	require.Contains(e.t, want, resp.StatusCode, text)
	var answer struct{ Token string }
	require.NoError(e.t, json.Unmarshal([]byte(text), &answer))
	if answer.Token == "" {
		e.heard.WriteString(text)
	}
	return answer.Token
}

// devices register with a secret of their own and speak by it.
func (e *spy) devices() {
	hash := sha256.Sum256([]byte(canaries["segredo de dispositivo"]))
	resp, text := e.call(
		false,
		"POST",
		"/api/db/dispositivos/registrar",
		fmt.Sprintf(`{"hostname": "UM", "segredo_sha256": "%x"}`, hash),
		e.body("X-API-Key: <chave de agente>"),
	)
	require.Equal(e.t, http.StatusOK, resp.StatusCode, text)
	for _, path := range []string{"/api/db/dispositivos/1/heartbeat", "/api/db/dispositivos/2/heartbeat"} {
		resp, text = e.call(false, "POST", path, "", e.body("Authorization: Bearer <segredo de dispositivo>"))
		require.NotEqual(e.t, http.StatusUnauthorized, resp.StatusCode, text)
	}
	e.call(
		false,
		"POST",
		"/api/db/conexoes/registrar",
		`{"dispositivo_id": 1, "conexoes": [{"pid": 1}]}`,
		e.body("Authorization: Bearer <segredo de dispositivo>"),
		e.body("Idempotency-Key: <chave de repetição>"),
	)
	e.call(
		false,
		"POST",
		"/api/db/dispositivos/registrar",
		e.body(`{"hostname": "DOIS", "segredo_sha256": "<segredo de dispositivo>"}`),
		"X-API-Key: "+e.key,
	)
}

// arguments looks at what every user of the machine sees of the process, and that it
// started no other.
func (e *spy) arguments() {
	e.t.Helper()
	pid := strconv.Itoa(e.cmd.Process.Pid)
	line, err := os.ReadFile("/proc/" + pid + "/cmdline")
	if err != nil {
		return // not a Linux
	}
	e.clean("cmdline", string(line))
	children, err := filepath.Glob("/proc/" + pid + "/task/*/children")
	require.NoError(e.t, err)
	for _, c := range children {
		list, _ := os.ReadFile(c)
		require.Empty(e.t, string(list), "the program starts no other")
	}
}

// dump is all that the tables hold.
func dump(t *testing.T, db *sql.DB) string {
	t.Helper()
	var all strings.Builder
	for _, table := range column(t, db, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()") {
		for _, row := range column(t, db, "SELECT x::text FROM "+table+" x") {
			if table == "monitor_idempotencia" { // its place; it opens nothing
				row = strings.ReplaceAll(row, canaries["chave de repetição"], "")
			}
			fmt.Fprintln(&all, table, row)
		}
	}
	require.Contains(t, all.String(), "login_falhou")
	return all.String()
}

func column(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var s string
		require.NoError(t, rows.Scan(&s))
		all = append(all, s)
	}
	require.NoError(t, rows.Err())
	return all
}

func files(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		fmt.Fprintln(&all, path, string(text))
		return err
	}))
	return all.String()
}
