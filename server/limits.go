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
	maxDepth     = 32 // nested objects and arrays in a JSON body
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
	if err == nil && ctx.Operation().RequestBody != nil {
		err = judgeBody(r.Header, body)
	}
	if err != nil {
		s.answerError(w, r, s.overloaded(err))
		return
	}
	callFrom(r.Context()).body = body
	// huma's own reading must not fail: it does no more than notice that a body is there.
	r.Body = io.NopCloser(bytes.NewReader(body))
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
	c.charge = &charged{Reader: r.Body, from: &s.admission.bodies}
	if !c.actor.Autenticado() {
		c.charge.from = &s.admission.unproved
	}
	c.seat.leave()
	body, err := readLimited(w, r, c.charge, limit)
	if err != nil {
		return nil, err
	}
	return body, c.seat.take(r.Context())
}

func limitOf(row route) int64 {
	if row.is(largeBody) {
		return maxLargeBody
	}
	return maxBody
}

func readLimited(w http.ResponseWriter, r *http.Request, from io.Reader, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close")
		return nil, bodyTooLarge(limit)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, io.NopCloser(from), limit))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, bodyTooLarge(limit)
	}
	switch {
	case errors.Is(err, error(errOverload)):
		w.Header().Set("Connection", "close")
		return nil, err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errBodyTimeout
	case err != nil:
		return nil, errBodyBroken
	}
	// Windows tools write a byte order mark; the Flask system read it too.
	return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), nil
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
	case !utf8.Valid(body) || !json.Valid(body):
		return errBodySyntax
	case bytes.TrimSpace(body)[0] != '{':
		return errBodyObject
	case depth(body) > maxDepth:
		return errBodyDepth
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

// depth counts how deep objects and arrays nest in valid JSON.
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
