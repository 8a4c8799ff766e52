package setup_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

var sixTables = []string{"clientes", "conexoes", "dispositivos", "logs_auditoria", "mensagens_chat", "sessoes"}

// colunas are the columns of a table, in order.
func colunas(t *testing.T, e storetest.Engine, db *sql.DB, table string) []string {
	t.Helper()
	query := `SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '` + table + `' ORDER BY ordinal_position`
	switch e.Name {
	case "sqlite":
		query = `SELECT name FROM pragma_table_info('` + table + `') ORDER BY cid`
	case "mariadb":
		query = strings.Replace(query, "current_schema()", "database()", 1)
	}
	return storetest.Texts(t, db, query)
}

// snapshot is every value of the six tables, to the byte, a line for each row.
type snapshot struct {
	colunas map[string][]string
	linhas  map[string][]string
}

// takePicture reads the six tables; columns that como does not have are left out.
func takePicture(t *testing.T, e storetest.Engine, db *sql.DB, how *snapshot) snapshot {
	t.Helper()
	literal := map[string]string{"sqlite": "quote(%s)", "mariadb": "quote(%s)"}[e.Name]
	if literal == "" {
		literal = "quote_nullable(%s::text)"
	}
	r := snapshot{map[string][]string{}, map[string][]string{}}
	for _, table := range sixTables {
		r.colunas[table] = colunas(t, e, db, table)
		if how != nil {
			r.colunas[table] = how.colunas[table]
		}
		values := make([]string, len(r.colunas[table]))
		for i, c := range r.colunas[table] {
			values[i] = fmt.Sprintf(literal, c)
		}
		r.linhas[table] = storetest.Texts(t, db, "SELECT "+concat(e, values)+" FROM "+table+" ORDER BY id")
	}
	return r
}

func concat(e storetest.Engine, values []string) string {
	if e.Name == "sqlite" {
		return strings.Join(values, " || '|' || ")
	}
	return "concat_ws('|', " + strings.Join(values, ", ") + ")"
}

