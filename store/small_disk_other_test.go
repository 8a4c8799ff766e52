//go:build !linux

package store_test

import "testing"

func smallDisk(t *testing.T) string {
	t.Helper()
	t.Skip("um disco pequeno só é montado no Linux")
	return ""
}
