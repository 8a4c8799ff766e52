package setup_test

import (
	"database/sql"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/migrations"
	"example.com/monitor/store/storetest"
)

// workOn does with an adopted database what leaves traces in it, and returns a
// token of monitor's own.
func workOn(t *testing.T, e storetest.Engine, at string) (token string) {
	t.Helper()
	s := opened(t, e, at, storetest.Now(whenBothLived))
	h := s.As(storetest.Operator)
	token, _, err := s.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), "antonia@lojas.com.br", "Segredo-Antonia-1")
	require.NoError(t, err)
	_, err = h.Clientes.Create(t.Context(), store.Cliente{Nome: "Nova", Email: "nova@exemplo.com", Senha: "senha123"})
	require.NoError(t, err)
	_, _, err = h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "painel", Nivel: store.Leitura})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	return token
}

// opened is Engine.Open for a test that closes the store itself.
func opened(t *testing.T, e storetest.Engine, at string, opts ...storetest.Option) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), e.Config(t, at, opts...))
	require.NoError(t, err)
	return s
}

// passing is Engine.Foreign without connections that rest: SQLite changes its
// journal only for who has the file alone.
func passing(t *testing.T, e storetest.Engine, at string) *sql.DB {
	t.Helper()
	db := e.Foreign(t, at)
	db.SetMaxIdleConns(-1)
	return db
}

// undone undoes, at the time of the fixtures.
func undone(t *testing.T, e storetest.Engine, at string) {
	t.Helper()
	require.NoError(t, store.Withdraw(t.Context(), e.Config(t, at, storetest.Now(whenBothLived)), storetest.Operator))
}

// TestUndo adopts, works, and undoes: the schema is the Flask system's again, the
// rows of the six tables are there, and the database can be adopted once more.
func TestUndo(t *testing.T) {
	storetest.FullPace(t) // an old hash is weak beside ours
	storetest.Each(t, undoAfterWork)
}

func undoAfterWork(t *testing.T, e storetest.Engine) {
	at := e.Flask(t)
	db := passing(t, e, at)
	schema, before := planOf(t, e, db), takePicture(t, e, db, nil)
	require.NoError(t, store.Prepare(t.Context(), e.Config(t, at), nil))
	require.NotEqual(t, schema, planOf(t, e, db))
	token := workOn(t, e, at)
	work := takePicture(t, e, db, &before)

	plan, err := store.PlanWithdrawal(t.Context(), e.Config(t, at))
	require.NoError(t, err)
	require.True(t, plan.Adotado)
	require.False(t, plan.Interrompida)
	require.Equal(t, []int64{1, 0, 3, 1}, []int64{plan.Chaves, plan.Segredos, plan.Elos, plan.Sessoes})
	require.Equal(t, work.linhas, takePicture(t, e, db, &before).linhas, "the plan changes nothing")
	undone(t, e, at)
	require.Equal(t, schema, planOf(t, e, db))

	left := takePicture(t, e, db, nil)
	require.Equal(t, before.colunas, left.colunas)
	for _, table := range []string{"clientes", "dispositivos", "conexoes", "mensagens_chat"} {
		require.Equal(t, work.linhas[table], left.linhas[table], table)
	}
	logs := len(work.linhas["logs_auditoria"])
	require.Equal(t, work.linhas["logs_auditoria"], left.linhas["logs_auditoria"][:logs])
	require.Len(t, left.linhas["logs_auditoria"], logs+1)
	require.Contains(t, left.linhas["logs_auditoria"][logs], "monitor_retirado")
	require.Contains(t, left.linhas["logs_auditoria"][logs], "local: teste@maquina")
	sessionsGiveBack(t, e, db, token)
	passwordsGiveBack(t, db)

	plan, err = store.PlanWithdrawal(t.Context(), e.Config(t, at))
	require.NoError(t, err)
	require.Empty(t, plan.SQL)
	undone(t, e, at) // nothing to do is no failure
	s := e.Open(t, at)
	v, err := s.As(storetest.Operator).Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, "%v", v.Problemas)
}

// sessionsGiveBack: the Flask system finds its own session by the clear token,
// and none of ours by the stored value.
func sessionsGiveBack(t *testing.T, e storetest.Engine, db *sql.DB, token string) {
	t.Helper()
	query := e.Bind("SELECT count(*) FROM sessoes WHERE sessoes.token = ? AND sessoes.ativa")
	for shown, want := range map[string]int{tokenOfTheBoss[e.Name]: 1, "sha256$" + storetest.SHA256(token): 0} {
		var n int
		require.NoError(t, db.QueryRowContext(t.Context(), query, shown).Scan(&n))
		require.Equal(t, want, n, shown)
	}
}

