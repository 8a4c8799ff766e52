package cmd

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestNobodyDropsSQLitesLocks runs every command in a process that already has
// the database open. Whoever opens and closes one of its files past SQLite drops
// the locks of the whole process on it: /proc/locks tells.
func TestNobodyDropsSQLitesLocks(t *testing.T) {
	fresh(t)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	banco := filepath.Join(dir, "clientes.db")
	st := storetest.Open(t, banco)
	_, err = st.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@empresa.com"})
	require.NoError(t, err)
	t.Setenv("DATABASE_URL", storetest.URL(banco))
	require.NoError(t, os.Link(banco, filepath.Join(dir, "mesmo.db")))
	require.NoError(t, os.Symlink(banco, filepath.Join(dir, "atalho.db")))
	held := func(after string) {
		t.Helper()
		for _, end := range []string{"", "-shm"} {
			require.NotEmpty(t, storetest.Locks(t, os.Getpid(), banco+end), "%s: the locks on %q are gone", after, end)
		}
		require.Empty(t, storetest.Deleted(t, os.Getpid(), dir), after)
	}
	held("open")

	for _, args := range []string{
		"setup --simular", "setup --sem-admin --sim", "setup --desfazer --simular", "resumo", "estatisticas", "clientes list", "clientes create --nome Bia --email bia@empresa.com",
		"logs list", "logs verificar", "logs exportar", "chaves list", "config mostrar", "setup pendentes",
		"backup " + dir + "/copia.sqlite", "backup --verificar " + dir + "/copia.sqlite",
		"backup --verificar " + banco, "backup --verificar " + dir + "/mesmo.db", "backup --verificar " + dir + "/atalho.db",
		"backup --sim " + banco, "backup --sim " + dir + "/mesmo.db", "backup --sim " + banco + "-wal", "backup --sim " + banco + "-shm", "backup " + banco + "-journal",
		"restaurar " + dir + "/mesmo.db --banco sqlite:///" + dir + "/novo.db --sim", "restaurar " + banco + " --sim", "restaurar " + dir + "/copia.sqlite --sim",
		"restaurar " + dir + "/copia.sqlite --sim --banco sqlite:///" + dir + "/outro.db",
	} {
		runMonitor(t, strings.Fields(args)...)
		held(args)
	}
	s := startServe(t, term.Streams{})
	require.Equal(t, 200, get(t, s.url+"/readyz"))
	held("serve")
	s.stop()
	held("serve, ended")

	master, tty, err := pty.Open()
	require.NoError(t, err)
	require.NoError(t, pty.Setsize(master, &pty.Winsize{Rows: 30, Cols: 110}))
	defer master.Close()
	defer tty.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, []string{"tui", "--mouse", "desligado"}, term.Streams{In: tty, Out: tty, Err: io.Discard, InTerminal: true, OutTerminal: true})
	}()
	shown := &lockedBuffer{}
	go func() { _, _ = io.Copy(shown, master) }()
	eventually(t, "the list of the console", func() bool { return strings.Contains(shown.String(), "Bia") })
	held("tui")
	cancel()
	<-ended
	held("tui, ended")
}
