package backup_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/backup"
	"example.com/monitor/store/storetest"
)

// awkward are rows that the old system and its databases make themselves, ten or
// more for each engine.
var awkward = map[string][]string{
	"sqlite": {
		"UPDATE clientes SET telefone = '(11) 99999-9999 ramal 1234, falar com Dona Maria' WHERE id = 9",
		"UPDATE clientes SET observacoes = 'a' || char(0) || 'b' WHERE id = 2",
		"UPDATE clientes SET empresa = CAST(x'4a6f73e9' AS TEXT) WHERE id = 3",
		"UPDATE clientes SET data_cadastro = '23/11/2026 10:00' WHERE id = 5",
		"UPDATE clientes SET ultimo_acesso = '2026-11-23T10:00:00-03:00' WHERE id = 10",
		"UPDATE clientes SET ultimo_acesso = 1795440000 WHERE id = 7",
		"UPDATE clientes SET ativo = 'sim' WHERE id = 8",
		"UPDATE conexoes SET porta_origem = 'ssh', pid = 99999999999 WHERE id = 4",
		"INSERT INTO logs_auditoria(id, cliente_id, acao, data_hora) VALUES (900, 999, 'cliente_deletado', '2026-11-23 10:00:00.000000')",
		"INSERT INTO mensagens_chat(id, mensagem, resposta_para) VALUES (900, 'ninguém', 901)",
		"UPDATE dispositivos SET is_virtual = 7, memoria_total = '64 GB em quatro pentes de 16' WHERE id = 2",
	},
	"postgres": {
		"ALTER TABLE clientes ALTER COLUMN cargo TYPE varchar(200)",
		"UPDATE clientes SET cargo = repeat('gerente ', 20) WHERE id = 1",
		"UPDATE clientes SET data_cadastro = 'infinity', ultimo_acesso = '0044-03-15 12:00:00 BC' WHERE id = 2",
		"ALTER TABLE conexoes ALTER COLUMN pid TYPE bigint",
		"UPDATE conexoes SET pid = 1099511627776 WHERE id = 1",
		"ALTER TABLE logs_auditoria DROP CONSTRAINT logs_auditoria_cliente_id_fkey",
		"INSERT INTO logs_auditoria(id, cliente_id, acao, data_hora) VALUES (900, 999, 'cliente_deletado', '2026-11-23 10:00:00')",
		"ALTER TABLE logs_auditoria ALTER COLUMN acao DROP NOT NULL",
		"INSERT INTO logs_auditoria(id, descricao) VALUES (901, 'sem ação')",
		"ALTER TABLE clientes DROP CONSTRAINT clientes_email_key",
		"INSERT INTO clientes(id, nome, email) VALUES (900, 'Outra Ana', 'joao@empresa.com')",
		"UPDATE clientes SET observacoes = E'tab\\t\\\\ 😀 ''\"' WHERE id = 3",
		"UPDATE clientes SET ativo = NULL, nivel_acesso = NULL WHERE id = 5",
		"UPDATE conexoes SET bytes_enviados = -9223372036854775808 WHERE id = 2",
	},
	"mariadb": {
		"SET SESSION sql_mode = 'ALLOW_INVALID_DATES', foreign_key_checks = 0",
		"ALTER TABLE clientes MODIFY cargo varchar(200)",
		"UPDATE clientes SET cargo = repeat('gerente ', 20) WHERE id = 1",
		"UPDATE clientes SET data_cadastro = '0000-00-00 00:00:00', ultimo_acesso = '2023-02-31 10:00:00' WHERE id = 2",
		"UPDATE clientes SET observacoes = concat('a', char(0), 'b') WHERE id = 3",
		"UPDATE clientes SET ativo = 2 WHERE id = 5",
		"ALTER TABLE conexoes MODIFY pid bigint unsigned",
		"UPDATE conexoes SET pid = 18446744073709551615 WHERE id = 1",
		"INSERT INTO logs_auditoria(id, cliente_id, acao) VALUES (900, 999, 'cliente_deletado')",
		"INSERT INTO mensagens_chat(id, mensagem, resposta_para) VALUES (900, 'ninguém', 901)",
		"ALTER TABLE logs_auditoria MODIFY acao varchar(50) NULL",
		"INSERT INTO logs_auditoria(id, descricao) VALUES (901, 'sem ação')",
		"ALTER TABLE clientes MODIFY empresa varchar(100) CHARACTER SET latin1",
		"UPDATE clientes SET empresa = 'Zoë €' WHERE id = 6",
		"UPDATE clientes SET observacoes = '😀 \\\\ \\'\"' WHERE id = 7",
	},
}

