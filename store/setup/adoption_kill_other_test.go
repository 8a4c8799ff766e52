//go:build !linux

package setup_test

var morrerAlemDe func(limite uint64) error
