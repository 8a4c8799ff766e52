package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is a database server on loopback that ends with this process.
type Server struct {
	// User may do everything, also create databases and users.
	User, Password string
	// CA is the path of the authority whose certificate for localhost and
	// 127.0.0.1 the server shows; "" when the server was not started here.
	CA string

	t    testing.TB // of a private server
	kind family
	addr string
	argv []string // of the server program
	g    *guard
	root *sql.DB

	template template
}

// family is what the kinds of servers do differently.
type family struct {
	name, scheme string
	system       string // the database that is always there
	env          string // names an existing server
	users        []string
	last, polite string // signals: end at once, end in order
	// prepare fills the folder of a new server and returns its command line
	// without the port.
	prepare func(s *Server, o serverOptions) error
	port    func(port int) string
	open    func(s *Server, banco string) (*sql.DB, error)
	drop    func(ctx context.Context, s *Server, banco string) error
	// script makes a copy of the server's template; nil where the server copies.
	script func(ctx context.Context, s *Server) (string, error)
}

type serverOptions struct {
	durable bool
	args    []string
	cert    *Certificate
	noTLS   bool
}

// ServerOption changes a private server.
type ServerOption func(*serverOptions)

// WithArgs appends options to the server's command line: "-c", "max_connections=5"
// or "--max-connections=5".
func WithArgs(args ...string) ServerOption {
	return func(o *serverOptions) { o.args = append(o.args, args...) }
}

// WithCertificate makes the server show another certificate; its CA is then of
// no use.
func WithCertificate(c Certificate) ServerOption {
	return func(o *serverOptions) { o.cert = &c }
}

// WithoutTLS makes the server speak plain text only.
func WithoutTLS() ServerOption { return func(o *serverOptions) { o.noTLS = true } }

// startLimit is generous: machines that run tests are slow.
var startLimit = 5 * time.Minute

// errNoGuard says that this system starts no servers.
var errNoGuard = errors.New("servers are started on Unix only: name one in MONITOR_TEST_POSTGRES or MONITOR_TEST_MYSQL")

// errEnded says that a server ended instead of answering: its port may be taken.
var errEnded = errors.New("the server ended")

// missingError says what to install.
type missingError struct{ program, install string }

func (e *missingError) Error() string {
	return e.program + " was not found: install the package " + e.install
}

// fail skips a test whose server is not installed, and fails it in CI.
func fail(t testing.TB, err error) {
	t.Helper()
	if _, missing := errors.AsType[*missingError](err); (missing || errors.Is(err, errNoGuard)) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	t.Fatal(err)
}

// shared is the server of this process, started by the first test that asks.
type shared struct {
	once sync.Once
	s    *Server
	err  error
}

func (sh *shared) get(t testing.TB, f family) *Server {
	t.Helper()
	sh.once.Do(func() {
		if raw := os.Getenv(f.env); raw != "" {
			sh.s, sh.err = existing(f, raw)
			return
		}
		sh.s, sh.err = newServer(f, serverOptions{})
	})
	if sh.err != nil {
		fail(t, sh.err)
	}
	return sh.s
}

// existing is a server that somebody else runs.
func existing(f family, raw string) (*Server, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%s is not a URL", f.env) // without its password
	}
	s := &Server{kind: f, addr: u.Host, User: u.User.Username()}
	s.Password, _ = u.User.Password()
	s.root, err = f.open(s, f.system)
	return s, err
}

// private starts a server for one test, with durable settings.
func private(t testing.TB, f family, opts []ServerOption) *Server {
	t.Helper()
	o := serverOptions{durable: true}
	for _, opt := range opts {
		opt(&o)
	}
	s, err := newServer(f, o)
	if err != nil {
		fail(t, err)
	}
	s.t = t
	t.Cleanup(func() {
		_ = s.root.Close()
		s.g.close()
	})
	return s
}

func newServer(f family, o serverOptions) (*Server, error) {
	s := &Server{kind: f, User: "dono", Password: rand.Text()}
	var err error
	if s.g, err = newGuard(f.name, f.last, f.users...); err != nil {
		return nil, err
	}
	if err = s.launch(o); err != nil {
		s.g.close()
	}
	return s, err
}

