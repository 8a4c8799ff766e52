package store_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// chained makes a database with some audited work in it and closes it. It returns
// the URL.
func chained(t *testing.T, e storetest.Engine) string {
	t.Helper()
	return chainedIn(t, e, e.Fresh(t))
}

func chainedIn(t *testing.T, e storetest.Engine, url string) string {
	t.Helper()
	s, err := store.Open(t.Context(), e.Config(t, url))
	require.NoError(t, err)
	h := s.As(storetest.Operator)
	for i := range 12 {
		c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: fmt.Sprintf("a%d@x.com", i)})
		require.NoError(t, err)
		_, err = h.Clientes.Deactivate(t.Context(), c.ID)
		require.NoError(t, err)
	}
	require.NoError(t, h.Clientes.Delete(t.Context(), 3))
	require.NoError(t, s.Close())
	return url
}

func verify(t *testing.T, e storetest.Engine, url string) store.Verificacao {
	t.Helper()
	cfg := e.Config(t, url)
	cfg.SomenteLeitura, cfg.Create = true, false
	s, err := store.Open(t.Context(), cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	v, err := s.As(storetest.Operator).Logs.Verify(t.Context())
	require.NoError(t, err)
	return v
}

func TestVerifyTellsItsProgress(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	_, err := st.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "a@x.com"})
	require.NoError(t, err)
	var seen []int
	v, err := st.As(storetest.Operator).Logs.VerifyWatched(t.Context(), func(links int) { seen = append(seen, links) })
	require.NoError(t, err)
	require.True(t, v.Integra)
	require.Equal(t, []int{1}, seen)
}

func TestVerifyFindsTampering(t *testing.T) { storetest.Each(t, verifyFindsTampering) }

func verifyFindsTampering(t *testing.T, e storetest.Engine) {
	t.Helper()
	cases := map[string]string{
		"descrição trocada":     "UPDATE logs_auditoria SET descricao = 'nada' WHERE id = 5",
		"dados trocados":        "UPDATE logs_auditoria SET dados = '{}' WHERE id = 5",
		"ação trocada":          "UPDATE logs_auditoria SET acao = 'login' WHERE id = 5",
		"hora trocada":          "UPDATE logs_auditoria SET data_hora = '2020-01-01 00:00:00.000000' WHERE id = 5",
		"nível trocado":         "UPDATE logs_auditoria SET nivel = 'debug' WHERE id = 5",
		"cliente trocado":       "UPDATE logs_auditoria SET cliente_id = 7 WHERE id = 1",
		"linha apagada":         "DELETE FROM logs_auditoria WHERE id = 5",
		"linha e elo apagados":  "DELETE FROM logs_auditoria WHERE id = 5; DELETE FROM monitor_trilha WHERE log_id = 5",
		"último elo apagado":    "DELETE FROM logs_auditoria WHERE id = 25; DELETE FROM monitor_trilha WHERE sequencia = 25",
		"elo trocado":           "UPDATE monitor_trilha SET sujeito = 'cliente:99' WHERE sequencia = 5",
		"faixa toda apagada":    "DELETE FROM logs_auditoria; DELETE FROM monitor_trilha; DELETE FROM monitor_faixas",
		"fim reescrito":         "DELETE FROM logs_auditoria WHERE id = 25; DELETE FROM monitor_trilha WHERE sequencia = 25; UPDATE monitor_faixas SET sequencia = 24, mac = (SELECT mac FROM monitor_trilha WHERE sequencia = 24)",
		"duas linhas trocadas":  "UPDATE monitor_trilha SET log_id = CASE log_id WHEN 5 THEN 6 ELSE 5 END WHERE log_id IN (5, 6)",
		"registro do fim mudou": "UPDATE monitor_faixas SET sequencia = 30",
	}
	require.True(t, verify(t, e, chained(t, e)).Integra)
	for name, sql := range cases {
		t.Run(name, func(t *testing.T) {
			url := chained(t, e)
			e.Exec(t, e.Foreign(t, url), sql)
			v := verify(t, e, url)
			require.False(t, v.Integra)
			require.NotEmpty(t, v.Problemas)
		})
	}
}

