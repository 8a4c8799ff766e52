package cmd

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// errUnconfirmed says that a destructive command was not confirmed and nothing
// changed.
var errUnconfirmed = errors.New("a operação precisa de confirmação; nada foi alterado")

// problem is an error with its sentence and with what to do next, both in
// Portuguese. Kind decides the exit status.
type problem struct {
	Kind     error
	sentence string
	hint     string
}

func (p *problem) Error() string { return p.sentence }

func (p *problem) Unwrap() error { return p.Kind }

// errUsage is the kind of every mistake in the command line or configuration.
var errUsage = errors.New("uso incorreto")

// errFailed is the kind of outcomes that are a plain failure.
var errFailed = errors.New("falha")

func usageError(hint, format string, args ...any) error {
	return &problem{Kind: errUsage, sentence: fmt.Sprintf(format, args...), hint: hint}
}

// closedPipe says that the reader of our output went away, which is its right.
func closedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}
