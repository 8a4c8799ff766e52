//go:build unix

package storetest

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// envLife turns the test process into one that starts servers and then ends
// badly: its value says how.
const envLife = "STORETEST_VIDA"

// TestServersDieWithTheProcess ends a test process in the ways that run no
// cleanup: no server and no folder stays behind.
func TestServersDieWithTheProcess(t *testing.T) {
	if how := os.Getenv(envLife); how != "" {
		endBadly(t, how)
	}
	Postgres(t) // skips where nothing is installed
	MariaDB(t)
	for _, how := range []string{"kill", "panic", "exit"} {
		t.Run(how, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServersDieWithTheProcess$")
			cmd.Env = append(os.Environ(), envLife+"="+how)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			addrs, dirs := readServers(t, out)
			if how == "kill" {
				for _, a := range addrs {
					require.True(t, answers(a), "the servers run")
				}
				require.NoError(t, cmd.Process.Kill())
			}
			require.Error(t, cmd.Wait())
			for i, a := range addrs {
				require.Eventually(t, func() bool {
					_, err := os.Stat(dirs[i])
					return os.IsNotExist(err) && !answers(a)
				}, time.Minute, 20*time.Millisecond, "%s in %s outlives its test process", a, dirs[i])
			}
		})
	}
}

func readServers(t *testing.T, out interface{ Read([]byte) (int, error) }) (addrs, dirs []string) {
	t.Helper()
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "prontos" {
		if addr, dir, ok := strings.Cut(lines.Text(), " em "); ok {
			addrs, dirs = append(addrs, addr), append(dirs, dir)
		}
	}
	require.Len(t, addrs, 4)
	return addrs, dirs
}

func answers(addr string) bool {
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

func endBadly(t *testing.T, how string) {
	for _, s := range []*Server{Postgres(t), MariaDB(t), NewPostgres(t)} {
		fmt.Println(s.Addr(), "em", s.g.dir)
	}
	b := PgBouncer(t, Postgres(t))
	fmt.Println(b.Addr(), "em", b.g.dir)
	fmt.Println("prontos")
	switch how {
	case "panic":
		panic("de propósito")
	case "exit":
		os.Exit(3)
	default:
		select {} // until it is killed
	}
}

// TestSilentServerIsEnded starts a server that listens to nobody: neither it nor
// its folder stays.
func TestSilentServerIsEnded(t *testing.T) {
	MariaDB(t) // skips where nothing is installed
	defer func(limit time.Duration) { startLimit = limit }(startLimit)
	startLimit = 3 * time.Second
	s, err := newServer(mariadbKind, serverOptions{args: []string{"--skip-networking"}})
	require.ErrorContains(t, err, "does not answer")
	require.NoDirExists(t, s.g.dir)
	require.ErrorIs(t, syscall.Kill(s.g.pid, 0), syscall.ESRCH)
}
