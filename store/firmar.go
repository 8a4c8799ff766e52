package store

import (
	"os"
	"path/filepath"
)

// fsync puts a file on the disk, or the names in a folder. Tests stand before it.
var fsync = (*os.File).Sync

// syncDir makes the name of a file survive a power cut, where folders can be
// synced.
func syncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fileError(path, err)
	}
	_ = fsync(d)
	return d.Close()
}
