package storetest

import (
	"os"
	"syscall"
)

// Files of tests live in memory where that is roomy: waiting for a disk's fsync is
// half of what tests of databases do. What is proved about fsync is proved by writing
// down the calls, and a process that is killed does not take the system's memory with it.
// TMPDIR chooses another place.
func init() {
	const memory, roomy = "/dev/shm", 4 << 30
	if os.Getenv("TMPDIR") == "" && freeToRun(memory) >= roomy {
		_ = os.Setenv("TMPDIR", memory)
	}
}

// freeToRun is how many bytes are free in a folder where programs may run and
// everybody may write.
func freeToRun(folder string) uint64 {
	const noexec = 8 // ST_NOEXEC
	var fs syscall.Statfs_t
	info, err := os.Stat(folder)
	if err != nil || info.Mode().Perm() != 0o777 || syscall.Statfs(folder, &fs) != nil || fs.Flags&noexec != 0 {
		return 0
	}
	return fs.Bavail * uint64(fs.Bsize)
}
