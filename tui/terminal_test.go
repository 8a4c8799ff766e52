//go:build unix

package tui

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// tmux is a real terminal with a real program in it.
type tmux struct {
	*testing.T
	socket string
}

func newTmux(t *testing.T, w, h int, env ...string) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("tmux is missing")
		}
		t.Skip("tmux is not installed")
	}
	x := &tmux{t, filepath.Join(t.TempDir(), "tmux")}
	exe, err := os.Executable()
	require.NoError(t, err)
	script := "env -u CI " + strings.Join(env, " ") + " '" + exe + "'; echo SAIU $?; stty -a; cat"
	x.run("-f", "/dev/null", "new-session", "-d", "-x", strconv.Itoa(w), "-y", strconv.Itoa(h), script)
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", x.socket, "kill-server").Run() })
	return x
}

func (x *tmux) run(args ...string) string {
	x.Helper()
	out, err := exec.Command("tmux", append([]string{"-u", "-S", x.socket}, args...)...).CombinedOutput()
	require.NoError(x, err, string(out))
	return string(out)
}

func (x *tmux) screen() string { return x.run("capture-pane", "-p") }

func (x *tmux) keys(names ...string) {
	for _, n := range names {
		x.run("send-keys", n)
	}
}

func (x *tmux) sees(texts ...string) {
	x.Helper()
	var last string
	ok := func() bool {
		last = x.screen()
		for _, t := range texts {
			if !strings.Contains(last, t) {
				return false
			}
		}
		return true
	}
	for deadline := time.Now().Add(patiently); !ok(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			x.Fatalf("never saw %q:\n%s", texts, last)
		}
	}
}

// restored says that the shell has its terminal back as it was.
func (x *tmux) restored() {
	x.Helper()
	x.sees("SAIU", "speed")
	require.Equal(x, "0 1", strings.TrimSpace(x.run("display-message", "-p", "#{alternate_on} #{cursor_flag}")))
	require.NotContains(x, x.screen(), "-icanon")
	require.NotContains(x, x.screen(), "-echo ")
}

func database(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "clientes.db")
	fill(t, storetest.Open(t, path).As(testOperator))
	return path
}

func TestRealTerminalJourney(t *testing.T) {
	path := database(t)
	x := newTmux(t, 100, 30, "TUI_TESTE_MODO=console", "TUI_TESTE_BANCO="+path)
	x.sees("Clientes · 5", "Antônia Conceição", "atualizado há")
	require.Contains(t, x.run("capture-pane", "-p", "-e"), "\x1b[1m\x1b[97m\x1b[44m❯", "the selection has its colours")
	x.keys("/", "a", "n", "t", "o", "n", "i", "a")
	x.sees("Clientes · 1", "❯ ● Antônia Conceição")
	x.keys("Enter", "Enter")
	x.sees("Identificação", "p2@empresa.com.br")
	x.keys("e", "Tab", "C-u", "2", "1", "2", "2", "2", "2", "3", "3", "3", "3", "C-s")
	x.sees("salvas.", "2122223333")
	x.keys("Escape")
	x.sees("/ antonia")
	x.keys("Escape")
	x.sees("Clientes · 5")
	x.run("resize-window", "-x", "40", "-y", "12")
	x.sees("❯ ● Antônia")
	x.run("resize-window", "-x", "18", "-y", "4")
	x.sees("20×5")
	x.run("resize-window", "-x", "100", "-y", "30")
	x.sees("❯ ● Antônia")
	x.keys("?")
	x.sees("Buscar")
	x.keys("q")
	x.sees("SAIU 0")
	x.restored()
}

func TestRealTerminalKeepsWhatIsCopied(t *testing.T) {
	x := newTmux(t, 100, 30, "TUI_TESTE_MODO=console", "TUI_TESTE_BANCO="+database(t))
	x.run("set", "-g", "set-clipboard", "on")
	x.sees("❯ ● MARIA JOÃO")
	x.keys("y", "Down", "Enter")
	x.sees("enviado à área de transferência")
	require.Eventually(t, func() bool {
		out, err := exec.Command("tmux", "-S", x.socket, "show-buffer").Output()
		return err == nil && string(out) == "MARIA JOÃO"
	}, patiently, 50*time.Millisecond)
}

