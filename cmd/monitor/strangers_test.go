package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// strangers are other people's programs on our file: Debian's sqlite3 and Python's.
// Each opens the database, does its work and closes it again, which is when SQLite
// tidies up after what it takes for the last user.
type strangers struct {
	*rehearsal
	banco    string
	rows     atomic.Int64 // written by them and acknowledged to them
	runs     atomic.Int64
	failures atomic.Int64
}

// strangers starts them until stop is called; nil where neither program is installed.
func (e *rehearsal) strangers() (s *strangers, stop func()) {
	e.t.Helper()
	s = &strangers{rehearsal: e, banco: filepath.Join(e.dir, "clientes.db")}
	_, noShell := exec.LookPath("sqlite3")
	_, noPython := exec.LookPath("python3")
	if noShell != nil && noPython != nil {
		require.Empty(e.t, os.Getenv("CI"), "sqlite3 and python3 are missing")
		return nil, func() {}
	}
	s.sql("CREATE TABLE IF NOT EXISTS alheia(id INTEGER PRIMARY KEY AUTOINCREMENT, texto TEXT)")
	var work []func()
	if noShell == nil {
		work = append(work, s.reads, s.writes, s.backs, s.vacuums)
	}
	if noPython == nil {
		work = append(work, s.pythonReads, s.pythonWrites)
	}
	ended := make(chan struct{})
	var working sync.WaitGroup
	for _, fn := range work {
		working.Go(func() {
			for {
				select {
				case <-ended:
					return
				case <-time.After(time.Duration(rand.IntN(40)) * time.Millisecond):
					fn()
				}
			}
		})
	}
	return s, func() { close(ended); working.Wait() }
}

// try runs a program and says whether it did what it was asked. Theirs may find the
// file busy; anything else is a wrong answer of the file.
func (s *strangers) try(name string, args ...string) (out string, ok bool) {
	cmd := exec.Command(name, args...)
	text, err := cmd.CombinedOutput()
	s.runs.Add(1)
	if err == nil {
		return strings.TrimSpace(string(text)), true
	}
	if !bytes.Contains(text, []byte("locked")) && !bytes.Contains(text, []byte("busy")) {
		s.mu.Lock()
		s.wrong = append(s.wrong, fmt.Sprintf("%s %v: %v: %s", name, args, err, text))
		s.mu.Unlock()
	}
	s.failures.Add(1)
	return "", false
}

func (s *strangers) shell(text string) (string, bool) {
	return s.try("sqlite3", "-cmd", ".timeout 10000", s.banco, text)
}

func (s *strangers) reads() {
	s.shell("SELECT count(*) FROM clientes; SELECT count(*) FROM monitor_trilha")
}

func (s *strangers) writes() {
	if _, ok := s.shell("BEGIN IMMEDIATE; INSERT INTO alheia(texto) VALUES ('shell'); INSERT INTO alheia(texto) VALUES ('shell'); COMMIT"); ok {
		s.rows.Add(2)
	}
}

func (s *strangers) backs() {
	to := filepath.Join(s.t.TempDir(), "copia.db")
	if _, ok := s.try("sqlite3", "-cmd", ".timeout 10000", s.banco, ".backup '"+to+"'"); ok {
		said, ok := s.try("sqlite3", to, "PRAGMA integrity_check")
		if ok && said != "ok" {
			s.mu.Lock()
			s.wrong = append(s.wrong, "their copy: "+said)
			s.mu.Unlock()
		}
	}
}

func (s *strangers) vacuums() {
	s.shell([]string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)", "ANALYZE", "PRAGMA journal_mode=DELETE"}[rand.IntN(4)])
}

const pythonReads = `import sqlite3, sys
c = sqlite3.connect(sys.argv[1], timeout=10)
c.execute("SELECT count(*), max(id) FROM clientes").fetchall()
c.close()`

const pythonWrites = `import sqlite3, sys
c = sqlite3.connect(sys.argv[1], timeout=10, isolation_level="IMMEDIATE")
for i in range(5):
    with c:
        c.execute("INSERT INTO alheia(texto) VALUES ('python')")
    print(i, flush=True)
c.close()`

func (s *strangers) pythonReads() { s.try("python3", "-c", pythonReads, s.banco) }

func (s *strangers) pythonWrites() {
	if _, ok := s.try("python3", "-c", pythonWrites, s.banco); ok {
		s.rows.Add(5)
	}
}

// sql runs one statement that must succeed, with whichever program there is.
func (s *strangers) sql(text string) string {
	s.t.Helper()
	if _, err := exec.LookPath("sqlite3"); err == nil {
		out, ok := s.shell(text)
		require.True(s.t, ok, text)
		return out
	}
	out, ok := s.try("python3", "-c", `import sqlite3, sys
c = sqlite3.connect(sys.argv[1], timeout=10)
for r in c.execute(sys.argv[2]): print(*r)
c.commit()`, s.banco, text)
	require.True(s.t, ok, text)
	return out
}

// verify looks at both sides after everybody has ended.
func (s *strangers) verify() {
	s.t.Helper()
	require.Equal(s.t, "ok", s.sql("PRAGMA integrity_check"))
	var kept int64
	_, err := fmt.Sscan(s.sql("SELECT count(*) FROM alheia"), &kept)
	require.NoError(s.t, err)
	require.GreaterOrEqual(s.t, kept, s.rows.Load(), "rows that others had committed are lost")
	require.Positive(s.t, s.rows.Load(), "they must have written")
	s.rehearsal.verify()
	s.t.Logf(
		"%d runs of other programs (%d found it busy), %d rows of theirs acknowledged, 0 lost",
		s.runs.Load(),
		s.failures.Load(),
		s.rows.Load(),
	)
}

