package storetest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Locks lists the locks that process pid has on the file at path, as the kernel
// counts them: its kind and range, one a line, nothing for none.
func Locks(t testing.TB, pid int, path string) (held []string) {
	t.Helper()
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	text, err := os.ReadFile("/proc/locks")
	if err != nil {
		t.Skip("this system does not show its locks: ", err)
	}
	for line := range strings.Lines(string(text)) {
		// 1: POSIX  ADVISORY  READ 4711 08:01:1234 128 128
		f := strings.Fields(line)
		if len(f) == 8 && f[4] == strconv.Itoa(pid) && strings.HasSuffix(f[5], fmt.Sprintf(":%d", st.Ino)) {
			held = append(held, strings.Join([]string{f[1], f[3], f[6], f[7]}, " "))
		}
	}
	return held
}

// Deleted lists what process pid has open although it was deleted, below dir.
func Deleted(t testing.TB, pid int, dir string) (gone []string) {
	t.Helper()
	at := fmt.Sprintf("/proc/%d/fd", pid)
	list, err := os.ReadDir(at)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		name, err := os.Readlink(at + "/" + e.Name())
		if err == nil && strings.HasPrefix(name, dir) && strings.HasSuffix(name, " (deleted)") {
			gone = append(gone, name)
		}
	}
	return gone
}
