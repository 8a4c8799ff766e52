package setup_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// driftCase is a database of the Flask system to which something happened.
type driftCase struct {
	name    string
	engines string // of storetest, by name
	sql     []string
	// motivo is what setup finds; with blocked it stops, and nothing is changed;
	// otherwise it mends that, or mentions it.
	motivo  string
	blocked bool
	// mends is a part of the statement that the plan, or else the remedy, names.
	mends string
	// refuses says that a rule of theirs goes on refusing some uses, in words.
	refuses bool
}

var driftCases = []driftCase{
	{name: "coluna nova sem uso", engines: "sqlite postgres mariadb", sql: []string{"ALTER TABLE clientes ADD COLUMN apelido VARCHAR(50)"}},
	{name: "falta coluna opcional", engines: "postgres mariadb", sql: []string{"ALTER TABLE clientes DROP COLUMN dados_extras"}, motivo: "coluna_falta", mends: "ADD COLUMN dados_extras"},
	{name: "falta coluna opcional no SQLite", engines: "sqlite", sql: []string{"ALTER TABLE clientes DROP COLUMN dados_extras"}, motivo: "coluna_falta", mends: "ADD COLUMN dados_extras TEXT"},
	{name: "faltam duas colunas", engines: "sqlite postgres mariadb", sql: []string{"ALTER TABLE conexoes DROP COLUMN bytes_enviados", "ALTER TABLE dispositivos DROP COLUMN virtual_type"}, motivo: "coluna_falta", mends: "ADD COLUMN bytes_enviados"},
	{name: "falta o texto da mensagem", engines: "sqlite postgres mariadb", sql: []string{"ALTER TABLE mensagens_chat DROP COLUMN mensagem"}, motivo: "coluna_falta", blocked: true, mends: "ADD COLUMN mensagem"},
	{name: "obrigatória sem padrão", engines: "postgres mariadb", sql: []string{"ALTER TABLE clientes ADD COLUMN plano VARCHAR(20) NOT NULL DEFAULT 'x'", "ALTER TABLE clientes ALTER COLUMN plano DROP DEFAULT"}, motivo: "coluna_obrigatoria", blocked: true, mends: "plano"},
	{name: "obrigatória com padrão", engines: "sqlite postgres mariadb", sql: []string{"ALTER TABLE clientes ADD COLUMN plano VARCHAR(20) NOT NULL DEFAULT 'x'"}},
	{name: "obrigatória sem padrão no SQLite", engines: "sqlite", sql: sqliteRebuild("dispositivos", "hostname VARCHAR(100)", "hostname VARCHAR(100), patrimonio VARCHAR(20) NOT NULL"), motivo: "coluna_obrigatoria", blocked: true, mends: "patrimonio"},
	{name: "telefone obrigatório", engines: "postgres", sql: []string{"UPDATE clientes SET telefone = coalesce(telefone, '')", "ALTER TABLE clientes ALTER COLUMN telefone SET NOT NULL"}, motivo: "coluna_obrigatoria", blocked: true, mends: "ALTER COLUMN \"telefone\" DROP NOT NULL"},
	{name: "telefone obrigatório no MariaDB", engines: "mariadb", sql: []string{"UPDATE clientes SET telefone = coalesce(telefone, '')", "ALTER TABLE clientes MODIFY telefone VARCHAR(20) NOT NULL DEFAULT ''"}, motivo: "coluna_obrigatoria", blocked: true, mends: "MODIFY `telefone` varchar(20) NULL"},
	{name: "horas com milésimos", engines: "mariadb", sql: []string{"ALTER TABLE clientes MODIFY data_cadastro DATETIME(3)"}},
	{name: "sequência atrasada", engines: "postgres", sql: []string{"SELECT setval('clientes_id_seq', 2, false)"}, motivo: "sequencia_atrasada", mends: "setval('clientes_id_seq'"},
	{name: "sequências atrasadas em todas", engines: "postgres", sql: []string{"SELECT setval(c.relname::text, 1, false) FROM pg_class c WHERE relkind = 'S' AND relname LIKE '%\\_id\\_seq'"}, motivo: "sequencia_atrasada", mends: "setval('logs_auditoria_id_seq'"},
	{name: "id sem padrão", engines: "postgres", sql: []string{"ALTER TABLE clientes ALTER COLUMN id DROP DEFAULT", "ALTER TABLE conexoes ALTER COLUMN id DROP DEFAULT"}, motivo: "id_sem_padrao", mends: "SET DEFAULT nextval('clientes_id_seq')"},
	{name: "id sem sequência", engines: "postgres", sql: []string{"DROP SEQUENCE dispositivos_id_seq CASCADE"}, motivo: "id_sem_padrao", mends: "CREATE SEQUENCE IF NOT EXISTS dispositivos_id_seq"},
	{name: "id identidade", engines: "postgres", sql: []string{"ALTER TABLE clientes ALTER COLUMN id DROP DEFAULT", "ALTER TABLE clientes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START 100)"}},
	{name: "id bigint", engines: "postgres", sql: []string{"ALTER TABLE clientes ALTER COLUMN id TYPE bigint"}},
	{name: "id sem AUTO_INCREMENT", engines: "mariadb", sql: []string{"SET foreign_key_checks = 0; ALTER TABLE clientes MODIFY id INTEGER NOT NULL; SET foreign_key_checks = 1"}, motivo: "id_sem_padrao", mends: "ALTER TABLE clientes MODIFY id int(11) NOT NULL AUTO_INCREMENT"},
	{name: "sem chave primária", engines: "postgres", sql: []string{"ALTER TABLE conexoes DROP CONSTRAINT conexoes_pkey"}, motivo: "sem_chave_primaria", mends: "ALTER TABLE conexoes ADD PRIMARY KEY (id)"},
	{name: "sem chave primária no MariaDB", engines: "mariadb", sql: []string{"ALTER TABLE conexoes MODIFY id INTEGER NOT NULL, DROP PRIMARY KEY"}, motivo: "sem_chave_primaria", mends: "ALTER TABLE conexoes ADD PRIMARY KEY (id)"},
	{name: "tabela copiada no SQLite", engines: "sqlite", sql: []string{"CREATE TABLE velha AS SELECT * FROM sessoes", "DROP TABLE sessoes", "ALTER TABLE velha RENAME TO sessoes"}, motivo: "sem_chave_primaria", blocked: true, mends: "CREATE TABLE sessoes_nova"},
	{name: "id BIGINT no SQLite", engines: "sqlite", sql: sqliteRebuild("logs_auditoria", "id INTEGER NOT NULL", "id BIGINT NOT NULL"), motivo: "id_sem_padrao", blocked: true, mends: "CREATE TABLE logs_auditoria_nova"},
	{name: "ids repetidos", engines: "postgres", sql: []string{"ALTER TABLE conexoes DROP CONSTRAINT conexoes_pkey", "INSERT INTO conexoes SELECT * FROM conexoes"}, motivo: "ids_repetidos", blocked: true, mends: "GROUP BY id"},
	{name: "ids repetidos no MariaDB", engines: "mariadb", sql: []string{"ALTER TABLE conexoes MODIFY id INTEGER NOT NULL, DROP PRIMARY KEY", "INSERT INTO conexoes SELECT * FROM conexoes"}, motivo: "ids_repetidos", blocked: true, mends: "GROUP BY id"},
	{name: "tabela em latin1", engines: "mariadb", sql: []string{"ALTER TABLE clientes CONVERT TO CHARACTER SET latin1"}, motivo: "latin1", mends: "ALTER TABLE clientes CONVERT TO CHARACTER SET utf8mb4"},
	{name: "todas em utf8mb3", engines: "mariadb", sql: charsets("utf8mb3"), motivo: "latin1", mends: "ALTER TABLE mensagens_chat CONVERT TO CHARACTER SET utf8mb4"},
	{name: "todas em latin1", engines: "mariadb", sql: charsets("latin1"), motivo: "latin1", mends: "ALTER TABLE logs_auditoria CONVERT TO CHARACTER SET utf8mb4"},
	{name: "uma coluna em latin1", engines: "mariadb", sql: []string{"ALTER TABLE mensagens_chat MODIFY mensagem TEXT CHARACTER SET latin1 NOT NULL"}, motivo: "latin1", mends: "ALTER TABLE mensagens_chat CONVERT"},
	{name: "MyISAM", engines: "mariadb", sql: []string{"SET foreign_key_checks = 0; ALTER TABLE conexoes DROP FOREIGN KEY conexoes_ibfk_1, DROP FOREIGN KEY conexoes_ibfk_2; ALTER TABLE conexoes ENGINE=MyISAM"}, motivo: "sem_transacoes", mends: "ALTER TABLE conexoes ENGINE=InnoDB"},
	{name: "clientes é uma visão", engines: "mariadb", sql: []string{"SET foreign_key_checks = 0; RENAME TABLE conexoes TO conexoes_velhas; CREATE VIEW conexoes AS SELECT * FROM conexoes_velhas"}, motivo: "nao_e_tabela", blocked: true, mends: "DROP VIEW conexoes"},
	{name: "ativo como número", engines: "postgres", sql: []string{"ALTER TABLE clientes ALTER COLUMN ativo TYPE smallint USING CASE WHEN ativo THEN 1 ELSE 0 END"}, motivo: "coluna_de_outro_tipo", blocked: true, mends: "TYPE BOOLEAN"},
	{name: "extras em jsonb", engines: "postgres", sql: []string{"ALTER TABLE clientes ALTER COLUMN dados_extras TYPE jsonb USING nullif(dados_extras, '')::jsonb"}, motivo: "coluna_de_outro_tipo", blocked: true, mends: "dados_extras TYPE TEXT"},
	{name: "data em texto", engines: "mariadb", sql: []string{"ALTER TABLE clientes MODIFY data_cadastro VARCHAR(40)"}, motivo: "coluna_de_outro_tipo", blocked: true, mends: "MODIFY data_cadastro DATETIME(6)"},
	{name: "coluna curta", engines: "postgres mariadb", sql: []string{"UPDATE clientes SET empresa = left(empresa, 12)", "ALTER TABLE clientes DROP COLUMN cargo", "ALTER TABLE clientes ADD COLUMN cargo VARCHAR(5)"}, motivo: "coluna_curta", mends: "cargo", refuses: true},
	{name: "CHECK que recusa moderador", engines: "postgres mariadb", sql: []string{"UPDATE clientes SET nivel_acesso = 'admin' WHERE nivel_acesso = 'moderador'", "ALTER TABLE clientes ADD CONSTRAINT so_dois_niveis CHECK (nivel_acesso IN ('admin', 'usuario'))"}, motivo: "regra_do_banco", blocked: true, mends: "so_dois_niveis"},
	{name: "CHECK que aceita o comum", engines: "postgres mariadb", sql: []string{"ALTER TABLE mensagens_chat ADD CONSTRAINT sem_palavrao CHECK (mensagem NOT LIKE '%proibido%')"}, motivo: "check", mends: "sem_palavrao", refuses: true},
	{name: "CHECK no SQLite", engines: "sqlite", sql: sqliteRebuild("conexoes", "status VARCHAR(20)", "status VARCHAR(20) CHECK (status <> 'ESTABLISHED')"), motivo: "regra_do_banco", blocked: true, mends: "conexoes_nova"},
	{name: "CHECK que aceita o comum no SQLite", engines: "sqlite", sql: sqliteRebuild("mensagens_chat", "mensagem TEXT NOT NULL", "mensagem TEXT NOT NULL CHECK (mensagem NOT LIKE '%proibido%')"), motivo: "check", mends: "mensagens_chat_nova", refuses: true},
	{name: "gatilho que recusa tudo", engines: "sqlite", sql: []string{"CREATE TRIGGER trava BEFORE INSERT ON conexoes BEGIN SELECT RAISE(ABORT, 'fechado'); END"}, motivo: "regra_do_banco", blocked: true, mends: `DROP TRIGGER "trava"`},
	{name: "gatilho que recusa tudo no PostgreSQL", engines: "postgres", sql: []string{raising("true"), "CREATE TRIGGER trava BEFORE UPDATE ON clientes FOR EACH ROW EXECUTE FUNCTION recusa()"}, motivo: "regra_do_banco", blocked: true, mends: `DROP TRIGGER "trava" ON clientes`},
	{name: "gatilho que recusa tudo no MariaDB", engines: "mariadb", sql: []string{"CREATE TRIGGER trava BEFORE DELETE ON sessoes FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'fechado'"}, motivo: "regra_do_banco", blocked: true, mends: "DROP TRIGGER `trava`"},
	{name: "gatilho que recusa palavrão", engines: "sqlite", sql: []string{"CREATE TRIGGER trava BEFORE INSERT ON mensagens_chat WHEN NEW.mensagem LIKE '%proibido%' BEGIN SELECT RAISE(ABORT, 'feio'); END"}, motivo: "gatilho", mends: `DROP TRIGGER "trava"`, refuses: true},
	{name: "gatilho que recusa palavrão no PostgreSQL", engines: "postgres", sql: []string{raising("NEW.mensagem LIKE '%proibido%'"), "CREATE TRIGGER trava BEFORE INSERT ON mensagens_chat FOR EACH ROW EXECUTE FUNCTION recusa()"}, motivo: "gatilho", mends: `DROP TRIGGER "trava"`, refuses: true},
	{name: "gatilho que recusa palavrão no MariaDB", engines: "mariadb", sql: []string{"CREATE TRIGGER trava BEFORE INSERT ON mensagens_chat FOR EACH ROW IF NEW.mensagem LIKE '%proibido%' THEN SIGNAL SQLSTATE '45001' SET MESSAGE_TEXT = 'feio', MYSQL_ERRNO = 30001; END IF"}, motivo: "gatilho", mends: "DROP TRIGGER `trava`", refuses: true},
	{name: "outra tabela aponta para clientes", engines: "postgres mariadb", sql: []string{"CREATE TABLE pedidos (id INTEGER PRIMARY KEY, cliente_id INTEGER, CONSTRAINT fk_pedido FOREIGN KEY (cliente_id) REFERENCES clientes (id))", "INSERT INTO pedidos VALUES (1, 2)"}, motivo: "chave_estrangeira", mends: "fk_pedido", refuses: true},
	{name: "coluna que aponta para outra tabela", engines: "postgres mariadb", sql: []string{"CREATE TABLE planos (id INTEGER PRIMARY KEY)", "ALTER TABLE clientes ADD COLUMN plano_id INTEGER", "ALTER TABLE clientes ADD CONSTRAINT fk_plano FOREIGN KEY (plano_id) REFERENCES planos (id)"}},
	{name: "visão sobre clientes", engines: "sqlite postgres mariadb", sql: []string{"CREATE VIEW ativos AS SELECT * FROM clientes WHERE ativo"}},
	{name: "dispositivo obrigatório em conexoes", engines: "postgres", sql: []string{"DELETE FROM conexoes WHERE dispositivo_id IS NULL", "ALTER TABLE conexoes ALTER COLUMN dispositivo_id SET NOT NULL"}, motivo: "coluna_obrigatoria", blocked: true, mends: `ALTER COLUMN "dispositivo_id" DROP NOT NULL`},
	{name: "dois males de uma vez", engines: "postgres", sql: []string{"SELECT setval('clientes_id_seq', 2, false)", "ALTER TABLE clientes ADD COLUMN plano VARCHAR(20) NOT NULL DEFAULT 'x'", "ALTER TABLE clientes ALTER COLUMN plano DROP DEFAULT", "ALTER TABLE dispositivos ALTER COLUMN is_virtual TYPE integer USING NULL"}, motivo: "coluna_obrigatoria", blocked: true, mends: "is_virtual"},
	{name: "ativo obrigatório", engines: "postgres", sql: []string{"UPDATE clientes SET ativo = coalesce(ativo, true)", "ALTER TABLE clientes ALTER COLUMN ativo SET NOT NULL"}},
}

