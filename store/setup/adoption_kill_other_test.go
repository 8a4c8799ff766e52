//go:build !linux

package setup_test

var dieBeyond func(limit uint64) error