// passwordsGiveBack: a password that a login rehashed is read by Werkzeug.
func passwordsGiveBack(t *testing.T, db *sql.DB) {
	t.Helper()
	hash := storetest.Texts(t, db, "SELECT senha_hash FROM clientes WHERE email = 'antonia@lojas.com.br'")[0]
	require.True(t, strings.HasPrefix(hash, "pbkdf2:sha256:600000$"))
	checkWithPython(t, hash, "Segredo-Antonia-1")
}

// InnoDB drops the index that it made for a foreign key when ours begins with the
// same column. A database that SQLAlchemy made has such; a dump has not.
func TestUndoGivesIndexesOfForeignKeysBack(t *testing.T) {
	t.Parallel()
	e := storetest.Named("mariadb")
	storetest.MariaDB(t)
	at := e.URL(t)
	db := e.Foreign(t, at)
	for _, stmt := range migrations.For("mysql")[0].SQL {
		storetest.Exec(t, db, stmt)
	}
	storetest.Exec(t, db, "ALTER TABLE sessoes DROP CONSTRAINT sessoes_ibfk_1, DROP INDEX cliente_id")
	storetest.Exec(t, db, "ALTER TABLE sessoes ADD CONSTRAINT fk_sessao FOREIGN KEY (cliente_id) REFERENCES clientes(id)")
	schema := planOf(t, e, db)
	require.Contains(t, schema, "KEY `fk_sessao`")
	require.NoError(t, store.Prepare(t.Context(), e.Config(t, at), nil))
	require.NotContains(t, planOf(t, e, db), "KEY `fk_sessao`", "the reason for this test")
	undone(t, e, at)
	require.Equal(t, schema, planOf(t, e, db))
}

// A database of monitor's own making is told apart; undoing leaves the six tables.
func TestUndoOfOurOwnDatabase(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.URL(t)
		require.NoError(t, store.Prepare(t.Context(), e.Config(t, at), nil))
		plan, err := store.PlanWithdrawal(t.Context(), e.Config(t, at))
		require.NoError(t, err)
		require.False(t, plan.Adotado)
		require.Empty(t, ReadStage(t, e, at), "there is no change-over")
		require.NotEmpty(t, plan.SQL)
		undone(t, e, at)
		db := e.Foreign(t, at)
		require.Len(t, takePicture(t, e, db, nil).linhas, 6)
		require.NotContains(t, planOf(t, e, db), "monitor_")
	})
}

// Another monitor that is at work keeps the database from being taken from it.
func TestUndoRefusesWhileOthersWrite(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := adopted(t.Context(), t, e)
		s := opened(t, e, at)
		_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(1))
		require.NoError(t, err)
		db := e.Foreign(t, at)
		schema := planOf(t, e, db)
		require.ErrorIs(t, store.Withdraw(t.Context(), e.Config(t, at), storetest.Operator), store.ErrConflict)
		require.Equal(t, schema, planOf(t, e, db))
		_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(2))
		require.NoError(t, err, "work goes on")
		require.NoError(t, s.Close())
		require.NoError(t, store.Withdraw(t.Context(), e.Config(t, at), storetest.Operator))
	})
}

func TestUndoNeedsADatabaseOfOurs(t *testing.T) {
	t.Parallel()
	var schema *store.SchemaError
	_, err := store.PlanWithdrawal(t.Context(), store.Config{URL: storetest.URL(t.TempDir() + "/nada.db")})
	require.ErrorAs(t, err, &schema)
	require.Equal(t, store.SchemaMissing, schema.Estado)
	path := t.TempDir() + "/outro.db"
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	db := storetest.Foreign(t, path)
	storetest.Exec(t, db, "CREATE TABLE monitor_alarmes (x)")
	require.ErrorAs(t, store.Withdraw(t.Context(), store.Config{URL: storetest.URL(path)}, storetest.Operator), &schema)
	require.Equal(t, store.SchemaAlien, schema.Estado)
}

// What another program named like ours stays.
func TestUndoTouchesOnlyOurs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.Flask(t)
		db := passing(t, e, at)
		storetest.Exec(t, db, "CREATE TABLE monitor_alarmes (monitor_x INTEGER)")
		storetest.Exec(t, db, "CREATE INDEX monitor_ix_alarmes ON monitor_alarmes(monitor_x)")
		schema := planOf(t, e, db)
		require.NoError(t, store.Prepare(t.Context(), e.Config(t, at), nil))
		undone(t, e, at)
		require.Equal(t, schema, planOf(t, e, db))
	})
}