func raising(when string) string {
	return "CREATE FUNCTION recusa() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF " + when + " THEN RAISE EXCEPTION 'feio'; END IF; RETURN NEW; END $$"
}

func charsets(name string) []string {
	var list []string
	for _, table := range sixTables {
		list = append(list, "ALTER TABLE "+table+" CONVERT TO CHARACTER SET "+name)
	}
	return list
}

// sqliteRebuild makes a table anew with a part of its definition changed. The mark
// stands for what the test reads from the file.
func sqliteRebuild(table, from, to string) []string { return []string{"REBUILD", table, from, to} }

func applyDrift(t *testing.T, e storetest.Engine, at string, stmts []string) {
	t.Helper()
	db := e.Foreign(t, at)
	defer db.Close()
	db.SetMaxOpenConns(1)
	if stmts[0] == "REBUILD" {
		table, from, to := stmts[1], stmts[2], stmts[3]
		made := strings.Join(storetest.Texts(t, db, "SELECT sql FROM sqlite_master WHERE name = '"+table+"'"), "")
		require.Contains(t, made, from)
		cols := strings.Join(colunas(t, e, db, table), ", ")
		storetest.Exec(t, db, "ALTER TABLE "+table+" RENAME TO velha")
		storetest.Exec(t, db, strings.Replace(made, from, to, 1))
		if !strings.Contains(to, "NOT NULL") || from != "hostname VARCHAR(100)" {
			storetest.Exec(t, db, "INSERT INTO "+table+"("+cols+") SELECT "+cols+" FROM velha WHERE "+keeps(to))
		}
		storetest.Exec(t, db, "DROP TABLE velha")
		return
	}
	for _, stmt := range stmts {
		if strings.Contains(stmt, "setval(c.relname") { // a rowful answer
			storetest.Texts(t, db, stmt)
			continue
		}
		storetest.Exec(t, db, stmt)
	}
}