// unfit are the values of awkward that each target cannot hold.
var unfit = map[string][]string{
	"sqlite para postgres": {
		"clientes/9/telefone", "clientes/2/observacoes", "clientes/3/empresa", "clientes/5/data_cadastro", "clientes/10/ultimo_acesso", "clientes/7/ultimo_acesso",
		"clientes/8/ativo", "conexoes/4/pid", "conexoes/4/porta_origem", "dispositivos/2/is_virtual", "dispositivos/2/memoria_total",
		"logs_auditoria/1/cliente_id", "logs_auditoria/6/cliente_id", "logs_auditoria/38/cliente_id", "logs_auditoria/900/cliente_id", "mensagens_chat/900/resposta_para",
	},
	"sqlite para mariadb": {
		"clientes/9/telefone", "clientes/3/empresa", "clientes/5/data_cadastro", "clientes/10/ultimo_acesso", "clientes/7/ultimo_acesso",
		"clientes/8/ativo", "conexoes/4/pid", "conexoes/4/porta_origem", "dispositivos/2/memoria_total",
	},
	"postgres para mariadb": {
		"clientes/1/cargo", "clientes/2/data_cadastro", "clientes/2/ultimo_acesso", "clientes/900/email", "conexoes/1/pid", "logs_auditoria/901/acao",
	},
	"postgres para sqlite": {"clientes/900/email", "logs_auditoria/901/acao"},
	"mariadb para postgres": {
		"clientes/1/cargo", "clientes/2/data_cadastro", "clientes/2/ultimo_acesso", "clientes/3/observacoes", "clientes/5/ativo", "conexoes/1/pid",
		"logs_auditoria/900/cliente_id", "logs_auditoria/901/acao", "mensagens_chat/900/resposta_para",
	},
	"mariadb para sqlite": {"conexoes/1/pid", "logs_auditoria/901/acao"},
}

func places(list []backup.Ajuste) (names []string) {
	for _, a := range list {
		names = append(names, a.Tabela+"/"+a.ID+"/"+a.Coluna)
	}
	slices.Sort(names)
	return names
}

// TestLegacyDatabasesMove takes each legacy database with awkward rows to each
// engine: it ends equal, or says exactly what was changed.
func TestLegacyDatabasesMove(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"sqlite", "postgres", "mariadb"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			e := storetest.Installed(t, from)
			url := e.Flask(t)
			s := e.Open(t, url, storetest.WithKey)
			db := e.Foreign(t, url)
			db.SetMaxOpenConns(1)
			for _, stmt := range awkward[from] {
				storetest.Exec(t, db, stmt)
			}
			copia := storetest.Backup(t, s).Arquivo
			was := backup.RowsOfCopy(t, copia)
			for _, to := range []string{"sqlite", "postgres", "mariadb"} {
				t.Run(to, func(t *testing.T) { move(t, copia, was, storetest.Installed(t, to), unfit[from+" para "+to]) })
			}
		})
	}
}