// planOf is the schema as text, whoever made it.
func planOf(t *testing.T, e storetest.Engine, db *sql.DB) string {
	t.Helper()
	var lines []string
	switch e.Name {
	case "sqlite":
		lines = storetest.Texts(t, db, `SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master`)
		lines = append(lines, storetest.Texts(t, db, "PRAGMA journal_mode")...)
	case "mariadb":
		for _, table := range storetest.Texts(t, db, "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_type = 'BASE TABLE'") {
			lines = append(lines, planOfMariaDB(t, db, table)...)
		}
	default:
		for _, query := range []string{
			`SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, character_maximum_length, is_nullable, column_default, generation_expression)
				FROM information_schema.columns WHERE table_schema = current_schema()`,
			`SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()`,
			`SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace`,
			`SELECT concat_ws(' ', relkind, relname, relrowsecurity, relacl) FROM pg_class WHERE relnamespace = current_schema()::regnamespace`,
			`SELECT concat_ws(' ', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal`,
		} {
			lines = append(lines, storetest.Texts(t, db, query)...)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

var autoIncrement = regexp.MustCompile(` AUTO_INCREMENT=\d+`)

// planOfMariaDB is SHOW CREATE TABLE; in which order keys were made is no part of
// the schema.
func planOfMariaDB(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	var name, text string
	require.NoError(t, db.QueryRowContext(t.Context(), "SHOW CREATE TABLE "+table).Scan(&name, &text))
	lines := strings.Split(autoIncrement.ReplaceAllString(text, ""), "\n")
	for i := range lines {
		lines[i] = table + strings.TrimSuffix(lines[i], ",")
	}
	return lines
}

// TestAdoptionKeepsEveryByte compares all that the legacy databases held with
// what is there after monitor adopted them. What the schema had it still has.
func TestAdoptionKeepsEveryByte(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.Flask(t)
		db := e.Foreign(t, at)
		before, schema := takePicture(t, e, db, nil), planOf(t, e, db)
		plan, err := store.Plan(t.Context(), e.Config(t, at))
		require.NoError(t, err)
		require.Equal(t, schema, planOf(t, e, db), "the plan changes nothing")
		rows := 0
		for _, table := range sixTables {
			rows += len(before.linhas[table])
		}
		require.Equal(t, int64(rows), plan.Custo.Linhas)
		require.Greater(t, plan.Custo.Bytes, int64(10<<10))
		require.Less(t, plan.Custo.Bytes, int64(4<<20))
		require.Equal(t, e.Name == "sqlite", plan.Custo.Livre > 0)
		require.Contains(t, plan.Custo.Frases()[1], "leva poucos segundos; enquanto isso, ")
		require.NoError(t, store.Prepare(t.Context(), e.Config(t, at), nil))
		require.Equal(t, before.linhas, takePicture(t, e, db, &before).linhas)
		require.Greater(t, len(before.linhas["clientes"]), 26)
		after := strings.Split(planOf(t, e, db), "\n")
		for line := range strings.SplitSeq(schema, "\n") {
			if e.Name != "sqlite" || line != "delete" { // the journal is another
				require.Contains(t, after, line)
			}
		}
	})
}

func TestCostInWords(t *testing.T) {
	t.Parallel()
	c := store.Custo{Linhas: 1, Bytes: 50 << 20, Espaco: 200 << 20, Livre: 100 << 20, Segundos: 300, Travas: "x"}
	require.Equal(t, []string{
		"as seis tabelas têm 1 linha e 52,4 MB; preparar precisa de cerca de 210 MB a mais, e há só 105 MB livres: libere espaço antes",
		"leva até uns 5 minutos; enquanto isso, x",
	}, c.Frases())
	c.Livre, c.Segundos = -1, 30
	require.Equal(
		t,
		[]string{
			"as seis tabelas têm 1 linha e 52,4 MB; preparar precisa de cerca de 210 MB a mais",
			"leva até uns 30 segundos; enquanto isso, x",
		},
		c.Frases(),
	)
}

// flaskSQL are the statements of the Flask system, as SQLAlchemy writes them:
// they name their columns and know none of ours.
func flaskSQL(e storetest.Engine) []string {
	yes, last := "1", map[string]string{"sqlite": "last_insert_rowid()", "mariadb": "last_insert_id()"}[e.Name]
	if last == "" {
		yes, last = "true", "lastval()"
	}
	const now = "'2026-11-23 18:00:00.000001'"
	return []string{
		`INSERT INTO clientes (nome, email, senha_hash, telefone, empresa, cargo, endereco, cidade, estado, pais, cep, cpf_cnpj, ativo, nivel_acesso, data_cadastro, ultimo_acesso, observacoes, dados_extras)
			VALUES ('Inês Conceição', 'ines@exemplo.com', NULL, NULL, 'Açaí Ltda', NULL, NULL, NULL, NULL, 'Brasil', NULL, NULL, ` + yes + `, 'usuario', ` + now + `, NULL, NULL, NULL)`,
		`UPDATE clientes SET nome='Zeferino' WHERE clientes.email = 'c02@lote.com.br'`,
		`INSERT INTO dispositivos (cliente_id, nome, tipo, hostname, ip_local, is_virtual, ativo, ultimo_heartbeat, data_registro, info_extra)
			SELECT id, 'PC-9', 'desktop', 'PC-9', '10.0.0.9', ` + yes + `, ` + yes + `, ` + now + `, ` + now + `, '{"a": 1}' FROM clientes WHERE email = 'ines@exemplo.com'`,
		`INSERT INTO conexoes (cliente_id, dispositivo_id, ip_origem, porta_origem, protocolo, status, data_hora, bytes_enviados, bytes_recebidos)
			SELECT d.cliente_id, d.id, '10.0.0.9', 443, 'TCP', 'ESTABLISHED', ` + now + `, 0, 0 FROM dispositivos d WHERE d.hostname = 'PC-9'`,
		`UPDATE conexoes SET status='CLOSED' WHERE conexoes.ip_origem = '10.0.0.9'`,
		`INSERT INTO mensagens_chat (cliente_id, sala, usuario, mensagem, tipo, data_hora, editada, deletada, resposta_para)
			SELECT id, 'geral', nome, 'bom dia', 'texto', ` + now + `, NULL, NULL, NULL FROM clientes WHERE email = 'ines@exemplo.com'`,
		`UPDATE mensagens_chat SET mensagem='boa tarde' WHERE mensagens_chat.id = ` + last,
		`INSERT INTO sessoes (cliente_id, token, ip_address, user_agent, dispositivo_info, data_inicio, data_expiracao, ultima_atividade, ativa)
			SELECT id, 'token-da-ines', '10.0.0.9', 'curl', NULL, ` + now + `, '2026-11-24 18:00:00.000001', ` + now + `, ` + yes + ` FROM clientes WHERE email = 'ines@exemplo.com'`,
		`UPDATE sessoes SET ultima_atividade='2026-11-23 18:00:00.000009' WHERE sessoes.token = 'token-da-ines'`,
		`INSERT INTO logs_auditoria (cliente_id, acao, descricao, ip_address, user_agent, dados, data_hora, nivel)
			SELECT id, 'login', 'Login realizado', '10.0.0.9', NULL, NULL, ` + now + `, 'info' FROM clientes WHERE email = 'ines@exemplo.com'`,
		`UPDATE dispositivos SET ultimo_heartbeat=` + now + ` WHERE dispositivos.hostname = 'PC-9'`,
	}
}

// flaskDeletes remove a client as the Flask system does.
var flaskDeletes = []string{
	`DELETE FROM conexoes WHERE conexoes.cliente_id = %[1]s`,
	`DELETE FROM mensagens_chat WHERE mensagens_chat.cliente_id = %[1]s`,
	`DELETE FROM sessoes WHERE sessoes.cliente_id = %[1]s`,
	`DELETE FROM dispositivos WHERE dispositivos.cliente_id = %[1]s`,
	`UPDATE logs_auditoria SET cliente_id=NULL WHERE logs_auditoria.cliente_id = %[1]s`,
	`DELETE FROM clientes WHERE clientes.id = %[1]s`,
}

func flaskDelete(t *testing.T, db *sql.DB, email string) {
	t.Helper()
	var id string
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT id FROM clientes WHERE email = '"+email+"'").Scan(&id))
	for _, stmt := range flaskDeletes {
		storetest.Exec(t, db, fmt.Sprintf(stmt, id))
	}
}

// TestLifeTogether has the Flask system's statements run beside an open store.
// What they did is in lists, searches, presence and statistics at once, and what
// the store writes they find.
func TestLifeTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.Flask(t)
		s := e.Open(t, at, storetest.Now(whenBothLived))
		h, db := s.As(storetest.Operator), e.Foreign(t, at)
		db.SetMaxOpenConns(1) // one statement's new id is another's condition
		was, err := h.Estatisticas(t.Context())
		require.NoError(t, err)
		for _, stmt := range flaskSQL(e) {
			storetest.Exec(t, db, stmt)
		}
		ines := seesWhatFlaskWrote(t, s, was)
		flaskFindsOurs(t, e, s, db)
		flaskDelete(t, db, "ines@exemplo.com")
		flaskDelete(t, db, "chefe@empresa.com") // has audit rows, sessions and none of the rest
		_, err = h.Clientes.Get(t.Context(), ines)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Authenticate(t.Context(), store.Credencial{Bearer: "token-da-ines"}, store.Origem{})
		require.ErrorIs(t, err, store.ErrUnauthenticated)
		now, err := h.Estatisticas(t.Context())
		require.NoError(t, err)
		require.Equal(t, was.TotalClientes, now.TotalClientes, "Inês and Ana came, Inês and the chief went")
		v, err := h.Logs.Verify(t.Context())
		require.NoError(t, err)
		require.True(t, v.Integra, "%v", v.Problemas)
	})
}

