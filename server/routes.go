package server

import (
	"context"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// grant says how much of a route one kind of caller gets.
type grant string

const (
	no  grant = "–"   // refused: 401 for strangers, 403 for everybody else
	own grant = "own" // what is the caller's own; the rest looks as if it did not exist
	all grant = "all"
)

// grants is a row of the role table. It is written without keys, so that a new
// column fails to compile until every row fills it.
type grants struct {
	nobody, usuario, moderador, admin, leitura, agente, dispositivo grant
}

// trait marks what sets a route apart.
type trait uint

const (
	anonymous      trait = 1 << iota // credentials are not looked at
	lenient                          // a credential that fails counts as none
	beforePassword                   // open to people who must change their password first
	sessionOnly                      // its 401 speaks of the session, as old clients expect
	freeBody                         // the body is limited in size but not judged
	creates                          // answers 201
	webOnly                          // sets or clears the cookie, so the origin is always checked
	hidden                           // left out of the OpenAPI document
	transition                       // open to callers of the old days while the owner changes over
	password                         // compares a password, so too many tries are answered with 429
	telemetry                        // leaves no audit row: a sign of life or a note, nothing that somebody decides
	largeBody                        // takes maxLargeBody instead of maxBody
	downloads                        // answers with a file
	single                           // one at a time, and as long as it takes
	file                             // the body is a file: up to maxFile, and not judged
	streams                          // answers with events until somebody leaves
)

// route is one row of the table.
type route struct {
	method, path string
	grants       grants
	bind         binding
	summary      string
	traits       trait
}

func (r route) is(t trait) bool { return r.traits&t != 0 }

// binding attaches a route to the server.
type binding func(*Server, route)

// page serves a route with a plain handler, without a guard: for what is public
// and not JSON.
func page(h http.Handler) binding {
	return func(s *Server, r route) { s.mux.Handle(r.method+" "+r.path, h) }
}

// operation serves a route with a typed function. I holds the parameters and,
// as a field named Body, what decode.go reads from the request's body.
func operation[I, O any](do func(context.Context, *I) (*O, error)) binding {
	return func(s *Server, r route) {
		huma.Register(s.api, s.describe(r), func(ctx context.Context, in *I) (*O, error) {
			if !r.is(streams | single) {
				limited, cancel := callFrom(ctx).deadline(ctx)
				defer cancel()
				ctx = limited
			}
			if err := decodeInput(ctx, in); err != nil {
				return nil, s.fail(ctx, err)
			}
			out, err := do(ctx, in)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			return out, nil
		})
	}
}

func (s *Server) register(r route) { r.bind(s, r) }

// routeMux is a ServeMux that remembers its patterns, so that a test can compare
// what is served with what the table grants.
type routeMux struct {
	*http.ServeMux
	patterns []string
}

func newRouteMux() *routeMux { return &routeMux{ServeMux: http.NewServeMux()} }

// Handle registers a plain handler.
func (m *routeMux) Handle(pattern string, h http.Handler) {
	m.patterns = append(m.patterns, pattern)
	m.ServeMux.Handle(pattern, h)
}

// HandleFunc is what huma's adapter calls.
func (m *routeMux) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, http.HandlerFunc(h))
}

// dispatch finds the route. The multiplexer's own answers (404, 405, redirects to
// other spellings of a path) are English text, so they are replaced here.
func (s *Server) dispatch() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.open.Load() && r.URL.Path != "/livez" && r.URL.Path != "/metrics" {
			s.answerError(w, r, errWaiting)
			return
		}
		if s.served(r) {
			s.mux.ServeHTTP(w, r)
			return
		}
		if allow := s.allowed(r); allow != "" {
			w.Header().Set("Allow", allow)
			s.answerError(w, r, errMethod)
			return
		}
		s.answerError(w, r, errNoRoute)
	})
}

// answerWait is the longest that a request is worked on, the receiving of its
// body and the sending of the answer left out, unless Config says otherwise.
const answerWait = 4500 * time.Millisecond

// deadline bounds a piece of work on the request by what is left of the server's patience.
func (c *call) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	begun := time.Now()
	ctx, cancel := context.WithTimeout(ctx, c.patience-c.spent)
	return ctx, func() {
		c.spent += time.Since(begun)
		cancel()
	}
}

// served says that a route takes the request as it is.
func (s *Server) served(r *http.Request) bool {
	if !cleanPath(r.URL.Path) {
		return false
	}
	_, pattern := s.mux.Handler(r)
	return pattern != "" && !strings.HasSuffix(pattern, " "+r.URL.Path+"/")
}

// cleanPath says that the multiplexer would take the path as it is.
func cleanPath(p string) bool {
	if p == "" || p[0] != '/' {
		return false
	}
	clean := path.Clean(p)
	return p == clean || p == clean+"/"
}

// allowed lists the methods under which the path would have been found.
func (s *Server) allowed(r *http.Request) string {
	var found []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := &http.Request{Method: method, Host: r.Host, URL: r.URL}
		if s.served(probe) {
			found = append(found, method)
		}
	}
	return strings.Join(found, ", ")
}
