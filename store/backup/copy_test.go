package backup_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/backup"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/storetest"
)

// writerLoad writes without pause and remembers what was acknowledged.
type writerLoad struct {
	h     *store.Handle
	stop  context.CancelFunc
	ended sync.WaitGroup
	n     atomic.Int64
	mu    sync.Mutex
	done  map[string]bool
	most  time.Duration
}

func startLoad(t *testing.T, s *store.Store) *writerLoad {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c := &writerLoad{h: s.As(storetest.Operator), stop: cancel, done: map[string]bool{}}
	for range 3 {
		c.ended.Go(func() { c.write(ctx) })
	}
	return c
}

// write leaves others time to breathe: the longest wait is to tell of copies, not
// of writers that fill the machine.
func (c *writerLoad) write(ctx context.Context) {
	pace := time.NewTicker(10 * time.Millisecond)
	defer pace.Stop()
	for ctx.Err() == nil {
		<-pace.C
		n := c.n.Add(1)
		email := fmt.Sprintf("p%d@exemplo.com", n)
		start := time.Now()
		_, err := c.h.Clientes.Create(ctx, store.Cliente{Nome: fmt.Sprintf("Pessoa nº %d", n), Email: email})
		spent := time.Since(start)
		if err != nil {
			continue
		}
		c.mu.Lock()
		c.done[email] = true
		c.most = max(c.most, spent)
		c.mu.Unlock()
	}
}

// acknowledged are the rows that a copy taken from now on must have. It clears
// the longest wait.
func (c *writerLoad) acknowledged() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]string, 0, len(c.done))
	for email := range c.done {
		list = append(list, email)
	}
	c.most = 0
	return list
}

func (c *writerLoad) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.done)
}

func (c *writerLoad) longest() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.most
}

func TestBackupsUnderLoadRestore(t *testing.T) {
	t.Parallel()
	times := 1
	if os.Getenv("MONITOR_ENSAIO") == "completo" {
		times = 30
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := e.New(t, storetest.WithKey)
		load := startLoad(t, s)
		t.Cleanup(func() { load.stop(); load.ended.Wait() })
		for range times {
			before := len(load.acknowledged())
			require.Eventually(t, func() bool { return load.count() > before+20 }, time.Minute, 20*time.Millisecond)
			backupUnderLoad(t, e, s, load)
		}
		load.stop()
		load.ended.Wait()
		storetest.RequireIntact(t, s)
	})
}

func backupUnderLoad(t *testing.T, e storetest.Engine, s *store.Store, load *writerLoad) {
	t.Helper()
	usual := load.longest()
	must := load.acknowledged()
	start := time.Now()
	c := storetest.Backup(t, s)
	t.Logf(
		"cópia de %d linhas em %v; maior espera de uma gravação: %v antes, %v durante",
		c.Linhas,
		time.Since(start).Round(time.Millisecond),
		usual.Round(time.Millisecond),
		load.longest().Round(time.Millisecond),
	)
	back, url := storetest.Restored(t, e, c.Arquivo)
	have := emailsIn(t, e, url)
	for _, email := range must {
		require.True(t, have[email], "%s was acknowledged before the backup began", email)
	}
	require.EqualValues(t, c.Tabelas["clientes"], len(have))
	storetest.RequireIntact(t, back)
	requireLanesClosed(t, e, url, c.Tabelas["monitor_faixas"])
	works(t, back, must[0])
	require.NoError(t, back.Close())
	require.NoError(t, os.Remove(c.Arquivo))
}

// requireLanesClosed says that the restored database will never extend the lanes
// of the one that was copied, which goes on with them.
func requireLanesClosed(t *testing.T, e storetest.Engine, url string, lanes int64) {
	t.Helper()
	var n int64
	db := e.Foreign(t, url)
	defer db.Close()
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM monitor_faixas WHERE ate > 250000000000").Scan(&n))
	require.Equal(t, lanes, n)
	require.Positive(t, n)
}

func emailsIn(t *testing.T, e storetest.Engine, url string) map[string]bool {
	t.Helper()
	db := e.Foreign(t, url)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT email FROM clientes")
	require.NoError(t, err)
	defer rows.Close()
	have := map[string]bool{}
	for rows.Next() {
		var email string
		require.NoError(t, rows.Scan(&email))
		have[email] = true
	}
	require.NoError(t, rows.Err())
	return have
}