// seesWhatFlaskWrote returns the id of the client that flaskSQL inserted.
func seesWhatFlaskWrote(t *testing.T, s *store.Store, was store.Estatisticas) int64 {
	t.Helper()
	h := s.As(storetest.Operator)
	p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{PorPagina: 1})
	require.NoError(t, err)
	require.Equal(t, "Inês Conceição", p.Itens[0].Nome)
	require.Equal(t, was.TotalClientes+1, p.Total)
	require.Equal(t, 1, p.Itens[0].TotalDispositivos)
	for busca, want := range map[string]int{"ines conceicao": 1, "acai": 1, "zeferino": 1, "cliente 02": 0} {
		p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: busca})
		require.NoError(t, err)
		require.Equal(t, want, p.Total, busca)
	}
	now, err := h.Estatisticas(t.Context())
	require.NoError(t, err)
	require.Equal(t, was.TotalDispositivos+1, now.TotalDispositivos)
	require.Equal(t, was.TotalConexoes+1, now.TotalConexoes)
	require.Equal(t, was.SessoesAtivas+1, now.SessoesAtivas)
	require.Equal(t, was.DispositivosOnline+1, now.DispositivosOnline)
	devices, err := h.Dispositivos.List(t.Context(), store.DispositivoFiltro{ClienteID: p.Itens[0].ID})
	require.NoError(t, err)
	require.Len(t, devices.Itens, 1)
	require.True(t, devices.Itens[0].Online)
	a, err := s.Authenticate(t.Context(), store.Credencial{Bearer: "token-da-ines"}, store.Origem{})
	require.NoError(t, err)
	require.Equal(t, store.Usuario, a.Nivel())
	return p.Itens[0].ID
}

