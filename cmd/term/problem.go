package term

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// ErrUnconfirmed says that a destructive command was not confirmed and nothing
// changed.
var ErrUnconfirmed = errors.New("a operação precisa de confirmação; nada foi alterado")

// ProblemError is an error with its sentence and with what to do next, both in
// Portuguese. Kind decides the exit status.
type ProblemError struct {
	Kind     error
	Sentence string
	Hint     string
}

func (p *ProblemError) Error() string { return p.Sentence }

func (p *ProblemError) Unwrap() error { return p.Kind }

// ErrUsage is the kind of every mistake in the command line or configuration.
var ErrUsage = errors.New("uso incorreto")

// ErrFailed is the kind of outcomes that are a plain failure.
var ErrFailed = errors.New("falha")

// UsageError is a mistake in the command line, with a hint that may be empty.
func UsageError(hint, format string, args ...any) error {
	return &ProblemError{Kind: ErrUsage, Sentence: fmt.Sprintf(format, args...), Hint: hint}
}

// ClosedPipe says that the reader of our output went away, which is its right.
func ClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}
