//go:build !unix

package engine

import "os"

// mayWrite tries whether this process may write to a file. Where locks belong to
// a handle, another one may come and go.
func mayWrite(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return f.Close()
}
