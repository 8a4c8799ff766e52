package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// CrashError says that the console met a bug and ended. The terminal has been
// given back and the trace is in File.
type CrashError struct {
	File  string // absolute path, "" when no file could be written
	Trace string // what was or would have been in the file
}

func (e *CrashError) Error() string {
	if e.File == "" {
		return "o console encontrou um erro interno e foi encerrado:\n" + e.Trace
	}
	return "o console encontrou um erro interno e foi encerrado; os detalhes estão em " + e.File
}

// blackBox keeps the first panic, wherever it happened.
type blackBox struct {
	mu    sync.Mutex
	trace string
	// kill ends the program without waiting for its event loop.
	kill func()
}

// record is deferred where a panic may come out. It ends the program.
func (b *blackBox) record() {
	if r := recover(); r != nil {
		b.keep(r, debug.Stack())
	}
}

func (b *blackBox) keep(r any, stack []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trace == "" {
		b.trace = fmt.Sprintf("panic: %v\n\n%s", r, stack)
	}
	if b.kill != nil {
		b.kill()
	}
}

// crash is the recorded panic as an error, nil when there was none.
func (b *blackBox) crash(dir string, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trace == "" {
		return nil
	}
	return &CrashError{File: writeTrace(dir, now, b.trace), Trace: b.trace}
}

// writeTrace leaves the trace where only its owner can read it and returns its
// path, "" when it could not.
func writeTrace(dir string, now time.Time, trace string) string {
	if dir == "" {
		dir = os.TempDir()
	}
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	f, err := os.CreateTemp(dir, "monitor-tui-"+now.UTC().Format("20060102-150405")+"-*.log") // made 0600
	if err != nil {
		return ""
	}
	_, err = f.WriteString(trace)
	if f.Close() != nil || err != nil {
		return ""
	}
	path, err := filepath.Abs(f.Name())
	if err != nil {
		return f.Name()
	}
	return path
}

// shield is the model that bubbletea sees. A panic in Update, View or a command
// is recorded instead of being printed over the screen.
type shield struct {
	model tea.Model
	box   *blackBox
}

func (s *shield) Init() tea.Cmd {
	defer s.box.record()
	return s.guard(s.model.Init())
}

func (s *shield) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	defer s.box.record()
	var next tea.Cmd
	s.model, next = s.model.Update(msg)
	return s, s.guard(next)
}

func (s *shield) View() string {
	defer s.box.record()
	return s.model.View()
}

// guard wraps a command, and those that it returns in a batch.
func (s *shield) guard(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		defer s.box.record()
		msg := cmd()
		batch, ok := msg.(tea.BatchMsg)
		if !ok {
			return msg
		}
		for i, c := range batch {
			batch[i] = s.guard(c)
		}
		return batch
	}
}