func move(t *testing.T, copia string, was map[string]string, e storetest.Engine, want []string) {
	t.Helper()
	slices.Sort(want)
	at := e.URL(t)
	restore := func(o backup.RestoreOptions) (backup.Restauracao, error) {
		return store.Restore(t.Context(), e.Config(t, at, storetest.WithKey), storetest.Operator, copia, o)
	}
	res, err := restore(backup.RestoreOptions{DryRun: true})
	require.NoError(t, err)
	require.True(t, res.Simulada)
	require.Equal(t, want, places(res.Ajustes))
	requireNoTables(t, e, at)
	if len(want) > 0 {
		_, err = restore(backup.RestoreOptions{})
		var c *backup.CopiaError
		require.ErrorAs(t, err, &c)
		require.Equal(t, want, places(c.Valores))
		require.Contains(t, c.Remedio, "--ajustar")
		requireNoTables(t, e, at)
	}
	res, err = restore(backup.RestoreOptions{Fit: len(want) > 0})
	require.NoError(t, err)
	require.Equal(t, want, places(res.Ajustes))
	require.EqualValues(t, len(want), res.Ajustados)

	back := e.Open(t, at, storetest.WithKey)
	is := backup.RowsOfCopy(t, storetest.Backup(t, back).Arquivo)
	var changed []string
	for _, place := range slices.Sorted(maps.Keys(was)) {
		if !strings.HasPrefix(place, "monitor_") && was[place] != is[place] {
			changed = append(changed, place)
		}
	}
	require.Equal(t, want, changed, "what is told is what was changed")
	list, err := back.As(storetest.Operator).Logs.List(t.Context(), store.LogFiltro{Acao: "restauracao"})
	require.NoError(t, err)
	require.Len(t, list.Itens, 1)
}

// requireNoTables says that a restore that did not happen left nothing.
func requireNoTables(t *testing.T, e storetest.Engine, url string) {
	t.Helper()
	if e.Name == "sqlite" {
		path := strings.TrimPrefix(url, storetest.URL(""))
		require.NoFileExists(t, path)
		require.NoFileExists(t, path+".auditoria")
		return
	}
	schema := "current_schema()"
	if e.Name == "mariadb" {
		schema = "database()"
	}
	require.Empty(
		t,
		contents(t, e.Foreign(t, url), "(SELECT table_name FROM information_schema.tables WHERE table_schema = "+schema+") AS x"),
	)
}

// TestAnEndedRestoreLeavesNothing ends one while rows are written.
func TestAnEndedRestoreLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := storetest.Installed(t, name)
			url := e.URL(t)
			s := e.Open(t, url, storetest.WithKey)
			e.Exec(t, e.Foreign(t, url), "ALTER TABLE clientes ADD COLUMN apelido VARCHAR(30)")
			copia := storetest.Backup(t, s).Arquivo
			for _, there := range []bool{false, true} {
				at := e.URL(t)
				if there {
					require.NoError(t, e.Open(t, at, storetest.WithKey).Ping(t.Context()))
				}
				ctx, cancel := context.WithCancel(t.Context())
				_, err := store.Restore(
					ctx,
					e.Config(t, at, storetest.WithKey),
					storetest.Operator,
					copia,
					backup.RestoreOptions{Progresso: func(stage string, _, _ int64) {
						if stage == "Restaurando" {
							cancel()
						}
					}},
				)
				cancel()
				require.Error(t, err)
				if !there {
					requireNoTables(t, e, at)
					continue
				}
				require.NotContains(t, columnsIn(t, e, at), "apelido")
			}
		})
	}
}

func columnsIn(t *testing.T, e storetest.Engine, url string) []string {
	t.Helper()
	rows, err := e.Foreign(t, url).QueryContext(t.Context(), "SELECT * FROM clientes WHERE 1 = 0")
	require.NoError(t, err)
	defer rows.Close()
	cols, err := rows.Columns()
	require.NoError(t, errors.Join(err, rows.Err()))
	return cols
}

const plantedTrigger = "CREATE TRIGGER %s AFTER INSERT ON clientes BEGIN UPDATE clientes SET nivel_acesso = 'admin' WHERE id = NEW.id; END"

