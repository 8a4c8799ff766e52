package verdict

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/monitor/store/storetest"
)

// tools are the programs that tests use besides servers, with their packages.
var tools = map[string][]string{
	"chromium-headless-shell": {"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"},
	"tmux":                    {"tmux"},
	"python3":                 {"python3"},
	"bash":                    {"bash"},
}

// TestNothingWasMissing tells what other tests skipped. Of a package that passes
// `go test ./...` shows one line and nothing that it printed, so this goes to the
// standard error of the go command itself, after the other packages. In CI what is
// missing is a failure.
func TestNothingWasMissing(t *testing.T) {
	everyTime()
	missing := storetest.Missing()
	for name, programs := range tools {
		if !slices.ContainsFunc(programs, func(p string) bool { _, err := exec.LookPath(p); return err == nil }) {
			missing = append(missing, name+" was not found: install the package "+name)
		}
	}
	slices.Sort(missing)
	if len(missing) == 0 {
		tell(t, "every engine and tool was there: PostgreSQL, MariaDB, PgBouncer, Chromium, tmux, Python, bash")
		return
	}
	tell(t, "SKIPPED what needs these: "+strings.Join(missing, "; "))
	if os.Getenv("CI") != "" {
		t.Fatal("in CI everything is there")
	}
	t.Skip("see above")
}

// everyTime keeps the go command from showing an earlier result, which says nothing:
// a list of what the test depends on that it cannot read makes none to keep.
func everyTime() {
	log := flag.Lookup("test.testlogfile")
	if log == nil || log.Value.String() == "" {
		return
	}
	if f, err := os.OpenFile(log.Value.String(), os.O_WRONLY, 0); err == nil {
		_, _ = f.WriteAt([]byte("each time\n"), 1<<16) // behind what testing writes at the end
		_ = f.Close()
	}
}

// tell writes a line where the go command that runs this test writes its errors.
func tell(t *testing.T, line string) {
	t.Helper()
	t.Log(line)
	parent := filepath.Join("/proc", strconv.Itoa(os.Getppid()))
	if name, err := os.ReadFile(filepath.Join(parent, "comm")); err != nil || strings.TrimSpace(string(name)) != "go" {
		return // no Linux, or no go command
	}
	awaitOthers(os.Getppid())
	if out := stderrOf(os.Getppid()); out != nil {
		fmt.Fprintln(out, "tests:", line)
		_ = out.Close()
	}
}

// awaitOthers waits until this is the only test that the go command runs. As the last
// one in the order it keeps nobody from starting.
func awaitOthers(parent int) {
	for deadline := time.Now().Add(8 * time.Minute); time.Now().Before(deadline) && otherTests(parent); {
		time.Sleep(2 * time.Second)
	}
}

func otherTests(parent int) bool {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, _ := os.ReadFile(path)
		// pid (name) state ppid …; names are cut to 15 letters.
		head, rest, _ := strings.Cut(string(text), ") ")
		pid, name, _ := strings.Cut(head, " (")
		fields := strings.Fields(rest)
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) && strings.HasSuffix(name, ".test") && pid != strconv.Itoa(os.Getpid()) {
			return true
		}
	}
	return false
}
