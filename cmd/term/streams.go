package term

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Streams are the standard streams of one run and what is known of the
// terminal behind them.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
	// InTerminal, OutTerminal and ErrTerminal say which of them are terminals.
	InTerminal, OutTerminal, ErrTerminal bool
	// Width returns the columns of the terminal; nil means 80.
	Width func() int
}

// System returns the streams of this process.
func System() Streams {
	return Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Width:       systemWidth,
	}
}

func systemWidth() int {
	w, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 0
	}
	return w
}

// Columns is the width to fit tables to.
func (s Streams) Columns() int {
	if s.Width == nil {
		return 80
	}
	if w := s.Width(); w > 0 {
		return w
	}
	return 80
}

// Terminal is the person, or the pipe, at the other end of one run.
type Terminal struct {
	Streams
	Secrets *redactor
}

// NewTerminal masks what is written to Err from here on.
func NewTerminal(s Streams) *Terminal {
	t := &Terminal{Streams: s, Secrets: NewRedactor()}
	t.Err = &RedactingWriter{To: s.Err, R: t.Secrets}
	return t
}