// works says that a restored database searches and writes like any other.
func works(t *testing.T, s *store.Store, email string) {
	t.Helper()
	h := s.As(storetest.Operator)
	found, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: strings.ToUpper(email)})
	require.NoError(t, err)
	require.NotEmpty(t, found.Itens)
	made, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Depois", Email: "depois@exemplo.com"})
	require.NoError(t, err)
	require.Greater(t, made.ID, found.Itens[0].ID)
}

// difficult are contents that a careless copy would change.
var difficult = []any{
	nil, "", " ", "'", `"`, `\`, `\'`, "\x01\x02\x1f\x7f", "a\tb\nc\r\nd", "😀 é́ ﬀ ß", "%_?$1:x", "-- ;", "NULL", "0", "{}",
	"{\"b\":\"YQ==\"}", "\u2028\ufeff\ufffd", strings.Repeat("á", 32<<10), strings.Repeat("\\'\"\x01", 16<<10),
}

func fillDifficult(t *testing.T, e storetest.Engine, url string) {
	t.Helper()
	db := e.Foreign(t, url)
	defer db.Close()
	for i, v := range difficult {
		e.Exec(t, db, "INSERT INTO clientes(id, nome, email, observacoes, dados_extras, ativo, data_cadastro) VALUES (?, ?, ?, ?, ?, ?, ?)",
			100+i, fmt.Sprintf("Nome %d", i), fmt.Sprintf("d%d@exemplo.com", i), v, v, []any{true, false, nil}[i%3],
			[]any{"2024-02-29 23:59:59.000001", nil, "1999-01-01 00:00:00.500000"}[i%3])
	}
	// An id that MySQL takes for a request for the next one.
	e.Exec(t, db, "INSERT INTO clientes(id, nome, email) VALUES (999, 'Zero', 'zero@exemplo.com')")
	e.Exec(t, db, "UPDATE clientes SET id = 0 WHERE id = 999")
	// A pointer to a row that comes later.
	e.Exec(t, db, "INSERT INTO mensagens_chat(id, cliente_id, mensagem) VALUES (7, 100, 'primeira')")
	e.Exec(t, db, "INSERT INTO mensagens_chat(id, cliente_id, mensagem, resposta_para) VALUES (3, 100, 'resposta', 7)")
	e.Exec(t, db, "INSERT INTO mensagens_chat(id, cliente_id, mensagem, resposta_para) VALUES (8, 101, 'outra', 3)")
	e.Exec(t, db, "INSERT INTO sessoes(id, cliente_id, token, ativa) VALUES (4, 100, 'tok', ?)", true)
	e.Exec(t, db, "INSERT INTO conexoes(id, cliente_id, porta_origem, bytes_enviados) VALUES (4, 100, NULL, 9223372036854775807)")
}

// everything is the content of all tables that a copy holds, as another program
// reads it; the lanes' owners change on purpose, and so do the last audit rows.
func everything(t *testing.T, e storetest.Engine, url string) map[string][]string {
	t.Helper()
	db := e.Foreign(t, url)
	defer db.Close()
	out := map[string][]string{}
	for _, table := range backup.CopiedTables() {
		if strings.HasPrefix(table, "monitor_faixas") || table == "monitor_trilha" || table == "monitor_selos" ||
			table == "logs_auditoria" {
			continue
		}
		out[table] = contents(t, db, table)
	}
	return out
}

func contents(t *testing.T, db *sql.DB, table string) (list []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table+" ORDER BY 1")
	require.NoError(t, err)
	defer rows.Close()
	cols, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values, dest := make([]any, len(cols)), make([]any, len(cols))
		for i := range values {
			dest[i] = &values[i]
		}
		require.NoError(t, rows.Scan(dest...))
		list = append(list, fmt.Sprintf("%q", values))
	}
	require.NoError(t, rows.Err())
	return list
}

func TestDifficultContentComesBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		url := e.URL(t)
		s := e.Open(t, url, storetest.WithKey)
		fillDifficult(t, e, url)
		_, _, err := s.As(storetest.Operator).Chaves.Create(t.Context(), store.ChaveNova{Nome: "painel", Nivel: store.Leitura})
		require.NoError(t, err)
		c := storetest.Backup(t, s)
		want := everything(t, e, url)
		require.Len(t, want["clientes"], len(difficult)+1)
		back, at := storetest.Restored(t, e, c.Arquivo)
		was, now := want, everything(t, e, at)
		// That a copy was made is noted after it was made.
		delete(was, "monitor_estado")
		delete(now, "monitor_estado")
		require.Equal(t, was, now)
		storetest.RequireIntact(t, back)
	})
}