func TestRealTerminalOnTheLegacyDatabase(t *testing.T) {
	path := storetest.Flask(t)
	storetest.Open(t, path)
	x := newTmux(t, 120, 40, "NO_COLOR=1", "TUI_TESTE_MODO=console", "TUI_TESTE_BANCO="+path)
	x.sees("Clientes · 27", "❯ ", "23/11/2026")
	require.NotContains(t, x.run("capture-pane", "-p", "-e"), "\x1b[", "NO_COLOR is respected")
	x.keys("/", "j", "o", "a", "o")
	x.sees("/ joao")
	x.keys("C-c")
	x.restored()
}

func TestPanicsGiveTheTerminalBackAndLeaveATrace(t *testing.T) {
	path := database(t)
	for _, where := range []string{"update", "cmd", "view"} {
		t.Run(where, func(t *testing.T) {
			logs := t.TempDir()
			x := newTmux(t, 200, 40, "TUI_TESTE_MODO="+where, "TUI_TESTE_BANCO="+path, "TUI_TESTE_LOGS="+logs)
			x.sees("Clientes · 5")
			x.keys("X")
			x.sees("SAIU 1", "erro interno", logs)
			x.restored()
			files, err := filepath.Glob(filepath.Join(logs, "*.log"))
			require.NoError(t, err)
			require.Len(t, files, 1)
			info, err := os.Stat(files[0])
			require.NoError(t, err)
			require.EqualValues(t, 0o600, info.Mode().Perm())
			trace, err := os.ReadFile(files[0])
			require.NoError(t, err)
			require.Contains(t, string(trace), "falha de teste em "+where)
			require.Contains(t, string(trace), "child_test.go")
		})
	}
}

// program runs this test binary in a pseudo-terminal of its own.
type program struct {
	*testing.T
	cmd    *exec.Cmd
	master *os.File
	tty    *os.File
	before *term.State
	mu     sync.Mutex
	out    bytes.Buffer
	ended  chan struct{}
}

func newProgram(t *testing.T, env ...string) *program {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	p := &program{T: t, cmd: exec.Command(exe), ended: make(chan struct{})}
	p.master, p.tty, err = pty.Open()
	require.NoError(t, err)
	require.NoError(t, pty.Setsize(p.master, &pty.Winsize{Rows: 24, Cols: 80}))
	p.before, err = term.GetState(p.tty.Fd())
	require.NoError(t, err)
	p.cmd.Env = append(clean(os.Environ()), env...)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = p.tty, p.tty, p.tty
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	require.NoError(t, p.cmd.Start())
	go p.read()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.tty.Close()
		_ = p.master.Close()
		<-p.ended
	})
	return p
}

// clean drops what would make the terminal look dumb.
func clean(env []string) []string {
	var out []string
	for _, e := range env {
		if !strings.HasPrefix(e, "CI=") && !strings.HasPrefix(e, "TERM=") && !strings.HasPrefix(e, "NO_COLOR=") {
			out = append(out, e)
		}
	}
	return append(out, "TERM=xterm-256color")
}

func (p *program) read() {
	defer close(p.ended)
	buf := make([]byte, 4096)
	for {
		n, err := p.master.Read(buf)
		p.mu.Lock()
		p.out.Write(buf[:n])
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *program) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

func (p *program) sees(text string) {
	p.Helper()
	require.Eventually(p, func() bool { return strings.Contains(p.output(), text) }, patiently, 20*time.Millisecond)
}

func TestSignalsGiveTheTerminalBack(t *testing.T) {
	path := database(t)
	for name, sig := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP, "SIGINT": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			p := newProgram(t, "TUI_TESTE_MODO=console", "TUI_TESTE_BANCO="+path)
			p.sees("Antônia")
			require.NoError(t, p.cmd.Process.Signal(sig))
			var exit *exec.ExitError
			require.True(t, errors.As(p.cmd.Wait(), &exit))
			require.Equal(t, 1, exit.ExitCode(), "it ends by itself, not by the signal")
			p.sees("encerrado por um sinal")
			out := p.output()
			require.Greater(t, strings.LastIndex(out, "\x1b[?1049l"), strings.LastIndex(out, "Antônia"))
			require.Greater(t, strings.LastIndex(out, "\x1b[?25h"), strings.LastIndex(out, "\x1b[?25l"))
			after, err := term.GetState(p.tty.Fd())
			require.NoError(t, err)
			require.Equal(t, p.before, after)
		})
	}
}

// A program that links the console must not ask the terminal anything when it
// does something else: a terminal that stays silent would cost five seconds.
func TestOtherCommandsDoNotAskTheTerminal(t *testing.T) {
	p := newProgram(t, "TUI_TESTE_MODO=outro-comando")
	require.NoError(t, p.cmd.Wait())
	p.sees("feito")
	require.Equal(t, "feito\r\n", p.output())
}
