package cmd

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"example.com/monitor/cmd/term"
)

// portHolder names the program that listens on a TCP port, as far as /proc
// shows it to this user; "" when it cannot be told.
func portHolder(port string) string {
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return ""
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if inode := listeningInode(table, fmt.Sprintf("%04X", n)); inode != "" {
			return inodeHolder("socket:[" + inode + "]")
		}
	}
	return ""
}

// listeningInode finds the socket in state LISTEN (0A) on a port in hex.
func listeningInode(table, port string) string {
	f, err := os.Open(table)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		cols := strings.Fields(lines.Text())
		if len(cols) > 9 && cols[3] == "0A" && strings.HasSuffix(cols[1], ":"+port) {
			return cols[9]
		}
	}
	return ""
}

func inodeHolder(link string) string {
	fds, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err != nil || to != link {
			continue
		}
		pid := strings.Split(fd, "/")[2]
		name, err := os.ReadFile(filepath.Join("/proc", pid, "comm"))
		if err != nil {
			return "processo " + pid
		}
		return fmt.Sprintf("%s (processo %s)", term.OneLine(strings.TrimSpace(string(name))), pid)
	}
	return ""
}
