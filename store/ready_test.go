package store_test

import (
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// readySoon waits until the store says of itself what is the case, without anybody
// writing meanwhile.
func readySoon(t *testing.T, s *store.Store, cause string) {
	t.Helper()
	var err error
	require.Eventually(t, func() bool {
		err = s.Ready(t.Context())
		if cause == "" {
			return err == nil
		}
		return err != nil && strings.Contains(store.CausaPublica(err), cause)
	}, time.Minute, 20*time.Millisecond, "want %q", cause)
}

// refused tries a change, which must be told to be impossible for now.
func refused(t *testing.T, s *store.Store, cause string) {
	t.Helper()
	_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), novoCliente("recusado@empresa.com"))
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.Contains(t, store.CausaPublica(err), cause)
}

func accepted(t *testing.T, s *store.Store, email string) {
	t.Helper()
	_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), novoCliente(email))
	require.NoError(t, err)
}

// TestReadyTellsOfReadOnlyServers: a server that only reads answers every question,
// and no change.
func TestReadyTellsOfReadOnlyServers(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		engine := storetest.Named("postgres")
		at := engine.Fresh(t)
		s := engine.Open(t, at)
		readySoon(t, s, "")
		db := engine.Foreign(t, at)
		turn := func(to string) {
			var name string
			require.NoError(t, db.QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name))
			storetest.Exec(t, db, `SET default_transaction_read_only = off`)
			storetest.Exec(t, db, fmt.Sprintf(`ALTER DATABASE %q SET default_transaction_read_only = %s`, name, to))
			storetest.Exec(t, db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		}
		db.SetMaxOpenConns(1)
		turn("on")
		readySoon(t, s, "somente para leitura")
		refused(t, s, "somente para leitura")
		turn("off")
		readySoon(t, s, "")
		accepted(t, s, "depois@empresa.com")
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		s, root := openLimited(t, storetest.NewMariaDB(t))
		storetest.Exec(t, root, "SET GLOBAL read_only = 1")
		readySoon(t, s, "somente para leitura")
		refused(t, s, "somente para leitura")
		storetest.Exec(t, root, "SET GLOBAL read_only = 0")
		readySoon(t, s, "")
		accepted(t, s, "depois@empresa.com")
	})
}

// openLimited opens a database as a user who is bound by the server's settings.
func openLimited(t *testing.T, server *storetest.Server) (*store.Store, *sql.DB) {
	t.Helper()
	at, err := url.Parse(server.Database(t))
	require.NoError(t, err)
	root := server.Root()
	storetest.Exec(t, root, "CREATE USER comum@'%' IDENTIFIED BY 'comum'")
	storetest.Exec(t, root, "GRANT ALL ON "+strings.Trim(at.Path, "/")+".* TO comum@'%'")
	at.User = url.UserPassword("comum", "comum")
	s := storetest.Named("mariadb").Open(t, at.String())
	readySoon(t, s, "")
	accepted(t, s, "antes@empresa.com")
	return s, root
}

const galera = "/usr/lib/galera/libgalera_smm.so"

// TestReadyTellsOfAGaleraNodeWithoutQuorum lets a real Galera node refuse every
// statement, as it does without quorum: with error 1047, which is no mistake of ours.
func TestReadyTellsOfAGaleraNodeWithoutQuorum(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(galera); err != nil {
		t.Skip("galera-4 não está instalado: um nó sem quórum não foi mostrado")
	}
	s, root := openLimited(t, storetest.NewMariaDB(t, storetest.WithArgs(
		"--wsrep_on=ON", "--wsrep_provider="+galera, "--wsrep_cluster_address=gcomm://", "--wsrep_node_address=127.0.0.1",
		"--binlog_format=ROW", "--innodb_autoinc_lock_mode=2", "--wsrep_sst_method=rsync",
		fmt.Sprintf("--wsrep_provider_options=base_port=%d;gmcast.listen_addr=tcp://127.0.0.1:%[1]d", freePort(t)))))
	storetest.Exec(t, root, "SET GLOBAL wsrep_reject_queries = ALL")
	refused(t, s, "sem contato com o cluster")
	readySoon(t, s, "sem contato com o cluster")
	_, err := s.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{})
	require.ErrorIs(t, err, store.ErrUnavailable, "reading is refused, too")
	require.True(t, store.Ausente(err), "serve waits for it")
	storetest.Exec(t, root, "SET GLOBAL wsrep_reject_queries = NONE")
	readySoon(t, s, "")
	accepted(t, s, "depois@empresa.com")
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// TestReadyIsCheap: however many ask, little is written, and nothing is left.
func TestReadyIsCheap(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	accepted(t, s, "antes@empresa.com")
	before := s.Medidas().Transacoes
	began := time.Now()
	for range 500 {
		require.NoError(t, s.Ready(t.Context()))
	}
	most := int64(2 + time.Since(began)/(5*time.Second))
	require.LessOrEqual(t, s.Medidas().Transacoes-before, most+int64(time.Since(began)/time.Second), "one probe for all who ask")
	db := storetest.Foreign(t, strings.TrimPrefix(s.Banco(), "sqlite:///"))
	var n int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM monitor_estado WHERE nome LIKE 'sonda%'").Scan(&n))
	require.Zero(t, n)
}

// TestReadyTellsOfAFullDisk fills a small disk under the database.
func TestReadyTellsOfAFullDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t)
	s := storetest.Open(t, filepath.Join(dir, "clientes.db"))
	accepted(t, s, "antes@empresa.com")
	readySoon(t, s, "")
	fill := filepath.Join(dir, "cheio")
	f, err := os.Create(fill)
	require.NoError(t, err)
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	require.NoError(t, f.Close())
	for i := 0; err != nil; i++ { // the journal may have room left
		_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), novoCliente(fmt.Sprintf("cheio%d@empresa.com", i)))
		if err == nil {
			err = os.ErrExist
			continue
		}
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.Contains(t, store.CausaPublica(err), "Não há espaço em disco")
		break
	}
	readySoon(t, s, "Não há espaço em disco")
	require.NoError(t, os.Remove(fill))
	readySoon(t, s, "")
	accepted(t, s, "depois@empresa.com")
}