func TestVerifyAcceptsTheFlaskSystem(t *testing.T) { storetest.Each(t, verifyAcceptsTheFlaskSystem) }

func verifyAcceptsTheFlaskSystem(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := chainedIn(t, e, e.Flask(t))
	before := verify(t, e, url)
	require.True(t, before.Integra, "%v", before.Problemas)
	require.Empty(t, before.Avisos)
	db := e.Foreign(t, url)
	e.Exec(t, db, "UPDATE logs_auditoria SET cliente_id = NULL WHERE cliente_id = 4")
	e.Exec(t, db, "INSERT INTO logs_auditoria(acao, descricao, nivel) VALUES ('login', 'Login realizado com sucesso', 'info')")
	v := verify(t, e, url)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.Equal(t, before.ForaCadeia+1, v.ForaCadeia)
	require.Equal(t, 25, v.Elos)
}

// TestAuditFailureUndoesTheChange makes the audit trail unwritable: the change
// must not happen.
func TestAuditFailureUndoesTheChange(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for _, table := range []string{"logs_auditoria", "monitor_trilha"} {
			t.Run(table, func(t *testing.T) { auditFailureUndoesTheChange(t, e, table) })
		}
	})
}

// refusal makes a table refuse new rows.
func refusal(t *testing.T, e storetest.Engine, db *sql.DB, table string) {
	t.Helper()
	switch e.Name {
	case "sqlite":
		e.Exec(t, db, "CREATE TRIGGER falha BEFORE INSERT ON "+table+" BEGIN SELECT RAISE(ABORT, 'sem auditoria'); END")
	case "mariadb":
		e.Exec(t, db, "CREATE TRIGGER falha BEFORE INSERT ON "+table+" FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'sem auditoria'")
	default:
		e.Exec(t, db, "CREATE FUNCTION falha() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'sem auditoria'; END $$")
		e.Exec(t, db, "CREATE TRIGGER falha BEFORE INSERT ON "+table+" FOR EACH ROW EXECUTE FUNCTION falha()")
	}
}

func auditFailureUndoesTheChange(t *testing.T, e storetest.Engine, table string) {
	t.Helper()
	url := e.Fresh(t)
	s := e.Open(t, url)
	h := s.As(storetest.Operator)
	ana, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@x.com", Senha: "senha123"})
	require.NoError(t, err)
	key, chave, err := h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "k", Nivel: store.Admin})
	require.NoError(t, err)
	db := e.Foreign(t, url)
	before := tables(t, db)
	refusal(t, e, db, table)
	actor, err := s.Authenticate(t.Context(), store.Credencial{Chave: key}, store.Origem{})
	require.NoError(t, err)
	require.Eventually(t, func() bool { // the use of the key is telemetry, written on the side
		var used sql.NullString
		return db.QueryRowContext(t.Context(), "SELECT ultimo_uso FROM monitor_chaves").Scan(&used) == nil && used.Valid
	}, settle, tick)
	for name, do := range changes(s, s.As(actor), ana.ID, chave.ID) {
		require.Error(t, do(), name)
	}
	require.Equal(t, before, tables(t, db))
}

// changes are all operations that must leave an audit row.
func changes(s *store.Store, h *store.Handle, id, chave int64) map[string]func() error {
	ctx := contextBackground()
	return map[string]func() error{
		"create": func() error {
			_, err := h.Clientes.Create(ctx, store.Cliente{Nome: "B", Email: "b@x.com"})
			return err
		},
		"change": func() error {
			_, err := h.Clientes.Change(ctx, id, "", func(c *store.Cliente) { c.Cidade = "Recife" })
			return err
		},
		"deactivate": func() error { _, err := h.Clientes.Deactivate(ctx, id); return err },
		"email":      func() error { _, err := h.Clientes.SetEmail(ctx, id, "c@x.com", ""); return err },
		"senha":      func() error { return h.Clientes.SetSenha(ctx, id, "", "outrasenha1") },
		"delete":     func() error { return h.Clientes.Delete(ctx, id) },
		"login": func() error {
			_, _, err := s.As(store.Stranger(store.Origem{})).Sessoes.Login(ctx, "ana@x.com", "senha123")
			return err
		},
		"chave": func() error {
			_, _, err := h.Chaves.Create(ctx, store.ChaveNova{Nome: "n", Nivel: store.Admin})
			return err
		},
		"revogar": func() error { _, err := h.Chaves.Revoke(ctx, chave); return err },
		"registro": func() error {
			_, err := h.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(`{"hostname":"x"}`)})
			return err
		},
	}
}

