//go:build !linux && !darwin && !windows

package durable

// FreeSpace is not known here.
func FreeSpace(string) (bytes int64, known bool) { return 0, false }
