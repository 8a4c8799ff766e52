//go:build linux || darwin

package durable

import "syscall"

// FreeSpace is how much an ordinary user may still write below dir.
func FreeSpace(dir string) (bytes int64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true //nolint:unconvert // narrower on other systems
}
