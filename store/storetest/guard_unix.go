//go:build unix

package storetest

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// guardScript owns a folder and the one program that runs in it. It obeys words
// on its stdin, which only the test process holds: when that process ends,
// however it does, the pipe closes, the program dies and the folder goes.
const guardScript = `
dir=$1 last=$2
mkfifo "$dir/born"
end() { [ -e "$dir/ended" ] || kill -s "$1" "$pid"; }
while read -r word; do
  case $word in
  start)
    rm -f "$dir/ended"
    { sh "$dir/run" >>"$dir/log" 2>&1 & echo $! >"$dir/born"; wait $!; echo $? >"$dir/status"; mv "$dir/status" "$dir/ended"; } &
    read -r pid <"$dir/born" ;;
  wait) wait ;;
  *) end "$word" ;;
  esac
  echo "$pid"
done
if [ -n "$pid" ]; then end CONT; end "$last"; wait; fi
rm -rf "$dir"
`

// guard is the test process's end of guardScript.
type guard struct {
	dir  string
	cred *syscall.Credential // nil: ourselves
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	pid  int // of the program
}

// newGuard makes a folder that lives as long as this process. Databases refuse
// to run as root: the first of users that exists takes root's place. last is the
// signal that ends the program for good.
func newGuard(name, last string, users ...string) (*guard, error) {
	dir, err := os.MkdirTemp(sharedTemp(), "monitor-"+name+"-")
	if err != nil {
		return nil, err
	}
	g := &guard{dir: dir}
	if os.Getuid() == 0 {
		if g.cred, err = credential(append(users, "nobody")); err == nil {
			err = os.Chown(dir, int(g.cred.Uid), int(g.cred.Gid))
		}
		if err != nil {
			_ = os.RemoveAll(dir)
			return nil, err
		}
	}
	g.cmd = exec.Command("/bin/sh", "-c", guardScript, "guarda", dir, last) //nolint:noctx // outlives every test's ctx
	// A session of its own: Ctrl-C ends the test process, which ends this one.
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: g.cred, Setsid: true}
	g.cmd.Dir = dir
	// A MariaDB that starts removes the temporary tables of all others in TMPDIR.
	g.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C"}
	if g.in, err = g.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := g.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	g.out = bufio.NewReader(out)
	if err := g.cmd.Start(); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return g, nil
}

// sharedTemp is a folder that every user may enter.
func sharedTemp() string {
	dir := os.TempDir()
	if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o007 == 0o007 {
		return dir
	}
	return "/tmp"
}

func credential(users []string) (*syscall.Credential, error) {
	for _, name := range users {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
	}
	return nil, fmt.Errorf("root needs one of the users %s", strings.Join(users, ", "))
}

func (g *guard) say(word string) error {
	if _, err := io.WriteString(g.in, word+"\n"); err != nil {
		return err
	}
	pid, err := g.out.ReadString('\n')
	if err == nil {
		g.pid, err = strconv.Atoi(strings.TrimSpace(pid))
	}
	return err
}

// write makes a file of the guard's user that nobody else reads.
func (g *guard) write(name, text string) (string, error) {
	path := filepath.Join(g.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return "", err
	}
	if g.cred == nil {
		return path, nil
	}
	return path, os.Chown(path, int(g.cred.Uid), int(g.cred.Gid))
}

// start runs argv as the guard's program.
func (g *guard) start(argv ...string) error {
	quoted := make([]string, len(argv))
	for i, a := range argv {
		quoted[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
	}
	if _, err := g.write("run", "exec "+strings.Join(quoted, " ")+"\n"); err != nil {
		return err
	}
	return g.say("start")
}

// run runs argv to its end.
func (g *guard) run(argv ...string) error {
	if err := g.start(argv...); err != nil {
		return err
	}
	if err := g.say("wait"); err != nil {
		return err
	}
	if code, ended := g.ended(); !ended || code != "0" {
		return fmt.Errorf("%s: exit %s\n%s", filepath.Base(argv[0]), code, g.log())
	}
	return nil
}

// stop asks the program to end and waits for that.
func (g *guard) stop(signal string) error {
	return errors.Join(g.say(signal), g.say("wait"))
}

// kill ends the program and its processes without asking. PostgreSQL's go on for
// a while when only the first is killed.
func (g *guard) kill() error {
	return errors.Join(g.freeze(), g.tell(syscall.SIGKILL), g.say("wait"))
}

// freeze makes the program and its processes stand still; thaw wakes them up.
func (g *guard) freeze() error {
	// The first alone, so that no other is born meanwhile.
	return errors.Join(syscall.Kill(g.pid, syscall.SIGSTOP), g.tell(syscall.SIGSTOP))
}

func (g *guard) thaw() error { return g.tell(syscall.SIGCONT) }

// tell sends a signal to the program and all its processes.
func (g *guard) tell(signal syscall.Signal) error {
	for _, pid := range children(g.pid) {
		_ = syscall.Kill(pid, signal) // may have ended by itself
	}
	return syscall.Kill(g.pid, signal)
}

// children are the processes that parent started. Where there is no /proc they
// are left to notice their parent's end.
func children(parent int) (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, _ := os.ReadFile(path)
		// pid (name) state ppid …; the name may hold anything.
		_, rest, _ := strings.Cut(string(text[max(0, strings.LastIndexByte(string(text), ')')):]), " ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// ended is the program's exit code, once it has one.
func (g *guard) ended() (code string, ended bool) {
	text, err := os.ReadFile(filepath.Join(g.dir, "ended"))
	return strings.TrimSpace(string(text)), err == nil
}

// log is the end of what the program has said.
func (g *guard) log() string {
	text, _ := os.ReadFile(filepath.Join(g.dir, "log"))
	return string(text[max(0, len(text)-4000):])
}

// close ends the program and removes the folder.
func (g *guard) close() {
	_ = g.in.Close()
	_ = g.cmd.Wait()
}

// serve runs argv as a server that answers on db. A server that does not is ended,
// so that no other is started beside it.
func (g *guard) serve(db *sql.DB, argv ...string) error {
	if err := g.start(argv...); err != nil {
		return err
	}
	err := g.await(db)
	if err != nil && !errors.Is(err, errEnded) {
		err = errors.Join(err, g.kill())
	}
	return err
}

// await asks db until it answers or the program has ended.
func (g *guard) await(db *sql.DB) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		if code, ended := g.ended(); ended {
			return fmt.Errorf("%w with %s: %w\n%s", errEnded, code, err, g.log())
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w\n%s", err, g.log())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
