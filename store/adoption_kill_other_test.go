//go:build !linux

package store_test

var morrerAlemDe func(limite uint64) error
