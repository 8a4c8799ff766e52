package durable

import (
	"os"
	"path/filepath"

	"example.com/monitor/store/fault"
)

// Fsync puts a file on the disk, or the names in a folder. Tests stand before it.
var Fsync = (*os.File).Sync

// SyncDir makes the name of a file survive a power cut, where folders can be
// synced.
func SyncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fault.File(path, err)
	}
	_ = Fsync(d)
	return d.Close()
}