const noStrangers = "sqlite3 e python3 não estão instalados: nada foi mostrado com programas alheios"

// TestStrangersBesideServe ends the server again and again, by kill -9 and by TERM,
// while others read, write, copy and vacuum the same file: nobody loses a row that
// was acknowledged to them.
func TestStrangersBesideServe(t *testing.T) {
	e := newRehearsal(t, "DATABASE_URL=sqlite:///clientes.db", "MONITOR_BANCO=")
	address := strings.TrimPrefix(e.url, "http://")
	s, leave := e.strangers()
	if s == nil {
		t.Skip(noStrangers)
	}
	stop := e.writers(4)
	n := 3
	if inFull() {
		n = 50
	}
	for i := range n {
		had := s.runs.Load()
		e.next()
		require.Eventually(t, func() bool { return s.runs.Load() > had+3 }, 2*time.Minute, 5*time.Millisecond, "nobody else works")
		e.next()
		pause(t.Context(), time.Duration(rand.IntN(100))*time.Millisecond)
		if i%2 == 0 {
			require.NoError(t, e.cmd.Process.Kill())
			require.Error(t, <-e.ended)
		} else {
			require.NoError(t, e.cmd.Process.Signal(syscall.SIGTERM))
			require.NoError(t, <-e.ended, "%s", e.said.String())
		}
		e.start(address)
	}
	e.next()
	stop()
	e.stop()
	leave()
	s.verify()
}

// TestReaderThatLeavesTakesNothingAlong is the shortest way in which rows were lost:
// another program reads, and is the last to close the file as far as the locks tell.
func TestReaderThatLeavesTakesNothingAlong(t *testing.T) {
	e := newRehearsal(t, "DATABASE_URL=sqlite:///clientes.db", "MONITOR_BANCO=")
	s, leave := e.strangers()
	if s == nil {
		t.Skip(noStrangers)
	}
	leave()
	for range 3 {
		s.sql("SELECT count(*) FROM clientes")
		for _, end := range []string{"-wal", "-shm"} {
			require.FileExists(t, s.banco+end, "another program has taken the live journal away")
		}
		e.createOne()
	}
	require.NoError(t, e.cmd.Process.Kill())
	require.Error(t, <-e.ended)
	e.verify()
}

// TestFilesTakenAwayFromServe takes the files from under the server: the next
// change is not acknowledged, the server says why and what to do, writes no more,
// and leaves in peace what lies there then.
func TestFilesTakenAwayFromServe(t *testing.T) {
	for _, end := range []string{"", "-wal", "-shm"} {
		t.Run("clientes.db"+end, func(t *testing.T) {
			e := newRehearsal(t, "DATABASE_URL=sqlite:///clientes.db", "MONITOR_BANCO=")
			e.createOne()
			banco := filepath.Join(e.dir, "clientes.db")
			require.NoError(t, os.Rename(banco+end, banco+end+".levado"))
			if end == "" {
				require.NoError(t, os.WriteFile(banco, nil, 0o600))
			}
			why := e.refused(http.MethodPost, "/api/db/clientes", map[string]any{"nome": "Tarde", "email": "tarde@empresa.com"})
			require.Contains(t, why, "reiniciar o monitor")
			e.refused(http.MethodGet, "/readyz", nil)
			status, _ := e.ask(http.MethodGet, "/api/db/clientes", nil)
			require.Equal(t, http.StatusServiceUnavailable, status, "what cannot be found again is not shown either")
			require.Equal(t, http.StatusOK, e.probe("/livez"))

			require.NoError(t, e.cmd.Process.Signal(syscall.SIGTERM))
			<-e.ended
			require.Contains(t, e.said.String(), "pare este programa")
			if end == "" {
				info, err := os.Stat(banco)
				require.NoError(t, err)
				require.Zero(t, info.Size(), "what lies there is somebody else's")
			}
			saved, err := filepath.Glob(banco + ".resgate-*")
			require.NoError(t, err)
			require.Len(t, saved, 1, "what was acknowledged is in the files that are gone: %s", e.said.String())
			e.run("restaurar", saved[0], "--sim")
			e.tried["tarde@empresa.com"] = true // it was not acknowledged, and may be there
			e.verify()
		})
	}
}

// refused asks until the answer says that the files are gone; a slow machine may run out
// of time first. Never is anything but 503 answered.
func (e *rehearsal) refused(method, path string, body any) (why string) {
	e.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; pause(e.t.Context(), 20*time.Millisecond) {
		status, answer := e.ask(method, path, body)
		require.Equal(e.t, http.StatusServiceUnavailable, status)
		why = fmt.Sprint(answer["error"])
		if strings.Contains(why, "apagado, movido ou trocado") || time.Now().After(deadline) {
			break
		}
	}
	require.Contains(e.t, why, "apagado, movido ou trocado")
	return why
}

// createOne makes one client, which must be acknowledged.
func (e *rehearsal) createOne() {
	e.t.Helper()
	had := e.acknowledged()
	e.create(e.t.Context())
	require.Equal(e.t, had+1, e.acknowledged(), "%v", e.wrong)
}
