//go:build unix

package engine

import "golang.org/x/sys/unix"

// mayWrite asks the system whether this process may write to a file, without
// opening it: closing any descriptor of a file that SQLite holds drops the locks
// of the whole process on it.
func mayWrite(path string) error {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK, unix.AT_EACCESS)
}