// flaskFindsOurs looks for what the store wrote with the Flask system's queries.
func flaskFindsOurs(t *testing.T, e storetest.Engine, s *store.Store, db *sql.DB) {
	t.Helper()
	c, err := s.As(
		storetest.Operator,
	).Clientes.Create(
		t.Context(),
		store.Cliente{Nome: "Ana", Email: "ana@exemplo.com", Senha: "senha123", DadosExtras: store.Objeto(`{"a": 1}`)},
	)
	require.NoError(t, err)
	var id int64
	var nome, extras, hash string
	row := db.QueryRowContext(
		t.Context(),
		"SELECT clientes.id, clientes.nome, clientes.dados_extras, clientes.senha_hash FROM clientes WHERE clientes.email = 'ana@exemplo.com' AND clientes.ativo",
	)
	require.NoError(t, row.Scan(&id, &nome, &extras, &hash))
	require.Equal(t, []any{c.ID, "Ana", `{"a": 1}`}, []any{id, nome, extras}, e.Name)
	session := e.Bind("SELECT sessoes.cliente_id FROM sessoes WHERE sessoes.token = ? AND sessoes.ativa")
	require.NoError(t, db.QueryRowContext(t.Context(), session, tokenOfTheBoss[e.Name]).Scan(&id), "the session that the chief has there")
	require.Equal(t, int64(4), id)
	require.True(t, enters(t, s, tokenOfTheBoss[e.Name]), "and here")
	checkWithPython(t, hash, "senha123")
}

// checkWithPython verifies a password as Werkzeug does.
func checkWithPython(t *testing.T, hash, senha string) {
	t.Helper()
	require.Equal(t, "ok", storetest.Python(t, `
import hashlib, sys
method, salt, digest = sys.argv[1].split("$")
_, algo, rounds = method.split(":")
print("ok" if hashlib.pbkdf2_hmac(algo, sys.argv[2].encode(), salt.encode(), int(rounds)).hex() == digest else "no")`, hash, senha))
}

// adopted is a legacy database that monitor has adopted and left.
func adopted(ctx context.Context, t *testing.T, e storetest.Engine) (at string) {
	t.Helper()
	at = e.Flask(t)
	require.NoError(t, store.Prepare(ctx, e.Config(t, at), nil))
	return at
}
