package verdict

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// stderrOf is the standard error of a process, nil where it cannot be had. It is the
// very same open file, so that both writers go on where the other one ended; opened by
// its name, a file would be written over.
func stderrOf(pid int) *os.File {
	if process, err := unix.PidfdOpen(pid, 0); err == nil {
		defer unix.Close(process)
		if fd, err := unix.PidfdGetfd(process, 2, 0); err == nil {
			return os.NewFile(uintptr(fd), "stderr") //nolint:gosec // not negative
		}
	}
	path := filepath.Join("/proc", strconv.Itoa(pid), "fd", "2")
	if info, err := os.Stat(path); err != nil || info.Mode()&fs.ModeType == 0 {
		return nil // a file
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil
	}
	return out
}