// TestPlantedTriggersAreNotRestored has a trigger that makes every new client an
// admin: in the database, in a copy that was made before, and under a name of ours.
func TestPlantedTriggersAreNotRestored(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"inocente", "monitor_busca_novo"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := storetest.SQLite.URL(t)
			s := storetest.SQLite.Open(t, url, storetest.WithKey)
			db := storetest.SQLite.Foreign(t, url)
			clean := storetest.Backup(t, s).Arquivo
			plant := func(path string) {
				other := storetest.Foreign(t, path)
				storetest.Exec(t, other, "DROP TRIGGER IF EXISTS "+name)
				storetest.Exec(t, other, strings.Replace(plantedTrigger, "%s", name, 1))
				require.NoError(t, other.Close())
			}
			plant(clean)
			_, err := backup.VerifyCopy(t.Context(), clean, backup.CopyOptions{})
			var bad *backup.CopiaError
			require.ErrorAs(t, err, &bad)
			require.Contains(t, bad.Frase, "gatilho "+name+" em clientes")
			storetest.Exec(t, storetest.Foreign(t, clean), "DROP TABLE monitor_copia")
			requirePlanted(t, clean, name)

			plant(strings.TrimPrefix(url, storetest.URL("")))
			storetest.Exec(t, db, "CREATE VIEW gente AS SELECT nome FROM clientes")
			require.Contains(t, strings.Join(diagnosed(t, store.Config{URL: url}), "\n"), "gatilho "+name+" em clientes")
			c, err := s.As(storetest.Operator).Backup(t.Context(), t.TempDir()+"/copia", backup.CopyOptions{})
			require.NoError(t, err, "what is there is copied, and named")
			require.Equal(t, []string{"gatilho " + name + " em clientes", "visão gente"}, c.Estranhos)
			requirePlanted(t, c.Arquivo, name)
		})
	}
}

// TestHiddenTriggersAreNotRestored has such a trigger under a type that SQLite takes for
// one and that is written otherwise.
func TestHiddenTriggersAreNotRestored(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite.URL(t)
	s, err := store.Open(t.Context(), storetest.SQLite.Config(t, url, storetest.WithKey))
	require.NoError(t, err)
	clean := storetest.Backup(t, s).Arquivo
	hide := func(path string) {
		db := storetest.Foreign(t, path)
		db.SetMaxOpenConns(1)
		storetest.Exec(t, db, strings.Replace(plantedTrigger, "%s", "inocente", 1))
		storetest.Exec(t, db, "PRAGMA writable_schema = ON")
		storetest.Exec(t, db, "UPDATE sqlite_master SET type = 'Trigger' WHERE name = 'inocente'")
		require.NoError(t, db.Close())
	}
	hide(clean)
	storetest.Exec(t, storetest.Foreign(t, clean), "DROP TABLE monitor_copia")
	_, err = backup.VerifyCopy(t.Context(), clean, backup.CopyOptions{})
	var bad *backup.CopiaError
	require.ErrorAs(t, err, &bad)
	for _, o := range []backup.RestoreOptions{{}, {Fit: true}, {KeepTriggers: true}} {
		at := storetest.SQLite.URL(t)
		_, err := store.Restore(t.Context(), storetest.SQLite.Config(t, at, storetest.WithKey), storetest.Operator, clean, o)
		require.ErrorAs(t, err, &bad)
		requireNoTables(t, storetest.SQLite, at)
	}
	require.NoError(t, s.Close())
	hide(strings.TrimPrefix(url, storetest.URL("")))
	require.Contains(t, strings.Join(diagnosed(t, store.Config{URL: url}), "\n"), "gatilho inocente em clientes")
}

// requirePlanted restores a copy with a plantedTrigger trigger in each way.
func requirePlanted(t *testing.T, copia, name string) {
	t.Helper()
	restore := func(o backup.RestoreOptions) (string, error) {
		at := storetest.SQLite.URL(t)
		_, err := store.Restore(t.Context(), storetest.SQLite.Config(t, at, storetest.WithKey), storetest.Operator, copia, o)
		return at, err
	}
	at, err := restore(backup.RestoreOptions{})
	require.ErrorContains(t, err, "gatilho "+name+" em clientes")
	requireNoTables(t, storetest.SQLite, at)
	at, err = restore(backup.RestoreOptions{Fit: true})
	require.NoError(t, err)
	require.Equal(t, "usuario", levelOfNew(t, at))
	require.NotContains(t, strings.Join(diagnosed(t, store.Config{URL: at}), "\n"), "gatilho "+name)
	at, err = restore(backup.RestoreOptions{KeepTriggers: true})
	require.NoError(t, err)
	require.Contains(t, strings.Join(diagnosed(t, store.Config{URL: at}), "\n"), "gatilho "+name)
}

func levelOfNew(t *testing.T, url string) (level string) {
	t.Helper()
	s := storetest.SQLite.Open(t, url, storetest.WithKey)
	c, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Nova", Email: "nova@exemplo.com"})
	require.NoError(t, err)
	found, err := s.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{Busca: "nova@exemplo"})
	require.NoError(t, err)
	require.Len(t, found.Itens, 1, "the search is told of new clients")
	db := storetest.SQLite.Foreign(t, url)
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT nivel_acesso FROM clientes WHERE id = ?", c.ID).Scan(&level))
	return level
}

