package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// The limits of a request. One more of anything is refused: 431, 413 and 400.
const (
	maxHeader = 16 << 10 // bytes of the request line and all header lines
	maxBody   = 1 << 20  // bytes
	// maxLargeBody bounds a report of connections, in bytes.
	maxLargeBody = 8 << 20
	// maxSmallBody bounds what anybody may send, or where a password is compared.
	maxSmallBody = 16 << 10
	maxDepth     = 32    // nested objects and arrays in a JSON body
	maxFields    = 1_000 // of the object that a body is
)

// limitHeaders answers 431 itself: net/http would say it in English text, so its
// own limit is set higher (serve.go).
func limitHeaders(s *Server, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if headerSize(r) > maxHeader {
			w.Header().Set("Connection", "close")
			s.answerError(w, r, errHeaderSize)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// headerSize counts the head of a request as it travels in HTTP/1.1.
func headerSize(r *http.Request) int {
	size := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len("  \r\n")
	size += len("Host: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, v := range values {
			size += len(name) + len(": \r\n") + len(v)
		}
	}
	return size
}

// readBody reads the whole body before anything is done with it, so that a
// refusal never comes in the middle of the work.
func (s *Server) readBody(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		next(ctx)
		return
	}
	body, err := s.receive(w, r, limitOf(rowOf(ctx.Operation())))
	if err == nil && ctx.Operation().RequestBody != nil && !rowOf(ctx.Operation()).is(file) {
		err = judgeBody(r.Header, body)
	}
	if err != nil {
		s.answerError(w, r, s.overloaded(err))
		return
	}
	callFrom(r.Context()).body = body
	// huma's own reading must not fail: it does no more than notice that a body is there,
	// and would copy it.
	r.Body = io.NopCloser(bytes.NewReader(body[:min(len(body), 1)]))
	r.Header.Set("Content-Type", "application/json")
	next(ctx)
}

// receive reads the body without a seat, since senders may be slow, but on the
// budget of all bodies.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	c := callFrom(r.Context())
	if r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close")
		return nil, bodyTooLarge(limit)
	}
	c.seat.leave()
	works(r.Context(), false)
	c.charge = s.admission.bodies.open(w, r.Body, c.share(), c.actor.Autenticado())
	body, err := readLimited(w, c.charge, r.ContentLength, limit)
	works(r.Context(), true)
	if err == nil {
		err = c.charge.arrived()
	}
	if err != nil {
		c.charge.giveBack()
		w.Header().Set("Connection", "close") // the rest of it is not waited for
		return nil, err
	}
	return body, c.seat.take(r.Context())
}

func limitOf(row route) int64 {
	switch {
	case row.is(file):
		return maxFile
	case row.is(largeBody):
		return maxLargeBody
	case row.is(anonymous | lenient | password):
		return maxSmallBody
	default:
		return maxBody
	}
}

func readLimited(w http.ResponseWriter, from io.Reader, announced, limit int64) ([]byte, error) {
	body, err := readWhole(http.MaxBytesReader(w, io.NopCloser(from), limit), announced)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, bodyTooLarge(limit)
	}
	switch {
	case errors.Is(err, error(errOverload)):
		return nil, err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errBodyTimeout
	case err != nil:
		return nil, errBodyBroken
	}
	// Windows tools write a byte order mark; the Flask system read it too.
	return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), nil
}

// readWhole grows with what comes, not with what was announced, but not beyond that;
// -1 when nothing was.
func readWhole(from io.Reader, announced int64) ([]byte, error) {
	body := make([]byte, 0, bytes.MinRead)
	for {
		if len(body) == cap(body) {
			next := 2 * cap(body)
			if announced > int64(len(body)) {
				next = int(min(int64(next), announced))
			}
			body = append(make([]byte, 0, next), body...)
		}
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// judgeBody accepts one JSON object. A missing Content-Type is taken for JSON,
// because old scripts send none.
func judgeBody(h http.Header, body []byte) error {
	if !jsonContent(h) {
		return errMediaType
	}
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return errBodyMissing
	case depth(body) > maxDepth:
		return errBodyDepth
	case !utf8.Valid(body) || !json.Valid(body):
		return errBodySyntax
	case bytes.TrimSpace(body)[0] != '{':
		return errBodyObject
	}
	return nil
}

func jsonContent(h http.Header) bool {
	if enc := h.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return false
	}
	types := h.Values("Content-Type")
	if len(types) == 0 {
		return true
	}
	kind, params, err := mime.ParseMediaType(types[0])
	if err != nil || len(types) > 1 {
		return false
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return false
	}
	return kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")
}

// depth counts how deep objects and arrays nest in JSON, and in what looks like it.
func depth(body []byte) int {
	deepest, now := 0, 0
	inString, escaped := false, false
	for _, b := range body {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = b == '\\', b != '"'
		case b == '"':
			inString = true
		case b == '{' || b == '[':
			now++
			deepest = max(deepest, now)
		case b == '}' || b == ']':
			now--
		}
	}
	return deepest
}
