package store_test

import (
	"compress/gzip"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// antiga lays out the SQLite database that version 1 of the links was written by, with
// its key and anchor.
func antiga(t *testing.T) (url string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "antiga.db")
	f, err := os.Open("testdata/trilha/antiga.sqlite.gz")
	require.NoError(t, err)
	defer f.Close()
	zip, err := gzip.NewReader(f)
	require.NoError(t, err)
	text, err := io.ReadAll(zip)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	for _, end := range []string{".auditoria", ".ancora"} {
		text, err := os.ReadFile("testdata/trilha/antiga.sqlite" + end)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path+end, text, 0o600))
	}
	return storetest.URL(path)
}

// TestOldLinksVerify upgrades a database of before the links had a version: it is
// intact, goes on, and tampering with its old and its new rows is found.
func TestOldLinksVerify(t *testing.T) {
	t.Parallel()
	for _, change := range []string{
		"", "UPDATE logs_auditoria SET descricao = 'nada' WHERE id = 2", "UPDATE logs_auditoria SET data_hora = '2020-01-01 00:00:00.000000' WHERE id = 2",
		"UPDATE monitor_trilha SET versao = 2 WHERE log_id = 2", "UPDATE monitor_trilha SET versao = 1 WHERE versao = 2",
		"UPDATE monitor_trilha SET passo = 1000000 WHERE versao = 2", "UPDATE logs_auditoria SET data_hora = substr(data_hora, 1, 19) || '.000000' WHERE id = (SELECT max(id) FROM logs_auditoria)",
		"DELETE FROM logs_auditoria WHERE id = 2",
	} {
		t.Run(change, func(t *testing.T) {
			t.Parallel()
			url := antiga(t)
			s, err := store.Open(t.Context(), storetest.SQLite.Config(t, url))
			require.NoError(t, err)
			_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Caio", Email: "caio@exemplo.com"})
			require.NoError(t, err)
			require.NoError(t, s.Close())
			if change != "" {
				storetest.Exec(t, storetest.SQLite.Foreign(t, url), change)
			}
			v := verify(t, storetest.SQLite, url)
			require.Equal(t, change == "", v.Integra, "%v", v.Problemas)
			if change == "" {
				require.Empty(t, v.Avisos)
				require.Equal(t, store.VereditoIntegra, v.Veredito)
				require.Len(t, v.Chaves, 1)
			} else {
				require.Equal(t, store.VereditoAdulterada, v.Veredito)
			}
		})
	}
}

// TestOldCopiesVerify restores, on every engine, copies that were made before the
// links had a version: of an adopted MariaDB, whose times are whole seconds, and of a
// PostgreSQL whose columns have a time zone that is not UTC.
func TestOldCopiesVerify(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mariadb", "postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				direct(t, e)
				if name == "postgres" && e.Name != "sqlite" {
					t.Skip("the copy holds times with their zone, which servers do not take as they are")
				}
				oldCopyVerifies(t, e, filepath.Join("testdata", "trilha", "antiga-"+name+".monitor"))
			})
		})
	}
}

func oldCopyVerifies(t *testing.T, e storetest.Engine, copia string) {
	t.Helper()
	s, url := storetest.Restored(t, e, copia)
	storetest.RequireIntact(t, s)
	_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Caio", Email: "caio@exemplo.com"})
	require.NoError(t, err)
	e.Exec(t, e.Foreign(t, url), "INSERT INTO logs_auditoria(acao, descricao, nivel) VALUES ('login', 'do sistema antigo', 'info')")
	storetest.RequireIntact(t, s)
}

// mudancas are what becomes of a column of times, by engine.
var mudancas = map[string][]string{
	"sqlite": {""},
	"mariadb": {
		"", "ALTER TABLE logs_auditoria MODIFY data_hora DATETIME(6)", "ALTER TABLE logs_auditoria MODIFY data_hora DATETIME(3)",
		"SET time_zone = '-03:00'; ALTER TABLE logs_auditoria MODIFY data_hora TIMESTAMP(6) NULL",
	},
	"postgres": {
		"", "ALTER DATABASE \"%s\" SET timezone TO 'America/Sao_Paulo'", "ALTER TABLE logs_auditoria ALTER data_hora TYPE timestamptz USING data_hora AT TIME ZONE 'UTC'",
		"SET TIME ZONE 'America/Sao_Paulo'; ALTER TABLE logs_auditoria ALTER data_hora TYPE timestamptz",
		"ALTER DATABASE \"%[1]s\" SET timezone TO 'America/Sao_Paulo'; ALTER TABLE logs_auditoria ALTER data_hora TYPE timestamptz USING data_hora AT TIME ZONE 'UTC'",
	},
}