// keeps leaves out the rows that the new rule would refuse.
func keeps(to string) string {
	if strings.Contains(to, "<> 'ESTABLISHED'") {
		return "status <> 'ESTABLISHED'"
	}
	return "TRUE"
}

// TestDriftedDatabases has setup find what happened to each database, name it with
// the statement that mends it, and mend it or stop before anything was changed.
// Where it goes on no ordinary use fails without saying why.
func TestDriftedDatabases(t *testing.T) {
	t.Parallel()
	for _, e := range storetest.Engines()[:3] {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			for i, c := range driftCases {
				// Adopting takes a second: a part of those that are adopted is enough by default.
				if strings.Contains(c.engines, e.Name) && (c.blocked || i%5 == 0 || os.Getenv("MONITOR_ENSAIO") == "completo") {
					t.Run(c.name, func(t *testing.T) { drifted(t, e, c) })
				}
			}
		})
	}
}

func drifted(t *testing.T, e storetest.Engine, c driftCase) {
	t.Helper()
	at := e.Flask(t)
	applyDrift(t, e, at, c.sql)
	cfg := e.Config(t, at)
	db := e.Foreign(t, at)
	before := planOf(t, e, db)

	found, text := storetest.Examined(t, cfg)
	require.Equal(t, before, planOf(t, e, db), "looking changes nothing")
	if c.motivo != "" {
		require.Contains(t, found, c.motivo, text)
		require.Contains(t, text, c.mends)
	} else {
		require.NotContains(t, found, "coluna_curta", text)
	}
	if c.blocked {
		_, err := store.Plan(t.Context(), cfg)
		if c.motivo != "regra_do_banco" { // which only trying tells
			require.ErrorIs(t, err, store.ErrUnavailable, "nothing is planned that will not be done")
		}
		err = store.Prepare(t.Context(), cfg, nil)
		require.ErrorIs(t, err, store.ErrUnavailable)
		unavailable, ok := errors.AsType[*store.UnavailableError](err)
		require.True(t, ok, "%v", err)
		require.Contains(t, unavailable.Remedio, c.mends)
		require.Equal(t, before, planOf(t, e, db), "nothing is changed")
		require.Equal(t, store.FaseErro, found[c.motivo], text)
		return
	}
	require.NotContains(t, text, "erro ", text)
	plan, err := store.Plan(t.Context(), cfg)
	require.NoError(t, err)
	if found[c.motivo] != "" && strings.Contains(text, "monitor setup conserta: ") {
		require.Contains(t, strings.Join(plan.SQL, ";\n"), c.mends)
	}
	require.NoError(t, store.Prepare(t.Context(), cfg, nil))
	_, text = storetest.Examined(t, cfg)
	require.NotContains(t, text, "monitor setup conserta", "a second setup has nothing to mend")
	s := e.Open(t, at)
	refusals := ordinaryUses(t, s)
	require.Equal(t, c.refuses, refusals > 0, "%d refusals", refusals)
}

