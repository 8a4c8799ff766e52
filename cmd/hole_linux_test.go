package cmd

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hole is a port that swallows packets: its queue of connections is full, and the
// kernel drops every further one without an answer.
func hole(t *testing.T) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Close(fd) })
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	require.NoError(t, syscall.Listen(fd, 0))
	sa, err := syscall.Getsockname(fd)
	require.NoError(t, err)
	addr := fmt.Sprintf("127.0.0.1:%d", sa.(*syscall.SockaddrInet4).Port)
	for range 16 {
		conn, err := net.DialTimeout("tcp", addr, 300*time.Millisecond)
		if err != nil {
			return addr
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	require.Empty(t, os.Getenv("CI"), "this kernel takes every connection")
	t.Skip("this kernel takes every connection")
	return ""
}

func TestSetupBeforeAHostThatDropsPackets(t *testing.T) {
	requireFault(t, failureCase{"dropped packets", plainFault(func(t *testing.T) string {
		return "mysql://ana:" + secret + "@" + hole(t) + "/c"
	}), "tcp", "sem_resposta", failed, "firewall", exitUnavailable})
}