func diagnosed(t *testing.T, cfg store.Config) (list []string) {
	t.Helper()
	_, err := store.Diagnose(t.Context(), cfg, func(f store.Fase) { list = append(list, f.Detalhe) })
	require.NoError(t, err)
	return list
}

// TestForeignCodeIsNamed plants on each server what runs by itself.
func TestForeignCodeIsNamed(t *testing.T) {
	t.Parallel()
	code := map[string][]string{
		"postgres": {
			"CREATE FUNCTION chefe() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.nivel_acesso := 'admin'; RETURN NEW; END $$",
			"CREATE TRIGGER todos BEFORE INSERT ON clientes FOR EACH ROW EXECUTE FUNCTION chefe()",
			"CREATE RULE sumir AS ON DELETE TO logs_auditoria DO ALSO NOTHING",
			"CREATE POLICY publica ON clientes FOR SELECT USING (true)",
			"CREATE VIEW gente AS SELECT nome FROM clientes",
			"CREATE FUNCTION um() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$",
			"ALTER TABLE sessoes ADD COLUMN marca text DEFAULT um()",
		},
		"mariadb": {
			"CREATE TRIGGER todos BEFORE INSERT ON clientes FOR EACH ROW SET NEW.nivel_acesso = 'admin'",
			"CREATE VIEW gente AS SELECT nome FROM clientes",
			"CREATE EVENT noite ON SCHEDULE EVERY 1 DAY DO DELETE FROM logs_auditoria",
			"CREATE PROCEDURE limpar() DELETE FROM sessoes",
		},
	}
	want := map[string][]string{
		"postgres": {
			"função chamada por um padrão ou uma regra um em sessoes",
			"gatilho todos em clientes",
			"política publica em clientes",
			"regra sumir em logs_auditoria",
			"visão gente",
		},
		"mariadb": {"gatilho todos em clientes", "visão gente", "evento noite", "procedimento limpar"},
	}
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := storetest.Installed(t, name)
			url := e.URL(t)
			s := e.Open(t, url, storetest.WithKey)
			clean := storetest.Backup(t, s).Arquivo
			db := e.Foreign(t, url)
			require.NotContains(t, strings.Join(diagnosed(t, e.Config(t, url)), "\n"), "que o monitor não faz")
			for _, stmt := range code[name] {
				e.Exec(t, db, stmt)
			}
			c, err := s.As(storetest.Operator).Backup(t.Context(), t.TempDir()+"/copia", backup.CopyOptions{})
			require.NoError(t, err)
			require.ElementsMatch(t, want[name], c.Estranhos)
			found := strings.Join(diagnosed(t, e.Config(t, url)), "\n")
			for _, w := range want[name] {
				require.Contains(t, found, w)
			}
			_, err = store.Restore(t.Context(), e.Config(t, url, storetest.WithKey), storetest.Operator, clean, backup.RestoreOptions{})
			require.ErrorContains(t, err, "gatilho todos em clientes")
		})
	}
}