// ordinaryUses does what people and machines do all day, with all letters. What a
// rule of the database refuses is counted; it must say so.
func ordinaryUses(t *testing.T, s *store.Store) (refusals int) {
	t.Helper()
	h := s.As(storetest.Operator)
	ctx := t.Context()
	var c store.Cliente
	var device int64
	use := func(name string, fn func(ctx context.Context) error) {
		err := fn(ctx)
		rule, ok := errors.AsType[*store.RuleError](err)
		switch {
		case err == nil:
		case ok && (rule.Codigo == "regra_do_banco" || rule.Codigo == "chave_estrangeira" || rule.Codigo == "coluna_curta"):
			refusals++
		default:
			t.Errorf("%s: %v", name, err)
		}
	}
	use("create", func(ctx context.Context) (err error) {
		c, err = h.Clientes.Create(ctx, store.Cliente{Nome: "Zoë 😀", Email: "zoe@exemplo.com.br", Telefone: "11 91234-5678", DadosExtras: store.Objeto(`{"a": "😀"}`)})
		return err
	})
	use("create with a position", func(ctx context.Context) error {
		_, err := h.Clientes.Create(ctx, store.Cliente{Nome: "Ana", Email: "ana2@exemplo.com.br", Cargo: "Coordenadora"})
		return err
	})
	use("create moderador", func(ctx context.Context) error {
		_, err := h.Clientes.Create(ctx, store.Cliente{Nome: "Mo", Email: "mo@exemplo.com.br", NivelAcesso: store.Moderador})
		return err
	})
	use("change", func(ctx context.Context) error {
		_, err := h.Clientes.Change(ctx, c.ID, "", func(c *store.Cliente) { c.Observacoes = "ótimo 😀" })
		return err
	})
	use("search", func(ctx context.Context) error {
		p, err := h.Clientes.List(ctx, store.ClienteFiltro{Busca: "zoe"})
		require.Equal(t, 1, p.Total)
		return err
	})
	use("register", func(ctx context.Context) (err error) {
		device, err = h.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(`{"hostname":"PC-😀","mac_address":"02:00:00:00:73:16"}`), ClienteID: c.ID})
		return err
	})
	use("heartbeat", func(ctx context.Context) error { return h.Dispositivos.Heartbeat(ctx, device) })
	use("connections", func(ctx context.Context) error {
		_, err := h.Conexoes.Register(ctx, device, c.ID, []store.ConexaoNova{{IPOrigem: "10.0.0.1", Processo: "😀"}, {}})
		return err
	})
	for _, words := range []string{"bom dia 😀", "proibido"} {
		use("chat", func(ctx context.Context) error {
			_, err := h.Chat.Send(ctx, store.MensagemNova{Sala: "geral", Mensagem: words})
			return err
		})
	}
	use("statistics", func(ctx context.Context) error { _, err := h.Estatisticas(ctx); return err })
	use("logs", func(ctx context.Context) error { _, err := h.Logs.List(ctx, store.LogFiltro{}); return err })
	use("deactivate", func(ctx context.Context) error { _, err := h.Clientes.Deactivate(ctx, c.ID); return err })
	use("delete", func(ctx context.Context) error { return h.Clientes.Delete(ctx, c.ID) })
	use("delete an old one", func(ctx context.Context) error { return h.Clientes.Delete(ctx, 2) })
	return refusals
}