// tables is the content of all tables that people's data are in.
func tables(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range []string{"clientes", "dispositivos", "sessoes", "logs_auditoria", "monitor_trilha", "monitor_pessoas", "monitor_dispositivos"} {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
		require.NoError(t, err)
		defer rows.Close()
		cols, err := rows.Columns()
		require.NoError(t, err)
		out[table] = []string{}
		for rows.Next() {
			vals := make([]any, len(cols))
			ptrs := make([]any, len(cols))
			for i := range vals {
				ptrs[i] = &vals[i]
			}
			require.NoError(t, rows.Scan(ptrs...))
			out[table] = append(out[table], fmt.Sprint(vals))
		}
		require.NoError(t, rows.Err())
	}
	return out
}

// TestATakenLaneIsNoFailure: a process whose clock is behind writes on in another lane
// when one whose clock is ahead has taken its own.
func TestATakenLaneIsNoFailure(t *testing.T) { storetest.EachDoor(t, aTakenLaneIsNoFailure) }

func aTakenLaneIsNoFailure(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Fresh(t)
	create := func(s *store.Store, email string) {
		_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "X", Email: email})
		require.NoError(t, err)
	}
	behind := e.Open(t, url)
	create(behind, "1@x.com")
	ahead := e.Open(t, url, storetest.Now(func() time.Time { return time.Now().Add(48 * time.Hour) }))
	create(ahead, "2@x.com")
	create(behind, "3@x.com")
	v := verify(t, e, url)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.Equal(t, 4, v.Elos, "one of them says that the first lane was not anchored")
	require.Equal(t, 2, v.Faixas)
}

// TestTwoWritersOneDatabase has two stores, as two processes would, write at the
// same time: each its lane, one intact chain, no lane more than needed.
func TestTwoWritersOneDatabase(t *testing.T) { storetest.EachDoor(t, twoWritersOneDatabase) }

func twoWritersOneDatabase(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Fresh(t)
	a, b := e.Open(t, url), e.Open(t, url)
	done := make(chan error, 2)
	for w, s := range []*store.Store{a, b} {
		go func() {
			for i := range 50 {
				if _, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "X", Email: fmt.Sprintf("%d.%d@x.com", w, i)}); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	v := verify(t, e, url)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.Equal(t, 100, v.Elos)
	require.Equal(t, 2, v.Faixas)
}

// TestLaneIsReused opens and closes as commands do: one lane serves them all.
func TestLaneIsReused(t *testing.T) { storetest.Each(t, laneIsReused) }

func laneIsReused(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Fresh(t)
	for i := range 5 {
		s, err := store.Open(t.Context(), e.Config(t, url))
		require.NoError(t, err)
		_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "X", Email: fmt.Sprintf("%d@x.com", i)})
		require.NoError(t, err)
		require.NoError(t, s.Close())
	}
	require.Equal(t, 1, verify(t, e, url).Faixas)
}

// TestLaneTakenOver lets a sleeping process lose its lane: it goes on in
// another one.
func TestLaneTakenOver(t *testing.T) { storetest.Each(t, laneTakenOver) }

func laneTakenOver(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Fresh(t)
	now := time.Now()
	clock := storetest.Now(func() time.Time { return now })
	create := func(s *store.Store, email string) {
		_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "X", Email: email})
		require.NoError(t, err)
	}
	a := e.Open(t, url, clock)
	create(a, "a@x.com")
	now = now.Add(time.Hour)
	b := e.Open(t, url, clock)
	create(b, "b@x.com")
	create(a, "c@x.com")
	v := verify(t, e, url)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.Equal(t, 4, v.Elos, "one of them says that the first lane was not anchored")
	require.Equal(t, 2, v.Faixas)
}

func TestPrivateFiles(t *testing.T) {
	t.Parallel()
	path := strings.TrimPrefix(chained(t, storetest.SQLite), storetest.URL(""))
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 3)
	for _, f := range files {
		info, err := os.Stat(f)
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, f)
	}
}