// TestACopyGoesToEveryEngine restores each engine's copy into each other.
func TestACopyGoesToEveryEngine(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"sqlite", "postgres", "mariadb"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, to storetest.Engine) {
				e := storetest.Installed(t, from)
				url := e.URL(t)
				s := e.Open(t, url, storetest.WithKey)
				fillDifficult(t, e, url)
				c, err := s.As(
					storetest.Operator,
				).Clientes.Create(
					t.Context(),
					store.Cliente{Nome: "Zoë", Email: "zoe@exemplo.com", Senha: "Segredo-1234"},
				)
				require.NoError(t, err)
				require.NoError(t, s.As(storetest.Operator).Clientes.Delete(t.Context(), c.ID))
				back, at := storetest.Restored(t, to, storetest.Backup(t, s).Arquivo)
				storetest.RequireIntact(t, back)
				db := to.Foreign(t, at)
				for i, v := range difficult {
					var got any
					var text *string
					require.NoError(
						t,
						db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT observacoes FROM clientes WHERE id = %d", 100+i)).Scan(&text),
					)
					if text != nil {
						got = *text
					}
					require.Equal(t, v, got, "row %d", i)
				}
				var para int
				require.NoError(t, db.QueryRowContext(t.Context(), "SELECT resposta_para FROM mensagens_chat WHERE id = 3").Scan(&para))
				require.Equal(t, 7, para)
				made, err := back.As(
					storetest.Operator,
				).Clientes.Create(
					t.Context(),
					store.Cliente{Nome: "Depois", Email: "depois@exemplo.com"},
				)
				require.NoError(t, err)
				require.Greater(t, made.ID, int64(99+len(difficult)))
				if from != "sqlite" && to.Name != "sqlite" { // which gives the last ids again
					require.Greater(t, made.ID, c.ID, "an id that was given is not given again")
				}
			})
		})
	}
}

// TestRepliesToLaterMessagesComeBack has a pointer to a row that PostgreSQL does
// not have yet when the one that points arrives.
func TestRepliesToLaterMessagesComeBack(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	url := e.URL(t)
	s := e.Open(t, url, storetest.WithKey)
	db := e.Foreign(t, url)
	e.Exec(t, db, "INSERT INTO mensagens_chat(id, mensagem) SELECT i, 'olá' FROM generate_series(1, 1500) i")
	e.Exec(t, db, "UPDATE mensagens_chat SET resposta_para = 1500 WHERE id IN (1, 1500)")
	_, at := storetest.Restored(t, e, storetest.Backup(t, s).Arquivo)
	require.Equal(t, contents(t, db, "mensagens_chat"), contents(t, e.Foreign(t, at), "mensagens_chat"))
}

// TestAValueThatIsCutIsNoticed restores into the columns that the Flask system
// makes on MySQL, which silently drop microseconds.
func TestAValueThatIsCutIsNoticed(t *testing.T) {
	t.Parallel()
	lite := storetest.SQLite.URL(t)
	s := storetest.SQLite.Open(t, lite, storetest.WithKey)
	storetest.Exec(
		t,
		storetest.SQLite.Foreign(t, lite),
		"INSERT INTO clientes(nome, email, data_cadastro) VALUES ('Ana', 'ana@exemplo.com', '2024-05-06 07:08:09.123456')",
	)
	e := storetest.Installed(t, "mariadb")
	url := e.Flask(t)
	db := e.Foreign(t, url)
	for _, table := range []string{"conexoes", "logs_auditoria", "sessoes", "mensagens_chat", "dispositivos", "clientes"} {
		e.Exec(t, db, "DELETE FROM "+table)
	}
	_, err := store.Restore(
		t.Context(),
		e.Config(t, url, storetest.WithKey),
		storetest.Operator,
		storetest.Backup(t, s).Arquivo,
		backup.RestoreOptions{},
	)
	var c *backup.CopiaError
	require.ErrorAs(t, err, &c)
	require.Contains(t, c.Valores[0].String(), "coluna data_cadastro: tem frações de segundo que ali se perdem")
	require.Empty(t, emailsIn(t, e, url))
}

// tablesOf names the tables of the database of s.
func tablesOf(t *testing.T, s *store.Store) (names []string) {
	t.Helper()
	target, err := engine.ParseURL(s.Config().URL)
	require.NoError(t, err)
	db, err := engine.Open(t.Context(), target)
	require.NoError(t, err)
	defer db.Close()
	list, err := db.Tables(t.Context())
	require.NoError(t, err)
	for name := range list {
		names = append(names, name)
	}
	return names
}