// TestUndoStopsBeforeOthersWork: what others built on our columns and tables keeps
// --desfazer from beginning, and is named with what takes it away.
func TestUndoStopsBeforeOthersWork(t *testing.T) {
	t.Parallel()
	for _, e := range storetest.Engines()[:3] {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			at := e.Flask(t)
			cfg := e.Config(t, at)
			require.NoError(t, store.Prepare(t.Context(), cfg, nil))
			db := e.Foreign(t, at)
			view := "CREATE VIEW todos AS SELECT * FROM clientes"
			if e.Name == "sqlite" {
				view = "CREATE VIEW todos AS SELECT texto FROM monitor_busca_doc"
			}
			storetest.Exec(t, db, view)
			storetest.Exec(t, db, "CREATE VIEW nomes AS SELECT nome FROM clientes")
			before := planOf(t, e, db)
			_, err := store.PlanWithdrawal(t.Context(), cfg)
			require.ErrorIs(t, err, store.ErrConflict)
			require.ErrorContains(t, err, "DROP VIEW todos")
			require.NotContains(t, err.Error(), "nomes")
			require.ErrorIs(t, store.Withdraw(t.Context(), cfg, storetest.Operator), store.ErrConflict)
			require.Equal(t, before, planOf(t, e, db))
			storetest.Exec(t, db, "DROP VIEW todos")
			require.NoError(t, store.Withdraw(t.Context(), cfg, storetest.Operator))
			require.NotContains(t, planOf(t, e, db), "monitor_")
		})
	}
}