// TestTheTrailIsIntactWhateverBecomesOfItsTimes: sources × changes × targets.
func TestTheTrailIsIntactWhateverBecomesOfItsTimes(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"sqlite", "mariadb", "postgres"} {
		for i, change := range mudancas[from] {
			for _, adopted := range []bool{true, false} {
				if !storetest.Complete() && adopted != (from == "mariadb" || i%2 == 1) {
					continue
				}
				t.Run(fmt.Sprintf("%s-%d-%v", from, i, adopted), func(t *testing.T) {
					t.Parallel()
					intactAfter(t, from, change, adopted, i)
				})
			}
		}
	}
}

func intactAfter(t *testing.T, from, change string, adopted bool, i int) {
	e := storetest.Installed(t, from)
	url := e.Fresh(t)
	if adopted {
		url = e.Flask(t)
	}
	s, err := store.Open(t.Context(), e.Config(t, url, storetest.WithKey))
	require.NoError(t, err)
	work := func(s *store.Store, who string) {
		c, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: who, Email: who + "@exemplo.com"})
		require.NoError(t, err)
		for range 3 {
			_, err = s.As(storetest.Operator).Clientes.Deactivate(t.Context(), c.ID)
			require.NoError(t, err)
			_, err = s.As(storetest.Operator).Clientes.Reactivate(t.Context(), c.ID)
			require.NoError(t, err)
		}
	}
	work(s, "antes")
	require.NoError(t, s.Close())
	if change != "" {
		db := e.Foreign(t, url)
		db.SetMaxOpenConns(1)
		if strings.Contains(change, "%") {
			var nome string
			require.NoError(t, db.QueryRowContext(t.Context(), "SELECT current_database()").Scan(&nome))
			change = fmt.Sprintf(change, nome)
		}
		for part := range strings.SplitSeq(change, "; ") {
			storetest.Exec(t, db, part)
		}
		require.NoError(t, db.Close())
	}
	s = e.Open(t, url, storetest.WithKey)
	storetest.RequireIntact(t, s)
	work(s, "depois")
	storetest.RequireIntact(t, s)
	to := storetest.Engines()[i%3]
	if storetest.Complete() {
		for _, to := range storetest.Engines() {
			intactOn(t, to, s)
		}
		return
	}
	intactOn(t, to, s)
}

func intactOn(t *testing.T, to storetest.Engine, s *store.Store) {
	t.Helper()
	back, _ := storetest.Restored(t, storetest.Installed(t, to.Name), storetest.Backup(t, s).Arquivo)
	storetest.RequireIntact(t, back)
}

// TestTimesWithAZoneAreInstants: what other programs wrote as an instant is read as
// that instant, and ours is written as one, whatever the server's zone.
func TestTimesWithAZoneAreInstants(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	url := e.Flask(t)
	db := e.Foreign(t, url)
	var nome string
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT current_database()").Scan(&nome))
	storetest.Exec(t, db, `ALTER DATABASE "`+nome+`" SET timezone TO 'America/Sao_Paulo'`)
	storetest.Exec(t, db, "ALTER TABLE clientes ALTER data_cadastro TYPE timestamptz USING data_cadastro AT TIME ZONE 'UTC'")
	var id int64
	var want time.Time
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT id, data_cadastro FROM clientes ORDER BY id LIMIT 1").Scan(&id, &want))
	s := e.Open(t, url)
	got, err := s.As(storetest.Operator).Clientes.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want.UTC(), got.DataCadastro.UTC())
	list, err := s.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{PorPagina: 100})
	require.NoError(t, err)
	for _, c := range list.Itens {
		if c.ID == id {
			require.Equal(t, want.UTC(), c.DataCadastro.UTC())
		}
	}
	novo, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@exemplo.com"})
	require.NoError(t, err)
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT data_cadastro FROM clientes WHERE id = $1", novo.ID).Scan(&want))
	require.Equal(t, want.UTC(), novo.DataCadastro.UTC())
}

// TestAMovedHourIsTampering: one row's time by whole hours is somebody's hand, not a
// change of zone; the hours of all rows of by then are a change of zone, and told.
func TestAMovedHourIsTampering(t *testing.T) {
	t.Parallel()
	for where, want := range map[string]bool{"id = 5": false, "id = 1": false, "id > 20": false, "id <= 12": true, "id > 0": true} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			url := chained(t, storetest.SQLite)
			moveHours(t, storetest.SQLite.Foreign(t, url), where)
			v := verify(t, storetest.SQLite, url)
			require.Equal(t, want, v.Integra, "%v", v.Problemas)
			if want {
				require.Contains(t, strings.Join(v.Avisos, "\n"), "3 h adiante da assinada")
			}
		})
	}
}

func moveHours(t *testing.T, db *sql.DB, where string) {
	t.Helper()
	storetest.Exec(t, db, "UPDATE logs_auditoria SET data_hora = datetime(substr(data_hora, 1, 19), '+3 hours') || substr(data_hora, 20) WHERE "+where)
}
