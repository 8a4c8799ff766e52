//go:build unix

package store_test

import (
	"io/fs"
	"syscall"
)

// inodeOf tells files apart by what stays when their names change.
func inodeOf(info fs.FileInfo) uint64 { return info.Sys().(*syscall.Stat_t).Ino }