func (s *Server) launch(o serverOptions) error {
	if err := s.certify(&o); err != nil {
		return err
	}
	if err := s.kind.prepare(s, o); err != nil {
		return err
	}
	s.argv = append(s.argv, o.args...)
	return s.startSomewhere()
}

// certify gives the server a certificate, unless the test brought one.
func (s *Server) certify(o *serverOptions) error {
	authority, err := NewAuthority()
	if err != nil {
		return err
	}
	if s.CA, err = s.g.write("autoridade.pem", authority.PEM); err != nil {
		return err
	}
	if o.cert == nil {
		cert, err := authority.Issue(time.Now().Add(24*time.Hour), "localhost", "127.0.0.1", "::1")
		if err != nil {
			return err
		}
		o.cert = &cert
	}
	_, err1 := s.g.write("servidor.pem", o.cert.Cert)
	_, err2 := s.g.write("servidor.key", o.cert.Key)
	return errors.Join(err1, err2)
}

// startSomewhere finds a port. Somebody may take it before the server does: then
// another one.
func (s *Server) startSomewhere() (err error) {
	for range 5 {
		var port int
		if port, err = freePort(); err != nil {
			return err
		}
		s.addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if s.root, err = s.kind.open(s, s.kind.system); err != nil {
			return err
		}
		if err = s.start(); err == nil {
			return nil
		}
		_ = s.root.Close()
		if !errors.Is(err, errEnded) {
			return err // another port would not help
		}
	}
	return err
}

func freePort() (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// start runs the server at its address and waits for its first answer.
func (s *Server) start() error {
	_, port, _ := net.SplitHostPort(s.addr)
	n, _ := strconv.Atoi(port)
	return s.g.serve(s.root, append(slices.Clone(s.argv), s.kind.port(n))...)
}

// Addr is host:port.
func (s *Server) Addr() string { return s.addr }

// URL names a database of the server.
func (s *Server) URL(banco string) string { return s.at(s.addr, banco) }

func (s *Server) at(addr, banco string) string {
	u := url.URL{Scheme: s.kind.scheme, User: url.UserPassword(s.User, s.Password), Host: addr, Path: "/" + banco}
	return u.String()
}

// Database creates an empty database that ends with the test and returns its URL.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	return s.URL(s.NewDatabase(t))
}

// NewDatabase is Database that returns the name. options are appended to CREATE
// DATABASE: "LOCALE 'C' TEMPLATE template0".
func (s *Server) NewDatabase(t testing.TB, options ...string) string {
	t.Helper()
	var b [8]byte
	_, _ = rand.Read(b[:])
	name := fmt.Sprintf("t_%x", b)
	Exec(t, s.root, strings.Join(append([]string{"CREATE DATABASE", name}, options...), " "))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.kind.drop(ctx, s, name); err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
	})
	return name
}

// Root is a connection as the server's owner.
func (s *Server) Root() *sql.DB { return s.root }

// Log is the end of the server's own log.
func (s *Server) Log() string { return s.g.log() }

// Stop ends a private server in order, as a restart of the machine does.
func (s *Server) Stop() { s.must(s.g.stop(s.kind.polite)) }

// Kill ends a private server as a power cut does, except that the system's
// memory survives.
func (s *Server) Kill() { s.must(s.g.kill()) }

// Freeze makes a private server silent: its connections stay and nobody answers.
// Thaw wakes it up.
func (s *Server) Freeze() { s.must(s.g.freeze()) }

// Thaw undoes Freeze.
func (s *Server) Thaw() { s.must(s.g.thaw()) }

// Start starts a private server again, at its address and with its data.
func (s *Server) Start() {
	s.t.Helper()
	var err error
	for range 20 { // what a killed server left may still be dying
		if err = s.start(); err == nil {
			return
		}
	}
	s.must(err)
}

func (s *Server) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// find looks for a server program in PATH and where distributions hide it.
func find(program, install string, folders ...string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real // so that programs beside it are found too
		}
		return path, nil
	}
	var found []string
	for _, pattern := range append(folders, "/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin") {
		matches, _ := filepath.Glob(filepath.Join(pattern, program))
		found = append(found, matches...)
	}
	if len(found) == 0 {
		return "", &missingError{program, install}
	}
	return found[0], nil
}