// TestCopiesAreSigned changes copies as somebody would who can sum them anew.
func TestCopiesAreSigned(t *testing.T) {
	bothForms(t, func(t *testing.T, e storetest.Engine) {
		c := storetest.Backup(t, withPeople(t, e))
		require.Equal(t, backup.AssinaturaValida, c.Assinatura)
		verify := func(path, key string) (backup.Copia, error) {
			keys := store.KnownKeys(store.Config{URL: storetest.URL(t.TempDir() + "/nada.db"), ChaveAuditoria: key})
			return backup.VerifyCopy(t.Context(), path, backup.CopyOptions{Chaves: keys})
		}
		v, err := verify(c.Arquivo, storetest.AuditKey)
		require.NoError(t, err)
		require.Equal(t, backup.AssinaturaValida, v.Assinatura)
		require.Empty(t, v.Avisos)
		v, err = verify(c.Arquivo, strings.Repeat("11", 32))
		require.NoError(t, err)
		require.Equal(t, backup.AssinaturaOutra, v.Assinatura)
		require.Contains(t, strings.Join(v.Avisos, "\n"), "não está aqui")

		if e.Name == "sqlite" {
			db := storetest.Foreign(t, c.Arquivo)
			storetest.Exec(t, db, "UPDATE monitor_copia SET cabecalho = replace(cabecalho, '\"esquema\"', ' \"esquema\"')")
			_, err = verify(c.Arquivo, storetest.AuditKey)
			require.ErrorContains(t, err, "a assinatura da cópia não confere")
			storetest.Exec(t, db, "UPDATE monitor_copia SET assinatura = NULL")
		} else {
			good, err := os.ReadFile(c.Arquivo)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(c.Arquivo, backup.Resign(t, good, `"motor":`, ` "motor":`), 0o600))
			_, err = verify(c.Arquivo, storetest.AuditKey)
			require.ErrorContains(t, err, "a assinatura da cópia não confere")
			require.NoError(t, os.WriteFile(c.Arquivo, backup.Reseal(t, good, `"monitor"`, ` "monitor"`), 0o600))
		}
		v, err = verify(c.Arquivo, storetest.AuditKey)
		require.NoError(t, err)
		require.Equal(t, backup.AssinaturaAusente, v.Assinatura)
		require.Contains(t, strings.Join(v.Avisos, "\n"), "não tem assinatura")
	})
}

// TestUnsignedDefinitionsRunNothing forges the definition of a column.
func TestUnsignedDefinitionsRunNothing(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	url := e.URL(t)
	s := e.Open(t, url, storetest.WithKey)
	e.Exec(t, e.Foreign(t, url), "ALTER TABLE clientes ADD COLUMN apelido varchar(30) DEFAULT 'x'::character varying")
	good, err := os.ReadFile(storetest.Backup(t, s).Arquivo)
	require.NoError(t, err)
	for _, forged := range []string{"text); CREATE TABLE invadida(x int); --", "text DEFAULT pg_read_file('/etc/hostname')", "text DEFAULT \\\"pg_sleep\\\"(1)"} {
		path := t.TempDir() + "/copia"
		require.NoError(
			t,
			os.WriteFile(
				path,
				backup.Reseal(t, good, `"sql":"character varying(30) DEFAULT 'x'::character varying"`, `"sql":"`+forged+`"`),
				0o600,
			),
		)
		at := e.URL(t)
		res, err := store.Restore(t.Context(), e.Config(t, at, storetest.WithKey), storetest.Operator, path, backup.RestoreOptions{})
		require.NoError(t, err)
		require.Contains(t, strings.Join(res.Avisos, "\n"), "foi recriada como TEXT")
		require.NotContains(t, tablesOf(t, e.Open(t, at, storetest.WithKey)), "invadida")
		var baseline *string
		require.NoError(
			t,
			e.Foreign(
				t,
				at,
			).QueryRowContext(
				t.Context(),
				"SELECT column_default FROM information_schema.columns WHERE column_name = 'apelido'",
			).Scan(
				&baseline,
			),
		)
		require.Nil(t, baseline)
	}
}

