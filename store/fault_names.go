package store

import "example.com/monitor/store/fault"

type (
	// InvalidError is fault.InvalidError.
	InvalidError = fault.InvalidError
	// RuleError is fault.RuleError.
	RuleError = fault.RuleError
	// UnavailableError is fault.UnavailableError.
	UnavailableError = fault.UnavailableError
)

// What doors know of package fault.
var (
	ErrConflict        = fault.ErrConflict
	ErrForbidden       = fault.ErrForbidden
	ErrIdempotency     = fault.ErrIdempotency
	ErrNotFound        = fault.ErrNotFound
	ErrReadOnly        = fault.ErrReadOnly
	ErrSobrecarga      = fault.ErrSobrecarga
	ErrTooMany         = fault.ErrTooMany
	ErrUnauthenticated = fault.ErrUnauthenticated
	ErrUnavailable     = fault.ErrUnavailable
)
