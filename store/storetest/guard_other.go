//go:build !unix

package storetest

import "database/sql"

// guard starts nothing here: tests use MONITOR_TEST_POSTGRES and
// MONITOR_TEST_MYSQL, or only SQLite.
type guard struct{ dir string }

func newGuard(string, string, ...string) (*guard, error) { return nil, errNoGuard }

func (*guard) write(string, string) (string, error) { return "", errNoGuard }

func (*guard) serve(*sql.DB, ...string) error { return errNoGuard }

func (*guard) run(...string) error { return errNoGuard }

func (*guard) kill() error { return errNoGuard }

func (*guard) ended() (string, bool) { return "", false }

func (*guard) freeze() error { return errNoGuard }

func (*guard) thaw() error { return errNoGuard }

func (*guard) stop(string) error { return errNoGuard }

func (*guard) log() string { return "" }

func (*guard) close() {}