// TestLostAuditKey: without the key that signed the chain nothing is written, and
// the chain is not blamed for it; the file brought back, all goes on.
func TestLostAuditKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	write := func() error {
		s, err := store.Open(t.Context(), storetest.SQLite.Config(t, storetest.URL(path)))
		require.NoError(t, err)
		defer s.Close()
		_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: rand.Text() + "@exemplo.com"})
		return err
	}
	require.NoError(t, write())
	require.NoError(t, os.Rename(path+".auditoria", path+".guardada"))
	err := write()
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "não está mais lá")
	require.NoFileExists(t, path+".auditoria")
	require.NoError(t, os.Rename(path+".guardada", path+".auditoria"))
	require.NoError(t, write())
	v, err := storetest.Open(t, path).As(storetest.Operator).Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, v.Problemas)
	require.Equal(t, 2, v.Elos)
}

// TestAnchorFile: a missing anchor is told, not taken for tampering; a line that
// cannot be read is.
func TestAnchorFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	s := storetest.Open(t, path)
	_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(1))
	require.NoError(t, err)
	require.NoError(t, s.Seal(t.Context()))
	verify := func() store.Verificacao {
		t.Helper()
		v, err := s.As(storetest.Operator).Logs.Verify(t.Context())
		require.NoError(t, err)
		return v
	}
	require.True(t, verify().Integra)
	require.Empty(t, verify().Avisos)
	anchor, err := os.ReadFile(path + ".ancora")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+".ancora", append(anchor, "lixo sem cabeça\n"...), 0o600))
	require.False(t, verify().Integra)
	// What a crash tore off is no line.
	require.NoError(t, os.WriteFile(path+".ancora", append(anchor, "2026-11-24T00:00:00 1:9"...), 0o600))
	require.True(t, verify().Integra)
	require.NoError(t, os.Remove(path+".ancora"))
	require.True(t, verify().Integra)
	require.NotEmpty(t, verify().Avisos)
}

// TestTornAnchor: what a power cut leaves of a line, which later ones follow, is
// not taken for tampering, and hides none.
func TestTornAnchor(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	s := storetest.Open(t, path)
	_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(1))
	require.NoError(t, err)
	require.NoError(t, s.Seal(t.Context()))
	line, err := os.ReadFile(path + ".ancora")
	require.NoError(t, err)
	after := func(left []byte, next string) bool {
		t.Helper()
		require.NoError(t, os.WriteFile(path+".ancora", append(bytes.Clone(line), left...), 0o600))
		require.NoError(t, store.AppendAnchor(path+".ancora", next))
		v, err := s.As(storetest.Operator).Logs.Verify(t.Context())
		require.NoError(t, err)
		return v.Integra
	}
	other := strings.ReplaceAll(string(line), " 1:", " 2:")
	require.NotEqual(t, string(line), other)
	for n := range line {
		holes := make([]byte, len(line))
		require.True(t, after(line[:n], string(line)), n)
		require.True(t, after(append(holes[:n:n], line[n:]...), string(line)), n)
		require.True(t, after(append(bytes.Clone(line[:n]), holes[n:]...), string(line)), n)
		if n%20 == 0 {
			require.False(t, after(line[:n], other), n)
		}
	}
}

// A login is told as the deed of whoever knew the password.
func TestLoginIsToldAsThePersonsDeed(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	op := s.As(storetest.Operator)
	c, err := op.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana Souza", Email: "ana@x.com", Senha: "senha123"})
	require.NoError(t, err)
	_, _, err = s.As(store.Stranger(store.Origem{Canal: store.CanalAPI, IP: "203.0.113.7"})).Sessoes.Login(t.Context(), "ana@x.com", "senha123")
	require.NoError(t, err)
	rows, err := op.Logs.List(t.Context(), store.LogFiltro{Acao: "login"})
	require.NoError(t, err)
	require.Len(t, rows.Itens, 1)
	require.JSONEq(t, fmt.Sprintf(`{"ator": "pessoa:%d Ana Souza", "canal": "api", "ip": "203.0.113.7"}`, c.ID), string(rows.Itens[0].Dados))
}