// TestUnsignedStatementsOnlyDefine forges the statements that a copy brings along, and
// types: what is not of the one kind that monitor writes there is not run.
func TestUnsignedStatementsOnlyDefine(t *testing.T) {
	t.Parallel()
	for name, forged := range map[string][]string{
		"postgres": {
			"UPDATE clientes SET nivel_acesso = 'admin'",
			"COPY clientes TO PROGRAM 'cat'",
			"ALTER TABLE clientes ALTER COLUMN nivel_acesso SET DEFAULT 'admin'",
			`ALTER TABLE \"clientes\" ADD CONSTRAINT r UNIQUE (email), ALTER COLUMN nivel_acesso SET DEFAULT 'admin'`,
			`ALTER TABLE \"sessoes\" ADD CONSTRAINT r UNIQUE (ip_address)`,
			"CREATE DOMAIN d AS text DEFAULT pg_read_file('/etc/hostname')",
			"CREATE TABLE invadida AS SELECT email FROM clientes",
			"DROP TABLE sessoes",
		},
		"mariadb": {
			"UPDATE clientes SET nivel_acesso = 'admin'",
			"ALTER TABLE `clientes` ADD KEY r (`email`), ALTER COLUMN nivel_acesso SET DEFAULT 'admin'",
			"ALTER TABLE `clientes` ADD CONSTRAINT r FOREIGN KEY (`id`) REFERENCES `sessoes` (`cliente_id`) ON DELETE CASCADE",
			"CREATE TABLE invadida AS SELECT email FROM clientes",
			"DROP TABLE sessoes",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := storetest.Installed(t, name)
			url := e.URL(t)
			s := e.Open(t, url, storetest.WithKey)
			db := e.Foreign(t, url)
			e.Exec(t, db, "INSERT INTO clientes(id, nome, email, nivel_acesso) VALUES (7, 'Ana', 'ana@exemplo.com', 'usuario')")
			good, err := os.ReadFile(storetest.Backup(t, s).Arquivo)
			require.NoError(t, err)
			path := t.TempDir() + "/copia"
			list := `["` + strings.Join(forged, `","`) + `"]`
			require.NoError(
				t,
				os.WriteFile(path, backup.Reseal(t, good, `"definicoes":[`, `"tipos":`+list+`,"regras":`+list+`,"definicoes":[`), 0o600),
			)
			at := e.URL(t)
			res, err := store.Restore(t.Context(), e.Config(t, at, storetest.WithKey), storetest.Operator, path, backup.RestoreOptions{})
			require.NoError(t, err)
			told := strings.Join(res.Avisos, "\n")
			for _, sql := range forged {
				require.Contains(t, told, "não foi executado: "+strings.ReplaceAll(sql, `\"`, `"`))
			}
			back := e.Foreign(t, at)
			require.Equal(
				t,
				contents(t, db, "(SELECT nivel_acesso FROM clientes) AS x"),
				contents(t, back, "(SELECT nivel_acesso FROM clientes) AS x"),
			)
			tables := tablesOf(t, e.Open(t, at, storetest.WithKey))
			require.NotContains(t, tables, "invadida")
			require.Contains(t, tables, "sessoes")
			var baseline *string
			here := map[string]string{"postgres": "current_schema()", "mariadb": "database()"}[name]
			require.NoError(
				t,
				back.QueryRowContext(
					t.Context(),
					"SELECT column_default FROM information_schema.columns WHERE table_name = 'clientes' AND column_name = 'nivel_acesso' AND table_schema = "+here,
				).Scan(
					&baseline,
				),
			)
			if baseline != nil {
				require.NotContains(t, *baseline, "admin")
			}
		})
	}
}

// TestForgedTypesRunNothing forges the type of a column of ours that a value needs.
func TestForgedTypesRunNothing(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	url := e.URL(t)
	s := e.Open(t, url, storetest.WithKey)
	db := e.Foreign(t, url)
	e.Exec(t, db, "ALTER TABLE clientes ALTER COLUMN cargo TYPE text")
	e.Exec(t, db, "INSERT INTO clientes(id, nome, email, cargo) VALUES (7, 'Ana', 'ana@exemplo.com', repeat('x', 300))")
	good, err := os.ReadFile(storetest.Backup(t, s).Arquivo)
	require.NoError(t, err)
	path := t.TempDir() + "/copia"
	require.NoError(
		t,
		os.WriteFile(
			path,
			backup.Reseal(
				t,
				good,
				`{"nome":"cargo","tipo":"text"`,
				`{"nome":"cargo","tipo":"text USING NULL; CREATE TABLE invadida(x int); --"`,
			),
			0o600,
		),
	)
	at := e.URL(t)
	_, err = store.Restore(t.Context(), e.Config(t, at, storetest.WithKey), storetest.Operator, path, backup.RestoreOptions{})
	var refused *backup.CopiaError
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Frase, "não cabe")
	require.Empty(t, contents(t, e.Foreign(t, at), "(SELECT tablename FROM pg_tables WHERE tablename = 'invadida') AS x"))
	_, err = store.Restore(
		t.Context(),
		e.Config(t, at, storetest.WithKey),
		storetest.Operator,
		storetest.Backup(t, s).Arquivo,
		backup.RestoreOptions{},
	)
	require.NoError(t, err, "the type itself comes back")
}
