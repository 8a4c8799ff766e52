package store_test

import "io/fs"

// inodeOf has no answer here; the test that asks skips.
func inodeOf(fs.FileInfo) uint64 { return 0 }
