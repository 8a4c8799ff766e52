package store_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// smallDisk is a folder on a disk of a few MiB, which takes the right to mount one.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=6m"); err != nil {
		t.Skip("montar um disco pequeno pede root: o disco cheio não foi mostrado: ", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir
}
